package recorder

import (
	"slices"
	"testing"

	"restep/player/playback"
)

// Content that comes slowly is recorded in pieces, and what comes together is one.
func TestChunks(t *testing.T) {
	r := &request{event: playback.Event{Resource: "fetch"}, answered: 1000}
	for _, p := range [][2]float64{{1001, 3}, {1003, 2}, {1050.26, 4}} {
		r.pieces.add(p[0], int64(p[1]))
	}
	if got := r.chunks(); got != nil {
		t.Errorf("after 50 ms: %v", got)
	}
	r.pieces.add(1200, 1)
	want := [][2]float64{{1, 5}, {50.3, 4}, {200, 1}}
	if got := r.chunks(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	broken := *r
	broken.tap = &tap{told: true, data: []byte("all of it!")}
	if want = append(slices.Clone(want), [2]float64{250, 0}); !broken.brokenOff(1250) || !slices.Equal(broken.chunks(), want) {
		t.Errorf("where it was broken off: %v, want %v", broken.chunks(), want)
	}
	r.event.Resource = "xhr"
	if got := r.chunks(); got != nil {
		t.Errorf("of an XMLHttpRequest: %v", got)
	}
	var many pieces
	for i := range 3 * mostPieces {
		many.add(float64(10*i), 1)
	}
	if len(many) != mostPieces || many[mostPieces-1][1] != 2*mostPieces+1 {
		t.Errorf("%d pieces, the last of %v bytes", len(many), many[mostPieces-1][1])
	}
}
