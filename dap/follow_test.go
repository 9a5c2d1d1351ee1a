package dap_test

import (
	"strings"
	"testing"

	"github.com/google/go-dap"
)

// A step back is shown at once, and what is asked about the page waits until it is there.
func TestPageFollowsAStepBack(t *testing.T) {
	a := connect(t, nil)
	if _, err := a.Begin(a.ctx, a.launch(map[string]any{"checkpointMemory": 1, "trace": true}), nil); err != nil {
		t.Fatal(err)
	}
	for _, line := range []int{6, 8, 10} {
		a.goes("next", line)
	}
	before, err := a.Evaluate(a.ctx, "now", "watch")
	if err != nil {
		t.Fatal(err)
	}
	a.goes("stepBack", 8)
	a.goes("stepBack", 6)
	a.goes("next", 8)
	a.goes("next", 10)
	if after, err := a.Evaluate(a.ctx, "now", "watch"); err != nil || after.Result != before.Result {
		t.Errorf("the clock is at %q after going there again, and was at %q (%v)", after.Result, before.Result, err)
	}
	var trace strings.Builder
	for _, m := range a.Take("output") {
		var o dap.OutputEventBody
		if err := m.Decode(&o); err != nil {
			t.Fatal(err)
		}
		trace.WriteString(o.Output)
	}
	for _, want := range []string{"restep: line 8 from the journal", "restep: line 6 from "} {
		if !strings.Contains(trace.String(), want) {
			t.Errorf("no %q in\n%s", want, trace.String())
		}
	}
}

// Places have names, and :goto comes back to them.
func TestNamedPlaces(t *testing.T) {
	a := connect(t, nil)
	a.begin()
	a.goes("next", 6)
	says := func(expr, want string) {
		t.Helper()
		got, err := a.Evaluate(a.ctx, expr, "repl")
		if err != nil || got.Result != want {
			t.Errorf("%s says %q, want %q (%v)", expr, got.Result, want, err)
		}
	}
	says(":checkpoint", "no checkpoints; :checkpoint NAME names this place")
	says(":checkpoint paying", "paying; :goto paying comes back here")
	says(":checkpoint", "paying: line 6")
	a.goes("next", 8)
	a.goes("next", 10)
	says(":goto paying", "Running…")
	if _, err := a.Stopped(a.ctx); err != nil {
		t.Fatal(err)
	}
	if line, err := a.Line(a.ctx); err != nil || line != 6 {
		t.Errorf("on line %d (%v)", line, err)
	}
	if _, err := a.Evaluate(a.ctx, ":goto nowhere", "repl"); err == nil || !strings.Contains(err.Error(), "neither a checkpoint") {
		t.Errorf("a place that is none: %v", err)
	}
}

// A page in memory takes no pictures: the answer is empty, and no error.
func TestPictureRequest(t *testing.T) {
	a := connect(t, nil)
	a.begin()
	for _, event := range []string{"", "e1"} {
		var p struct {
			Type string
			Data []byte
		}
		a.ask("restep/picture", map[string]any{"event": event}, &p)
		if p.Type != "" || len(p.Data) > 0 {
			t.Errorf("event %q: %+v", event, p)
		}
	}
	if err := a.Call(a.ctx, "restep/picture", map[string]any{"event": "none"}, nil); err == nil || !strings.Contains(err.Error(), "no event") {
		t.Errorf("an event that is none: %v", err)
	}
}

// A move does not wait for a page that comes only because something was asked about it.
func TestAMoveGoesBeforeQuestions(t *testing.T) {
	g := &gate{}
	a := connect(t, gated(g))
	if _, err := a.Begin(a.ctx, a.launch(map[string]any{"checkpointMemory": 1}), nil); err != nil {
		t.Fatal(err)
	}
	for _, line := range []int{6, 8, 10, 13, 17, 20} {
		a.goes("next", line)
	}
	g.advance.shut = true
	a.goes("stepBack", 17)
	<-g.advance.entered // the page is on its way
	if _, err := a.Send("evaluate", map[string]any{"expression": "now", "context": "watch"}); err != nil {
		t.Fatal(err)
	}
	a.ask("stepBack", map[string]any{"threadId": 1}, nil)
	a.ask("threads", nil, nil) // the move waits
	g.advance.release <- struct{}{}
	g.advance.release <- struct{}{} // the page may hear of the move only before the next window but one
	if stop, err := a.Stopped(a.ctx); err != nil || stop.Reason != "step" {
		t.Fatalf("%+v, %v", stop, err)
	}
	if line, err := a.Line(a.ctx); err != nil || line != 13 {
		t.Errorf("on line %d (%v)", line, err)
	}
	g.advance.let()
}

// A pause that comes when its move has ended leaves the page as it is.
func TestALatePauseLeavesThePage(t *testing.T) {
	g := &gate{}
	a := connect(t, gated(g))
	a.begin()
	a.goes("next", 6)
	if v, err := a.Evaluate(a.ctx, "paid = 5", "repl"); err != nil || v.Result != "5" {
		t.Fatalf("%+v, %v", v, err)
	}
	g.advance.shut = true
	a.ask("next", map[string]any{"threadId": 1}, nil)
	<-g.advance.entered
	a.ask("pause", map[string]any{"threadId": 1}, nil)
	g.advance.let()
	if _, err := a.Stopped(a.ctx); err != nil {
		t.Fatal(err)
	}
	if v, err := a.Evaluate(a.ctx, "paid", "watch"); err != nil || v.Result != "5" {
		t.Errorf("what was set by hand is %+v, %v", v, err)
	}
}
