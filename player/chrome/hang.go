package chrome

import (
	"context"
	"errors"
	"sync"
	"time"

	"restep/player"
)

// hangTime is how long an answer of the page may take: after it, the app is taken to be in an endless loop. The page is
// asked whenever a part of it, a probe, has passed without progress.
const (
	hangTime = 20 * time.Second
	probes   = 4 // in hangTime
)

// mostTime bounds one action in terms of hangTime, should the page answer and the input not come to an end.
const mostTime = 6

// within derives a context for something that the page must answer, and overdue tells of it whether it has not.
func (t *tab) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, t.page.hangTime, errOverdue)
}

var errOverdue = errors.New("the page has not answered in time")

func overdue(ctx context.Context) bool { return context.Cause(ctx) == errOverdue }

// watched derives a context for something that may take long as long as the page answers. done ends the goroutine that
// asks, and returns what [tab.silent] made of it where the page did not.
func (t *tab) watched(ctx context.Context) (_ context.Context, done func() error) {
	limit, end := context.WithTimeoutCause(ctx, mostTime*t.page.hangTime, errOverdue)
	ctx, cancel := context.WithCancelCause(limit)
	var asks sync.WaitGroup
	var silence error
	asks.Go(func() {
		tick := time.NewTicker(t.page.hangTime / probes)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if silence = t.alive(ctx); silence != nil {
				cancel(silence)
				return
			}
		}
	})
	return ctx, func() error {
		late := overdue(ctx)
		cancel(nil)
		end()
		asks.Wait()
		if late && silence == nil {
			return t.hangs()
		}
		return silence
	}
}

// alive asks the page for anything, and returns what [tab.silent] makes of it where it does not answer. A tab that was
// closed counts as one that does.
func (t *tab) alive(ctx context.Context) error {
	ctx, cancel := t.within(ctx)
	defer cancel()
	if err := t.session.Call(ctx, "Runtime.evaluate", params{"expression": "0"}, nil); err != nil && overdue(ctx) {
		return t.silent()
	}
	return nil
}

// silent tells what it means that the page has not answered: a document that it waits for, during which the browser
// holds all questions back, is awaited for some time; otherwise the app hangs.
func (t *tab) silent() error {
	t.mu.Lock()
	url, since, open := t.loading, t.since, t.dialog != nil
	t.mu.Unlock()
	switch {
	case open || url != "" && time.Since(since) < loadTime:
		return nil
	case url != "":
		return &player.UnreachableError{URL: url, Reason: "no answer within " + loadTime.String()}
	}
	return t.hangs()
}

// loads notes that the server was asked for a document of the tab; "" that it has come.
func (t *tab) loads(url string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.loading, t.since = url, time.Now()
}

// hangs ends what the app is running and stops its clock, so that the page can be looked at and closed. It returns
// [player.ErrHangs].
func (t *tab) hangs() error {
	t.session.Go("Emulation.setVirtualTimePolicy", params{"policy": "pause"})
	t.endScript()
	return player.ErrHangs
}

// Limits of [tab.endScript]: a timer that is due may run before the clock stops, and hang once more.
const (
	mostLoops = 5
	loopTime  = time.Second
)

// endScript ends what the page is running.
func (t *tab) endScript() {
	for range mostLoops {
		ctx, cancel := context.WithTimeout(t.page.ctx, loopTime)
		// The browser carries this command out while a script runs; the other one when none does.
		err := t.session.Call(ctx, "Runtime.terminateExecution", nil, nil)
		if err == nil {
			err = t.session.Call(ctx, "Runtime.evaluate", params{"expression": "0"}, nil)
		}
		cancel()
		if err == nil {
			return
		}
	}
	t.page.log.Warn("the app's script cannot be ended")
}
