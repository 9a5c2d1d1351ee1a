package sources

import (
	"fmt"
	"testing"

	"restep/player/playback"
)

// TestLearningLineByLine: a recording that goes on learns from each line before it masks it. What that takes must not
// grow with the secrets that are known. Allocations are counted, since times depend on what else the machine does.
func TestLearningLineByLine(t *testing.T) {
	m := testMasker()
	n := 0
	line := func() {
		n++
		body := fmt.Sprintf(`{"token":"q7Z%dkWm4xTb%07d","text":"some words"}`, n%10, n*7919%9999991)
		e := &playback.Event{Kind: playback.Res}
		m.LearnEvent(e, []byte(body))
		if out := m.Event(e, []byte(body)); string(out) == body {
			t.Fatalf("%s is not masked", out)
		}
	}
	for range 50 {
		line()
	}
	few := testing.AllocsPerRun(50, line)
	for range 3000 {
		line()
	}
	many := testing.AllocsPerRun(50, line)
	t.Logf("%d secrets; allocations for a line: %.0f with 50, %.0f with 3000", m.replacer.Len(), few, many)
	if m.replacer.Len() < 3000 || many > 2*few {
		t.Errorf("a line takes %.0f allocations where 50 secrets are known, and %.0f where 3000 are", few, many)
	}
}
