package player

import "context"

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
