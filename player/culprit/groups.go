package culprit

import (
	"cmp"
	"slices"
	"strings"

	"restep/player/playback"
)

// scene is where an action took place, by which actions are grouped.
type scene struct {
	tab     string // "" where the file has one tab
	element string // what it was done to; "" for none
	after   string // the tab and the URL that it led to, or left as they were
}

// element is the same for actions on one element, as far as its selectors tell.
func element(e *playback.Event) string {
	t := e.On.Target
	if t == nil {
		return ""
	}
	by := cmp.Or(t.TestID, strings.Join(t.CSS, " "), t.XPath, t.Role+" "+t.Name)
	return e.Tab + "\x00" + by
}

// mostPairs is of how many actions every pair is tried: 66 parts for twelve.
const mostPairs = 12

// groups are sets of kept actions that may be needed only because of each other: without one of them the rest goes another
// way, without all of them nothing is missing. In this order: what led to another place and back; what was done in another
// tab, with the action that led there, or back, or both; what was done to one element, and neighbours among that; neighbours
// by three; and pairs. Lost says at which action the rest left the recording without one: then only that may go with it.
func (s *script) groups(kept []int, lost map[int]int) [][]int {
	var out [][]int
	add := func(set []int) {
		if len(set) > 1 {
			out = append(out, slices.Clone(set))
		}
	}
	s.detours(kept, add)
	s.visits(kept, add)
	byElement := map[string][]int{}
	var elements []string // in order of appearance, so that every search tries the same
	for _, i := range kept {
		name := s.scenes[i].element
		if name == "" {
			continue
		}
		if byElement[name] == nil {
			elements = append(elements, name)
		}
		byElement[name] = append(byElement[name], i)
	}
	for _, name := range elements {
		add(byElement[name])
	}
	for _, name := range elements {
		windows(byElement[name], 2, add)
	}
	windows(kept, 3, add)
	s.pairs(kept, lost, add)
	return out
}

// pairs are an action with the one that the rest is lost at without it, and those without which the rest goes on, but to
// another end, by two.
func (s *script) pairs(kept []int, lost map[int]int, add func([]int)) {
	var free []int
	for _, i := range kept {
		if at, known := lost[i]; !known {
			free = append(free, i)
		} else if at > i && slices.Contains(kept, at) {
			add([]int{i, at})
		}
	}
	if len(free) > mostPairs {
		windows(free, 2, add)
		return
	}
	for n, i := range free {
		for _, j := range free[n+1:] {
			add([]int{i, j})
		}
	}
}

// windows are the neighbours of a list by n.
func windows(list []int, n int, add func([]int)) {
	for i := 0; i+n <= len(list); i++ {
		add(list[i : i+n])
	}
}

// detours are the actions between two times at one place, where there was another place between: to the last return, then to
// the first.
func (s *script) detours(kept []int, add func([]int)) {
	for n := range kept {
		here := s.scenes[kept[n]].after
		if n+1 == len(kept) || s.scenes[kept[n+1]].after == here {
			continue
		}
		back := func(i int) bool { return s.scenes[i].after == here }
		first := slices.IndexFunc(kept[n+1:], back)
		if first < 0 {
			continue
		}
		last := len(kept) - 1
		for !back(kept[last]) {
			last--
		}
		add(kept[n+1 : last+1])
		add(kept[n+1 : n+2+first])
	}
}

// visits are the runs of actions in a tab between such in another one, with what stands before and behind.
func (s *script) visits(kept []int, add func([]int)) {
	for from := 0; from < len(kept); {
		to := from + 1
		for to < len(kept) && s.scenes[kept[to]].tab == s.scenes[kept[from]].tab {
			to++
		}
		if from > 0 {
			if to < len(kept) {
				add(kept[from-1 : to+1])
				add(kept[from : to+1])
			}
			add(kept[from-1 : to])
			add(kept[from:to])
		}
		from = to
	}
}
