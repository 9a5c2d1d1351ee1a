package culprit

import (
	"fmt"
	"slices"
	"sort"

	"restep/player/playback"
)

// always is the owner of lines that no action takes with it.
const always = -1

// script is a file taken apart into actions and what goes with each. It does not change, but for learn.
type script struct {
	file    *playback.File
	actions []int   // positions
	scenes  []scene // of the actions
	owner   []int   // by position: the index of the action that a line goes with, or always
	root    []int   // by position: the request at the beginning of its chain of redirects and answers, -1 for none
	lines   []playback.Line
}

// newScript takes a file apart. Lines of spare go with no action: they say what must happen.
func newScript(f *playback.File, spare map[int]bool) (*script, error) {
	s := &script{file: f, owner: make([]int, f.Len()), root: make([]int, f.Len())}
	before := make([]int, f.Len()) // the event that a line goes with, which may stand behind it; -1: the action before
	traces := map[string]int{}
	urls := map[string]string{} // tab -> where it is
	for pos := range f.Len() {
		e, err := f.Event(pos)
		if err != nil {
			return nil, fmt.Errorf("decode event %s: %w", f.ID(pos), err)
		}
		s.place(e, urls)
		s.lines = append(s.lines, playback.Line{Pos: pos, T: e.T, Cause: e.Cause, On: e.On.Ref})
		if e.Kind.Action() {
			s.actions = append(s.actions, pos)
		}
		if e.Kind == playback.Req && e.Trace != "" {
			traces[e.Trace] = pos
		}
		before[pos] = s.subject(e, pos, traces)
	}
	for pos := range f.Len() {
		s.own(pos, before)
		if spare[pos] {
			s.owner[pos] = always
		}
	}
	return s, nil
}

// place takes in where an action took place, and where it led to.
func (s *script) place(e *playback.Event, urls map[string]string) {
	switch e.Kind {
	case playback.Open, playback.PageCommit, playback.Route:
		urls[e.Tab] = e.URL
	}
	if e.Kind.Action() {
		s.scenes = append(s.scenes, scene{tab: e.Tab, element: element(e)})
	}
	if n := len(s.scenes); n > 0 {
		x := &s.scenes[n-1]
		x.after = x.tab + "\x00" + urls[x.tab]
	}
}

// subject is the event that a line goes with: itself for an action, -1 where the file does not say, always-1 where it goes
// with nothing.
func (s *script) subject(e *playback.Event, pos int, traces map[string]int) int {
	f := s.file
	refer := func(id string) int {
		if at, ok := f.Find(id); ok {
			return at
		}
		return -1
	}
	switch {
	case e.Kind.Action():
		return pos
	case f.Of(pos) >= 0:
		return f.Of(pos)
	case e.From != "":
		return refer(e.From)
	case e.On.Ref != "":
		return refer(e.On.Ref)
	case e.Kind.Backend() && e.Trace != "":
		if at, ok := traces[e.Trace]; ok {
			return at
		}
	}
	if f.Cause(pos) >= 0 {
		return f.Cause(pos)
	}
	if e.Kind.Effect() {
		return -1
	}
	return nobody
}

// nobody is the subject of a line that goes with nothing.
const nobody = -2

// own follows the subjects of a line to an action.
func (s *script) own(pos int, before []int) {
	s.owner[pos], s.root[pos] = always, -1
	for at, steps := pos, 0; steps <= s.file.Len(); steps++ { // references may form a ring
		if s.file.Kind(at) == playback.Req {
			s.root[pos] = at
		}
		switch next := before[at]; next {
		case nobody:
			return
		case at:
			s.owner[pos] = s.index(at)
			return
		case -1: // an effect without a cause: it followed the action before
			s.owner[pos] = s.before(at)
			return
		default:
			at = next
		}
	}
}

// index is the index of the action at a position.
func (s *script) index(pos int) int { return sort.SearchInts(s.actions, pos) }

// before is the index of the last action before a position, or always.
func (s *script) before(pos int) int { return s.index(pos) - 1 }

// pick is a part of a script.
type pick struct {
	actions []int        // indexes, ascending
	free    map[int]bool // requests, by root, that are there whether or not their action is
	out     map[int]bool // positions of lines that are left out, with the answers of requests
}

// view is the file of a part: its actions, what goes with them, and what goes with none. A line whose cause is not there
// is caused by the action before it.
func (s *script) view(p pick) *playback.File {
	there := make([]bool, len(s.actions))
	for _, i := range p.actions {
		there[i] = true
	}
	has := func(pos int) bool {
		if p.out[pos] || s.file.Of(pos) >= 0 && p.out[s.file.Of(pos)] {
			return false
		}
		o := s.owner[pos]
		return o == always || there[o] || s.root[pos] >= 0 && p.free[s.root[pos]]
	}
	var lines []playback.Line
	last := "" // id of the action before
	for pos, l := range s.lines {
		if !has(pos) {
			continue
		}
		if s.file.Kind(pos).Action() {
			last = s.file.ID(pos)
		}
		for _, ref := range [...]*string{&l.Cause, &l.On} {
			if at, ok := s.file.Find(*ref); ok && !has(at) {
				*ref = last
			}
		}
		lines = append(lines, l)
	}
	return s.file.View(lines)
}

// chunks are the actions in groups to be left out: what seldom matters first, then the rest in halves, the later first.
func (s *script) chunks(actions []int) [][]int {
	var seldom, rest []int
	for _, i := range actions {
		switch s.file.Kind(s.actions[i]) {
		case playback.Hover, playback.Scroll:
			seldom = append(seldom, i)
		default:
			rest = append(rest, i)
		}
	}
	half := len(rest) / 2
	chunks := [][]int{seldom, rest[half:], rest[:half]}
	return slices.DeleteFunc(chunks, func(c []int) bool { return len(c) == 0 })
}
