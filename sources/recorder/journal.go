package recorder

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"restep/player/playback"
	"restep/sources"
)

// Journal is the growing file of one recording. A line is on its way to the disk, masked and whole, when Add returns; a
// process that is killed loses at most the line that it was writing. Lines come in order of arrival. Its methods may be
// called from any goroutine.
type Journal struct {
	name string

	mu     sync.Mutex // guards what follows
	draft  *playback.Draft
	mask   *masking
	late   *masking           // what knows in the end what is secret; mask, or that of whoever masked the lines before
	next   int                // number of the last id
	last   map[string]*action // by tab: the action that effects follow
	caused map[string]bool    // ids of lines that came with their cause
	again  again
	count  Counts
	losses []string
	done   bool
}

// action is the last action of a tab.
type action struct {
	id string
	t  float64
}

// Counts is what a journal holds.
type Counts struct {
	Actions  int
	Requests int
	Events   int // lines, the above included
	Holes    int // messages whose content was lost
	Masked   int // places that were masked
	Errors   int // uncaught errors and rejections
	Bytes    int64
	// Places is what was masked, by place: "request header cookie", "type text".
	Places map[string]int
	// Problems are what could not be recorded, for people. Only a [Receiver] tells them here.
	Problems []string
}

// NewJournal begins the file of this name, in place of one that is there. A nil masker keeps secrets as they are. The
// header is masked too; it is not changed.
func NewJournal(name string, h *playback.Header, m *sources.Masker) (*Journal, error) {
	mask := newMasking(m)
	header := mask.header(h)
	draft, err := playback.CreateDraft(name, header)
	if err != nil {
		return nil, err
	}
	return &Journal{name: name, draft: draft, mask: mask, late: mask, last: map[string]*action{}, caused: map[string]bool{}, again: newAgain()}, nil
}

// Hide has what the rules name masked from now on.
func (j *Journal) Hide(r Rules) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.mask != nil {
		j.mask.named = r
	}
}

// Grow has what a field holds, while a person types into it, masked from now on: see [masking.grow].
func (j *Journal) Grow(value, kind string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.mask != nil {
		j.mask.grow(value, kind)
	}
}

// Add appends an event and returns the id that it got, e1, e2 and so on, which it also puts into the event. Its T is in
// ms since the header's start. Without a cause an effect gets the last action of its tab. What the event holds is masked
// in place, content included: a body of any length may stand in it as JSON, text or base64, and is brought into the form
// of the file. secret names places that hold a secret although nothing in the line tells: place -> kind, as the page
// script reports them, such as "value" -> "password". A line that would be too long to be read is shortened, see
// [Journal.Losses]; an error means that nothing more can be written.
func (j *Journal) Add(e *playback.Event, secret map[string]string) (string, error) {
	data, err := inline(e.Body)
	if err != nil {
		e.Body = playback.NewHole("damaged", 0, e.Body.Type)
	}
	return j.AddContent(e, data, secret)
}

// AddContent is [Journal.Add] for an event whose content is given as bytes; nil leaves its Body as it is, a hole or
// nothing. The media type is taken from the event's headers, else from the type of its Body.
func (j *Journal) AddContent(e *playback.Event, data []byte, secret map[string]string) (string, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.done {
		return "", fmt.Errorf("record %s: the recording is finished", e.Kind)
	}
	j.next++
	e.ID = "e" + strconv.Itoa(j.next)
	if e.Cause != "" {
		j.caused[e.ID] = true
	} else if a := j.last[causeTab(e)]; a != nil && follows(e) {
		e.Cause = a.id
	}
	if e.Kind == playback.Bug && e.On.IsZero() && j.last[e.Tab] != nil {
		e.On.Ref = j.last[e.Tab].id
	}
	before := len(e.Masked)
	data = j.mask.event(e, data, secret)
	j.body(e, data)
	j.files(e)
	if err := j.write(e); err != nil {
		return "", err
	}
	if e.Kind.Action() && (j.last[e.Tab] == nil || j.last[e.Tab].t <= e.T) {
		j.last[e.Tab] = &action{e.ID, e.T}
	}
	j.tally(e, before)
	return e.ID, nil
}

// follows reports whether a line is an effect that has a cause of its own: what belongs to a request has that of it.
func follows(e *playback.Event) bool {
	return e.Kind.Effect() && e.Of == "" && e.Kind != playback.Bug || e.Kind == playback.Tab && e.Opener != ""
}

// causeTab is the tab in which the cause of a line is: a popup's is in the tab that opened it.
func causeTab(e *playback.Event) string {
	if e.Kind == playback.Tab && e.Opener != "" {
		return e.Opener
	}
	return e.Tab
}

// body puts content into its form; nil leaves the event's.
func (j *Journal) body(e *playback.Event, data []byte) {
	if data == nil || e.Body.Hole() {
		return
	}
	typ := ""
	if e.Body != nil {
		typ = e.Body.Type
	}
	e.Body = playback.NewBody(data, typ, j.draft)
	if e.Headers.Get("content-type") != "" {
		e.Body.Type = "" // the headers say it
	}
}

// files brings the content of uploaded files, which is masked already, into its form.
func (j *Journal) files(e *playback.Event) {
	for i := range e.Files {
		f := &e.Files[i]
		data, err := inline(f.Body)
		switch {
		case err != nil:
			f.Body = playback.NewHole("damaged", 0, f.Body.Type)
			j.lose("%s %s: the content of file %d cannot be read", e.Kind, e.ID, i+1)
		case data != nil:
			f.Body = playback.NewBody(data, "", j.draft)
		}
	}
}

// inline returns content that stands in a line; nil for no body, a hole and a blob.
func inline(b *playback.Body) ([]byte, error) {
	if b == nil || b.Missing != "" || b.Ref != "" {
		return nil, nil
	}
	return new(playback.File).Content(b) // only blobs are looked for in a file
}

// Note appends the state of a note.
func (j *Journal) Note(n *playback.Note) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	note := *n
	note.Text = j.mask.text(note.Text)
	err := j.draft.WriteNote(&note)
	if err != nil && j.draft.Err() == nil {
		j.lose("note %s had more than a line may have: text", n.ID)
		note.Text, note.Code = clip(note.Text, cutTo), nil
		err = j.draft.WriteNote(&note)
	}
	return err
}

// LastAction returns the id of the last action of a tab, "" where there is none.
func (j *Journal) LastAction(tab string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if a := j.last[tab]; a != nil {
		return a.id
	}
	return ""
}

// tally counts a line that was written.
func (j *Journal) tally(e *playback.Event, before int) {
	c := &j.count
	c.Events++
	switch {
	case e.Kind.Action():
		c.Actions++
	case e.Kind == playback.Req:
		c.Requests++
	case e.Kind == playback.Error:
		c.Errors++
	}
	if e.Body.Hole() {
		c.Holes++
	}
	for _, place := range e.Masked[before:] {
		c.Masked++
		if c.Places == nil {
			c.Places = map[string]int{}
		}
		c.Places[sources.MaskedPlace(e, place)]++
	}
}

// Counts returns what was recorded so far.
func (j *Journal) Counts() Counts {
	j.mu.Lock()
	defer j.mu.Unlock()
	c := j.count
	c.Places, c.Bytes = maps.Clone(c.Places), j.draft.Size()
	return c
}

// Err returns the first error of writing.
func (j *Journal) Err() error { return j.draft.Err() }

// Finish ends the recording and gives the file its final form: lines in the order of time, effects behind their causes,
// content in the file where it fits, and no value that was found to be secret after it had been written. It may be
// called more than once; where it fails the file stays as it grew.
func (j *Journal) Finish() error { return j.FinishWith(nil) }

// FinishWith is [Journal.Finish] where the header is complete only now: conclude gets it; nil leaves it.
func (j *Journal) FinishWith(conclude func(*playback.Header)) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.done {
		return nil
	}
	j.done = true
	if err := j.draft.Close(); err != nil {
		return fmt.Errorf("finish the recording: %w", err)
	}
	link, late := j.linker(), j.late.end()
	return playback.FinishDraft(j.name, playback.Finishing{
		Header: func(h *playback.Header) {
			if conclude != nil {
				conclude(h)
			}
			late.header(h)
		},
		Event: func(e *playback.Event, c *playback.DraftContent) bool {
			if !j.again.join(e) {
				return false
			}
			link(e)
			late.event(e, c)
			return true
		},
		Note: late.note,
	})
}

// linker returns what gives effects their causes anew, now that lines come in the order of time: a run of typing is
// reported when it ends, but the requests that it leads to come before.
func (j *Journal) linker() func(*playback.Event) {
	last := map[string]string{}
	return func(e *playback.Event) {
		if cause := last[causeTab(e)]; follows(e) && !j.caused[e.ID] && cause != "" {
			e.Cause = cause
		}
		if e.Kind.Action() {
			last[e.Tab] = e.ID
		}
	}
}

// PlacesList returns the places of a count in order, the most frequent first.
func (c Counts) PlacesList() []string {
	return slices.SortedFunc(maps.Keys(c.Places), func(a, b string) int {
		return cmp.Or(cmp.Compare(c.Places[b], c.Places[a]), cmp.Compare(a, b))
	})
}
