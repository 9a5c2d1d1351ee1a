package player

import (
	"context"
	"errors"
	"fmt"

	"restep/player/playback"
)

// Do makes a move and stops somewhere, always: at the start and at the end it stops there again.
func (p *Player) Do(ctx context.Context, m Move) (Stop, error) {
	switch {
	case p.closed:
		return Stop{}, ErrClosed
	case !p.started:
		return Stop{}, ErrNotStarted
	case (m.Kind == RunTo || m.Kind == SkipTo) && (m.Pos < 0 || m.Pos > p.file.Len()):
		return Stop{}, fmt.Errorf("position %d is not in the file, which has %d events", m.Pos, p.file.Len())
	}
	if m.Kind == Restart {
		return p.Start(ctx)
	}
	p.chase.hold()
	defer p.aim()
	if v := p.view(); v != nil { // also of the one whose page is gone: its hits are counted
		v.pass.course = p.course
	}
	s, err := p.move(ctx, m)
	if errors.Is(err, errInterrupted) {
		s, err = Stop{Pos: p.pass.pos, Reason: Paused}, nil
	}
	if errors.Is(err, ErrHangs) && p.pass != nil {
		s, err = p.pass.hang(ctx)
	}
	p.interrupted.Store(false) // it was meant for this move
	if err != nil {
		p.lost()
		return Stop{}, err
	}
	return p.stopAt(ctx, s)
}

func (p *Player) move(ctx context.Context, m Move) (Stop, error) {
	switch m.Kind {
	case StepBack:
		return p.stepBack(ctx)
	case ReverseContinue:
		return p.reverse(ctx)
	case RunTo:
		return p.runTo(ctx, m.Pos)
	}
	if err := p.ensure(ctx); err != nil {
		return Stop{}, err
	}
	switch m.Kind {
	case Next:
		return p.forward(ctx, p.nextTarget())
	case StepIn:
		return p.forward(ctx, p.inTarget())
	case StepOut:
		return p.forward(ctx, p.outTarget())
	case Continue:
		return p.pass.forward(ctx, mode{until: p.file.Len(), stops: true})
	case SkipTo:
		return p.skipTo(m.Pos), nil
	}
	return Stop{}, fmt.Errorf("unknown move %d", m.Kind)
}

// forward steps to a position; what else the last window gave reason to stop for was shown already.
func (p *Player) forward(ctx context.Context, until int) (Stop, error) {
	p.pass.queue = nil
	return p.pass.forward(ctx, mode{until: until, stops: true})
}

// stopAt records a stop and gives one at the end its reason and text.
func (p *Player) stopAt(ctx context.Context, s Stop) (Stop, error) {
	v := p.view()
	atEnd := v.pos >= p.file.Len() && s.Pos >= p.file.Len()
	if atEnd && s.Reason != Paused && s.Reason != Entry {
		s.Reason, s.Text = End, p.endText()
	}
	if s.Reason == Entry || s.Reason == Step || s.Reason == Goto {
		s.Breaks = v.pass.standing(s.Pos)
	}
	p.at, p.cursor = s, v.pos
	p.record(s)
	return s, nil
}

func (p *Player) endText() string {
	if v := p.Verdict(); v != playback.NoVerdict {
		return "End of the recording: " + string(v)
	}
	return "End of the recording"
}

// lost drops a page after an error: what it would show next is not known. The next move opens one again.
func (p *Player) lost() {
	if err := p.drop(); err != nil {
		p.log.Debug("closing a lost page", "err", err)
	}
}

// errInterrupted ends a move whose page was on its way back to the cursor: the player then stands where that page does.
var errInterrupted = errors.New("interrupted while the page was restored")

// ensure has a page that stands at the cursor, with every hit counted.
func (p *Player) ensure(ctx context.Context) error {
	if p.pass != nil && !p.pass.uncounted(p.cursor) {
		return nil
	}
	s, err := p.reach(ctx, p.cursor)
	if err == nil && s.Reason == Paused {
		err = errInterrupted
	}
	return err
}

// effect reports whether a stop is shown on something else than an action.
func (p *Player) effect(pos int) bool { return pos < p.file.Len() && !p.file.Kind(pos).Action() }

// nextTarget is where Next stops: from an action the next one, from an effect the next effect or action.
func (p *Player) nextTarget() int {
	if p.effect(p.at.Pos) {
		return p.inTarget()
	}
	return max(p.cat.nextAction(p.at.Pos), p.cursor)
}

// inTarget is where StepIn stops: the next effect or action.
func (p *Player) inTarget() int {
	pos := p.at.Pos + 1
	for pos < p.file.Len() && !p.file.Kind(pos).Action() && !p.file.Kind(pos).Effect() {
		pos++
	}
	return max(min(pos, p.file.Len()), p.cursor)
}

// outTarget is where StepOut stops: from an effect at the next action, from an action at the end of its page, which is
// where the next document is committed or asked for.
func (p *Player) outTarget() int {
	at := p.at.Pos
	if p.effect(at) {
		return max(p.cat.nextAction(at), p.cursor)
	}
	own := at < p.file.Len() && navigation(p.file.Kind(at)) // its own document is the page that it ends with
	for pos := at + 1; pos < p.file.Len(); pos++ {
		kind := p.file.Kind(pos)
		switch {
		case kind.Action():
			own = false
			if navigation(kind) {
				return max(pos, p.cursor)
			}
		case kind == playback.PageCommit && !own && pos >= p.cursor:
			return pos
		}
	}
	return p.file.Len()
}

// navigation reports whether an action leads to another document.
func navigation(k playback.Kind) bool {
	return k == playback.Open || k == playback.Back || k == playback.Forward || k == playback.Reload
}

// skipTo moves the cursor without running what lies between. Forward, the requests and answers there count as served;
// backward, they can be asked for again.
func (p *Player) skipTo(pos int) Stop {
	r := p.pass
	r.queue, r.watched, r.held, r.rest, r.partial = nil, nil, nil, nil, false
	if pos >= r.pos {
		r.router.skip(r.pos, pos, false)
		for q := r.pos; q < pos; q++ {
			r.given[q] = true
		}
	} else {
		r.router.skip(pos, r.pos, true)
		for q := pos; q < r.pos; q++ {
			delete(r.given, q)
			delete(r.led.live, q)
		}
		r.ended = false
	}
	if a := p.cat.action(pos); a != r.acted {
		r.acted = a
		r.led.skip(a)
	}
	r.pos, r.touched = pos, true
	clear(r.marks)
	p.high = max(p.high, pos)
	return Stop{Pos: pos, Reason: Goto, Text: "Skipped"}
}
