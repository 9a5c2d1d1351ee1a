package sources

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"restep/player/playback"
)

// Write masks the recording and writes it. With no masker nothing is masked. The caller closes w. The report is
// complete afterwards.
func (r *Recording) Write(w *playback.Writer, m *Masker) error {
	if err := r.each(func(l *Line) error { return r.writeMasked(w, m, l) }); err != nil {
		return err
	}
	for i := range r.Notes {
		n := r.Notes[i]
		if m != nil {
			n.Text = m.value(n.Text, scope{})
		}
		if err := w.WriteNote(&n); err != nil {
			return err
		}
	}
	return nil
}

// writeMasked masks a line and writes it.
func (r *Recording) writeMasked(w *playback.Writer, m *Masker, l *Line) error {
	data, err := l.bytes()
	if err != nil {
		return fmt.Errorf("event %s: %w", l.ID, err)
	}
	e := cloneEvent(&l.Event)
	before := len(e.Masked)
	if m != nil {
		data = m.Event(e, data)
	}
	if err := writeLine(w, m, l, e, data); err != nil {
		return err
	}
	for _, place := range e.Masked[before:] {
		r.Report.mask(MaskedPlace(e, place))
	}
	r.Report.Events++
	if e.Kind.Action() {
		r.Report.Actions++
	}
	if e.Body.Hole() {
		r.Report.Holes++
	}
	return nil
}

// writeLine puts the content into the event and writes it.
func writeLine(w *playback.Writer, m *Masker, l *Line, e *playback.Event, data []byte) error {
	if l.Content != nil && !e.Body.Hole() {
		old := e.Body
		typ := ""
		if old != nil {
			typ = old.Type
		} else if t := e.Headers.Get("content-type"); t != "" && e.Kind != playback.Req && e.Kind != playback.Res {
			typ = t
		}
		e.Body = playback.NewBody(data, typ, w)
		if e.Headers.Get("content-type") != "" {
			e.Body.Type = "" // the headers say it
		}
		if old != nil {
			e.Body.Extra = old.Extra
		}
	}
	if err := l.writeFiles(w, m, e); err != nil {
		return fmt.Errorf("event %s: %w", e.ID, err)
	}
	return w.WriteEvent(e)
}

// writeFiles puts the content of uploaded files into the event.
func (l *Line) writeFiles(w *playback.Writer, m *Masker, e *playback.Event) error {
	masked := slices.Contains(l.Masked, "files")
	for i := range min(len(e.Files), len(l.Files)) {
		if l.Files[i] == nil {
			continue
		}
		typ := ""
		if b := e.Files[i].Body; b != nil {
			typ = b.Type
		}
		data, err := l.Files[i].Bytes()
		if err != nil {
			return fmt.Errorf("file %d: %w", i+1, err)
		}
		if m != nil && !masked {
			var changed bool
			if data, changed = m.file(&e.Files[i], data); changed && !slices.Contains(e.Masked, "files") {
				e.Masked = append(e.Masked, "files")
			}
		}
		e.Files[i].Body = playback.NewBody(data, typ, w)
	}
	return nil
}

// MaskHeader masks the title, keys that are not known here, and what the header holds of the browser's state. It must be called before the writer
// is made, since the header is the first line of a file.
func (m *Masker) MaskHeader(r *Recording) {
	r.Header.Title = m.value(r.Header.Title, scope{})
	r.Header.Extra = m.json(r.Header.Extra, &jsonWalk{m: m})
	m.state(r.Header.State, r.Report.mask)
}

// state masks what the browser held before the first event, in place.
func (m *Masker) state(s *playback.State, note func(place string)) {
	if s == nil {
		return
	}
	for i := range s.Cookies {
		c := &s.Cookies[i]
		if !c.HTTPOnly && m.setting(c.Name, c.Value) {
			continue
		}
		if v := m.escaped(c.Value, func(v string) string { return m.cookieValue(c.Name, v) }); v != c.Value {
			c.Value = v
			note("state.cookies")
		}
	}
	for _, areas := range []map[string]playback.StorageItems{s.Local, s.Session} {
		for _, origin := range sortedKeys(areas) {
			items := areas[origin]
			for _, k := range sortedKeys(items) {
				masked := ""
				if m.secretName(k) {
					masked = m.secretOf(k, items[k])
				} else {
					masked = m.value(items[k], scope{})
				}
				if masked != items[k] {
					items[k] = masked
					note("state.storage")
				}
			}
		}
	}
}

// bytes returns the content of a line; nil for a hole or none. A blob that cannot be found becomes a hole.
func (l *Line) bytes() ([]byte, error) {
	if l.Content == nil {
		return nil, nil
	}
	data, err := l.Content.Bytes()
	var missing *playback.MissingError
	if errors.As(err, &missing) {
		l.Body = playback.NewHole(missing.Reason, missing.Size, missing.Type)
		l.Content = nil
		return nil, nil
	}
	return data, err
}

// MaskedPlace names a place that was masked for people, such as "request header cookie": without names that the app chose,
// so that equal ones are counted together.
func MaskedPlace(e *playback.Event, place string) string {
	kind := map[playback.Kind]string{playback.Req: "request", playback.Res: "response"}[e.Kind]
	if kind == "" {
		kind = string(e.Kind)
	}
	if rest, ok := strings.CutPrefix(place, "headers."); ok {
		return kind + " header " + rest
	}
	return kind + " " + place
}

// cloneEvent copies an event as deep as masking changes it.
func cloneEvent(e *playback.Event) *playback.Event {
	c := *e
	if e.Headers != nil {
		c.Headers = make(playback.Headers, len(e.Headers))
		for k, v := range e.Headers {
			c.Headers[k] = slices.Clone(v)
		}
	}
	c.Masked = slices.Clone(e.Masked)
	c.Args, c.Stack = slices.Clone(e.Args), slices.Clone(e.Stack)
	c.Files, c.Frame, c.CSS = slices.Clone(e.Files), slices.Clone(e.Frame), slices.Clone(e.CSS)
	c.On.Target, c.To.Target = cloneTarget(e.On.Target), cloneTarget(e.To.Target)
	return &c
}

func cloneTarget(t *playback.Target) *playback.Target {
	if t == nil {
		return nil
	}
	c := *t
	c.CSS, c.Attrs = slices.Clone(t.CSS), maps.Clone(t.Attrs)
	return &c
}

// sortedKeys are the keys of a map in order: what is written must not depend on the order of maps.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
