package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"restep/dap"
	"restep/player"
	"restep/player/playback"
)

// dapCmd is the debug adapter that editors start.
type dapCmd struct {
	Trace  bool   `help:"Say in the debug console which way each move took: from a parked page, from the journal, from the start."`
	Listen string `placeholder:"ADDR" help:"Serve TCP connections on this loopback address instead of stdin and stdout, such as 127.0.0.1:4711; prints a token that the launch configuration must carry as token."`
}

// Run serves one session on stdin and stdout, or any number over TCP until Ctrl-C.
func (c *dapCmd) Run(e *env) error {
	server := &dap.Server{
		Stage: func(ctx context.Context, o dap.StageOptions) (player.Stage, io.Closer, error) {
			return stageForEditor(ctx, e, o)
		},
		Check:   func(l dap.Launch) error { return checkLaunch(e, l) },
		KeepRun: playback.SaveRun,
		Trace:   c.Trace,
		Log:     slog.New(slog.NewTextHandler(e.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if c.Listen != "" {
		return listenError(c.Listen, server.Listen(e.ctx, c.Listen, e.stdout))
	}
	if f, ok := e.stdin.(*os.File); ok && isTerminal(f) {
		fmt.Fprintln(e.stderr, "restep dap speaks with an editor, on standard input and output; the README shows how to set one up. Ctrl-C ends it.")
	}
	err := server.Serve(e.ctx, stdio{e.stdin, e.stdout})
	if errors.Is(err, dap.ErrFraming) {
		return &exitError{code: exitUsage, err: err, hint: "restep dap is started by an editor; the README shows how to set it up."}
	}
	if err != nil {
		return &exitError{code: exitCannot, err: fmt.Errorf("read from the editor: %w", err)}
	}
	return nil
}

// listenError says what to do where an address cannot be listened on.
func listenError(addr string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, dap.ErrAddress):
		return usageError(fmt.Errorf("--listen %s: %w", addr, err), "Example: --listen 127.0.0.1:4711; port 0 takes a free one.")
	}
	return &exitError{code: exitCannot, err: fmt.Errorf("--listen %s: %w", addr, err), hint: "Choose another port; 0 takes a free one."}
}

// checkLaunch finds out what would keep a session from beginning, while the editor still waits for the answer to its
// launch: what it gets then it shows in a dialog. The browser is only looked for.
func checkLaunch(e *env, l dap.Launch) error {
	if err := appForEditor(l.App, l.File, l.Live); err != nil {
		return err
	}
	_, closer, err := stageForEditor(e.ctx, e, l.Stage)
	if err != nil {
		return err
	}
	return closer.Close()
}

// stageForEditor opens the browser of a session. An editor shows one message, so the hint belongs to it.
func stageForEditor(ctx context.Context, e *env, o dap.StageOptions) (player.Stage, io.Closer, error) {
	headed := hasDisplay(e)
	if o.Headless != nil {
		headed = !*o.Headless
	}
	stage, closer, err := openBrowser(ctx, e, browserOptions{path: o.Browser, headed: headed})
	var x *exitError
	if errors.As(err, &x) && x.hint != "" {
		err = fmt.Errorf("%w. %s", x.err, x.hint)
	}
	return stage, closer, err
}

// stdio is the stream of an adapter that an editor started.
type stdio struct {
	io.Reader
	io.Writer
}

// Close closes stdin, where it can be closed: what was written to stdout has been written.
func (s stdio) Close() error {
	if c, ok := s.Reader.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
