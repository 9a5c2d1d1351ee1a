package chrome

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"restep/player/playback"
)

// seedPath is the path of the empty document in which recorded storage is put into an origin.
const seedPath = "/__restep/seed"

// seededOrigins are the origins of the recorded storage, in a fixed order. Each costs minBudget of virtual time.
func seededOrigins(s *playback.State) []string {
	if s == nil {
		return nil
	}
	set := map[string]bool{}
	for o := range s.Local {
		set[o] = true
	}
	for o := range s.Session {
		set[o] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// seedStorage puts the recorded localStorage and sessionStorage into their origins, by an empty document of each that
// the net answers, before the app's first line.
func (p *page) seedStorage(ctx context.Context, t *tab, s *playback.State) error {
	for _, o := range seededOrigins(s) {
		local, err := origin(p.scene.LocalURL(strings.TrimSuffix(o, "/") + "/"))
		if err != nil {
			return fmt.Errorf("storage of %q: %w", o, err)
		}
		if err := p.seedOrigin(ctx, t, local, s.Local[o], s.Session[o]); err != nil {
			return fmt.Errorf("storage of %q: %w", o, err)
		}
	}
	p.mu.Lock()
	p.seen = nil
	p.mu.Unlock()
	return t.session.Call(ctx, "Page.resetNavigationHistory", nil, nil)
}

func (p *page) seedOrigin(ctx context.Context, t *tab, local string, ls, ss playback.StorageItems) error {
	nav, err := t.session.Send("Page.navigate", params{"url": local + seedPath})
	if err != nil {
		return err
	}
	if err := p.run(ctx, minBudget); err != nil {
		return err
	}
	if err := nav.Wait(ctx, nil); err != nil {
		return err
	}
	raw, err := json.Marshal([2]playback.StorageItems{ls, ss}, json.Deterministic(true))
	if err != nil {
		return err
	}
	_, err = t.evaluate(ctx, fmt.Sprintf(`(([l, s]) => {
		for (const k in l) localStorage.setItem(k, l[k]);
		for (const k in s) sessionStorage.setItem(k, s[k]);
		__restep.drain();
	})(%s)`, raw))
	return err
}

// isSeed reports whether a request is for the empty document.
func isSeed(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Path == seedPath
}
