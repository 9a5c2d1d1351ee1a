package playback

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
)

// Exchange is a request with its answer that a person adds to a recording, because the app asks now what it did not ask
// when the session was recorded.
type Exchange struct {
	After   string  // id of the action that it follows; empty: the start of the file
	Delay   float64 // ms from there to the request
	Latency float64 // ms from the request to its answer
	// Req and Res hold method, URL, status, headers and the like. Their T, Kind, ID, Cause, Of, Authored and Body are
	// set by Author.
	Req, Res Event
	// Asked and Answered are the content of the two, nil for none; its media type is that of the headers.
	Asked, Answered []byte
}

// Author puts an exchange into the file of this name: a req and a res line, marked authored, where their times belong,
// the req ahead of the action after its own. Every other line stays as it is, byte for byte. It returns the id of the
// req, which no other event of the file has. An action that the file does not have any more is an error.
func Author(name string, x Exchange) (id string, err error) {
	f, err := OpenFile(name)
	if err != nil {
		return "", err
	}
	text, id, err := f.author(&x)
	f.Close() // before it is replaced: some systems do not replace an open file
	if err != nil {
		return "", fmt.Errorf("add an answer to %s: %w", name, err)
	}
	return id, Replace(name, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// author returns the text of the file with an exchange in it.
func (f *File) author(x *Exchange) (text []byte, id string, err error) {
	if f.Torn() > 0 {
		return nil, "", fmt.Errorf("line %d was torn: restep fmt -w takes it away", f.Torn())
	}
	after := -1
	start := 0.0
	if x.After != "" {
		pos, ok := f.Find(x.After)
		if !ok {
			return nil, "", fmt.Errorf("it has no event %q any more: restart the session to read it again", clip(x.After, 80))
		}
		after, start = pos, f.T(pos)
	}
	id = f.freeID(x)
	req, res := x.Req, x.Res
	req.Kind, req.ID, req.Cause, req.Authored = Req, id, x.After, true
	res.Kind, res.ID, res.Of, res.Authored = Res, NewID("a", id, "res"), id, true
	var reqPos, resPos int
	reqPos, req.T = f.place(after+1, start+x.Delay, true)
	resPos, res.T = f.place(reqPos, req.T+x.Latency, false)
	var blobs bytes.Buffer
	w := newLineWriter(&blobs)
	req.Body, res.Body = f.newBody(w, x.Asked, req.Headers), f.newBody(w, x.Answered, res.Headers)
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	first, err := encodeLine("event "+req.ID, &req)
	if err != nil {
		return nil, "", err
	}
	second, err := encodeLine("event "+res.ID, &res)
	if err != nil {
		return nil, "", err
	}
	text, err = f.insert(f.linesBefore(reqPos), first, f.linesBefore(resPos), second, blobs.Bytes())
	return text, id, err
}

// place finds where a line with the time t stands, at from or behind it: ahead of the first event that is later, or, for
// what an action causes, of the next action. The time is moved between those of its neighbours where it has to be.
func (f *File) place(from int, t float64, caused bool) (pos int, at float64) {
	t = math.Round(t*1000) / 1000
	for pos = from; pos < f.Len() && f.T(pos) <= t && !(caused && f.Kind(pos).Action()); pos++ {
	}
	if pos < f.Len() {
		t = min(t, f.T(pos))
	}
	if pos > 0 {
		t = max(t, f.T(pos-1))
	}
	return pos, t
}

// freeID derives an id from what is asked, and from how often it stands in the file already.
func (f *File) freeID(x *Exchange) string {
	for n := 1; ; n++ {
		id := NewID("a", x.After, x.Req.Method, x.Req.URL, string(x.Asked), strconv.Itoa(n))
		if _, taken := f.Find(id); !taken {
			return id
		}
	}
}

// newBody is the body of content; a blob that the file has already is not written again.
func (f *File) newBody(w *Writer, data []byte, h Headers) *Body {
	if len(data) == 0 {
		return nil
	}
	mediaType := ""
	if v := h["content-type"]; len(v) > 0 {
		mediaType = v[0]
	}
	if ref, ok := parseRef(BlobRef(data)); ok && f.blobs[ref] != nil {
		w = nil
	}
	if w == nil && len(data) > InlineMax {
		return &Body{Ref: BlobRef(data), Size: int64(len(data)), Type: mediaType}
	}
	return NewBody(data, mediaType, w)
}

// linesBefore is the number of lines ahead of where an event at pos stands: notes and blobs come behind the last event.
func (f *File) linesBefore(pos int) int {
	switch {
	case pos < f.Len():
		return f.Line(pos) - 1
	case f.Len() > 0:
		return f.Line(f.Len() - 1)
	}
	return 1
}

// insert returns the text of the file with one line behind the first n of its own, another behind the first m ≥ n, and
// more lines at its end.
func (f *File) insert(n int, first []byte, m int, second, end []byte) ([]byte, error) {
	all := make([]byte, f.offs[f.Lines()])
	if got, err := f.r.ReadAt(all, 0); got < len(all) {
		return nil, fmt.Errorf("read it again: %w", err)
	}
	part := func(from, to int64, line []byte) []byte {
		return slices.Concat(ended(all[from:to]), line)
	}
	return slices.Concat(
		part(0, f.offs[n], ended(first)),
		part(f.offs[n], f.offs[m], ended(second)),
		part(f.offs[m], f.offs[f.Lines()], end),
	), nil
}

// ended ends the last line of a text, which a file may leave out.
func ended(text []byte) []byte {
	if len(text) == 0 || text[len(text)-1] == '\n' {
		return text
	}
	return append(slices.Clip(text), '\n')
}
