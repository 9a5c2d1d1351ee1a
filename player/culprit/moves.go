package culprit

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sort"
)

// mostMoves bounds the moves of a kind that are listed: no search plays so many orders, and a recording with thousands of
// answers has millions.
const mostMoves = 4096

// swap is a move that passes by so many answers and actions.
type swap struct {
	size int
	move Move
}

// later is 1 for an answer that comes later than recorded, 0 for one that comes earlier.
func (s swap) later() int {
	if s.move.Before > s.move.Answer {
		return 1
	}
	return 0
}

// swaps have two answers change places where both were awaited: the second comes right before the first, or the first right
// behind the second. Those that pass by the fewest answers and actions come first, of these those that need no delay. all says
// that there are no more.
func (r *race) swaps() (list [][]Move, all bool) {
	var found []swap
	far := 1
	for ; far < len(r.answers) && len(found) < mostMoves; far++ {
		for i := range len(r.answers) - far {
			first, second := r.answers[i], r.answers[i+far]
			if r.file.Of(second) > first {
				continue
			}
			size := r.passed(first, second)
			if r.floor[second] < first {
				found = append(found, swap{size, Move{Answer: second, Before: first}})
			}
			found = append(found, swap{size, Move{Answer: first, Before: second + 1}})
		}
	}
	slices.SortStableFunc(found, func(a, b swap) int {
		return cmp.Or(a.size-b.size, cmp.Compare(a.later(), b.later()))
	})
	for _, s := range found {
		list = append(list, []Move{s.move})
	}
	return list, far >= len(r.answers)
}

// passed counts the answers and actions in [from, to).
func (r *race) passed(from, to int) int {
	in := func(list []int) int { return sort.SearchInts(list, to) - sort.SearchInts(list, from) }
	return in(r.answers) + in(r.actions)
}

// shifts have one answer come k actions later, or earlier, for growing k. all says that there are no more.
func (r *race) shifts() (list [][]Move, all bool) {
	k := 1
	for ; k <= len(r.actions) && len(list) < mostMoves; k++ {
		for _, a := range r.answers {
			next := sort.SearchInts(r.actions, a) // the first action behind it
			if next+k < len(r.actions) {
				list = append(list, []Move{{a, r.actions[next+k]}})
			} else if next+k == len(r.actions) {
				list = append(list, []Move{{a, r.file.Len()}})
			}
			if prev := next - k; prev >= 0 && r.actions[prev] > r.floor[a] {
				list = append(list, []Move{{a, r.actions[prev]}})
			}
		}
	}
	return list, k > len(r.actions)
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
		first := r.floor[a] + 1
		moves = append(moves, Move{a, first + random.IntN(end-first+1)})
	}
	return moves
}
