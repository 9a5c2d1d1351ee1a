package player

import (
	"context"
	"fmt"
	"slices"

	"restep/player/playback"
)

const (
	// tail is how long the clock runs on after the last event, in ms, for what the last lines caused.
	tail = 100
	// fine is the shortest window, in ms: the clock of a real page does not move in smaller steps.
	fine = 2
	// realSlice is the longest window in real time, in ms: [Player.Interrupt] is seen between windows.
	realSlice = 200
	// longest is how far apart, in ms, the cuts are that every window ends at: an app that polls for hours of its clock
	// can be interrupted too. They are multiples of it, so that every way to a point of the recording has the same ones.
	longest = 10_000
	// watchSlice is the longest window, in ms, while a breakpoint waits for an effect.
	watchSlice = 16
)

// forward runs until something stops it: the position of the mode, a breakpoint or filter, an interrupt, or the end.
// It makes at least one step unless the position is reached already.
func (r *pass) forward(ctx context.Context, m mode) (Stop, error) {
	r.mode = m
	if r.hung {
		return r.hungEnd(), nil
	}
	if m.stops {
		r.watch(r.pos) // the cursor may have come here by a move that stops for nothing
	}
	for {
		if len(r.queue) > 0 && m.stops {
			s := r.queue[0]
			r.queue = r.queue[1:]
			return s, nil
		}
		if r.pos >= m.until && !r.partial {
			return Stop{Pos: r.pos, Reason: Step}, nil
		}
		if r.brake.Swap(false) {
			return Stop{Pos: r.pos, Reason: Paused}, nil
		}
		ids, err := r.step(ctx)
		if err != nil {
			return Stop{}, err
		}
		if m.progress != nil {
			m.progress(r.done)
		}
		if s := r.halt; s != nil {
			r.halt = nil
			return *s, nil
		}
		if len(ids) > 0 && m.stops {
			r.queue = append(r.queue, Stop{Pos: r.pos, Reason: Breakpoint, Breaks: ids})
		}
	}
}

// step runs from the cursor to the next point where anything may stop, and returns the breakpoints there.
func (r *pass) step(ctx context.Context) ([]int, error) {
	p := r.p
	r.mayTell = !r.mode.quiet && r.pos >= p.high
	run := func() error { return r.run(ctx, r.boundary()) }
	if r.partial {
		run = func() error { return r.catchUp(ctx) }
	}
	if err := run(); err != nil {
		return nil, err
	}
	if err := r.late(ctx); err != nil || r.partial {
		return nil, err
	}
	end := r.pos >= p.file.Len()
	if end || p.file.Kind(r.pos).Action() {
		if err := r.settle(ctx, end); err != nil {
			return nil, err
		}
		r.marks[r.pos] = r.mark()
	}
	var ids []int
	if !end {
		r.mayTell = !r.mode.quiet && r.pos > p.high
		var err error
		if ids, err = r.here(ctx); err != nil {
			return nil, err
		}
	}
	if !r.mode.quiet {
		p.high = max(p.high, r.pos)
	}
	return ids, nil
}

// here returns the breakpoints that stop at the cursor. One on an observed effect that has not occurred is watched.
func (r *pass) here(ctx context.Context) ([]int, error) {
	if len(r.course.breaks.at[r.pos]) == 0 || r.shown[r.pos] || !r.mode.stops && !r.counting(r.pos) {
		return nil, nil
	}
	if r.watch(r.pos) {
		return nil, nil
	}
	return r.arrive(ctx, r.pos)
}

// watch waits for the observed effect at pos, if a breakpoint stands on it and it has not occurred.
func (r *pass) watch(pos int) bool {
	if len(r.course.breaks.at[pos]) == 0 || !r.p.cat.observed(pos) {
		return false
	}
	if _, seen := r.led.live[pos]; seen {
		return false
	}
	if !slices.Contains(r.watched, pos) {
		r.watched = append(r.watched, pos)
	}
	return true
}

// late stops for watched effects that have occurred meanwhile.
func (r *pass) late(ctx context.Context) error {
	for _, pos := range slices.Clone(r.watched) {
		if _, seen := r.led.live[pos]; !seen {
			continue
		}
		r.watched = slices.DeleteFunc(r.watched, func(x int) bool { return x == pos })
		if r.shown[pos] {
			continue
		}
		ids, err := r.arrive(ctx, pos)
		if err != nil {
			return err
		}
		if len(ids) > 0 && r.mode.stops {
			r.queue = append(r.queue, Stop{Pos: pos, Reason: Breakpoint, Breaks: ids})
		}
	}
	return nil
}

// counting reports whether a breakpoint at pos must be evaluated for its hit count although nothing stops.
func (r *pass) counting(pos int) bool {
	return slices.ContainsFunc(r.course.breaks.at[pos], func(b Break) bool { return b.Hit != "" && b.Condition != "" })
}

// boundary is the end of the next window: the first event after the cursor at which something may stop or must be
// evaluated. One window is as long as possible: each costs round trips.
func (r *pass) boundary() int {
	p := r.p
	for q := r.pos + 1; q < p.file.Len(); q++ {
		kind := p.file.Kind(q)
		switch {
		case kind.Action(), kind == playback.Bug, kind == playback.Expect, q == r.mode.until, !r.mode.quiet && q == p.high:
			return q
		case len(r.course.breaks.at[q]) > 0 && (r.mode.stops || r.counting(q)):
			return q
		case len(r.watched) > 0 && p.file.T(q) >= r.now+fine:
			return q
		}
	}
	return p.file.Len()
}

// run runs the events in [cursor, to): of actions, bug and expect lines only the first may be one.
func (r *pass) run(ctx context.Context, to int) error {
	p := r.p
	from := r.pos
	if from == 0 && !p.file.Kind(0).Action() && r.acted < 0 {
		if err := r.led.enter(-1); err != nil { // effects before the first action
			return err
		}
	}
	switch kind := p.file.Kind(from); {
	case kind.Action():
		if t := p.file.T(from); t > r.now { // at the start, and after a skip
			if err := r.advance(ctx, Window{To: t, Limit: from}); err != nil || r.partial {
				return err
			}
		}
		if err := r.act(ctx); err != nil {
			return err
		}
	case kind == playback.Bug, kind == playback.Expect:
		if err := r.check(ctx, from); err != nil {
			return err
		}
	}
	answers, to, err := r.answers(ctx, from, to)
	if err != nil {
		return err
	}
	w := Window{To: max(r.now, p.file.T(from)), Limit: to, Answers: answers}
	if to < p.file.Len() {
		w.To = max(w.To, p.file.T(to))
	} else {
		w.To = max(w.To, p.cat.end)
	}
	r.pos++ // the first event runs in any case
	return r.advance(ctx, w)
}

// settle compares what followed the last action, when the next one is due or the end was reached.
func (r *pass) settle(ctx context.Context, end bool) error {
	if end && !r.ended {
		if err := r.finish(ctx); err != nil {
			return err
		}
	}
	for _, pos := range r.watched {
		if r.mode.stops {
			r.tell(pos, "console", fmt.Sprintf("breakpoint: %s was not seen in this run before the next action", r.p.cat.label(pos)))
		}
	}
	r.watched = nil
	until := r.now
	if !end {
		until = r.p.file.T(r.pos)
	}
	for _, d := range r.led.settle(until, end, r.router) {
		if err := r.diverge(ctx, d); err != nil {
			return err
		}
	}
	return r.failIf(ctx)
}

// finish awaits the pending answers after the last event.
func (r *pass) finish(ctx context.Context) error {
	for len(r.rest) > 0 {
		if err := r.typeOn(ctx); err != nil {
			return err
		}
	}
	r.ended = true
	r.watched = nil
	if err := r.noted(ctx); err != nil {
		return err
	}
	answers, _, err := r.answers(ctx, r.pos, r.pos) // those that were held
	if err != nil {
		return err
	}
	return r.window(ctx, Window{
		To: max(r.now, r.p.cat.end+tail), Limit: r.p.file.Len(), Answers: answers, Drain: true,
	})
}
