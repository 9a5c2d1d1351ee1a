package player_test

import (
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

// An app that hangs ends the run where it does, with a verdict; the player can be used on.
func TestHang(t *testing.T) {
	inAClick := fetches(func(w *playertest.World, n int) {
		if n == 2 {
			w.Hang()
		}
	})
	inATimer := fetches(func(w *playertest.World, n int) {
		if n == 2 {
			w.After(20, w.Hang)
		}
	})
	last := fetches(func(w *playertest.World, n int) {
		if n == 3 {
			w.Hang()
		}
	})
	for _, c := range []struct {
		name   string
		app    playertest.App
		script string
	}{
		{"in a click", inAClick, "next -> a step\nnext -> b step\nnext -> b exception divergence\nverdict -> diverged\nnext -> end diverged\ncontinue -> end diverged"},
		{"in a timer", inATimer, "continue -> b exception divergence\nverdict -> diverged\nnext -> end diverged"},
		{"on the way to somewhere", inATimer, "to z -> b exception divergence\nto z -> end diverged"},
		{"after the last action", last, "continue -> z exception divergence\nverdict -> diverged\nnext -> end diverged"},
		{"and back", inAClick, "continue -> b exception divergence\nback -> b step\nverdict -> matched\nback -> a step\ncontinue -> b exception divergence"},
		{"and back to a breakpoint", inAClick, "break a\ncontinue -> a breakpoint #1\ncontinue -> b exception divergence\nreverse -> a breakpoint #1"},
		{"and back from the end", inAClick, "break a\nto z -> b exception divergence\nnext -> end diverged\nreverse -> a breakpoint #1"},
		{"and again", inAClick, "continue -> b exception divergence\nrestart -> o entry\nto b -> b goto"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _ := start(t, playertest.File(base), c.app, player.Options{})
			run(t, p, c.script)
		})
	}
}

// What is kept of a run that hung says where, and has no state: where the script was cut off depends on the machine.
func TestResultOfAHang(t *testing.T) {
	p, _ := start(t, playertest.File(base), clicks(func(w *playertest.World, n int) { w.Hang() }), player.Options{})
	run(t, p, "continue -> a exception divergence")
	if s := p.At(); s.Divergence == nil || s.Divergence.ID != "a" || s.Divergence.Line != 4 {
		t.Errorf("the stop: %+v", s)
	}
	r, err := p.Result(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != playback.Diverged || r.State != "" || r.Actions != 2 || r.Coverage.Until != "q" {
		t.Errorf("%+v", r)
	}
	if d := r.Divergences; len(d) != 1 || d[0].Kind != playback.PageHangs || !d[0].Blocking || !strings.Contains(d[0].Text, "does not respond") {
		t.Errorf("divergences: %+v", d)
	}
}
