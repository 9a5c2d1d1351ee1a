package sources

import (
	"cmp"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// packAt is how many lines a recording holds as they are. An event takes 1 kB; what goes beyond this is packed, so that
// long archives can be imported in the memory of what orders them.
const packAt = 16_384

// packed is a line of which only what orders it, and tells what caused it, is in memory.
type packed struct {
	t              float64
	kind           playback.Kind
	id, tab, cause string
	of             string
	at             int64 // where the event is: in the recording's events, or the index of the line in Lines
	size           int   // bytes of the event there
	content        Content
	files          []Content
}

// headOf returns a packed line without its event.
func headOf(e *playback.Event, at int64) *packed {
	return &packed{t: e.T, kind: e.Kind, id: e.ID, tab: e.Tab, cause: e.Cause, of: e.Of, at: at}
}

// pack packs the lines that are not. What goes wrong is kept until the lines are asked for.
func (r *Recording) pack() {
	for i := range r.Lines {
		r.failed = cmp.Or(r.failed, r.packLine(&r.Lines[i]))
		r.Lines[i] = Line{}
	}
	r.Lines = r.Lines[:0]
}

func (r *Recording) packLine(l *Line) error {
	raw, err := json.Marshal(&l.Event, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return fmt.Errorf("event %s: %w", l.ID, err)
	}
	at, err := r.events.write(raw)
	if err != nil {
		return err
	}
	p := headOf(&l.Event, at)
	p.size, p.content, p.files = len(raw), l.Content, l.Files
	r.packed = append(r.packed, p)
	return nil
}

// unpackLine returns the line of a packed one.
func (r *Recording) unpackLine(p *packed) (*Line, error) {
	raw, err := r.events.read(p.at, p.size)
	if err != nil {
		return nil, err
	}
	l := &Line{Content: p.content, Files: p.files}
	if err := json.Unmarshal(raw, &l.Event, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)); err != nil {
		return nil, fmt.Errorf("event %s: %w", p.id, err)
	}
	l.T, l.Cause = p.t, p.cause
	return l, nil
}

// unpack holds all lines in memory again, for what compares them with each other.
func (r *Recording) unpack() error {
	if r.packed == nil {
		return r.failed
	}
	lines := make([]Line, 0, len(r.packed)+len(r.Lines))
	err := r.each(func(l *Line) error {
		lines = append(lines, *l)
		return nil
	})
	r.Lines, r.packed = lines, nil
	return err
}

// each calls f for every line, in their order. What f changes stays only where the recording is small.
func (r *Recording) each(f func(*Line) error) error {
	if r.failed != nil {
		return r.failed
	}
	for i := range r.packed {
		l, err := r.unpackLine(r.packed[i])
		if err == nil {
			err = f(l)
		}
		if err != nil {
			return err
		}
	}
	for i := range r.Lines {
		if err := f(&r.Lines[i]); err != nil {
			return err
		}
	}
	return nil
}

// change calls f for every line, to change it.
func (r *Recording) change(f func(*Line)) {
	old := r.packed
	r.packed = nil
	for i := range old {
		l, err := r.unpackLine(old[i])
		if err == nil {
			f(l)
			err = r.packLine(l)
		}
		r.failed = cmp.Or(r.failed, err)
	}
	for i := range r.Lines {
		f(&r.Lines[i])
	}
}

// order gives f all lines without their events, to put them in order, move them in time, and say what caused them.
func (r *Recording) order(f func([]*packed)) {
	if r.packed != nil {
		r.pack() // the rest
		r.Lines = nil
		f(r.packed)
		return
	}
	heads := make([]*packed, len(r.Lines))
	for i := range r.Lines {
		heads[i] = headOf(&r.Lines[i].Event, int64(i))
	}
	f(heads)
	lines := make([]Line, len(r.Lines))
	for i, h := range heads {
		lines[i] = r.Lines[h.at]
		lines[i].T, lines[i].Cause = h.t, h.cause
	}
	r.Lines = lines
}
