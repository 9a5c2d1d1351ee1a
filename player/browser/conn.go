package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// conn routes the messages of one connection, a pipe or the WebSocket of a debugging port, between sessions.
type conn struct {
	tr   chromedp.Transport
	root *Session
	done chan struct{} // closed when the connection has ended

	writeMu sync.Mutex // one message at a time
	w       io.Writer  // the same pipe as tr's; nil: tr is no pipe

	content *divert // what tr reads from; nil: tr is no pipe

	mu       sync.Mutex // guards what follows
	next     int64
	calls    map[int64]*call
	sessions map[target.SessionID]*Session
	err      error // why the connection ended
}

type call struct {
	method  string
	session *Session
	reply   chan *cdproto.Message // nil: nobody waits
}

// newConn takes a pipe to a browser.
func newConn(r io.ReadCloser, w io.WriteCloser) *conn {
	d := newDivert(r)
	return newConnOn(chromedp.NewPipeConn(d, w), w, d)
}

// newConnOn takes any transport. w is the way past it for commands, d what it reads from; nil where it has neither.
func newConnOn(tr chromedp.Transport, w io.Writer, d *divert) *conn {
	c := &conn{tr: tr, w: w, content: d, done: make(chan struct{}), calls: map[int64]*call{}, sessions: map[target.SessionID]*Session{}}
	c.root = &Session{conn: c, gone: make(chan struct{})}
	c.sessions[""] = c.root
	go c.read()
	return c
}

// read is the goroutine that owns the receiving side.
func (c *conn) read() {
	for {
		m := new(cdproto.Message)
		if err := c.tr.Read(context.Background(), m); err != nil {
			c.close(fmt.Errorf("the browser is gone: %w", err))
			return
		}
		if m.ID != 0 {
			c.reply(m)
			continue
		}
		c.mu.Lock()
		s := c.sessions[m.SessionID]
		c.mu.Unlock()
		if s != nil {
			s.event(string(m.Method), jsontext.Value(m.Params))
		}
	}
}

func (c *conn) reply(m *cdproto.Message) {
	c.mu.Lock()
	k := c.calls[m.ID]
	delete(c.calls, m.ID)
	c.mu.Unlock()
	if k != nil && k.reply != nil {
		k.reply <- m
	}
}

// send writes a command; wait says that the reply is wanted, content where what is in it goes; nil: it stays in it.
func (c *conn) send(s *Session, method string, params any, wait bool, content io.Writer) (*call, int64, error) {
	raw := jsontext.Value("{}")
	if params != nil {
		var err error
		if raw, err = json.Marshal(params, jsontext.AllowInvalidUTF8(true)); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", method, err)
		}
	}
	k := &call{method: method, session: s}
	if wait {
		k.reply = make(chan *cdproto.Message, 1)
	}
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return nil, 0, fmt.Errorf("%s: %w", method, c.err)
	}
	c.next++
	id := c.next
	if wait {
		c.calls[id] = k
	}
	c.mu.Unlock()
	if content != nil && c.content != nil {
		c.content.to(id, content)
	}
	if err := c.write(id, s.id, method, raw); err != nil {
		c.forget(id)
		return nil, 0, fmt.Errorf("%s: %w", method, err)
	}
	return k, id, nil
}

// write writes a command. It does not use the transport's Write, which would parse and format the parameters once more:
// those that carry recorded content have many megabytes.
func (c *conn) write(id int64, session target.SessionID, method string, raw jsontext.Value) error {
	if c.w == nil {
		c.writeMu.Lock()
		defer c.writeMu.Unlock()
		return c.tr.Write(context.Background(), &cdproto.Message{ID: id, SessionID: session, Method: cdproto.MethodType(method), Params: raw})
	}
	b := make([]byte, 0, len(raw)+len(method)+128)
	b = append(b, `{"id":`...)
	b = strconv.AppendInt(b, id, 10)
	if session != "" {
		b = append(b, `,"sessionId":`...)
		b = strconv.AppendQuote(b, string(session)) // hexadecimal digits
	}
	b = append(b, `,"method":`...)
	b = strconv.AppendQuote(b, method) // letters and a dot
	b = append(b, `,"params":`...)
	b = append(append(b, raw...), '}', 0)
	c.writeMu.Lock()
	defer c.writeMu.Unlock()
	_, err := c.w.Write(b)
	return err
}

func (c *conn) forget(id int64) {
	c.mu.Lock()
	delete(c.calls, id)
	c.mu.Unlock()
	if c.content != nil {
		c.content.to(id, nil)
	}
}

// attach makes the session with the id known, so that its events find it.
func (c *conn) attach(id string) *Session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.sessions[target.SessionID(id)]; s != nil {
		return s
	}
	s := &Session{conn: c, id: target.SessionID(id), gone: make(chan struct{})}
	c.sessions[s.id] = s
	return s
}

// detach ends a session: its pending and later calls fail.
func (c *conn) detach(id string) {
	c.mu.Lock()
	s := c.sessions[target.SessionID(id)]
	delete(c.sessions, target.SessionID(id))
	c.mu.Unlock()
	if s != nil {
		s.end()
	}
}

// close ends the connection; the first reason stands.
func (c *conn) close(why error) {
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return
	}
	c.err = why
	c.mu.Unlock()
	close(c.done)
	c.tr.Close()
}

// ErrGone is returned by calls on a session whose target has been closed.
var ErrGone = errors.New("the tab or worker was closed")

// Error is an answer of the browser that refuses a command.
type Error struct {
	Method  string
	Code    int64
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s (%d)", e.Method, e.Message, e.Code) }
