package culprit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"

	"restep/player/playback"
)

// Move has an answer come at another place than it was recorded at.
type Move struct {
	Answer int // position of the answer in the recording
	Before int // position of the event that it comes right before; the number of events: at the end
}

// ahead is how long before the event that it is moved in front of an answer comes, in ms, where there is room: what the app
// does with it, within a frame of 16⅔ ms too, is done by then.
const ahead = 20

// race is a recording with the answers that can be moved.
type race struct {
	file    *playback.File
	lines   []playback.Line
	answers []int // positions, ascending
	actions []int
	// needs are requests that were seen to wait for an answer: answer -> the first of them.
	needs map[int]int
}

// newRace finds the answers of requests that scripts made. Those of documents and of what they load come from the app, and the
// messages of sockets and streams keep their order.
func newRace(f *playback.File) (*race, error) {
	r := &race{file: f, needs: map[int]int{}}
	script, several := map[int]bool{}, map[int]int{}
	for pos := range f.Len() {
		e, err := f.Event(pos)
		if err != nil {
			return nil, fmt.Errorf("decode event %s: %w", f.ID(pos), err)
		}
		r.lines = append(r.lines, playback.Line{Pos: pos, T: e.T, Cause: e.Cause, On: e.On.Ref})
		switch {
		case e.Kind.Action():
			r.actions = append(r.actions, pos)
		case e.Kind == playback.Req:
			script[pos] = e.Resource == "" || e.Resource == "fetch" || e.Resource == "xhr"
		case e.Kind.Delivered() && f.Of(pos) >= 0:
			several[f.Of(pos)]++
		}
	}
	for pos := range f.Len() {
		if k := f.Kind(pos); (k == playback.Res || k == playback.Fail) && script[f.Of(pos)] && several[f.Of(pos)] == 1 {
			r.answers = append(r.answers, pos)
		}
	}
	return r, nil
}

// order is the recording with some moves made, one after the other.
type order struct {
	moves []Move
	lines []playback.Line
}

// apply makes moves. It reports false where an answer would come before its own request was made, or after a request that was
// seen to wait for it, or where it is no move.
func (r *race) apply(moves ...Move) (order, bool) {
	o := order{moves: moves, lines: slices.Clone(r.lines)}
	for _, m := range moves {
		if m.Before == m.Answer {
			return o, false
		}
		from := index(o.lines, m.Answer)
		line := o.lines[from]
		o.lines = slices.Delete(o.lines, from, from+1)
		to := index(o.lines, m.Before)
		if to > 0 {
			line.T = o.lines[to-1].T
		}
		if to < len(o.lines) {
			line.T = max(line.T, o.lines[to].T-ahead)
		}
		o.lines = slices.Insert(o.lines, to, line)
	}
	return o, r.possible(o.lines) && r.key(o) != r.key(order{lines: r.lines})
}

// index is where the event at a position of the recording stands now; behind the last one for what is behind it.
func index(lines []playback.Line, pos int) int {
	if i := slices.IndexFunc(lines, func(l playback.Line) bool { return l.Pos == pos }); i >= 0 {
		return i
	}
	return len(lines)
}

// possible reports whether every answer has its request before it, and those behind it that need it.
func (r *race) possible(lines []playback.Line) bool {
	at := make([]int, len(lines))
	for i, l := range lines {
		at[l.Pos] = i
	}
	for _, a := range r.answers {
		if at[a] < at[r.file.Of(a)] {
			return false
		}
		if req, ok := r.needs[a]; ok && at[a] > at[req] {
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

// swaps have one answer come before another that came first, where both were asked for by then: those that pass by the
// fewest answers and actions first.
func (r *race) swaps() [][]Move {
	type swap struct{ size, first, second int }
	var list []swap
	for _, second := range r.answers {
		for _, first := range r.answers {
			if first < second && r.file.Of(second) < first {
				list = append(list, swap{r.passed(first, second), first, second})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b swap) int { return a.size - b.size })
	var out [][]Move
	for _, s := range list {
		out = append(out, []Move{{Answer: s.second, Before: s.first}})
	}
	return out
}

// passed counts the answers and actions in [from, to).
func (r *race) passed(from, to int) int {
	in := func(list []int) int { return sort.SearchInts(list, to) - sort.SearchInts(list, from) }
	return in(r.answers) + in(r.actions)
}

// shifts have one answer come k actions later, or earlier, for growing k.
func (r *race) shifts() [][]Move {
	var out [][]Move
	for k := 1; k <= len(r.actions); k++ {
		for _, a := range r.answers {
			next := sort.SearchInts(r.actions, a) // the first action behind it
			if next+k < len(r.actions) {
				out = append(out, []Move{{a, r.actions[next+k]}})
			} else if next+k == len(r.actions) {
				out = append(out, []Move{{a, r.file.Len()}})
			}
			if prev := next - k; prev >= 0 && r.actions[prev] > r.file.Of(a) {
				out = append(out, []Move{{a, r.actions[prev]}})
			}
		}
	}
	return out
}

// shuffled moves some answers to places up to five actions away.
func (r *race) shuffled(random *rand.Rand) []Move {
	var moves []Move
	for _, i := range random.Perm(len(r.answers))[:1+random.IntN(min(3, len(r.answers)))] {
		a := r.answers[i]
		next := sort.SearchInts(r.actions, a)
		end := r.file.Len()
		if next+5 < len(r.actions) {
			end = r.actions[next+5]
		}
		first := r.file.Of(a) + 1
		moves = append(moves, Move{a, first + random.IntN(end-first+1)})
	}
	return moves
}
