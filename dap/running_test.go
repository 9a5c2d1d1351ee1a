package dap_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-dap"

	restep "restep/dap"
	"restep/dap/daptest"
	"restep/player"
	"restep/player/playertest"
)

// run starts a continue that waits in the page.
func run(t *testing.T, g *gate, a *adapter) {
	t.Helper()
	g.advance.shut = true
	a.ask("continue", map[string]any{"threadId": 1}, nil)
	<-g.advance.entered
}

// let lets a waiting page go on, for good.
func (h *hold) let() { close(h.release) }

func TestPauseWhileRunning(t *testing.T) {
	g := &gate{}
	a := connect(t, gated(g))
	a.begin()
	run(t, g, a)
	a.ask("pause", map[string]any{"threadId": 1}, nil)
	g.advance.let()
	stop, err := a.Stopped(a.ctx)
	if err != nil || stop.Reason != "pause" {
		t.Fatalf("%+v, %v", stop, err)
	}
	// It was meant for that move: the next one runs.
	if stop, err = a.Move(a.ctx, "continue", nil); err != nil || stop.Description != "End of the recording" {
		t.Errorf("%+v, %v", stop, err)
	}
	// A pause of what stands still sends no second stop.
	a.ask("pause", map[string]any{"threadId": 1}, nil)
	a.ask("threads", nil, nil)
	if n := len(a.Take("stopped")); n != 0 {
		t.Errorf("%d stops for a pause while stopped", n)
	}
}

// A pause is obeyed in the middle of a wait of hours, in which the app goes on asking.
func TestPauseInALongWait(t *testing.T) {
	polled := make(chan struct{})
	a := connect(t, func(a *adapter) {
		a.stage.App = func(w *playertest.World) {
			playertest.Shop(w)
			n := 0
			var poll func()
			poll = func() {
				if n++; n == 100 {
					polled <- struct{}{} // and again: the pause has come meanwhile
					<-polled
				}
				w.After(1000, poll)
			}
			w.After(1000, poll)
		}
		a.write(strings.Replace(playertest.RaceText, `{"t":1800,`, `{"t":9000000,`, 1))
	})
	a.begin()
	a.ask("continue", map[string]any{"threadId": 1}, nil)
	<-polled
	a.ask("pause", map[string]any{"threadId": 1}, nil)
	polled <- struct{}{}
	stop, err := a.Stopped(a.ctx)
	if err != nil || stop.Reason != "pause" || stop.Text != "" {
		t.Fatalf("%+v, %v", stop, err)
	}
	if v, err := a.Evaluate(a.ctx, "now <= 110000", "watch"); err != nil || v.Result != "true" {
		t.Errorf("it did not stop before the next cut: %+v, %v", v, err)
	}
}

func TestPauseGivesUpAPageThatHangs(t *testing.T) {
	g := &gate{}
	a := connect(t, gated(g))
	a.begin()
	run(t, g, a)
	a.ask("pause", map[string]any{"threadId": 1}, nil)
	asked := time.Now()
	stop, err := a.Stopped(a.ctx) // the gate is not opened: only the context ends the wait
	if err != nil || stop.Reason != "pause" || stop.Description != "Paused" || !strings.Contains(stop.Text, "opens it again") {
		t.Fatalf("%+v, %v", stop, err)
	}
	if waited := time.Since(asked); waited > 3*time.Second { // it is one, and machines that run tests may be busy
		t.Errorf("the pause took %v", waited)
	}
	g.advance.let()
	a.goes("next", 6) // on a page that was opened anew
}

// A breakpoint that is set while a run is under way counts at once.
func TestBreakpointSetWhileRunning(t *testing.T) {
	g := &gate{}
	a := connect(t, gated(g))
	a.begin()
	run(t, g, a)
	a.breaks(20)
	g.advance.let()
	stop, err := a.Stopped(a.ctx)
	if err != nil || stop.Reason != "breakpoint" {
		t.Fatalf("%+v, %v", stop, err)
	}
	if line, err := a.Line(a.ctx); err != nil || line != 20 {
		t.Errorf("line %d, %v", line, err)
	}
}

func TestRequestsWhileRunningFailSoftly(t *testing.T) {
	g := &gate{}
	a := connect(t, gated(g))
	a.begin()
	run(t, g, a)
	for _, r := range []string{"stackTrace", "scopes", "variables", "evaluate", "next", "stepBack", "goto", "gotoTargets", "restartFrame", "exceptionInfo", "setVariable", "launch", "configurationDone", "nonsense"} {
		arguments := map[string]any{"threadId": 1, "expression": "1"}
		var refused *daptest.Error
		if err := a.Call(a.ctx, r, arguments, nil); !errors.As(err, &refused) || refused.Text == "" {
			t.Errorf("%s while running: %v", r, err)
		}
	}
	a.ask("threads", nil, nil)
	a.ask("completions", map[string]any{"text": "a", "column": 2}, nil)
	g.advance.let()
	if _, err := a.Stopped(a.ctx); err != nil {
		t.Fatal(err)
	}
}

func TestRestartRereadsTheFile(t *testing.T) {
	a := connect(t, nil)
	a.begin()
	a.breaks(8)
	a.goes("continue", 8)
	// A line more at the top: the breakpoint moves to the event that stands on its line now, or the next.
	a.write(strings.Replace(playertest.RaceText, "\n", "\n{\"t\":0,\"ev\":\"resize\",\"id\":\"e0\",\"width\":900,\"height\":700}\n", 1))
	a.goes("restart", 2)
	moved, err := a.Event(a.ctx, "breakpoint")
	var body dap.BreakpointEventBody
	if err == nil {
		err = moved.Decode(&body)
	}
	if err != nil || body.Breakpoint.Line != 8 {
		t.Errorf("%+v, %v", body, err)
	}
	frames, err := a.Stack(a.ctx)
	if err != nil || !strings.HasPrefix(frames[0].Name, "resize") {
		t.Errorf("%+v, %v", frames, err)
	}
	// A file that is broken now is refused, and the session goes on as it was.
	a.write("nothing")
	if err := a.Call(a.ctx, "restart", nil, nil); err == nil {
		t.Error("a broken file was taken")
	}
	a.goes("next", 3)
}

func TestRestartWhileRunning(t *testing.T) {
	g := &gate{}
	a := connect(t, gated(g))
	a.begin()
	run(t, g, a)
	a.ask("restart", nil, nil)
	stop, err := a.Stopped(a.ctx)
	if err != nil || stop.Reason != "entry" {
		t.Fatalf("%+v, %v", stop, err)
	}
	g.advance.let()
	a.goes("next", 6)
	if n := len(a.Take("stopped")); n != 0 {
		t.Errorf("%d stops too many", n)
	}
}

func TestBrowserThatDoesNotStart(t *testing.T) {
	a := connect(t, func(a *adapter) {
		a.server.Stage = func(context.Context, restep.StageOptions) (player.Stage, io.Closer, error) {
			return nil, nil, fmt.Errorf("no browser was found. Install Chromium")
		}
	})
	_, err := a.Begin(a.ctx, a.launch(nil), nil)
	if !errors.Is(err, daptest.ErrTerminated) {
		t.Fatal(err)
	}
	out := a.Take("output")
	if len(out) == 0 || !strings.Contains(string(out[0].Body), "Install Chromium") || !strings.Contains(string(out[0].Body), `"important"`) {
		t.Errorf("the user is told %v", out)
	}
}

// A page that panics is an error of that request, not the end of the session.
func TestPanicIsAnError(t *testing.T) {
	g := &gate{}
	a := connect(t, gated(g))
	a.begin()
	if _, err := a.Evaluate(a.ctx, "panic", "hover"); err == nil || !strings.Contains(err.Error(), "a page that panics") {
		t.Errorf("got %v", err)
	}
	a.goes("next", 6)
}

// What is given up is ended: it would hold up all that comes behind it.
func TestCancelAnEvaluation(t *testing.T) {
	g := &gate{}
	a := connect(t, gated(g))
	a.begin()
	g.eval.shut = true
	seq, err := a.Send("evaluate", map[string]any{"expression": "cart", "context": "repl"})
	if err != nil {
		t.Fatal(err)
	}
	<-g.eval.entered
	a.ask("cancel", map[string]any{"requestId": seq}, nil)
	m, err := a.Response(a.ctx, seq)
	if err != nil || m.Success || m.Message != "cancelled" {
		t.Errorf("%+v, %v", m, err)
	}
	a.goes("next", 6) // nothing runs any more
}

// Handles belong to a stop: later they are refused, and never mean something else.
func TestHandlesOfAnEarlierStop(t *testing.T) {
	a := connect(t, nil)
	a.begin()
	frames, err := a.Stack(a.ctx)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := a.Scope(a.ctx, "Event")
	if err != nil {
		t.Fatal(err)
	}
	a.goes("next", 6)
	if _, err := a.Variables(a.ctx, ref); err == nil {
		t.Error("variables of an earlier stop")
	}
	if err := a.Call(a.ctx, "scopes", map[string]any{"frameId": frames[0].Id}, nil); err == nil {
		t.Error("scopes of an earlier stop")
	}
}

func TestLaunchOptions(t *testing.T) {
	for _, c := range []struct {
		name   string
		more   map[string]any
		reason string
		line   int
	}{
		{"event breakpoints", map[string]any{"stopOnEntry": false, "eventBreakpoints": []string{"POST /api/help"}}, "function breakpoint", 22},
		{"a breakpoint on the first event", map[string]any{"stopOnEntry": false, "eventBreakpoints": []string{"open"}}, "function breakpoint", 2},
		{"no debugging", map[string]any{"noDebug": true, "eventBreakpoints": []string{"click"}}, "step", 23},
		{"no stop", map[string]any{"stopOnEntry": false}, "step", 23},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := connect(t, nil)
			stop, err := a.Begin(a.ctx, a.launch(c.more), nil)
			if err != nil || stop.Reason != c.reason {
				t.Fatalf("%+v, %v", stop, err)
			}
			if line, err := a.Line(a.ctx); err != nil || line != c.line {
				t.Errorf("line %d, %v; want %d", line, err, c.line)
			}
		})
	}
}

// The same values after going there and back: conditions, hits and the page alike.
func TestGoingBackShowsTheSame(t *testing.T) {
	a := connect(t, nil)
	a.begin()
	a.breaks(12, 16)
	look := func() string {
		line, err := a.Line(a.ctx)
		if err != nil {
			t.Fatal(err)
		}
		v, err := a.Evaluate(a.ctx, "quote", "watch")
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(line, v.Result)
	}
	var seen []string
	for range 2 {
		if _, err := a.Move(a.ctx, "continue", nil); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, look())
	}
	if _, err := a.Move(a.ctx, "reverseContinue", nil); err != nil {
		t.Fatal(err)
	}
	if got := look(); got != seen[0] {
		t.Errorf("back: %s, before: %s", got, seen[0])
	}
	if _, err := a.Move(a.ctx, "continue", nil); err != nil {
		t.Fatal(err)
	}
	if got := look(); got != seen[1] {
		t.Errorf("forward again: %s, before: %s", got, seen[1])
	}
}
