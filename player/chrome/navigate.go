package chrome

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"restep/player"
	"restep/player/playback"
)

// navigate performs the actions that move a tab or the set of tabs. A navigation begins and unfolds with the clock.
func (p *page) navigate(ctx context.Context, e *playback.Event) (player.Found, error) {
	switch e.Kind {
	case playback.Open:
		return p.open(ctx, e)
	case playback.Tab:
		return p.switchTab(ctx, e)
	}
	t := p.tabOf(e.Tab)
	if t == nil {
		return noTab(e), nil
	}
	p.show(t)
	if err := p.dismiss(ctx, t); err != nil {
		return player.Found{}, err
	}
	switch e.Kind {
	case playback.Reload:
		t.session.Go("Page.reload", nil)
	case playback.Back:
		return p.history(ctx, t, -1)
	case playback.Forward:
		return p.history(ctx, t, +1)
	case playback.Resize:
		v := p.viewport
		v.Width, v.Height = e.Width, e.Height
		if e.Scale > 0 {
			v.Scale = e.Scale
		}
		t.setViewport(p.fit(v))
	}
	return player.Found{}, nil
}

// dismiss answers the dialogs that are open before a navigation of the user. It takes place also where they do not end.
func (p *page) dismiss(ctx context.Context, t *tab) error {
	ctx, done := t.watched(ctx)
	err := t.actor.unblock(ctx)
	if silence := done(); silence != nil {
		return silence
	}
	p.tellUnasked(t)
	if storm := (*problem)(nil); errors.As(err, &storm) {
		return nil
	}
	return err
}

func noTab(e *playback.Event) player.Found {
	return player.Found{Problem: "not found", Detail: fmt.Sprintf("tab %q is not open", e.Tab)}
}

func (p *page) open(ctx context.Context, e *playback.Event) (player.Found, error) {
	t := p.tabOf(e.Tab)
	if t == nil {
		var err error
		if t, err = p.openTab(ctx); err != nil {
			return player.Found{}, err
		}
	}
	p.rename(t, e.Tab)
	p.show(t)
	if err := p.dismiss(ctx, t); err != nil {
		return player.Found{}, err
	}
	t.navURL = p.scene.LocalURL(e.URL)
	if !p.mayOpen(t.navURL) {
		return player.Found{Problem: "not found", Detail: fmt.Sprintf(
			"%s belongs neither to the local app nor to an origin that is mapped or live, and is not opened", e.URL)}, nil
	}
	var err error
	t.nav, err = t.session.Send("Page.navigate", params{"url": t.navURL, "transitionType": "typed"})
	return player.Found{}, err
}

// mayOpen reports whether a line of the file may lead a tab to the URL: a file is data from elsewhere, so it opens the
// configured origins only, and nothing that is code or a page of the browser itself.
func (p *page) mayOpen(target string) bool {
	if target == "about:blank" || target == "" {
		return true
	}
	o, err := origin(target)
	return err == nil && (o == p.app || slices.Contains(p.origins, o))
}

func (p *page) rename(t *tab, name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !t.named {
		t.name, t.named = name, true
	}
}

// show brings a tab to the user's eyes. The table of recorded requests goes with it: two documents with the same table
// could take the same request.
func (p *page) show(t *tab) {
	p.mu.Lock()
	before := p.active
	p.active = t
	p.mu.Unlock()
	if before == t {
		return
	}
	if before != nil {
		before.session.Go("Runtime.evaluate", params{"expression": "globalThis.__restep?.table?.([])"})
	}
	t.session.Go("Page.bringToFront", nil)
}

func (p *page) switchTab(ctx context.Context, e *playback.Event) (player.Found, error) {
	t := p.tabOf(e.Tab)
	switch e.Op {
	case "close":
		if t == nil {
			return noTab(e), nil
		}
		t.close()
	case "open":
		if t == nil {
			var err error
			if t, err = p.openTab(ctx); err != nil {
				return player.Found{}, err
			}
			p.rename(t, e.Tab)
		}
		p.show(t)
		if e.URL != "" && e.Opener == "" {
			return p.open(ctx, e) // checks the URL
		}
	default:
		if t == nil {
			return noTab(e), nil
		}
		p.show(t)
	}
	return player.Found{}, nil
}

// history goes back or forward in the tab's history.
func (p *page) history(ctx context.Context, t *tab, by int) (player.Found, error) {
	var h struct {
		Current int `json:"currentIndex"`
		Entries []struct {
			ID int `json:"id"`
		} `json:"entries"`
	}
	if err := t.session.Call(ctx, "Page.getNavigationHistory", nil, &h); err != nil {
		return player.Found{}, err
	}
	to := h.Current + by
	if to < 0 || to >= len(h.Entries) {
		return player.Found{Problem: "not found", Detail: "the tab's history has no such entry"}, nil
	}
	t.session.Go("Page.navigateToHistoryEntry", params{"entryId": h.Entries[to].ID})
	return player.Found{}, nil
}
