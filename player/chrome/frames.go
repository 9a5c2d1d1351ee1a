package chrome

import (
	"context"
	"errors"
	"time"

	"restep/player/browser"
)

// Frames. What only a frame moves (observers, the events of scrolling and of animations) moves when the page script has a
// frame made, at virtual times that depend on the page alone: js/frames.js. What it cannot know of, such as scrolling by
// the app, moves in a frame shortly before each stretch of the clock ends. A page without such things has no frames made.

// Limits of real time.
const (
	frameTime = 10 * time.Second // for a frame, which takes 17 ms on a machine that is not busy
	// for one of a tab that the app has opened in a process of its own: its clock cannot be put ahead, because its first
	// document is on its way, so that a frame may never come (see lead)
	ownFrameTime = time.Second / 2
)

// frameBefore runs the clock to shortly before the time, and makes a frame there where something waits for one.
func (p *page) frameBefore(ctx context.Context, t *tab, to float64) error {
	if left := to - 2*minBudget - p.now; left > 0 {
		if err := p.run(ctx, left); err != nil {
			return err
		}
	}
	if err := p.collect(ctx); err != nil || p.halted || !t.frames || t.open() != nil {
		return err
	}
	if err := t.paint(ctx); err != nil {
		return err
	}
	if err := p.run(ctx, minBudget); err != nil { // observers report in a task
		return err
	}
	if t.open() != nil {
		return nil
	}
	_, err := t.evaluate(ctx, "globalThis.__restep?.release?.()")
	return err
}

// paint has the browser make one frame, in which observers look and the events of animations and scrolling are fired.
func (t *tab) paint(ctx context.Context) error {
	patience := t.framePatience()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := t.session.Call(ctx, "Runtime.evaluate", params{
		"awaitPromise": true, "expression": "globalThis.__restep?.nextFrame?.(false)",
	}, nil)
	var refused *browser.Error
	switch {
	case errors.Is(err, browser.ErrGone), errors.As(err, &refused): // the document is just being replaced
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		t.page.log.Warn("the browser makes no frame", "after", patience)
		return nil
	}
	return err
}

// framePatience is how long a frame is waited for.
func (t *tab) framePatience() time.Duration {
	if t.own {
		return ownFrameTime
	}
	return frameTime
}
