package main

import (
	"cmp"
	"os"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// outline is a session as a person reads it, and the object of restep show --json. A file may have millions of lines, so
// it is read twice and its lines are not held: once for what is said of the whole, once for the lines as they are printed.
type outline struct {
	Title     string          `json:"title"`
	App       string          `json:"app,omitzero"`
	Start     time.Time       `json:"start,omitzero"`
	Sources   []string        `json:"sources,omitzero"`
	Events    int             `json:"events"`
	Actions   int             `json:"actions"`
	Requests  int             `json:"requests"`
	Failures  int             `json:"failures"` // errors and bugs
	Holes     int             `json:"holes"`
	Lines     outlineLines    `json:"lines"`
	Notes     []playback.Note `json:"notes,omitzero"`     // the first ones of the file, see maxNotes
	MoreNotes int             `json:"moreNotes,omitzero"` // how many lines of further notes there are
	LastRun   *playback.Run   `json:"lastRun,omitzero"`   // what was kept of it

	changed time.Time // of the file
	name    string
	all     bool
	noteAt  map[string]int // index in Notes, by id
	noted   int            // bytes of what they say
	places  map[string]int // lines of the events that notes are on, by id; 0: not met yet
}

// outlineLine is one event of an outline.
type outlineLine struct {
	Line  int           `json:"line"`
	T     float64       `json:"t"` // ms since the start
	ID    string        `json:"id"`
	Kind  playback.Kind `json:"ev"`
	Tab   string        `json:"tab,omitzero"`
	Text  string        `json:"text"`
	Mark  string        `json:"mark,omitzero"` // "failure", "hole"
	Depth int           `json:"-"`             // 0: a page, 1: an action, 2: an effect
}

// outlineLines gives the lines of an outline to a function, whose error it returns. It may be called again.
type outlineLines func(each func(outlineLine) error) error

var _ json.MarshalerTo = outlineLines(nil)

// MarshalJSONTo implements [json.MarshalerTo] by an array that is written as the lines are read.
func (lines outlineLines) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	if err := lines(func(l outlineLine) error { return json.MarshalEncode(enc, &l) }); err != nil {
		return err
	}
	return enc.WriteToken(jsontext.EndArray)
}

// newOutline reads a file for what is said of the whole of it; all lists also what is seldom of interest.
func newOutline(name string, all bool) (*outline, error) {
	o := &outline{name: name, all: all, noteAt: map[string]int{}, places: map[string]int{}}
	o.Lines = o.lines
	if s, err := os.Stat(name); err == nil {
		o.changed = s.ModTime()
	}
	header := func(h *playback.Header) error {
		o.Title, o.App, o.Start, o.Sources = cmp.Or(h.Title, name), h.App, h.Start, h.Sources
		return nil
	}
	event := func(_ int, e *playback.Event) error {
		o.count(e)
		return nil
	}
	var err error
	o.Events, err = playback.Scan(name, playback.Visitor{Header: header, Event: event, Note: o.note})
	o.Notes = slices.DeleteFunc(o.Notes, func(n playback.Note) bool { return n.State == playback.NoteDeleted })
	for _, n := range o.Notes {
		if n.On != "" {
			o.places[n.On] = 0
		}
	}
	return o, err
}

// count counts an event.
func (o *outline) count(e *playback.Event) {
	switch {
	case e.Kind.Action():
		o.Actions++
	case e.Kind == playback.Req:
		o.Requests++
	case e.Kind == playback.Error || e.Kind == playback.Bug:
		o.Failures++
	}
	if e.Body.Hole() {
		o.Holes++
	}
}

// maxNotes and maxNoted bound the notes that are held and shown, and the bytes of what they say.
const (
	maxNotes = 1000
	maxNoted = 8 << 20
)

// note keeps the state of a note that has the highest revision.
func (o *outline) note(_ int, n *playback.Note) error {
	at, seen := o.noteAt[n.ID]
	if seen && n.Rev <= o.Notes[at].Rev {
		return nil
	}
	size := noteSize(n)
	if seen {
		size -= noteSize(&o.Notes[at])
	}
	if !seen && len(o.Notes) == maxNotes || o.noted+size > maxNoted {
		o.MoreNotes++
		return nil
	}
	if !seen {
		at = len(o.Notes)
		o.noteAt[n.ID] = at
		o.Notes = append(o.Notes, playback.Note{})
	}
	o.noted += size
	o.Notes[at] = *n
	return nil
}

// noteSize is about what a note takes in memory, in bytes.
func noteSize(n *playback.Note) int {
	size := len(n.ID) + len(n.Thread) + len(n.On) + len(n.Author) + len(n.Text) + len(n.Extra)
	if c := n.Code; c != nil {
		size += len(c.Commit) + len(c.Path) + len(c.Blob) + len(c.Exact) + len(c.Prefix) + len(c.Suffix) + len(c.Extra)
	}
	return size
}

// lines is what [outline.Lines] does.
func (o *outline) lines(each func(outlineLine) error) error {
	tell := newTeller(o.App)
	event := func(line int, e *playback.Event) error {
		if at, on := o.places[e.ID]; on && at == 0 {
			o.places[e.ID] = line
		}
		l, show := tell.line(line, e)
		if !show && !o.all {
			return nil
		}
		return each(l)
	}
	_, err := playback.Scan(o.name, playback.Visitor{Event: event})
	return err
}
