package dap

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/google/go-dap"
)

// threadID is the one thread of a session: everything stops together. A thread a tab would make nvim-dap resume all but
// the first that stops.
const threadID = 1

// phase is how far a session has come.
type phase int

const (
	fresh    phase = iota // nothing but initialize and launch makes sense
	launched              // the file is open, breakpoints may come; nothing runs
	running               // the runner moves, or prepares to
	halted                // stopped somewhere: everything can be asked
	ended                 // terminated was sent
)

// Session is one connection. Its goroutines are:
//
//   - loop, which called [Server.Serve]: it owns every field below and is the only one that writes to the connection;
//   - read, which hands over the messages;
//   - the runner, which owns the player, see [runner];
//   - those of the app's own server, see [devServer].
//
// The others reach the fields by [Session.post] alone.
type Session struct {
	srv    *Server
	log    *slog.Logger
	wire   *Wire
	table  map[string]handler
	ctx    context.Context // ends with the session
	cancel context.CancelFunc
	in     chan []byte
	posts  chan func()
	over   bool   // the loop ends after this message
	fault  error  // why reading ended, nil for an orderly end
	broken bool   // the client does not read any more
	guest  *guest // of a listener; nil: no token is needed

	refused error // why the loop ends by itself, nil for an orderly end

	seq    int
	client initializeArguments
	phase  phase
	play   *play    // what is launched, nil before
	now    *moment  // where it stands, nil unless halted
	live   []string // patterns of :live, besides those of the configuration
	runner *runner
	ending *runner // after close

	breaks  breakTable
	shown   []dap.StackFrame // the frames of this stop, nil: not asked for yet
	frames  handles[frame]
	nodes   handles[node]
	targets handles[gotoTarget]
	tickets int
	waiting map[int]waiting // requests that the runner works on, by ticket: clients may repeat a seq

	moves      int                // counts what was begun by busy
	cancelMove context.CancelFunc // of the move under way
	picture    *time.Timer        // of the stop, that is about to be taken
	patience   *time.Timer        // of a pause that was not obeyed yet
	gaveUp     bool               // it was not: the page of the move under way was closed
	still      bool               // a saved file is replayed while the user writes on; see runAgain
	then       func()             // the move that the client asked for meanwhile; nil: none
	progress   progressBar
}

// loop serves the connection until the client disconnects or vanishes.
func (s *Session) loop(r io.Closer) error {
	read := make(chan struct{})
	go s.read(read)
	defer func() {
		s.close()
		r.Close() // wakes the reader; harmless where it has ended by itself
		s.drain(read)
	}()
	in := s.in
	for !s.over {
		select {
		case body, ok := <-in:
			if !ok {
				return s.fault
			}
			s.dispatch(body)
		case f := <-s.posts:
			f()
		case <-s.ctx.Done():
			return nil
		}
	}
	return s.refused
}

// read hands the messages to the loop, in order.
func (s *Session) read(done chan<- struct{}) {
	defer close(done)
	for {
		body, err := s.wire.Read()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				s.fault = err // read by the loop after the close
			}
			close(s.in)
			return
		}
		select {
		case s.in <- body:
		case <-s.ctx.Done():
			close(s.in)
			return
		}
	}
}

// drain waits for the reader where its stream can be closed; the reader of a terminal or of some pipes cannot be woken,
// and then the end of the process ends it.
func (s *Session) drain(read <-chan struct{}) {
	select {
	case <-read:
	case <-time.After(200 * time.Millisecond):
	}
}

// post runs f in the loop. It may be called from any goroutine but the loop, and returns false when the session is over.
func (s *Session) post(f func()) bool {
	select {
	case s.posts <- f:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// forget makes everything invalid that was handed out at a stop.
func (s *Session) forget() {
	s.shown = nil
	s.frames.reset()
	s.nodes.reset()
	s.targets.reset()
}

// need returns an error that says what to do, unless the session is halted.
func (s *Session) need() error {
	switch s.phase {
	case halted:
		return nil
	case running:
		return fail(codeState, "the playback is running: pause it first")
	case ended:
		return fail(codeState, "the session has ended: start it again")
	}
	return fail(codeState, "nothing is being played yet: launch a playback first")
}
