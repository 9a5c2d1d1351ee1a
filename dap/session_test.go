package dap_test

import (
	"context"
	"flag"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"restep/dap"
	"restep/dap/daptest"
	"restep/player"
	"restep/player/playertest"
)

var update = flag.Bool("update", false, "write the transcripts of testdata/scripts anew")

// limit is how long a test waits for anything.
const limit = 30 * time.Second

// adapter is a session over a pipe, with a page in memory.
type adapter struct {
	*daptest.Client
	t      *testing.T
	ctx    context.Context
	path   string // of the playback
	stage  *playertest.Stage
	server *dap.Server
	closed atomic.Int32 // how often the browser was closed
	done   chan error   // of Serve
}

// connect starts a session on the race of playertest; prepare may change the server.
func connect(t *testing.T, prepare func(*adapter)) *adapter {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	a := &adapter{
		t: t, ctx: ctx, stage: &playertest.Stage{App: playertest.Shop}, done: make(chan error, 1),
		path: filepath.Join(t.TempDir(), "race.playback"),
	}
	a.write(playertest.RaceText)
	a.server = &dap.Server{Dir: filepath.Dir(a.path)}
	a.server.Stage = func(context.Context, dap.StageOptions) (player.Stage, io.Closer, error) {
		return a.stage, closer(func() error { a.closed.Add(1); return nil }), nil
	}
	if prepare != nil {
		prepare(a)
	}
	ours, theirs := net.Pipe()
	go func() { a.done <- a.server.Serve(ctx, theirs) }()
	a.Client = daptest.New(ours)
	t.Cleanup(func() { a.Close() })
	return a
}

type closer func() error

func (f closer) Close() error { return f() }

func (a *adapter) write(text string) {
	a.t.Helper()
	if err := os.WriteFile(a.path, []byte(text), 0o644); err != nil {
		a.t.Fatal(err)
	}
}

// launch is the launch configuration; more is added to it.
func (a *adapter) launch(more map[string]any) map[string]any {
	c := map[string]any{"program": a.path, "stopOnEntry": true}
	for k, v := range more {
		c[k] = v
	}
	return c
}

// inBubble is the launch configuration of a session in a synctest bubble: a watch of files waits for the system, and keeps
// the bubble awake.
func inBubble() map[string]any { return map[string]any{"hotReplay": "off"} }

// beginInBubble is begin in a synctest bubble.
func (a *adapter) beginInBubble() {
	a.t.Helper()
	if _, err := a.Begin(a.ctx, a.launch(inBubble()), nil); err != nil {
		a.t.Fatal(err)
	}
}

// begin launches and stops on entry.
func (a *adapter) begin() {
	a.t.Helper()
	if _, err := a.Begin(a.ctx, a.launch(nil), nil); err != nil {
		a.t.Fatal(err)
	}
}

// ask sends a request that must succeed.
func (a *adapter) ask(command string, arguments, body any) {
	a.t.Helper()
	if err := a.Call(a.ctx, command, arguments, body); err != nil {
		a.t.Fatal(err)
	}
}

// goes sends a request that resumes and must stop on a line.
func (a *adapter) goes(command string, line int) {
	a.t.Helper()
	if _, err := a.Move(a.ctx, command, nil); err != nil {
		a.t.Fatalf("%s: %v", command, err)
	}
	if got, err := a.Line(a.ctx); err != nil || got != line {
		a.t.Fatalf("%s: on line %d, want %d (%v)", command, got, line, err)
	}
}

// breaks sets breakpoints on lines.
func (a *adapter) breaks(lines ...int) {
	a.t.Helper()
	set := []map[string]any{}
	for _, l := range lines {
		set = append(set, map[string]any{"line": l})
	}
	a.ask("setBreakpoints", map[string]any{"source": map[string]any{"path": a.path}, "breakpoints": set}, nil)
}

// TestScripts compares what a user sees with the transcripts; -update writes them.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/scripts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			connect(t, nil).script(file)
		})
	}
}

// script compares what a user sees with a transcript.
func (a *adapter) script(file string) {
	a.t.Helper()
	want, err := os.ReadFile(file)
	if err != nil {
		a.t.Fatal(err)
	}
	s := daptest.Script{Client: a.Client, Launch: a.launch(nil), Path: a.path, Hide: regexp.MustCompile(regexp.QuoteMeta(a.server.Dir + "/"))}
	got, err := s.Run(a.ctx, want)
	if err != nil {
		a.t.Fatalf("%v\n%s", err, got)
	}
	if string(got) == string(want) {
		return
	}
	if !*update {
		a.t.Fatalf("run with -update if this is meant:\n%s", got)
	}
	if err := os.WriteFile(file, got, 0o644); err != nil {
		a.t.Fatal(err)
	}
}
