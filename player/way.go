package player

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// reach brings a pass to pos by the cheapest way: from the parked one that stands nearest before it, or from the start.
// Nothing is told on the way, and an interrupt stops it there.
func (p *Player) reach(ctx context.Context, pos int) (Stop, error) {
	begun := time.Now()
	how, err := p.depart(ctx, pos)
	if err != nil {
		return Stop{}, err
	}
	from := p.pass.done
	s, err := p.pass.forward(ctx, mode{until: pos, quiet: true, progress: p.progress(0, p.cat.actionsBefore(pos))})
	if err == nil && pos >= p.file.Len() && s.Pos >= p.file.Len() {
		err = p.pass.atEnd(ctx)
	}
	switch {
	case err == nil && s.Reason == Paused:
		p.trace("interrupted at %s on the way to %s", p.label(p.pass.pos), p.label(pos))
	case err == nil:
		p.trace("%s %s, then %d actions, %d ms", p.label(pos), how, p.pass.done-from, time.Since(begun).Milliseconds())
	}
	return s, err
}

// depart makes the pass that is to go to pos the one that is shown, and says in words which that is.
func (p *Player) depart(ctx context.Context, pos int) (how string, err error) {
	p.leave()
	defer p.forsake() // nobody waits for that, and the window stays until the other is in view
	if err := p.chase.await(ctx, pos); err != nil {
		return "", err
	}
	for r := p.chase.take(pos); r != nil; r = p.chase.take(pos) {
		if r.course = p.course; r.uncounted(pos) {
			p.chase.discard(r) // conditions were set since it was there
			continue
		}
		p.adopt(ctx, r)
		if r.pos == pos {
			return "from a page that is parked there", nil
		}
		return "from a page parked at " + p.label(r.pos), nil
	}
	if err := p.open(ctx); err != nil {
		return "", err
	}
	return "from the start", nil
}

// adopt makes a pass the one that is shown.
func (p *Player) adopt(ctx context.Context, r *pass) {
	if s, ok := r.page.(Shower); ok {
		if err := s.Show(ctx); err != nil {
			p.log.Warn("the page is not in view", "err", err)
		}
	}
	r.brake, r.course = p.brake, p.course
	p.pass, p.past = r, nil
}

// trace tells which way was taken.
func (p *Player) trace(format string, a ...any) {
	if p.opt.Trace != nil {
		p.opt.Trace(fmt.Sprintf(format, a...))
	}
}

// label names a position for a trace.
func (p *Player) label(pos int) string {
	if pos >= p.file.Len() {
		return "the end"
	}
	return fmt.Sprintf("line %d", p.file.Line(pos))
}

// recall shows what was known when the action at pos was next, without a page: the live one is on its way from then on. It
// returns false where the pass has not been there, or is not what the recording makes of it.
func (p *Player) recall(pos int) bool {
	v := p.view()
	if !p.chase.on() || v == nil || p.Touched() || v.pass.hung {
		return false
	}
	m, ok := v.pass.marks[pos]
	if !ok {
		return false
	}
	if p.pass != nil {
		p.leave()
	}
	p.past = &outcome{v.pass, m}
	return true
}

// leave takes the pass away whose page is not where the player goes. The page stays open until another one is there.
func (p *Player) leave() {
	if p.pass != nil {
		p.forsake()
		p.left, p.pass = p.pass, nil
	}
}

// forsake closes the page that was left.
func (p *Player) forsake() {
	if p.left != nil {
		p.chase.discard(p.left)
		p.left = nil
	}
}

// Ready brings the live page to the cursor, where it is not there yet, and returns it. When ctx ends before it is there, it
// stays on the way, and the error is that of ctx. Other errors are those of [Player.Do].
func (p *Player) Ready(ctx context.Context) (Page, error) {
	switch {
	case p.closed:
		return nil, ErrClosed
	case !p.started:
		return nil, ErrNotStarted
	case p.pass != nil:
		return p.pass.page, nil
	case p.past == nil:
		return nil, ErrNoPage
	}
	var brake atomic.Bool
	defer context.AfterFunc(ctx, func() { brake.Store(true) })()
	p.brake = &brake
	defer func() { p.brake = &p.interrupted }()
	p.chase.hold()
	defer p.aim()
	if err := p.chase.await(ctx, p.cursor); err != nil {
		return nil, err
	}
	past := p.past
	err := p.ensure(context.WithoutCancel(ctx)) // a command that is cut off would cost the page
	switch {
	case errors.Is(err, errInterrupted):
		p.chase.give(p.pass)
		p.pass, p.past = nil, past
		return nil, ctx.Err()
	case err != nil:
		p.lost()
		return nil, err
	}
	p.pass.brake = &p.interrupted
	return p.pass.page, nil
}

// Wait waits until the pages that are kept ready behind the cursor stand where they should, as far as there is memory for
// them: for benchmarks and tests.
func (p *Player) Wait(ctx context.Context) error { return p.chase.wait(ctx) }

// aim has the chaser work for where the player stands.
func (p *Player) aim() {
	if p.chase.on() {
		n := p.cat.actionsBefore(p.cursor)
		film := p.file.Len()
		if n > 0 {
			film = p.cat.actions[max(0, n-albumReach)]
		}
		p.chase.aim(p.plan(p.cursor), film)
	}
}
