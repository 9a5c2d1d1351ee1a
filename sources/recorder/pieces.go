package recorder

import (
	"math"
	"slices"
)

// pieces are when the content of an answer came: moments in ms since the start, and bytes.
type pieces [][2]float64

const (
	slow       = 100  // ms from the head of an answer to its end from which on its pieces are recorded: an app may show them
	mostPieces = 4096 // of an answer; what comes later is part of the last one
	together   = 4    // ms within which content is one piece
)

// add takes in a piece of content.
func (p *pieces) add(at float64, size int64) {
	list := *p
	if n := len(list); n > 0 && (at-list[n-1][0] < together || n == mostPieces) {
		list[n-1][1] += float64(size)
		return
	}
	*p = append(list, [2]float64{at, float64(size)})
}

// chunks are the pieces as an event has them, by when the head came; nil where the content came at once, and where it is
// not known or nothing that a script can read bit by bit. Of an answer that the app broke off the last one has no bytes.
func (r *request) chunks() [][2]float64 {
	list := r.pieces
	if r.open {
		list = append(slices.Clone(list), [2]float64{r.ended, 0})
	}
	n := len(list)
	if n < 2 || r.event.Resource != "fetch" || r.hole != nil || !r.open && list[n-1][0]-r.answered < slow {
		return nil
	}
	out := make([][2]float64, n)
	for i, p := range list {
		out[i] = [2]float64{math.Round(max(0, p[0]-r.answered)*10) / 10, p[1]}
	}
	return out
}
