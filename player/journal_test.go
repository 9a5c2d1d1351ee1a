package player_test

import (
	"errors"
	"slices"
	"testing"

	"restep/player"
	"restep/player/playertest"
)

// A summary tells how far the run has come, and which effects did not show on the way.
func TestCoverage(t *testing.T) {
	p, stage := start(t, playertest.Race(), playertest.FixedShop, player.Options{})
	for _, c := range []struct {
		script string
		ran    int
		until  string
		unseen []string
	}{
		{"to e8 -> e8 goto", 8, "e8", nil},
		{"to e17 -> e17 goto", 18, "e17", []string{"e15"}},
		{"continue -> end gone", 22, "", []string{"e15"}},
	} {
		run(t, p, c.script)
		r, err := p.Summary()
		if err != nil {
			t.Fatal(err)
		}
		if g := r.Coverage; g.Ran != c.ran || g.Until != c.until || !slices.Equal(g.Unseen, c.unseen) {
			t.Errorf("%s: %+v", c.script, g)
		}
	}
	stage.OnOpen = func() error { return errors.New("browser gone") }
	if _, err := p.Do(t.Context(), player.Move{Kind: player.StepBack}); err == nil {
		t.Fatal("a page was opened")
	}
	if _, err := p.Summary(); !errors.Is(err, player.ErrNotStarted) {
		t.Errorf("without a page: %v", err)
	}
}
