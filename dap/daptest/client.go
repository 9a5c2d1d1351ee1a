// Package daptest drives a debug adapter as an editor does: a typed client over any stream, and scripts of what a user
// does with the golden transcript of what they then see.
package daptest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/dap"
)

// Message is anything that an adapter sends; which fields are set depends on Type.
type Message struct {
	Seq        int            `json:"seq"`
	Type       string         `json:"type"` // "response" or "event"
	Event      string         `json:"event"`
	Command    string         `json:"command"`
	RequestSeq int            `json:"request_seq"`
	Success    bool           `json:"success"`
	Message    string         `json:"message"` // of a failed response
	Body       jsontext.Value `json:"body"`
}

// Decode decodes the body.
func (m Message) Decode(body any) error {
	if err := json.Unmarshal(m.Body, body); err != nil {
		return fmt.Errorf("decode the body of %s%s: %w", m.Command, m.Event, err)
	}
	return nil
}

// Error is a failed response.
type Error struct{ Command, Text string }

func (e *Error) Error() string { return e.Command + ": " + e.Text }

// Client is one connection. Its goroutine reads; the methods are for one goroutine.
type Client struct {
	Seq int // of the next request

	wire   *dap.Wire
	stream io.Closer
	in     chan Message
	kept   []Message // seen while waiting for others, oldest first
	read   chan struct{}
	cmd    *exec.Cmd // nil unless started by Start

	mu  sync.Mutex // guards the fields below
	all []Message
	err error
}

// New is a client on a stream.
func New(stream io.ReadWriteCloser) *Client {
	c := &Client{Seq: 1, wire: dap.NewWire(stream, stream), stream: stream, in: make(chan Message, 4096), read: make(chan struct{})}
	go c.reader()
	return c
}

// Start starts an adapter that speaks on stdin and stdout.
func Start(cmd *exec.Cmd) (*Client, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the adapter: %w", err)
	}
	c := New(pipe{out, in})
	c.cmd = cmd
	return c, nil
}

// pipe is the stream of a process. Closing it closes the process's input: it ends by itself then.
type pipe struct {
	io.Reader
	io.WriteCloser
}

func (c *Client) reader() {
	defer close(c.read)
	defer close(c.in)
	for {
		body, err := c.wire.Read()
		var m Message
		if err == nil {
			err = json.Unmarshal(body, &m)
		}
		c.mu.Lock()
		if err != nil {
			c.err = err
			c.mu.Unlock()
			return
		}
		c.all = append(c.all, m)
		c.mu.Unlock()
		c.in <- m
	}
}

// All returns everything that was received so far, in order.
func (c *Client) All() []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.all)
}

// Send sends a request and returns its number.
func (c *Client) Send(command string, arguments any) (int, error) {
	m := struct {
		Seq       int    `json:"seq"`
		Type      string `json:"type"`
		Command   string `json:"command"`
		Arguments any    `json:"arguments,omitzero"`
	}{c.Seq, "request", command, arguments}
	c.Seq++
	if err := c.wire.Write(m); err != nil {
		return 0, fmt.Errorf("send %s: %w", command, err)
	}
	return m.Seq, nil
}

// Call sends a request, waits for its response, and decodes the body into body unless that is nil. The error is an
// [*Error] where the adapter refuses.
func (c *Client) Call(ctx context.Context, command string, arguments, body any) error {
	seq, err := c.Send(command, arguments)
	if err != nil {
		return err
	}
	m, err := c.Response(ctx, seq)
	if err != nil {
		return fmt.Errorf("wait for the response to %s: %w", command, err)
	}
	if !m.Success {
		return &Error{command, m.Message}
	}
	if body == nil {
		return nil
	}
	return m.Decode(body)
}

// Response waits for the response to a request.
func (c *Client) Response(ctx context.Context, seq int) (Message, error) {
	return c.until(ctx, func(m Message) bool { return m.Type == "response" && m.RequestSeq == seq })
}

// Event waits for the next event of one of these names that was not waited for before.
func (c *Client) Event(ctx context.Context, names ...string) (Message, error) {
	m, err := c.until(ctx, func(m Message) bool { return m.Type == "event" && slices.Contains(names, m.Event) })
	if err != nil {
		return m, fmt.Errorf("wait for the event %v: %w", names, err)
	}
	return m, nil
}

// Take returns the events of a name that were received and not waited for.
func (c *Client) Take(name string) []Message {
	c.drain()
	var out []Message
	c.kept = slices.DeleteFunc(c.kept, func(m Message) bool {
		is := m.Type == "event" && m.Event == name
		if is {
			out = append(out, m)
		}
		return is
	})
	return out
}

func (c *Client) drain() {
	for {
		select {
		case m, ok := <-c.in:
			if !ok {
				return
			}
			c.kept = append(c.kept, m)
		default:
			return
		}
	}
}

func (c *Client) until(ctx context.Context, want func(Message) bool) (Message, error) {
	if i := slices.IndexFunc(c.kept, want); i >= 0 {
		m := c.kept[i]
		c.kept = slices.Delete(c.kept, i, i+1)
		return m, nil
	}
	for {
		select {
		case <-ctx.Done():
			return Message{}, ctx.Err()
		case m, ok := <-c.in:
			if !ok {
				return Message{}, c.ended()
			}
			if want(m) {
				return m, nil
			}
			c.kept = append(c.kept, m)
		}
	}
}

func (c *Client) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if errors.Is(c.err, io.EOF) {
		return io.EOF
	}
	return c.err
}

// Wait waits until the adapter has closed the connection.
func (c *Client) Wait(ctx context.Context) error {
	select {
	case <-c.read:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close closes the connection, as an editor that vanishes does, and waits for a process that Start started.
func (c *Client) Close() error {
	err := c.stream.Close()
	if c.cmd != nil {
		<-c.read
		return errors.Join(err, c.cmd.Wait())
	}
	return err
}
