package recorder

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
	"restep/sources"
)

// surroundings are what any page tells of the browser.
type surroundings struct {
	Width      int               `json:"width"`
	Height     int               `json:"height"`
	Scale      float64           `json:"scale"`
	Timezone   string            `json:"timezone"`
	Locale     string            `json:"locale"`
	Agent      string            `json:"agent"`
	Languages  []string          `json:"languages"`
	Processors int               `json:"processors"`
	Media      map[string]string `json:"media"`
}

const lookAround = `JSON.stringify({width: innerWidth, height: innerHeight, scale: devicePixelRatio,
	timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, locale: navigator.language, agent: navigator.userAgent,
	languages: navigator.languages, processors: navigator.hardwareConcurrency,
	media: Object.fromEntries([['prefers-color-scheme', ['dark', 'light']], ['prefers-reduced-motion', ['reduce']], ['prefers-contrast', ['more', 'less']],
		['prefers-reduced-transparency', ['reduce']], ['forced-colors', ['active']]]
		.map(([name, values]) => [name, values.find((v) => matchMedia('(' + name + ': ' + v + ')').matches)]).filter(([, value]) => value))})`

// header describes the environment that is recorded.
func (s *session) header(ctx context.Context, t *tab) (*playback.Header, error) {
	var env surroundings
	if err := t.ask(ctx, lookAround, &env); err != nil {
		return nil, fmt.Errorf("look at the browser: %w", err)
	}
	s.app = sources.OriginOf(cmp.Or(s.o.App, s.o.URL))
	h := &playback.Header{
		Title: s.o.Title, App: s.app, Timezone: env.Timezone, Locale: env.Locale, UserAgent: env.Agent, Seed: s.seed,
		Languages: env.Languages, HardwareConcurrency: env.Processors, Media: env.Media,
		Sources: []string{"recorder"}, Viewport: playback.Viewport{Width: env.Width, Height: env.Height, Scale: env.Scale},
	}
	if s.o.RealCrypto {
		h.Extra = jsontext.Value(`{"recorder.crypto":"real"}`)
	}
	for _, p := range s.dropper.Patterns() {
		h.Rules = append(h.Rules, playback.Rule{Match: p, Drop: true})
	}
	if s.o.Profile != "" {
		if err := s.state(ctx, t, h); err != nil {
			return nil, fmt.Errorf("look at the profile: %w", err)
		}
	}
	s.start = time.Now().UTC().Truncate(time.Microsecond)
	h.Start, h.ID = s.start, playback.ULID(s.start)
	return h, nil
}

// lookAtHints gets the browser's client hints, once. Only documents that came by a secure way have them, so not the empty one
// in which a recording begins; they are asked for in a world of their own, in which the app has no say.
func (s *session) lookAtHints(x *target, frame string) {
	if s.hints != nil || s.asksHints {
		return
	}
	s.asksHints = true
	var world struct {
		ID int `json:"executionContextId"`
	}
	s.fetch(x, "Page.createIsolatedWorld", params{"frameId": frame}, &world, func(err error) {
		if err != nil {
			s.asksHints = false // the document has gone
			return
		}
		var r struct {
			Result struct {
				Value string `json:"value"`
			} `json:"result"`
		}
		s.fetch(x, "Runtime.evaluate", params{
			"contextId": world.ID, "awaitPromise": true, "returnByValue": true, "expression": hints,
		}, &r, func(err error) {
			s.asksHints = false
			var d playback.UserAgentData
			if err == nil && r.Result.Value != "" && json.Unmarshal([]byte(r.Result.Value), &d) == nil {
				s.hints = &d
			}
		})
	})
}

const hints = `navigator.userAgentData?.getHighEntropyValues(['architecture', 'bitness', 'formFactors', 'fullVersionList', 'model', 'platformVersion', 'wow64'])
	.then((d) => JSON.stringify(d)) ?? ''`

// onPosition takes the first position on earth that the app was told.
func (s *session) onPosition(text string) {
	var g playback.Geolocation
	if s.position == nil && json.Unmarshal([]byte(text), &g) == nil {
		s.position = &g
	}
}

// conclude completes the header with what was learnt while recording.
func (s *session) conclude(h *playback.Header) {
	h.Commit = cmp.Or(h.Commit, s.commit)
	h.UserAgentData = s.hints
	if h.Geolocation = s.position; s.position != nil && !slices.Contains(h.Permissions, "geolocation") {
		h.Permissions = append(h.Permissions, "geolocation")
	}
	for _, p := range sortedKeys(s.dropped) {
		if !slices.ContainsFunc(h.Rules, func(r playback.Rule) bool { return r.Match == p }) {
			h.Rules = append(h.Rules, playback.Rule{Match: p, Drop: true})
		}
	}
}
