package player_test

import (
	"slices"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

// renewable is an app whose code changes: Renew must bring the new one.
type renewable struct{ app playertest.App }

func (r *renewable) run(w *playertest.World) { r.app(w) }

// renew comes back to where the player stands and returns the stop with what is different there.
func renew(t *testing.T, p *player.Player) (player.Stop, []string) {
	t.Helper()
	to, before := p.Place(), p.Outcome()
	s, err := p.Renew(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	if want := p.Cursor() == to.Cursor(); p.Reached(to) && !want {
		t.Error("a place was reached where the cursor is not")
	}
	return s, p.Outcome().Changes(before, p.Cursor(), func(f playback.StackFrame, old bool) string { return f.Function })
}

// failingApp throws on the second click while it is bad.
func failingApp(bad bool) playertest.App {
	return clicks(func(w *playertest.World, n int) {
		w.Log("log", "click")
		if bad && n == 2 {
			w.Throw("TypeError", "total is null")
		}
	})
}

func TestRenew(t *testing.T) {
	var heard []string
	o := player.Options{Listen: player.Listener{Output: func(x player.Output) { heard = append(heard, x.Text) }}}
	code := &renewable{failingApp(true)}
	p, stage := start(t, playertest.File(base), code.run, o)
	run(t, p, "filter uncaught\ncontinue -> b exception uncaught\nverdict -> diverged")
	said, opened := len(heard), stage.Opened()

	s, changes := renew(t, p) // the same code: the same stop
	if s.Reason != player.Exception || s.Failure == nil || len(changes) != 0 {
		t.Fatalf("%+v %q", s, changes)
	}
	code.app = failingApp(false)
	s, changes = renew(t, p)
	if s.Reason != player.Step || !slices.Equal(changes, []string{"TypeError: gone"}) {
		t.Errorf("%+v %q", s, changes)
	}
	if v := p.Verdict(); v != playback.Matched {
		t.Errorf("the verdict is %q", v)
	}
	if len(heard) != said {
		t.Errorf("told again: %q", heard[said:])
	}
	if n := stage.Opened() - opened; n != 2 || stage.Live() != 1 {
		t.Errorf("%d pages were opened, %d are open", n, stage.Live())
	}
	code.app = failingApp(true)
	if s, changes = renew(t, p); s.Reason != player.Step || !slices.Equal(changes, []string{"new: TypeError"}) {
		t.Errorf("%+v %q", s, changes)
	}
}

// At the end of the recording it comes back to the end, with the verdict of the new code.
func TestRenewAtTheEnd(t *testing.T) {
	code := &renewable{failingApp(false)}
	p, _ := start(t, playertest.File(base), code.run, player.Options{})
	run(t, p, "continue -> end matched")
	code.app = failingApp(true)
	s, changes := renew(t, p)
	if s.Reason != player.End || s.Text != "End of the recording: diverged" || !slices.Equal(changes, []string{"new: TypeError"}) {
		t.Errorf("%+v %q", s, changes)
	}
	run(t, p, "back -> z step")
}

// An action that cannot be performed any more ends the way back; one that could not before does not.
func TestRenewLosesAnElement(t *testing.T) {
	code := &renewable{clicks(func(w *playertest.World, n int) {})}
	p, _ := start(t, playertest.File(base), code.run, player.Options{})
	run(t, p, "continue -> end matched")
	place := p.Place()
	code.app = func(w *playertest.World) {}
	s, changes := renew(t, p)
	if s.Reason != player.Exception || s.Divergence == nil || s.Divergence.Kind != playback.ElementNotFound || p.File().ID(s.Pos) != "a" || p.Reached(place) {
		t.Fatalf("%+v", s)
	}
	if len(changes) != 1 || !strings.HasPrefix(changes[0], "new: element not found") {
		t.Errorf("%q", changes)
	}
	run(t, p, "continue -> end diverged")
	if s, changes = renew(t, p); s.Reason != player.End || len(changes) != 0 {
		t.Errorf("%+v %q", s, changes)
	}
}

// What a person has set for the run stays; a request that only the new code makes is told.
func TestRenewKeepsOverrides(t *testing.T) {
	code := &renewable{fetches(func(w *playertest.World, n int) {})}
	p, _ := start(t, playertest.File(base), code.run, player.Options{})
	run(t, p, "continue -> end matched")
	a, err := p.Answer(slices.IndexFunc(ids(p), func(id string) bool { return id == "s" }))
	if err != nil {
		t.Fatal(err)
	}
	a.Status = 500
	if err := p.Override(a); err != nil {
		t.Fatal(err)
	}
	code.app = fetches(func(w *playertest.World, n int) {
		if n == 1 {
			w.Fetch("GET", "/api/x", "", func(playertest.Answer) {})
		}
	})
	_, changes := renew(t, p)
	if got, ok := p.Overridden(a.Pos); !ok || got.Status != 500 || !p.Touched() {
		t.Errorf("the override is %+v, %v", got, ok)
	}
	if !slices.Contains(changes, "one new request GET /api/x (not recorded)") {
		t.Errorf("%q", changes)
	}
}

func ids(p *player.Player) []string {
	var out []string
	for pos := range p.File().Len() {
		out = append(out, p.File().ID(pos))
	}
	return out
}

// An interruption leaves the player on the way; the place can be renewed again. An endless loop ends it.
func TestRenewInterrupted(t *testing.T) {
	var p *player.Player
	code := &renewable{clicks(func(w *playertest.World, n int) {})}
	p, _ = start(t, playertest.File(base), code.run, player.Options{})
	run(t, p, "to z -> z goto")
	to := p.Place()
	code.app = clicks(func(w *playertest.World, n int) {
		if n == 1 {
			p.Interrupt()
		}
	})
	s, err := p.Renew(t.Context(), to)
	if err != nil || s.Reason != player.Paused || p.Reached(to) || p.Cursor() >= to.Cursor() {
		t.Fatalf("%+v %v", s, err)
	}
	code.app = clicks(func(w *playertest.World, n int) {})
	if s, err = p.Renew(t.Context(), to); err != nil || s.Reason != player.Step || !p.Reached(to) {
		t.Fatalf("%+v %v", s, err)
	}
	code.app = clicks(func(w *playertest.World, n int) { w.Hang() })
	if s, err = p.Renew(t.Context(), to); err != nil || s.Divergence == nil || s.Divergence.Kind != playback.PageHangs {
		t.Fatalf("%+v %v", s, err)
	}
}

// A preview runs the clock and nothing else, and has no verdict.
func TestPreview(t *testing.T) {
	ticks := 0
	app := clicks(func(w *playertest.World, n int) { w.After(100, func() { ticks++ }) })
	p, _ := start(t, playertest.File(base), app, player.Options{})
	run(t, p, "to b -> b goto")
	pos := p.Cursor()
	ticks = 0
	if reloaded, err := p.Preview(t.Context(), 500); err != nil || reloaded {
		t.Fatal(reloaded, err)
	}
	if p.Cursor() != pos || p.Verdict() != playback.NoVerdict {
		t.Errorf("the cursor is %d, the verdict %q", p.Cursor(), p.Verdict())
	}
	run(t, p, "back -> a step\nverdict -> matched")
}
