package dap_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/google/go-dap"

	restep "restep/dap"
	"restep/player"
)

// refused sends a launch that must fail, and returns what an editor shows of it in a dialog.
func (a *adapter) refused(command string, arguments any) string {
	a.t.Helper()
	seq, err := a.Send(command, arguments)
	if err != nil {
		a.t.Fatal(err)
	}
	m, err := a.Response(a.ctx, seq)
	if err != nil {
		a.t.Fatal(err)
	}
	var body dap.ErrorResponseBody
	if err := m.Decode(&body); err != nil || m.Success || body.Error == nil {
		a.t.Fatalf("%s is not refused: %+v, %v", command, m, err)
	}
	if !body.Error.ShowUser || body.Error.Format != m.Message || m.Message == "" {
		a.t.Errorf("what is shown: %q, %+v", m.Message, body.Error)
	}
	return m.Message
}

// neverStaged fails a test whose session opens a browser.
func neverStaged(a *adapter) {
	a.server.Stage = func(context.Context, restep.StageOptions) (player.Stage, io.Closer, error) {
		a.t.Error("a browser was opened")
		return a.stage, closer(func() error { return nil }), nil
	}
}

// What must not be played is an answer to launch, not a line in a console that nobody looks at.
func TestLaunchIsRefused(t *testing.T) {
	var asked restep.Launch
	a := connect(t, func(a *adapter) {
		neverStaged(a)
		a.server.Check = func(l restep.Launch) error {
			asked = l
			return errors.New("not this server")
		}
	})
	a.ask("initialize", nil, nil)
	headless := map[string]any{"app": "https://shop.example", "live": []string{"GET /x"}, "headless": true, "browser": "/b"}
	if got := a.refused("launch", a.launch(headless)); got != "not this server" {
		t.Errorf("shown: %s", got)
	}
	if asked.App != "https://shop.example" || !slices.Equal(asked.Live, []string{"GET /x"}) || asked.File.Header().App != "https://shop.example" ||
		asked.Stage.Browser != "/b" || asked.Stage.Headless == nil || !*asked.Stage.Headless {
		t.Errorf("asked about %+v", asked)
	}
	if n := len(a.Take("initialized")); n != 0 {
		t.Error("the client is asked to configure what was refused")
	}
	a.write("{\"playback\":1}\n{\"t\":0,\"ev\":\"log\",\"id\":\"e1\",\"msg\":\"x\"}\n")
	if got := a.refused("launch", a.launch(nil)); got != "there is nothing to play: "+a.path+" has no action of a user" {
		t.Errorf("shown: %s", got)
	}
}

// A file that is broken where it matters is not played, and one that is broken elsewhere not without a word.
func TestLaunchChecksTheFile(t *testing.T) {
	a := connect(t, neverStaged)
	a.ask("initialize", nil, nil)
	a.write("{\"playback\":1}\n{\"t\":0,\"ev\":\"click\",\"id\":\"e1\"}\n")
	want := a.path + ":2:1: on is missing. restep check lists all that is wrong with the file"
	if got := a.refused("launch", a.launch(nil)); got != want {
		t.Errorf("shown: %s", got)
	}
	a.write("{\"playback\":1}\n{\"t\":0,\"ev\":\"open\",\"id\":\"e1\",\"url\":\"/\"}\n{\"t\":0,\"ev\":\"log\",\"id\":\"e2\",\"cause\":\"x\"}\n")
	a.ask("launch", a.launch(nil), nil)
	m, err := a.Event(a.ctx, "output")
	var out dap.OutputEventBody
	if err == nil {
		err = m.Decode(&out)
	}
	if err != nil || out.Category != "important" || out.Output != "restep: the playback has errors (1), and what they are about may play wrong; restep check "+a.path+" lists them\n" {
		t.Errorf("told: %+v, %v", out, err)
	}
}

// A restart asks again, with the patterns that were let through meanwhile, and the session goes on where it is refused.
func TestRestartIsRefused(t *testing.T) {
	var asked []restep.Launch
	opened := 0
	a := connect(t, func(a *adapter) {
		stage := a.server.Stage
		a.server.Stage = func(ctx context.Context, o restep.StageOptions) (player.Stage, io.Closer, error) {
			opened++
			return stage(ctx, o)
		}
		a.server.Check = func(l restep.Launch) error {
			if asked = append(asked, l); len(asked) == 2 {
				return errors.New("not any more")
			}
			return nil
		}
	})
	headless := a.launch(map[string]any{"headless": true})
	if _, err := a.Begin(a.ctx, headless, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Evaluate(a.ctx, ":live GET https://other.example/*", "repl"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Stopped(a.ctx); err != nil {
		t.Fatal(err)
	}
	if got := a.refused("restart", map[string]any{"arguments": headless}); got != "not any more" {
		t.Errorf("shown: %s", got)
	}
	if !slices.Equal(asked[1].Live, []string{"GET https://other.example/*"}) {
		t.Errorf("asked about %q", asked[1].Live)
	}
	a.goes("next", 6)
	a.ask("restart", map[string]any{"arguments": headless}, nil)
	if _, err := a.Stopped(a.ctx); err != nil {
		t.Fatal(err)
	}
	if opened != 1 {
		t.Errorf("%d browsers were opened for one configuration", opened)
	}
}
