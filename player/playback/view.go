package playback

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
)

// Line is an event of a file in a [File.View]: at which time it stands there, and what it refers to.
type Line struct {
	Pos   int     // in the file that the view is of
	T     float64 // ms since the start
	Cause string  // id of the action that caused it
	On    string  // bug lines: id of the event that it stands on
}

// Placed returns an event as it stands, for a [File.View]. The error is that of [File.Event].
func (f *File) Placed(pos int) (Line, error) {
	e, err := f.Event(pos)
	if err != nil {
		return Line{}, err
	}
	return Line{Pos: pos, T: e.T, Cause: e.Cause, On: e.On.Ref}, nil
}

// View returns a file of the events that lines name, in their order. It reads the lines and blobs of f, which stays open
// as long, and costs memory for its index alone. Its positions are its own; [File.Line] and [File.Raw] are about the lines of
// f, as they are there. Notes on events that are not in the view are not in it either. A view is written by [File.Write].
func (f *File) View(lines []Line) *File {
	v := &File{name: f.name, r: f.r, header: f.header}
	v.decoders.New = newDecoder
	v.offs, v.blobs = f.offs, f.blobs
	v.ids = make(map[string]int32, len(lines))
	v.placed = make(map[int]Line, len(lines))
	at := make(map[int32]int32, len(lines)) // position in f -> in v
	for i, l := range lines {
		e := f.events[l.Pos]
		e.t = l.T
		at[int32(l.Pos)] = int32(i)
		if _, twice := v.ids[e.id]; !twice && e.id != "" {
			v.ids[e.id] = int32(i)
		}
		v.placed[i] = l
		v.events = append(v.events, e)
	}
	for i := range v.events {
		e := &v.events[i]
		e.of, e.cause = moved(at, e.of), -1
		if pos, ok := v.ids[v.placed[i].Cause]; ok {
			e.cause = pos
		}
	}
	for _, n := range f.notes {
		if v.hasSubject(int(n)) {
			v.notes = append(v.notes, n)
		}
	}
	return v
}

// moved is where the event of a position stands now, -1 for nowhere.
func moved(at map[int32]int32, pos int32) int32 {
	if to, ok := at[pos]; ok && pos >= 0 {
		return to
	}
	return -1
}

// hasSubject reports whether the event that a note is on is there. A note on code alone has none to miss.
func (f *File) hasSubject(index int) bool {
	var n Note
	line, err := f.Raw(index + 1)
	if err != nil || json.Unmarshal(line, &n) != nil || n.On == "" {
		return true // where it does not read, whoever reads the notes is told
	}
	_, ok := f.ids[n.On]
	return ok
}

// as puts what a view says of an event into it.
func (l Line) as(e *Event) {
	e.T, e.Cause = l.T, l.Cause
	if e.On.Target == nil {
		e.On.Ref = l.On
	}
}

// Write writes the events of f, its notes, and the blobs that they refer to. A blob that is
// nowhere to be found is left out, as it was for those who read f. The caller made w with the header, and closes it.
func (f *File) Write(w *Writer) error {
	for pos := range f.Len() {
		e, err := f.Event(pos)
		if err != nil {
			return err
		}
		if err := w.WriteEvent(e); err != nil {
			return err
		}
	}
	for _, n := range f.notes {
		line, err := f.Raw(int(n) + 1)
		if err != nil {
			return err
		}
		w.notes = append(w.notes, slices.Clone(line))
	}
	refs, err := f.eventReferences()
	if err != nil {
		return err
	}
	for _, h := range refs {
		data, err := f.verified(h)
		if missing := (*MissingError)(nil); errors.As(err, &missing) {
			continue
		}
		if err != nil {
			return err
		}
		w.putBlob(h, data)
	}
	return w.err
}

// eventReferences are the blobs that the events refer to, each once.
func (f *File) eventReferences() ([]hash, error) {
	var refs []hash
	seen := map[hash]bool{}
	for pos := range f.Len() {
		line, err := f.Raw(f.Line(pos))
		if err != nil {
			return nil, fmt.Errorf("find blobs: %w", err)
		}
		lineRefs(line, func(h hash) {
			if !seen[h] {
				seen[h] = true
				refs = append(refs, h)
			}
		})
	}
	return refs, nil
}
