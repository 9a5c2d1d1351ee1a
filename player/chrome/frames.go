package chrome

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"restep/player/browser"
)

// Frames. What only a frame moves (observers, the events of scrolling and of animations) moves at times that follow from
// the recording: at the first frame of a 60 Hz display after each action and each answer, at those after a frame in
// which the app was told something, and shortly before the end of every stretch. A page without such things has no frames made.

// frame60 is the time between frames of a display, in ms; those of requestAnimationFrame stand on the same grid.
const frame60 = 1000.0 / 60

// mostChained bounds the frames of a stretch that follow from other ones: an app may move what it observes each time.
const mostChained = 60

// Limits of real time.
const (
	frameTime = 10 * time.Second // for a frame, which takes 17 ms on a machine that is not busy
	// for one of a tab that the app has opened in a process of its own: its clock cannot be put ahead, because its first
	// document is on its way, so that a frame may never come (see lead)
	ownFrameTime = time.Second / 2
)

// wantFrame notes that something may move at a time, in ms: a frame is due after it, when what requestAnimationFrame
// calls in this frame has run.
func (p *page) wantFrame(t float64) {
	at := math.Ceil((math.Floor(max(t, p.now)/frame60+0.001)+1)*frame60) + 1
	if i, have := slices.BinarySearch(p.due, at); !have {
		p.due = slices.Insert(p.due, i, at)
	}
}

// nextFrame takes the frame that is due next, at the time at the latest.
func (p *page) nextFrame(latest float64) (at float64, ok bool) {
	if len(p.due) == 0 || p.due[0] > latest {
		return 0, false
	}
	at, p.due = p.due[0], p.due[1:]
	return at, true
}

// forgetFrames forgets those that were due by now.
func (p *page) forgetFrames() {
	for len(p.due) > 0 && p.due[0] <= p.now {
		p.due = p.due[1:]
	}
}

// framesUntil runs the clock to shortly before the time, and makes the frames that are due on the way and the one at the
// end. Short stretches have no frame of their own.
func (p *page) framesUntil(ctx context.Context, t *tab, to float64, fast bool) error {
	if to-p.now < 3*minBudget {
		return nil
	}
	last := to - 2*minBudget
	for chained := 0; ; {
		at, ok := p.nextFrame(last - minBudget)
		if !ok {
			break
		}
		if at > p.now {
			if err := p.elapse(ctx, at, fast); err != nil {
				return err
			}
		}
		if err := p.collect(ctx); err != nil {
			return err
		}
		if !t.moved && !t.stirred || t.open() != nil {
			continue
		}
		told, err := p.frame(ctx, t, true)
		if err != nil {
			return err
		}
		if told && chained < mostChained {
			chained++
			p.wantFrame(p.now)
		}
	}
	if last > p.now {
		if err := p.elapse(ctx, last, fast); err != nil {
			return err
		}
	}
	if err := p.collect(ctx); err != nil || !t.frames || t.open() != nil {
		return err
	}
	_, err := p.frame(ctx, t, false)
	return err
}

// lateFrame makes the first frame of a page that was not known to need one.
func (p *page) lateFrame(ctx context.Context, t *tab) error {
	if t.open() != nil {
		return nil
	}
	if _, err := p.frame(ctx, t, false); err != nil {
		return err
	}
	return p.collect(ctx)
}

// frame makes a frame and delivers what it has brought; told reports whether that was something. Animations that have an
// end come to it; where timed is set, the app is told at the time at which they would have.
func (p *page) frame(ctx context.Context, t *tab, timed bool) (told bool, err error) {
	t.stirred = false
	if err := t.paint(ctx, timed); err != nil {
		return false, err
	}
	if err := p.run(ctx, minBudget); err != nil || t.open() != nil { // observers report in a task
		return false, err
	}
	text, err := t.evaluate(ctx, "String(globalThis.__restep?.release?.() ?? false)")
	return text == "true", err
}

// paint has the browser make one frame, in which observers look and the events of animations and scrolling are fired.
func (t *tab) paint(ctx context.Context, timed bool) error {
	patience := frameTime
	if t.own {
		patience = ownFrameTime
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	expr := fmt.Sprintf("globalThis.__restep?.nextFrame?.(%t)", timed)
	err := t.session.Call(ctx, "Runtime.evaluate", params{"awaitPromise": true, "expression": expr}, nil)
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
