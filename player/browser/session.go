package browser

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/chromedp/cdproto/target"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Session is a CDP session: of the browser itself, or of one target (tab, worker). Its methods may be called from any
// goroutine.
type Session struct {
	conn *conn
	id   target.SessionID
	gone chan struct{}

	mu     sync.Mutex // guards what follows
	handle func(Event)
	early  []Event // what came before a handler was set
	ended  bool
}

// Event is a message of the browser that answers no command.
type Event struct {
	Method string
	Params jsontext.Value
}

// Decode puts the parameters of the event into v, a pointer; unknown fields are passed over.
func (e Event) Decode(v any) error {
	if err := json.Unmarshal(e.Params, v); err != nil {
		return fmt.Errorf("%s: %w", e.Method, err)
	}
	return nil
}

// ID returns the session id, "" for the browser itself.
func (s *Session) ID() string { return string(s.id) }

// Gone is closed when the target of the session has ended.
func (s *Session) Gone() <-chan struct{} { return s.gone }

// Call sends a command, waits for its reply and decodes it into result, a pointer or nil. A refusal is an [*Error].
func (s *Session) Call(ctx context.Context, method string, params, result any) error {
	p, err := s.Send(method, params)
	if err != nil {
		return err
	}
	return p.Wait(ctx, result)
}

// Go sends a command whose reply is of no interest, not even a refusal.
func (s *Session) Go(method string, params any) {
	s.conn.send(s, method, params, false, nil) //nolint:errcheck // the next call meets the same error
}

// Send sends a command and returns at once; commands of a session are carried out in the order in which they were sent.
func (s *Session) Send(method string, params any) (*Pending, error) {
	return s.SendTo(method, params, nil)
}

// SendTo is Send for a command that is answered with content, such as Network.getResponseBody, of which there may be
// hundreds of MB: where the member "body" of the result is a long text of base64, its bytes are written to w, and it is
// empty in the result. w is written to by the goroutine that reads the pipe, and by nobody after the reply. Where the
// result then says that it is no base64 after all, it is lost: w has some of it, and the command can be sent again.
func (s *Session) SendTo(method string, params any, w io.Writer) (*Pending, error) {
	k, id, err := s.conn.send(s, method, params, true, w)
	if err != nil {
		return nil, err
	}
	return &Pending{call: k, id: id}, nil
}

// Pending is a command whose reply was not awaited yet.
type Pending struct {
	call *call
	id   int64
}

// Wait waits for the reply; it may be called once.
func (p *Pending) Wait(ctx context.Context, result any) error {
	s := p.call.session
	select {
	case m := <-p.call.reply:
		if m.Error != nil {
			return &Error{Method: p.call.method, Code: m.Error.Code, Message: m.Error.Message}
		}
		if result == nil {
			return nil
		}
		if err := json.Unmarshal(jsontext.Value(m.Result), result); err != nil {
			return fmt.Errorf("%s: %w", p.call.method, err)
		}
		return nil
	case <-ctx.Done():
		s.conn.forget(p.id)
		return fmt.Errorf("%s: %w", p.call.method, ctx.Err())
	case <-s.gone:
		s.conn.forget(p.id)
		return fmt.Errorf("%s: %w", p.call.method, ErrGone)
	case <-s.conn.done:
		s.conn.mu.Lock()
		defer s.conn.mu.Unlock()
		return fmt.Errorf("%s: %w", p.call.method, s.conn.err)
	}
}

// Handle sets the function that gets the events, in their order, including those that came before. It is called by
// the goroutine that reads the pipe: it must return at once and must not wait for a reply.
func (s *Session) Handle(f func(Event)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.early {
		f(e)
	}
	s.early, s.handle = nil, f
}

func (s *Session) event(method string, params jsontext.Value) {
	// Sessions of children appear and vanish here, before anyone can miss their events.
	switch method {
	case "Target.attachedToTarget":
		var p struct{ SessionID string }
		if json.Unmarshal(params, &p, json.MatchCaseInsensitiveNames(true)) == nil {
			s.conn.attach(p.SessionID)
		}
	case "Target.detachedFromTarget":
		var p struct{ SessionID string }
		if json.Unmarshal(params, &p, json.MatchCaseInsensitiveNames(true)) == nil {
			s.conn.detach(p.SessionID)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := Event{Method: method, Params: params}
	if s.handle == nil {
		if len(s.early) < 1024 {
			s.early = append(s.early, e)
		}
		return
	}
	s.handle(e)
}

// Child returns the session with the id that a Target.attachedToTarget event named.
func (s *Session) Child(id string) *Session { return s.conn.attach(id) }

func (s *Session) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.ended = true
		close(s.gone)
	}
}
