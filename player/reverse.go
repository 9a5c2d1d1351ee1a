package player

import (
	"cmp"
	"context"
	"slices"

	"restep/player/playback"
)

// reverse goes back to the nearest earlier point where what is set now would stop. Where the file alone says which that
// is, the player goes there. Else conditions and what the page does decide: a run from the start notes every stop, and a
// second one goes to the last of them.
func (p *Player) reverse(ctx context.Context) (Stop, error) {
	end := p.cursor
	if p.pass != nil && p.pass.hung { // not into what hangs once more
		end = p.at.Pos
	}
	if end == 0 {
		if err := p.ensure(ctx); err != nil {
			return Stop{}, err
		}
		return Stop{Pos: 0, Reason: Entry, Text: startText}, nil
	}
	if pos, ids, ok := p.stopBefore(end); ok {
		s, err := p.back(ctx, pos)
		if err == nil && s.Reason == Step {
			s.Reason, s.Breaks = Breakpoint, ids
			if len(ids) == 0 {
				s.Reason, s.Text = Entry, startText
			}
		}
		return s, err
	}
	total := p.cat.actionsBefore(end)
	n := 0
	if p.mayStop() {
		_, found, err := p.stops(ctx, end, 0, p.progress(0, 2*total))
		if err != nil {
			return Stop{}, err
		}
		if n = found; n < 0 { // interrupted
			return Stop{Pos: p.pass.pos, Reason: Paused}, nil
		}
	}
	if n == 0 {
		if err := p.open(ctx); err != nil {
			return Stop{}, err
		}
		return Stop{Pos: 0, Reason: Entry, Text: startText}, nil
	}
	s, _, err := p.stops(ctx, end, n, p.progress(total, 2*total))
	return s, err
}

// mayStop reports whether anything is set that could stop.
func (p *Player) mayStop() bool { return len(p.course.breaks.all) > 0 || len(p.course.filters) > 0 }

// stopBefore finds the last breakpoint that stops before end, with the ids that do; 0 and none where nothing does. ok is
// false where that depends on more than the file.
func (p *Player) stopBefore(end int) (pos int, ids []int, ok bool) {
	v := p.view()
	if v == nil || p.Touched() || len(p.course.filters) > 0 && v.troubled() {
		return 0, nil, false
	}
	for _, b := range p.course.breaks.all {
		if b.Condition != "" || p.cat.observed(b.Pos) {
			return 0, nil, false
		}
	}
	places := slices.Clone(p.course.breaks.all)
	slices.SortStableFunc(places, func(a, b Break) int { return cmp.Compare(a.Pos, b.Pos) })
	hits := map[int]int{} // by ID
	for len(places) > 0 && places[0].Pos < end {
		at := places[0].Pos
		n := slices.IndexFunc(places, func(b Break) bool { return b.Pos > at })
		if n < 0 {
			n = len(places)
		}
		for _, b := range places[:n] {
			hits[b.ID]++
		}
		if here := stopping(places[:n], hits); len(here) > 0 && at > 0 {
			pos, ids = at, here
		}
		places = places[n:]
	}
	return pos, ids, true
}

// stopping lists those that stop of the breakpoints without conditions at a place, by the number of their hits.
func stopping(here []Break, hits map[int]int) []int {
	var ids []int
	for _, b := range here {
		if stops, err := hit(b.Hit, hits[b.ID]); b.Log == "" && err == nil && stops {
			ids = append(ids, b.ID)
		}
	}
	return ids
}

// troubled reports whether the run has shown anything that an exception filter could stop for.
func (v *outcome) troubled() bool {
	if v.failures > 0 || v.divergences > 0 {
		return true
	}
	trouble := func(s *Seen) bool {
		return s.Status >= 400 || s.Kind == playback.Error || s.Kind == playback.Console && s.Level == "error"
	}
	for _, s := range v.pass.led.live {
		if trouble(&s) {
			return true
		}
	}
	for _, list := range v.pass.led.extra {
		if slices.ContainsFunc(list, func(x extra) bool { return trouble(&x.Seen) }) {
			return true
		}
	}
	return false
}

// stops runs from the start up to the cursor end. With n = 0 it counts: the result is the number, from 1, of the last
// stop before the one where the player stands; 0: none, -1: interrupted. With another n it stays at the n-th stop.
func (p *Player) stops(ctx context.Context, end, n int, progress func(int)) (Stop, int, error) {
	from := p.at
	if err := p.open(ctx); err != nil {
		return Stop{}, 0, err
	}
	last := 0
	for count := 1; ; count++ {
		s, err := p.pass.forward(ctx, mode{until: end, stops: true, quiet: true, progress: progress})
		switch {
		case err != nil:
			return Stop{}, 0, err
		case s.Reason == Paused:
			return s, -1, nil
		case s.Reason == Step, n == 0 && p.pass.pos == end && sameStop(s, from):
			return s, last, nil
		case count == n:
			return s, n, nil
		case p.pass.pos < end || s.Pos < from.Pos:
			last = count
		}
	}
}

// sameStop reports whether two stops at the same cursor are the same one.
func sameStop(a, b Stop) bool {
	return a.Pos == b.Pos && a.Reason == b.Reason && a.Filter == b.Filter && slices.Equal(a.Breaks, b.Breaks)
}
