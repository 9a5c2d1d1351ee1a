package player

import (
	"fmt"
	"slices"
	"strings"

	"restep/player/playback"
)

// slack is how far from its place an effect may be seen before it counts as another one, in ms: what happens at the
// border of two actions may fall on either side.
const slack = 100

// ledger pairs what the page did with what was recorded, in one pass.
type ledger struct {
	cat         *catalog
	live        map[int]Seen    // recorded effect -> what was seen
	when        map[int]int     // recorded effect -> its number among the sightings, from 1
	sightings   int             // counts what the page did, and what was found out about it later
	extra       map[int][]extra // action -> what was seen without a recorded line
	reworded    []reworded
	divergences []playback.Divergence
	failures    []Failure

	action  int         // the last action, -1 before the first
	open    []expected  // recorded effects that were not seen yet
	loose   []loose     // seen effects without a recorded one, not reported yet
	missed  map[int]int // request -> its divergence
	lastRes int         // the furthest answer that was released
}

// expected is a recorded effect that should be seen.
type expected struct {
	pos    int
	event  *playback.Event
	action int
}

// extra is an effect without a recorded line, by the numbers among the sightings from which on it was one, and from which on
// it was none any more, since the line of the next action that it belongs to was reached; 0: it still is one.
type extra struct {
	Seen
	from, gone int
}

// at reports whether it was an extra one after so many sightings.
func (x *extra) at(seen int) bool { return x.from <= seen && (x.gone == 0 || x.gone > seen) }

// reworded is what the text of a divergence was before a sighting.
type reworded struct {
	divergence int // its index
	sighting   int
	text       string
}

// loose is a seen effect that no recorded one explains, so far.
type loose struct {
	seen   Seen
	action int
}

func newLedger(cat *catalog) *ledger {
	return &ledger{cat: cat, live: map[int]Seen{}, when: map[int]int{}, extra: map[int][]extra{}, missed: map[int]int{}, action: -1, lastRes: -1}
}

// enter begins what follows an action: its recorded effects are expected, and what came a little early is paired.
func (l *ledger) enter(action int) error {
	l.action = action
	f := l.cat.file
	for pos := action + 1; pos < f.Len() && !f.Kind(pos).Action(); pos++ {
		if !l.cat.observed(pos) {
			continue
		}
		if _, seen := l.live[pos]; seen { // by its position: the page took the request already
			continue
		}
		e, err := f.Event(pos)
		if err != nil {
			return fmt.Errorf("decode %s: %w", l.cat.label(pos), err)
		}
		l.open = append(l.open, expected{pos, e, action})
	}
	l.loose = slices.DeleteFunc(l.loose, func(x loose) bool {
		if l.pair(x.seen) < 0 {
			return false
		}
		l.forget(x)
		return true
	})
	return nil
}

// skip makes an action the last one without having performed it: nothing of before is expected any more.
func (l *ledger) skip(action int) { l.action, l.open, l.loose = action, nil, nil }

// see takes in an effect and returns the recorded one, -1 for none.
func (l *ledger) see(s Seen) int {
	if s.Pos >= 0 && s.Pos < l.cat.file.Len() {
		if _, again := l.live[s.Pos]; again && s.Kind == playback.Req {
			l.sawExtra(s) // made once more than recorded
			return s.Pos
		}
		l.saw(s.Pos, s)
		l.open = slices.DeleteFunc(l.open, func(x expected) bool { return x.pos == s.Pos })
		return s.Pos
	}
	pos := l.pair(s)
	if pos < 0 {
		l.sawExtra(s)
		l.loose = append(l.loose, loose{s, l.action})
	}
	return pos
}

// saw notes what was seen for a recorded effect.
func (l *ledger) saw(pos int, s Seen) {
	l.sightings++
	l.live[pos], l.when[pos] = s, l.sightings
}

// sawExtra notes what was seen without a recorded line.
func (l *ledger) sawExtra(s Seen) {
	l.sightings++
	l.extra[l.action] = append(l.extra[l.action], extra{Seen: s, from: l.sightings})
}

// reword gives a divergence another text.
func (l *ledger) reword(i int, text string) {
	l.sightings++
	d := &l.divergences[i]
	l.reworded = append(l.reworded, reworded{i, l.sightings, d.Text})
	d.Text = text
}

// pair finds the first expected effect that is the same as s.
func (l *ledger) pair(s Seen) int {
	for i, x := range l.open {
		if x.event.Kind != s.Kind || !l.same(x, &s) {
			continue
		}
		l.open = slices.Delete(l.open, i, i+1)
		l.saw(x.pos, s)
		return x.pos
	}
	return -1
}

// forget notes of an effect that was paired after all that it is no extra one any more.
func (l *ledger) forget(x loose) {
	list := l.extra[x.action]
	i := slices.IndexFunc(list, func(s extra) bool {
		return s.gone == 0 && s.T == x.seen.T && s.Kind == x.seen.Kind && content(&s.Event) == content(&x.seen.Event)
	})
	if i >= 0 {
		list[i].gone = l.sightings // that of its pairing
	}
}

// same reports whether a recorded effect and a seen one of the same kind are the same.
func (l *ledger) same(x expected, s *Seen) bool {
	e := x.event
	switch e.Kind {
	case playback.Console:
		return e.Level == s.Level && l.sameText(e.Text, s.Text)
	case playback.Error:
		// Failures are the same only after the same action.
		return x.action == l.action && e.Rejection == s.Rejection && e.Name == s.Name && l.sameText(e.Message, s.Message)
	case playback.Route, playback.PageCommit:
		return l.sameURL(e.URL, s.URL)
	case playback.Storage:
		return e.Area == s.Area && e.Key == s.Key && sameValue(e.Value, s.Value)
	case playback.Download:
		return e.Name == s.Name && (e.URL == "" || s.URL == "" || e.Name != "" || l.sameURL(e.URL, s.URL))
	case playback.WS, playback.SSE:
		return e.Dir == s.Dir && l.sameText(content(e), content(&s.Event))
	}
	return false
}

// content is the text of a message, as far as it stands in its line.
func content(e *playback.Event) string {
	if e.Text != "" || e.Body == nil {
		return e.Text
	}
	switch b := e.Body; {
	case b.Text != nil:
		return *b.Text
	case b.JSON != nil:
		return string(b.JSON)
	case b.Base64 != nil:
		return *b.Base64
	}
	return e.Body.Ref
}

func (l *ledger) sameText(recorded, seen string) bool {
	return recorded == seen || blank(l.cat.urls.text(recorded)) == blank(seen)
}

// sameURL compares a recorded URL with a live one; values of the same volatile shape are equal.
func (l *ledger) sameURL(recorded, seen string) bool {
	local := l.cat.urls.local(recorded)
	if strings.TrimRight(local, "/#?") == strings.TrimRight(seen, "/#?") {
		return true
	}
	a, b := newCall("", local, "", nil), newCall("", seen, "", nil)
	_, fragA, _ := strings.Cut(local, "#")
	_, fragB, _ := strings.Cut(seen, "#")
	return a.origin == b.origin && a.fits(&b) && len(a.differences(&b, nil)) == 0 && fragA == fragB
}

func sameValue(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b || sameVolatile(*a, *b) || blank(*a) == blank(*b)
}

// browserLines begin what the browser itself writes to the console: it depends on its version, not on the app.
var browserLines = [...]string{
	"Failed to load resource", "Access to ", "[Violation]", "[Intervention]", "[Deprecation]", "Refused to ",
	"Mixed Content", "WebSocket connection to", "Uncaught ", "Unchecked runtime.lastError", "The resource ", "A cookie ",
	"Cookie ", "DevTools failed", "Error with Permissions-Policy", "Cross-Origin", "Cross origin", "Blocked ", "GET http",
	"POST http", "PUT http", "DELETE http", "PATCH http", "HEAD http", "OPTIONS http", "Loading the ", "Manifest: ",
	"The Content Security Policy", "Unrecognized ", "Third-party cookie", "EventSource's response", "The FetchEvent for",
	"[vite] ", "[webpack-dev-server] ", "[HMR] ", "[Fast Refresh] ", // of the app's development server
}

// browserWrote reports whether a console line comes from the browser, or from a development server, and not from the app.
func browserWrote(e *playback.Event) bool {
	return slices.ContainsFunc(browserLines[:], func(s string) bool { return strings.HasPrefix(e.Text, s) })
}
