package recorder

import (
	"strconv"
	"testing"

	"restep/player/playback"
)

// TestHeadsMakeRoom keeps the headers that came last, however many come that nobody takes.
func TestHeadsMakeRoom(t *testing.T) {
	f := rack{held: map[call]*heads{}}
	key := func(i int) call { return call{id: strconv.Itoa(i)} }
	for i := range 5 * mostHeads {
		f.of(key(i)).sent = []playback.Headers{{"n": {strconv.Itoa(i)}}}
		if i%2 == 0 {
			f.drop(key(i)) // taken
		}
		if len(f.held) > mostHeads || len(f.order) > 2*mostHeads {
			t.Fatalf("after %d: %d are held, %d are in order", i, len(f.held), len(f.order))
		}
	}
	for i := 5*mostHeads - 1; i > 3*mostHeads; i -= 2 {
		if h := f.held[key(i)]; h == nil || h.sent[0].Get("n") != strconv.Itoa(i) {
			t.Fatalf("the headers of request %d of %d are not there: %+v", i, 5*mostHeads, h)
		}
	}
	if f.of(key(1)).sent != nil {
		t.Error("the first ones are still there")
	}
}
