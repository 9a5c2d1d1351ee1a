package player_test

import (
	"strings"
	"testing"

	"restep/player"
	"restep/player/playertest"
)

// TestConditionsCountsWhatThrew shows that a condition that cannot be evaluated is told from one that is false.
func TestConditionsCountsWhatThrew(t *testing.T) {
	for _, c := range []struct {
		expr   string
		always bool
		never  bool
	}{
		{"nowhere == 1", true, false},
		{"location.href == ''", false, true},
	} {
		p, _ := start(t, playertest.File(base), fetches(nil), player.Options{FailIf: c.expr})
		run(t, p, "continue -> end gone")
		got := p.Conditions()
		if got.Tried == 0 || (got.Threw == got.Tried) != c.always || (got.Threw == 0) != c.never {
			t.Errorf("%s: %+v", c.expr, got)
		}
		if c.always && !strings.Contains(got.Reason, "nowhere") {
			t.Errorf("%s: reason %q", c.expr, got.Reason)
		}
	}
}
