package sources

import (
	"slices"
	"testing"
)

// TestFitRhythm: a pause between two words stays between the halves of a text of another length.
func TestFitRhythm(t *testing.T) {
	times := []float64{0, 10, 20, 900, 910, 920}
	for n, want := range map[int][]float64{
		0: {}, 1: {0}, 2: {0, 880}, 4: {0, 10, 890, 900}, 6: times, 9: {0, 0, 10, 10, 20, 900, 900, 910, 920},
	} {
		if got := FitRhythm(times, n); !slices.Equal(got, want) {
			t.Errorf("%d characters: %v, want %v", n, got, want)
		}
	}
	if got := FitRhythm(nil, 3); got != nil {
		t.Errorf("no times became %v", got)
	}
}
