package main

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"restep/player"
)

// TestDemoWalks goes through the demo at random, forward and back: every way to an action shows the same page.
func TestDemoWalks(t *testing.T) {
	f := demoRecording(t)
	p, err := player.New(f, startBrowser(t), player.Options{App: serveDemo(t, false), CheckpointMemory: 1024})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	kinds := []player.MoveKind{
		player.Next, player.Next, player.Next, player.StepIn, player.StepOut, player.StepBack, player.ReverseContinue,
		player.RunTo, player.Continue,
	}
	first := map[int]string{} // cursor at an action -> state at the first visit
	way, compared := "", 0
	for range 24 {
		m := player.Move{Kind: kinds[r.IntN(len(kinds))], Pos: r.IntN(f.Len() + 1)}
		stop, err := p.Do(t.Context(), m)
		if err != nil {
			t.Fatalf("%smove %d to %d: %v", way, m.Kind, m.Pos, err)
		}
		way += fmt.Sprintf("%d->%d ", m.Kind, stop.Pos)
		at := p.Cursor()
		if at < f.Len() && !f.Kind(at).Action() {
			continue // between effects the clock is exact to 2 ms only
		}
		page, err := p.Ready(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		hash, err := page.Hash(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want, seen := first[at]; !seen {
			first[at] = hash
		} else if compared++; hash != want {
			t.Errorf("by %sthe page at event %d differs from the first visit", way, at)
		}
	}
	if compared < 3 {
		t.Errorf("only %d places were visited twice: %s", compared, way)
	}
}
