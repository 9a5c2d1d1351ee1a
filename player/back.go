package player

import (
	"context"
	"slices"
)

// atEnd awaits the pending answers of a pass that has reached the end, if that was not done.
func (r *pass) atEnd(ctx context.Context) error {
	if r.ended {
		return nil
	}
	return r.settle(ctx, true)
}

// progress returns the func that tells how far a re-run is, in actions, without repeating itself.
func (p *Player) progress(before, total int) func(int) {
	tell := p.opt.Listen.Progress
	if tell == nil || total == 0 {
		return nil
	}
	last := -1
	return func(done int) {
		if done = min(before+done, total); done != last {
			last = done
			tell(done, total)
		}
	}
}

// stepBack mirrors Next: from an action it goes to the one before it, from an effect to the effect or action before it,
// and from an effect that has run (a failure) to its action.
func (p *Player) stepBack(ctx context.Context) (Stop, error) {
	before := p.cursor
	if p.at.Pos < p.cursor { // what is shown has run
		before = p.at.Pos + 1
	}
	target := p.cat.action(before)
	if p.at.Pos == p.cursor && p.effect(p.at.Pos) {
		target = p.lineBefore(p.at.Pos)
	}
	if target < 0 && p.cursor == 0 || before == 0 {
		if err := p.ensure(ctx); err != nil {
			return Stop{}, err
		}
		return Stop{Pos: 0, Reason: Entry, Text: startText}, nil
	}
	s, err := p.back(ctx, max(target, 0))
	if err == nil && s.Pos == 0 && s.Reason == Step && target < 0 {
		s.Reason, s.Text = Entry, startText
	}
	return s, err
}

// back goes back to pos: at once where a page is parked there or where what was known there can be shown, else by
// running.
func (p *Player) back(ctx context.Context, pos int) (Stop, error) {
	if !p.chase.has(pos) && p.recall(pos) {
		p.trace("%s from the journal; the page follows", p.label(pos))
		return Stop{Pos: pos, Reason: Step}, nil
	}
	return p.reach(ctx, pos)
}

// lineBefore is the effect or action before a position; -1: there is none.
func (p *Player) lineBefore(pos int) int {
	for pos--; pos >= 0 && !p.file.Kind(pos).Action() && !p.file.Kind(pos).Effect(); pos-- {
	}
	return pos
}

// runTo runs to a position, forward or back, and stops for nothing on the way.
func (p *Player) runTo(ctx context.Context, pos int) (Stop, error) {
	var s Stop
	var err error
	if pos < p.cursor || p.Touched() && pos <= p.cursor {
		s, err = p.back(ctx, pos)
	} else if err = p.ensure(ctx); err == nil {
		p.pass.queue = nil
		s, err = p.pass.forward(ctx, mode{until: pos})
	}
	if err == nil && s.Reason == Step {
		s.Reason = Goto
		if s.Pos == 0 {
			s.Text = startText
		}
	}
	return s, err
}

// reverse goes back to the nearest earlier point where what is set now would stop: conditions depend on the page, so a
// run from the start notes every stop, and a second one goes to the last of them.
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
