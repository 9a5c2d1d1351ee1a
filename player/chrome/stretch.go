package chrome

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"restep/player"
)

// A stretch of the clock lies between two points at which every way through a file stops it. What the page becomes in it
// must not depend on stops in between, which breakpoints and steps make. So the clock stops at whole ms, as timers
// count; no frame is made for an inner stop; an answer is released at a whole ms that depends on its line alone; and where
// less time is left than the clock can be given, it is stopped by the page script.

// stretch is the one that the clock is in. In ms since the start of the recording.
type stretch struct {
	begin, end float64
	framed     bool // when it began, the page had had something that only a frame moves
}

// enter begins the stretch of a window, or goes on in it. It returns where the clock shall stop, and whether only this way
// stops there.
func (p *page) enter(w player.Window) (to float64, inner bool) {
	s := &p.stretch
	if p.now >= s.end {
		*s = stretch{begin: p.now, framed: p.animated()}
	}
	s.end = max(s.begin+minBudget, math.Ceil(max(w.To, w.End)))
	if w.End <= w.To {
		return s.end, false
	}
	last := s.end - minBudget
	if s.framed { // the frame comes before the end
		last -= 2 * minBudget
	}
	// An answer that is due at To, or later, is not released before this: see delay in js/net.js.
	return max(p.now, min(math.Ceil(w.To-0.05), last)), true
}

// animated reports whether the tab that is shown had something that only a frame moves.
func (p *page) animated() bool {
	t := p.shown()
	return t != nil && t.animated
}

// halt lets what is due within the next ms happen, less time than the clock can be given, and nothing after that: the page
// script holds the clock until it is stopped. Where it cannot, the clock stays where it is.
func (p *page) halt(ctx context.Context, ms float64) error {
	clocks := p.clocks()
	if len(clocks) != 1 || clocks[0] != p.shown() || clocks[0].nav != nil {
		return nil
	}
	t, to := clocks[0], p.now+ms
	t.halts++
	text, err := t.evaluate(ctx, fmt.Sprintf("String(globalThis.__restep?.stopAt?.(%g, %d))", to, t.halts))
	if err != nil || text != "true" {
		return err
	}
	t.stopped = false
	t.give(ms + minBudget)
	if err := t.use(ctx, ms+minBudget); err != nil {
		return err
	}
	if !t.stopped { // a dialog has opened, or another document has come
		p.now = to + minBudget
		return nil
	}
	p.now = to
	return t.session.Call(ctx, "Emulation.setVirtualTimePolicy", params{"policy": "pause"}, nil)
}

// use waits until the tab has used the stretch that it was given, or holds its clock. What was left of an earlier stretch
// when the clock was held, or freed, expires too, and is told when it likes: then the tab is asked for its time.
func (t *tab) use(ctx context.Context, ms float64) error {
	target := t.page.start() + t.page.now + ms
	for {
		err := t.await(ctx, ms)
		if err != nil || t.halts == 0 && !t.freed || t.stopped || t.interrupted {
			return err
		}
		text, err := t.evaluate(ctx, "String(globalThis.__restep?.now && Date.now())")
		if err != nil {
			return err
		}
		now, err := strconv.ParseFloat(text, 64)
		if err != nil || now >= target {
			return nil // there, or nobody can tell
		}
		ms = math.Max(minBudget, target-now)
		t.give(ms)
	}
}
