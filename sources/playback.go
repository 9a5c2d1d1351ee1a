package sources

import (
	"context"
	"maps"
	"slices"

	"restep/player/playback"
)

// FromPlayback returns what a playback file holds as a recording, whose content is read from the file when it is
// needed: the file must stay open as long as the recording. Telemetry that the options name is dropped, and origins
// are mapped.
func FromPlayback(ctx context.Context, f *playback.File, o Options) (*Recording, error) {
	r := NewRecording("playback", o)
	app, title, rules := r.Header.App, r.Header.Title, r.Header.Rules
	r.Header = cloneHeader(f.Header())
	r.addRules(rules)
	if app != "" {
		r.Header.App = app
	}
	if title != "" {
		r.Header.Title = title
	}
	if len(r.Header.Sources) > 0 {
		r.Report.Source = r.Header.Sources[0]
	}
	dropped := map[string]bool{}
	for pos := range f.Len() {
		if err := ctx.Err(); err != nil {
			r.Close()
			return nil, err
		}
		e, err := f.Event(pos)
		if err != nil {
			r.Close()
			return nil, err
		}
		if e.Kind == playback.Req && r.Drops(e.Method, e.URL) {
			dropped[e.ID] = true
		}
		if dropped[e.ID] || dropped[e.Of] && e.Of != "" {
			continue
		}
		e = cloneEvent(e)
		if dropped[e.From] {
			e.From = ""
		}
		r.Add(lineOf(f, e))
	}
	notes, err := f.Notes()
	if err != nil {
		r.Close()
		return nil, err
	}
	r.Notes = notes
	r.mapOrigins(o.Origins)
	return r, nil
}

// lineOf takes the content of an event out of it.
func lineOf(f *playback.File, e *playback.Event) Line {
	l := Line{Event: *e}
	if b := e.Body; b != nil && !b.Hole() {
		l.Content = stored{f, b}
		if b.Type != "" || b.Extra != nil {
			l.Body = &playback.Body{Type: b.Type, Extra: b.Extra}
		}
	}
	for i := range e.Files {
		var c Content
		if b := e.Files[i].Body; b != nil && !b.Hole() {
			c = stored{f, b}
		}
		l.Files = append(l.Files, c)
	}
	return l
}

// cloneHeader copies a header as deep as importing changes it.
func cloneHeader(h *playback.Header) playback.Header {
	c := *h
	c.Sources, c.Rules, c.Permissions = slices.Clone(h.Sources), slices.Clone(h.Rules), slices.Clone(h.Permissions)
	if h.State != nil {
		s := *h.State
		s.Cookies = slices.Clone(s.Cookies)
		for _, areas := range []*map[string]playback.StorageItems{&s.Local, &s.Session} {
			*areas = maps.Clone(*areas)
			for origin, items := range *areas {
				(*areas)[origin] = maps.Clone(items)
			}
		}
		c.State = &s
	}
	return c
}
