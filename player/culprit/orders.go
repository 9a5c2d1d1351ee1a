package culprit

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"restep/player/playback"
)

// Move has an answer come at another place than it was recorded at.
type Move struct {
	Answer int // position of the answer in the recording
	Before int // position of the event that it comes right before; the number of events: at the end
}

// ahead is how long before the event that it is moved in front of an answer comes, in ms, where there is room, and how long after
// the last one: what the app does with it, within a frame of 16⅔ ms too, is done by then.
const ahead = 20

// race is a recording with the answers that can be moved: those of requests that scripts made, and the messages of sockets and
// event streams. Answers of documents and of what they load come from the app.
type race struct {
	file    *playback.File
	lines   []playback.Line
	answers []int // positions, ascending
	actions []int
	sent    []int // messages that the app sent, ascending
	// floor is the last event that an answer comes after in any order: its request; for a message also the one before it on the
	// same connection, and what the app had sent or asked by then that may have changed something, since a server tells of
	// that on any connection.
	floor map[int]int
	pairs [][2]int // events of which the first comes before the second in any order
	// needs are requests, or messages that the app sends, that were seen to wait for an answer: answer -> the first of them.
	needs map[int]int
}

// newRace finds the answers that can be moved.
func newRace(f *playback.File) (*race, error) {
	r := &race{file: f, floor: map[int]int{}, needs: map[int]int{}}
	script, delivered := map[int]bool{}, map[int]int{} // requests; how many lines each gets
	in, talks := map[int]int{}, map[int]bool{}         // request -> the last line that it got, whether the app sent any
	asked := -1                                        // the last thing that the app said that may have changed something
	for pos := range f.Len() {
		e, err := f.Event(pos)
		if err != nil {
			return nil, fmt.Errorf("decode event %s: %w", f.ID(pos), err)
		}
		r.lines = append(r.lines, playback.Line{Pos: pos, T: e.T, Cause: e.Cause, On: e.On.Ref})
		of := f.Of(pos)
		switch {
		case e.Kind.Action():
			r.actions = append(r.actions, pos)
		case e.Kind == playback.Req:
			script[pos] = byScript(e.Resource)
			if m := cmp.Or(e.Method, "GET"); m != "GET" && m != "HEAD" {
				asked = pos
			}
		case !e.Kind.Delivered() || of < 0:
		case !e.Delivered():
			r.sent, talks[of], asked = append(r.sent, pos), true, pos
		default:
			delivered[of]++
			r.after(pos, of)
			if before, ok := in[of]; ok {
				r.after(pos, before)
			}
			if isMessage(e.Kind) && asked >= 0 {
				r.after(pos, asked)
			}
			in[of] = pos
		}
	}
	for pos := range f.Len() {
		if _, ok := r.floor[pos]; !ok || !script[f.Of(pos)] {
			continue
		}
		if isMessage(f.Kind(pos)) || delivered[f.Of(pos)] == 1 && !talks[f.Of(pos)] {
			r.answers = append(r.answers, pos)
		}
	}
	return r, nil
}

// after has an answer come after an event in any order.
func (r *race) after(answer, event int) {
	r.floor[answer] = max(r.floor[answer], event)
	r.pairs = append(r.pairs, [2]int{event, answer})
}

func isMessage(k playback.Kind) bool { return k == playback.WS || k == playback.SSE }

// byScript reports whether scripts make requests for such a resource, as [playback.Event].Resource names it.
func byScript(resource string) bool {
	switch resource {
	case "", "fetch", "xhr", "ws", "sse":
		return true
	}
	return false
}

// order is the recording with some moves made, one after the other.
type order struct {
	moves []Move
	lines []playback.Line
}

// apply makes moves. It reports false where an answer would come before what it cannot come before, or after what was seen to
// wait for it, or where it is no move.
func (r *race) apply(moves ...Move) (order, bool) {
	o := order{moves: moves, lines: slices.Clone(r.lines)}
	for _, m := range moves {
		if m.Before == m.Answer {
			return o, false
		}
		from, to := index(o.lines, m.Answer), index(o.lines, m.Before)
		block := []playback.Line{o.lines[from]}
		if from < to {
			block = append(block, r.replies(o.lines[from:to])...)
		}
		moved := func(l playback.Line) bool { return slices.Contains(block, l) }
		o.lines = slices.DeleteFunc(o.lines, moved)
		to = index(o.lines, m.Before)
		t := math.Inf(-1)
		if to > 0 {
			t = o.lines[to-1].T
		}
		if to < len(o.lines) {
			t = max(t, o.lines[to].T-ahead)
		} else {
			t += ahead
		}
		for i := range block {
			block[i].T = t
		}
		o.lines = slices.Insert(o.lines, to, block...)
	}
	return o, r.possible(o.lines) && r.key(o) != r.key(order{lines: r.lines})
}

// replies are what the app sends, in lines that begin with a message, on the connection of that before the next message there: it
// comes later where the message does, whether it answers that or not.
func (r *race) replies(lines []playback.Line) (out []playback.Line) {
	of := r.file.Of(lines[0].Pos)
	for _, l := range lines[1:] {
		if r.file.Of(l.Pos) != of {
			continue
		}
		if _, sent := slices.BinarySearch(r.sent, l.Pos); !sent {
			break
		}
		out = append(out, l)
	}
	return out
}

// index is where the event at a position of the recording stands now; behind the last one for what is behind it.
func index(lines []playback.Line, pos int) int {
	if i := slices.IndexFunc(lines, func(l playback.Line) bool { return l.Pos == pos }); i >= 0 {
		return i
	}
	return len(lines)
}

// possible reports whether every answer comes behind what it cannot come before, and ahead of those that need it.
func (r *race) possible(lines []playback.Line) bool {
	at := make([]int, len(lines))
	for i, l := range lines {
		at[l.Pos] = i
	}
	for _, p := range r.pairs {
		if at[p[1]] < at[p[0]] {
			return false
		}
	}
	for a, req := range r.needs {
		if at[a] > at[req] {
			return false
		}
	}
	return true
}

// key is the same for orders in which answers and actions come alike.
func (r *race) key(o order) string {
	var seq []int
	for _, l := range o.lines {
		if k := r.file.Kind(l.Pos); k.Action() || k.Delivered() {
			seq = append(seq, l.Pos)
		}
	}
	return setKey(seq)
}
