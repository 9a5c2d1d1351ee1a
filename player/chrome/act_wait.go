package chrome

import (
	"context"

	"restep/player"
	"restep/player/playback"
)

// patience is how long the clock may run, in virtual ms, for an element that is not there yet, and the longest step of
// it. Most elements that are late are late by an answer's rendering.
const (
	patience    = 3000
	longestWait = 500
)

// Act implements [player.Page].
func (p *page) Act(ctx context.Context, e *playback.Event) (player.Found, error) {
	switch e.Kind {
	case playback.Open, playback.Back, playback.Forward, playback.Reload, playback.Resize, playback.Tab:
		return p.navigate(ctx, e)
	}
	waited, step := 0.0, 4.0
	for {
		t := p.tabOf(e.Tab)
		if t == nil {
			return noTab(e), nil
		}
		p.show(t)
		last := waited >= patience
		found, err := t.perform(ctx, e, last)
		if err != nil || found.Problem == "" || found.Detail == endless || last {
			t.animated = t.animated || framed(e.Kind)
			p.tellUnasked(t)
			return found, err
		}
		if err := p.runTo(ctx, p.now+step, true); err != nil {
			return found, err
		}
		waited += step
		step = min(2*step, longestWait)
	}
}

// perform is act while the page answers: the app may be in an endless loop.
func (t *tab) perform(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	ctx, done := t.watched(ctx)
	found, err := t.actor.act(ctx, e, last)
	if silence := done(); silence != nil {
		return found, silence
	}
	return found, err
}

// framed reports whether the events of an action are fired in a frame.
func framed(k playback.Kind) bool {
	return k == playback.Scroll || k == playback.Hover || k == playback.Drag
}
