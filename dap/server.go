package dap

import (
	"context"
	"io"
	"log/slog"

	"restep/player"
	"restep/player/playback"
)

// Server opens sessions. It may serve several at a time; nothing is shared between them but the fields here.
type Server struct {
	// Stage opens the browser of a session. It is called once a session, and again after a restart with other
	// options; the Closer closes everything that it opened, within a second, and may be called while ctx is over.
	Stage func(ctx context.Context, o StageOptions) (player.Stage, io.Closer, error)
	// Check refuses to play, for the user to read in the answer to launch; nil: nothing is refused there. It must not take
	// long: nvim-dap warns after 4 s. What it cannot know is an error of Stage, which comes after the answer.
	Check func(Launch) error
	// Log gets what goes wrong; nil: nothing is logged. Recorded content never reaches it.
	Log *slog.Logger
	// KeepRun keeps what a run of the playback of this name has found; nil: nothing is kept.
	KeepRun func(name string, run *playback.Run) error
	// Trace has every session say which way each move took, as the launch configuration can.
	Trace bool
	// Dir is where relative paths start and where .restep is looked for when the client does not say; empty: the
	// working directory.
	Dir string
}

// Launch is what is about to be played.
type Launch struct {
	File  *playback.File
	App   string   // URL of the local app; empty: the configuration names none
	Live  []string // patterns of requests that may reach a real server
	Stage StageOptions
}

// StageOptions are the parts of a launch configuration that concern the browser.
type StageOptions struct {
	Headless *bool  // nil: only where there is no display
	Browser  string // executable; empty: the one that is found
}

// same reports whether a browser that was opened with p serves o.
func (o StageOptions) same(p StageOptions) bool {
	a, b := o.Headless, p.Headless
	return o.Browser == p.Browser && (a == b || a != nil && b != nil && *a == *b)
}

// Serve runs one session on a stream and returns when it is over and everything that it started has ended. The stream
// is closed. The error says why the stream could not be read on; a client that vanishes is none.
func (v *Server) Serve(ctx context.Context, stream io.ReadWriteCloser) error {
	return v.serve(ctx, stream, nil)
}

// serve runs the session of a guest of a listener; nil: of whoever started the adapter.
func (v *Server) serve(ctx context.Context, stream io.ReadWriteCloser, g *guest) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &Session{
		srv: v, log: v.Log, wire: NewWire(stream, stream), table: handlers(), ctx: ctx, cancel: cancel,
		in: make(chan []byte), posts: make(chan func()), guest: g,
		waiting: map[int]waiting{},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.client.LinesStartAt1, s.client.ColumnsStartAt1 = true, true
	defer s.linger()
	return s.loop(stream)
}
