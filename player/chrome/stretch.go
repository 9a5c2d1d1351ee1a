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

// work is when only what belongs to the end is left: where a frame is made, that comes before the end.
func (s *stretch) work() float64 {
	if s.framed {
		return s.end - 2*minBudget
	}
	return s.end
}

// long says that there is time for a frame before the end.
func (s *stretch) long() bool { return s.end-s.begin >= 3*minBudget }

// halt is a place where the page script holds the clock.
type halt struct {
	Number int     `json:"number"` // which of those that it was asked for
	T      float64 `json:"t"`      // ms since the start of the recording
}

// enter begins the stretch of a window, or goes on in it. It returns where the clock shall stop, whether only this way
// stops there, and the last time at which only one way may.
func (p *page) enter(w player.Window) (to, last float64, inner bool) {
	s := &p.stretch
	if p.now >= s.end {
		*s = stretch{begin: p.now, framed: p.animated()}
	}
	s.end = max(s.begin+minBudget, math.Ceil(max(w.To, w.End)))
	last = s.work() - minBudget
	if w.End <= w.To {
		return s.end, last, false
	}
	// An answer that is due at To, or later, is not released before this: see delay in js/net.js.
	return max(p.now, min(math.Ceil(w.To-0.05), last)), last, true
}

// haltBy is what the page script is told of failures: the number of the halt, 0 for none, and until when it may be.
type haltBy struct {
	Number int      `json:"number"`
	Last   float64  `json:"last"` // ms since the start of the recording
	On     []string `json:"on"`   // see player.Window
}

// watchFailures has the clock stopped where the app fails, if a window wants that. Where there are more clocks than one,
// the others would be ahead; a popup that is shown has none of its own.
func (p *page) watchFailures(w player.Window, last float64) haltBy {
	p.halted = false
	t := p.shown()
	if t == nil {
		return haltBy{}
	}
	t.halts++
	t.firstHalt = t.halts
	if clocks := p.clocks(); len(w.HaltOn) == 0 || len(clocks) != 1 || clocks[0] != t {
		return haltBy{}
	}
	return haltBy{t.halts, last, w.HaltOn}
}

// animated reports whether the tab that is shown had something that only a frame moves.
func (p *page) animated() bool {
	t := p.shown()
	return t != nil && t.animated
}

// noHalt has documents that come now not stop the clock where the app fails: a dialog has interrupted it.
func (p *page) noHalt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.halts = haltBy{}
}

// halt runs the clock to a time at which only this way stops, ms since the start: the page script holds it there. A
// budget that ends there would be a fence for what moves the clock meanwhile: a request does, to 10 ms after its beginning,
// and what has come would happen before that. So a stop while documents load comes when they have, and a document that
// has no page script has none: the clock is then at the end of the stretch.
func (p *page) halt(ctx context.Context, to float64) error {
	clocks := p.clocks()
	if len(clocks) != 1 || clocks[0] != p.shown() {
		if to-p.now < minBudget {
			return nil
		}
		return p.run(ctx, to-p.now)
	}
	t := clocks[0]
	ms := max(minBudget, p.stretch.work()-p.now)
	t.halts++
	t.wantHalt(&halt{t.halts, to})
	defer t.wantHalt(nil)
	t.sendHalt()
	t.give(ms)
	if err := t.use(ctx, ms); err != nil {
		return err
	}
	if t.stopped == nil {
		p.now += ms + t.ahead
		return nil
	}
	p.halted = t.stopped.Number != t.halts
	return p.heldAt(ctx, t)
}

func (t *tab) wantHalt(h *halt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wanted = h
}

// sendHalt tells the document, and again each that comes meanwhile, where the clock shall be held.
func (t *tab) sendHalt() {
	t.mu.Lock()
	h := t.wanted
	t.mu.Unlock()
	if h != nil {
		t.session.Go("Runtime.evaluate", params{"expression": fmt.Sprintf("globalThis.__restep?.stopAt?.(%g, %d)", h.T, h.Number)})
	}
}

// heldAt stops the clock where the page script holds it. A request may have moved it since.
func (p *page) heldAt(ctx context.Context, t *tab) error {
	t.held = true
	err := t.session.Call(ctx, "Emulation.setVirtualTimePolicy", params{"policy": "pause"}, nil)
	if err != nil {
		return err
	}
	p.now = t.stopped.T
	if now, ok := t.clock(ctx, "__restep.letGo()"); ok { // the policy holds it now
		p.now = now - p.start()
	}
	return nil
}

// clock is the tab's time by an expression that tells it in ms since the start, in ms since the epoch; false where its
// document cannot tell.
func (t *tab) clock(ctx context.Context, expr string) (float64, bool) {
	text, err := t.evaluate(ctx, "String(globalThis.__restep && "+expr+")")
	if err != nil {
		return 0, false
	}
	now, err := strconv.ParseFloat(text, 64)
	return now + t.page.start(), err == nil
}

// use waits until the tab has used the stretch that it was given, or holds its clock. The tab is asked for its time where
// it may be another: what was left of an earlier stretch when the clock was held, or freed, expires too, and is told when
// it likes; and each request moves the clock to 10 ms after its beginning, also beyond the end.
func (t *tab) use(ctx context.Context, ms float64) error {
	target := t.page.start() + t.page.now + ms
	t.ahead = 0
	for {
		err := t.await(ctx, ms)
		requests := t.requests.Swap(false)
		if err != nil || !t.held && !t.freed && !requests || t.stopped != nil || t.interrupted {
			return err
		}
		now, ok := t.clock(ctx, "__restep.clock()")
		if !ok {
			return ctx.Err()
		}
		if now >= target {
			t.ahead = now - target
			return nil
		}
		ms = math.Max(minBudget, target-now)
		t.give(ms)
	}
}
