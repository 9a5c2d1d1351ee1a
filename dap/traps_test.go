package dap_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-dap"

	restep "restep/dap"
	"restep/dap/daptest"
	"restep/player"
	"restep/player/playertest"
)

// Each test is a trap that a real client sets; the name says which client and what goes wrong.

// gated puts a gate before the pages of a session.
func gated(g *gate) func(*adapter) {
	return func(a *adapter) {
		g.Stage = a.stage
		g.advance, g.eval, g.open = newHold(), newHold(), newHold()
		a.server.Stage = func(context.Context, restep.StageOptions) (player.Stage, io.Closer, error) {
			return g, closer(func() error { a.closed.Add(1); return nil }), nil
		}
	}
}

// Neovim forgets "stopped" before it sends stepBack and does not restore it on an error.
func TestNvimStepBackAtStartSucceedsAndStops(t *testing.T) {
	a := connect(t, nil)
	a.begin()
	for _, command := range []string{"stepBack", "stepBack", "reverseContinue", "reverseContinue"} {
		stop, err := a.Move(a.ctx, command, nil)
		if err != nil || stop.ThreadId != 1 || !strings.Contains(stop.Description+stop.Text, "Start of the recording") {
			t.Fatalf("%s at the start: %+v, %v", command, stop, err)
		}
		if line, err := a.Line(a.ctx); err != nil || line != 2 {
			t.Fatalf("%s at the start: on line %d, %v", command, line, err)
		}
	}
}

// dape answers each terminated with terminate.
func TestDapeTerminatedIsSentOnce(t *testing.T) {
	a := connect(t, nil)
	a.begin()
	a.ask("terminate", nil, nil)
	a.ask("terminate", map[string]any{"restart": false}, nil)
	a.ask("terminate", nil, nil)
	if err := a.Disconnect(a.ctx); err != nil {
		t.Fatal(err)
	}
	if n := count(a.All(), "terminated"); n != 1 {
		t.Errorf("terminated was sent %d times", n)
	}
}

func count(all []daptest.Message, event string) (n int) {
	for _, m := range all {
		if m.Type == "event" && m.Event == event {
			n++
		}
	}
	return n
}

// Helix stops reading for good at an event that it does not know, and announces nothing.
func TestHelixGetsNoEventThatItDoesNotKnow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // in a bubble, where time passes when all wait
		g := &gate{}
		a := connect(t, gated(g))
		a.ask("initialize", map[string]any{"adapterID": "restep"}, nil)
		a.ask("launch", a.launch(inBubble()), nil)
		a.ask("configurationDone", nil, nil)
		if _, err := a.Stopped(a.ctx); err != nil {
			t.Fatal(err)
		}
		g.advance.shut = true
		a.ask("next", map[string]any{"threadId": 1}, nil)
		<-g.advance.entered
		<-time.After(5 * time.Second) // the move lasts: other clients would be shown a progress bar
		close(g.advance.release)
		if _, err := a.Stopped(a.ctx); err != nil {
			t.Fatal(err)
		}
		if err := a.Disconnect(a.ctx); err != nil {
			t.Fatal(err)
		}
		known := []string{"initialized", "stopped", "continued", "exited", "terminated", "thread", "output", "breakpoint", "module", "loadedSource", "process", "capabilities"}
		for _, m := range a.All() {
			if m.Type == "event" && !slices.Contains(known, m.Event) {
				t.Errorf("event %s", m.Event)
			}
			if m.Type != "event" && m.Type != "response" {
				t.Errorf("a %s: Helix never answers requests", m.Type)
			}
		}
	})
}

// A client that announces progress gets it, in pairs.
func TestProgressOfAMoveThatLasts(t *testing.T) {
	g := &gate{}
	a := connect(t, gated(g))
	a.begin()
	g.advance.shut = true
	if err := a.Call(a.ctx, "next", map[string]any{"threadId": 1}, nil); err != nil {
		t.Fatal(err)
	}
	start, err := a.Event(a.ctx, "progressStart")
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		ProgressID  string `json:"progressId"`
		Cancellable bool   `json:"cancellable"`
	}
	if err := start.Decode(&body); err != nil || !body.Cancellable {
		t.Fatalf("%+v, %v", body, err)
	}
	// Cancelling stops the move where it is, as a pause does.
	a.ask("cancel", map[string]any{"progressId": body.ProgressID}, nil)
	close(g.advance.release)
	if _, err := a.Event(a.ctx, "progressEnd"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Stopped(a.ctx); err != nil {
		t.Fatal(err)
	}
}

// Neovim continues a second thread that stops; a stop without a thread gives it nothing to step.
func TestNvimOneStopPerResumeOfTheOneThread(t *testing.T) {
	a := connect(t, nil)
	a.begin()
	moves := []string{"next", "next", "stepIn", "stepOut", "stepBack", "reverseContinue", "continue"}
	for _, m := range moves {
		stop, err := a.Move(a.ctx, m, nil)
		if err != nil || stop.ThreadId != 1 || !stop.AllThreadsStopped {
			t.Errorf("%s: %+v, %v", m, stop, err)
		}
	}
	var threads dap.ThreadsResponseBody
	a.ask("threads", nil, &threads)
	if len(threads.Threads) != 1 {
		t.Errorf("threads: %+v", threads)
	}
	if err := a.Disconnect(a.ctx); err != nil {
		t.Fatal(err)
	}
	if n := count(a.All(), "stopped"); n != 1+len(moves) {
		t.Errorf("%d stops for %d moves and the start", n, len(moves))
	}
}

// Neovim warns when launch is not answered in 4 s: a browser may take that long to start.
func TestNvimLaunchIsAnsweredBeforeTheBrowserStarts(t *testing.T) {
	g := &gate{}
	a := connect(t, func(a *adapter) { gated(g)(a); g.open.shut = true })
	a.ask("initialize", nil, nil)
	a.ask("launch", a.launch(nil), nil)
	a.ask("configurationDone", nil, nil)
	<-g.open.entered
	a.ask("threads", nil, nil)
	if err := a.Call(a.ctx, "stackTrace", map[string]any{"threadId": 1}, nil); err == nil {
		t.Error("a stack while the browser starts")
	}
	g.open.release <- struct{}{}
	if _, err := a.Stopped(a.ctx); err != nil {
		t.Fatal(err)
	}
}

// VS Code kills the adapter 2 s after disconnect, whatever the page does. The time is that of a bubble, which passes
// only while all wait: a busy machine does not count.
func TestVSCodeDisconnectIsFastWhileThePageHangs(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			g := &gate{}
			a := connect(t, gated(g))
			a.beginInBubble()
			g.advance.shut, g.advance.deaf = true, deaf
			a.ask("next", map[string]any{"threadId": 1}, nil)
			<-g.advance.entered
			begun := time.Now()
			if err := a.Disconnect(a.ctx); err != nil { // the gate is shut until after the reply
				t.Fatal(err)
			}
			if d := time.Since(begun); d > 1500*time.Millisecond {
				t.Errorf("deaf %v: disconnect took %v", deaf, d)
			}
			close(g.advance.release)
		})
	}
}

// A client that vanishes says nothing: its end of the stream closes.
func TestVanishingClientClosesTheBrowser(t *testing.T) {
	a := connect(t, nil)
	a.begin()
	a.Close()
	select {
	case err := <-a.done:
		if err != nil && !errors.Is(err, io.ErrClosedPipe) {
			t.Error(err)
		}
	case <-a.ctx.Done():
		t.Fatal("the session goes on")
	}
	if a.closed.Load() != 1 || a.stage.Live() != 0 {
		t.Errorf("the browser was closed %d times, %d pages are open", a.closed.Load(), a.stage.Live())
	}
}

// Helix counts from 0; Helix, Neovim and dape send null for no arguments.
func TestHelixSeqZeroAndNullArguments(t *testing.T) {
	a := connect(t, nil)
	a.Seq = 0
	null := json.RawMessage("null")
	a.ask("initialize", map[string]any{"adapterID": "restep"}, nil)
	a.ask("launch", a.launch(nil), nil)
	a.ask("configurationDone", null, nil)
	if _, err := a.Stopped(a.ctx); err != nil {
		t.Fatal(err)
	}
	a.ask("threads", null, nil)
	a.ask("loadedSources", null, nil)
	a.ask("disconnect", null, nil)
}

// Helix asks for the variables of all scopes at each stop, expensive or not, and waits. The time is that of a bubble.
func TestHelixScopesAreLimitedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{}
		a := connect(t, gated(g))
		a.beginInBubble()
		a.goes("next", 6)
		g.eval.shut, g.eval.deaf = true, true
		for _, scope := range []string{"Event", "Element", "Network", "Console", "Storage", "Back end", "Divergence", "Page"} {
			ref, err := a.Scope(a.ctx, scope)
			if err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			if _, err := a.Variables(a.ctx, ref); err != nil {
				t.Errorf("%s: %v", scope, err)
			}
			if d := time.Since(begun); d > 400*time.Millisecond {
				t.Errorf("%s took %v", scope, d)
			}
		}
		close(g.eval.release)
	})
}

// The failing line is the top frame, not the event that would run next; and what was printed is not printed again when
// a re-run passes it on the way back.
func TestFailureIsOnTopAndOutputIsNotRepeated(t *testing.T) {
	a := connect(t, nil)
	configure := func() error {
		return a.Call(a.ctx, "setExceptionBreakpoints", map[string]any{"filters": []string{}, "filterOptions": []map[string]any{{"filterId": "uncaught"}}}, nil)
	}
	stop, err := a.Begin(a.ctx, a.launch(map[string]any{"stopOnEntry": false}), configure)
	if err != nil || stop.Reason != "exception" {
		t.Fatalf("%+v, %v", stop, err)
	}
	frames, err := a.Stack(a.ctx)
	if err != nil || frames[0].Line != 18 || !strings.HasPrefix(frames[0].Name, "TypeError") {
		t.Fatalf("%+v, %v", frames, err)
	}
	before := len(a.Take("output"))
	if before == 0 {
		t.Error("nothing was printed")
	}
	a.goes("stepBack", 17)
	a.goes("stepBack", 13)
	a.goes("continue", 18)
	if again := a.Take("output"); len(again) != 0 {
		t.Errorf("printed again: %s", again[0].Body)
	}
}

// Clients lose a stop that comes before the response to the request that resumed.
func TestStoppedComesAfterTheResponse(t *testing.T) {
	a := connect(t, nil)
	a.begin()
	for _, m := range []string{"next", "stepBack", "stepIn", "continue", "reverseContinue"} {
		if _, err := a.Move(a.ctx, m, nil); err != nil {
			t.Fatal(err)
		}
	}
	answered := 0
	for _, m := range a.All() {
		switch {
		case m.Type == "response" && slices.Contains([]string{"configurationDone", "next", "stepBack", "stepIn", "continue", "reverseContinue"}, m.Command):
			answered++
		case m.Event == "stopped":
			if answered--; answered < 0 {
				t.Fatal("a stop came before the response")
			}
		}
	}
}

// Recorded text may be broken UTF-8, which kills Helix; numbers of lines go both ways from 0 for a client that wants it.
func TestClientThatCountsFromZero(t *testing.T) {
	a := connect(t, nil)
	a.ask("initialize", map[string]any{"linesStartAt1": false, "columnsStartAt1": false}, nil)
	a.ask("launch", a.launch(nil), nil)
	var set dap.SetBreakpointsResponseBody
	a.ask("setBreakpoints", map[string]any{"source": map[string]any{"path": a.path}, "breakpoints": []map[string]any{{"line": 7}}}, &set)
	if set.Breakpoints[0].Line != 7 || !set.Breakpoints[0].Verified {
		t.Errorf("%+v", set.Breakpoints[0])
	}
	a.ask("configurationDone", nil, nil)
	if _, err := a.Stopped(a.ctx); err != nil {
		t.Fatal(err)
	}
	a.goes("continue", 7)
	frames, err := a.Stack(a.ctx)
	if err != nil || frames[0].Column != 0 {
		t.Errorf("%+v, %v", frames, err)
	}
}

// VS Code asks for the source of its console's input.
func TestVSCodeReplInputIsAnswered(t *testing.T) {
	a := connect(t, nil)
	a.begin()
	err := a.Call(a.ctx, "source", map[string]any{"source": map[string]any{"path": "replinput"}, "sourceReference": 0}, nil)
	var refused *daptest.Error
	if !errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
	var body dap.SourceResponseBody
	a.ask("source", map[string]any{"source": map[string]any{"path": a.path}, "sourceReference": 0}, &body)
	if body.Content != playertest.RaceText {
		t.Errorf("the source of the playback:\n%s", body.Content)
	}
}
