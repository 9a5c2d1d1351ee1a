package chrome

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// minBudget is the least virtual time, in ms, that the clock is given at once. With 2 ms, tasks that wait when the
// clock starts run before it moves, in 450 of 450 trials; with 1 ms, in 140 of 150. (0 would mean without bound.)
const minBudget = 2

// Limits of real time.
const (
	stallTime = 20 * time.Second // without progress: a request of the app may stay open, and holds virtual time
	loadTime  = 30 * time.Second // until the app answers a navigation
)

// Advance implements [player.Page].
func (p *page) Advance(ctx context.Context, w player.Window) (player.Report, error) {
	to, last, inner := p.enter(w)
	w.To = p.stretch.end // for the page script
	halts := p.watchFailures(w, last)
	p.mu.Lock()
	p.window, p.halts = w, halts
	p.answers = append(p.answers, w.Answers...)
	p.mu.Unlock()
	if err := p.push(ctx, w, halts); err != nil {
		return player.Report{}, err
	}
	if err := p.through(ctx, to, w.Fast, inner); err != nil {
		return player.Report{}, err
	}
	if w.Drain {
		if err := p.drainAnswers(ctx); err != nil {
			return player.Report{}, err
		}
		p.tellOpen()
	}
	r := player.Report{Now: p.now, Halted: p.halted}
	p.mu.Lock()
	r.Seen, p.seen = p.seen, nil
	r.Divergences, p.diverged = p.diverged, nil
	p.mu.Unlock()
	return r, nil
}

// runTo runs the clock to the time, with a frame at its end where something on the page waits for one.
func (p *page) runTo(ctx context.Context, to float64, fast bool) error {
	p.stretch = stretch{begin: p.now, end: p.now, framed: p.animated()}
	p.halted = false
	return p.through(ctx, to, fast, false)
}

// through is runTo in a stretch that was entered. Inner says that only this way stops there.
func (p *page) through(ctx context.Context, to float64, fast, inner bool) error {
	if p.scene.Realtime && !fast {
		if err := p.inRealTime(ctx, to); err != nil {
			return err
		}
	}
	within := p.stretch.long() && p.stretch.end == to || to-p.now >= 3*minBudget
	if t := p.shown(); t != nil && p.stretch.framed && !inner && !p.halted && within {
		if err := p.frameBefore(ctx, t, to); err != nil {
			return err
		}
	}
	if err := p.finish(ctx, to, inner); err != nil {
		return err
	}
	if err := p.collect(ctx); err != nil {
		return err
	}
	return p.navigated(ctx)
}

// finish runs the clock to the end of a window, unless the app has failed before.
func (p *page) finish(ctx context.Context, to float64, inner bool) error {
	switch {
	case p.halted:
		return nil
	case inner:
		return p.halt(ctx, to)
	}
	return p.run(ctx, to-p.now)
}

// inRealTime lets the clock follow the wall, in slices that people take for motion.
func (p *page) inRealTime(ctx context.Context, to float64) error {
	const slice = 16
	begin, from := time.Now(), p.now
	for to-p.now > slice+3*minBudget { // a frame has room
		if err := p.run(ctx, slice); err != nil || p.halted {
			return err
		}
		ahead := time.Duration((p.now-from)*float64(time.Millisecond)) - time.Since(begin)
		select {
		case <-time.After(ahead):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// run gives all tabs the same stretch of virtual time and waits until they have used it.
func (p *page) run(ctx context.Context, ms float64) error {
	ms = math.Max(minBudget, ms)
	running := p.clocks()
	for _, t := range running {
		t.give(ms)
	}
	for _, t := range running {
		if err := t.use(ctx, ms); err != nil {
			return err
		}
	}
	if len(running) == 1 && running[0].stopped != nil {
		p.halted = true
		return p.heldAt(ctx, running[0])
	}
	if len(running) == 1 {
		ms += running[0].ahead
	}
	p.now = math.Round((p.now+ms)*10) / 10
	return nil
}

// clocks are the tabs whose clocks can run.
func (p *page) clocks() []*tab {
	p.mu.Lock()
	tabs := append([]*tab(nil), p.tabs...)
	p.mu.Unlock()
	return slices.DeleteFunc(tabs, func(t *tab) bool {
		return t.follows() || t.open() != nil // its main thread waits for the dialog's answer
	})
}

// give lets the tab's clock run for a stretch; it stands still while documents and what they need are loading. 0 ms: for
// one that it was given before.
func (t *tab) give(ms float64) {
	t.discardExpired()
	t.interrupted, t.stopped = false, nil
	policy := params{"policy": "pauseIfNetworkFetchesPending"}
	if ms > 0 {
		policy["budget"] = ms
	}
	t.session.Go("Emulation.setVirtualTimePolicy", policy)
}

// await waits until the tab has used its virtual time, opens a dialog, or is closed.
func (t *tab) await(ctx context.Context, ms float64) error {
	until := t.page.start() + t.page.now + ms
	stall := time.NewTimer(t.stallTime())
	defer stall.Stop()
	probe := time.NewTicker(t.page.hangTime / probes)
	defer probe.Stop()
	seen := false // the clock is there, as far as its page can tell
	for {
		select {
		case <-t.expired:
			t.interrupted = false
			return nil
		case <-t.dialogCh:
			if t.open() != nil {
				t.interrupted = true
				return nil
			}
			if t.dead() {
				return errors.New("the tab has crashed")
			}
		case h := <-t.stops:
			if h.Number >= t.firstHalt {
				t.stopped = &h
				return nil
			}
		case <-t.session.Gone():
			return nil
		case <-t.page.proc.Done():
			return errClosed
		case <-t.page.ctx.Done():
			return errClosed
		case <-ctx.Done():
			return ctx.Err()
		case <-probe.C:
			watched, done := t.actor.watch(ctx, false) // no page answers while a dialog is open
			err := t.alive(watched)
			done()
			if err != nil {
				return err
			}
		case <-stall.C:
			t.freed = true
			there, err := t.unstick(ctx, until)
			if err != nil {
				return err
			}
			if there && seen {
				return nil // what says so has got lost
			}
			seen = there
			stall.Reset(t.page.hangTime)
		}
	}
}

// stallTime is how long the clock may stand still while the page is busy with nothing: loading is slow on a busy machine
// or a cold development server. Once a request was found to stay open, others like it are not waited for as long.
func (t *tab) stallTime() time.Duration {
	if t.stuck {
		return time.Second
	}
	return t.page.patience
}

// unstick frees a clock that a request of the app holds because it stays open, such as a stream of the development
// server. A page that is only slow answers late, and its clock is left alone. There says that the clock has come to the time
// while we asked.
func (t *tab) unstick(ctx context.Context, until float64) (there bool, err error) {
	ctx, cancel := t.within(ctx)
	defer cancel()
	var now struct {
		Result struct {
			Value float64 `json:"value"`
		} `json:"result"`
	}
	err = t.session.Call(ctx, "Runtime.evaluate", params{"expression": "Date.now()"}, &now)
	var refused *browser.Error
	switch {
	case err != nil && overdue(ctx):
		return false, t.silent()
	case errors.Is(err, browser.ErrGone), errors.As(err, &refused):
		return false, nil
	case err != nil:
		return false, err
	}
	left := until - now.Result.Value
	if len(t.expired) > 0 || left <= 0 {
		return true, nil
	}
	if !t.stuck {
		t.stuck = true
		const text = "restep: a request of the app stays open and would hold the clock; it runs on without waiting for it"
		t.page.log.Warn(text)
		t.page.note(player.Seen{Event: playback.Event{
			Kind: playback.Console, T: now.Result.Value - t.page.start(), Tab: t.name, Level: "warning", Text: text,
		}, Pos: -1})
	}
	t.session.Go("Runtime.evaluate", params{"expression": "globalThis.__restep?.dontWait?.()"})
	t.session.Go("Emulation.setVirtualTimePolicy", params{"policy": "advance", "budget": math.Max(minBudget, left)})
	return false, nil
}

// discardExpired forgets an expiry of an earlier stretch, which a dialog had interrupted.
func (t *tab) discardExpired() {
	for {
		select {
		case <-t.expired:
		default:
			return
		}
	}
}

func (t *tab) open() *dialog {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.dialog
}

func (t *tab) dead() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.crashed
}

// navigated looks at the outcome of a navigation that the user made.
func (p *page) navigated(ctx context.Context) error {
	t := p.shown()
	if t == nil || t.nav == nil {
		return nil
	}
	var r struct {
		Error string `json:"errorText"`
	}
	ctx, cancel := context.WithTimeout(ctx, loadTime)
	defer cancel()
	err := t.nav.Wait(ctx, &r)
	t.nav = nil
	if errors.Is(err, context.DeadlineExceeded) {
		return &player.UnreachableError{URL: t.navURL, Reason: "no answer within " + loadTime.String()}
	}
	if err == nil && r.Error != "" && r.Error != "net::ERR_ABORTED" {
		return &player.UnreachableError{URL: t.navURL, Reason: r.Error}
	}
	if errors.Is(err, browser.ErrGone) {
		return nil
	}
	return err
}
