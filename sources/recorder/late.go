package recorder

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
	"restep/sources"
)

// late masks, when a recording has ended, what was found to be secret after it had been written, by the stand-ins that
// it has had since. The nil *late masks nothing.
type late struct {
	*sources.Late
	k *masking
}

func (k *masking) end() *late {
	if k == nil {
		return nil
	}
	return &late{k.m.Late(), k}
}

// mostAround is the size of content in bytes up to which parts of a secret are looked for in it.
const mostAround = 4 << 20

// holds reports whether a text may hold a secret.
func (l *late) holds(s string) bool { return l.Holds(s) || l.k.typed.pairs.Find(s) }

// event masks an event and its content.
func (l *late) event(e *playback.Event, c *playback.DraftContent) {
	if l == nil {
		return
	}
	l.k.halves.line(e)
	typ := e.Headers.Get("content-type")
	if typ == "" && e.Body != nil {
		typ = e.Body.Type
	}
	inside := l.k.growing.touched[e.ID] != nil || len(l.k.halves.around(e.ID)) > 0 && (e.Body == nil || !opaque(typ) && e.Body.Size <= mostAround)
	if !inside && l.Longest()+l.k.typed.pairs.Len() == 0 {
		return
	}
	line, err := json.Marshal(e, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return // the writer refuses it too
	}
	if inBody := inside || l.inBody(e.Body, typ, c); inBody || l.holds(string(line)) {
		l.mask(e, inBody, c)
	}
	for i := range e.Files {
		f := &e.Files[i]
		if l.inBody(f.Body, f.Type, c) {
			l.file(e, f, c)
		}
	}
}

// mask masks an event, and its content where something is in it.
func (l *late) mask(e *playback.Event, inBody bool, c *playback.DraftContent) {
	var data []byte
	if inBody || e.Body != nil && e.Body.Ref == "" {
		var err error
		if data, err = c.Content(e.Body); err != nil {
			data = nil // a hole
		}
	}
	body := e.Body
	out, places := l.k.growing.back(e, bytes.Clone(data))
	out = l.everywhere(e, l.Event(e, out))
	for _, parts := range l.k.halves.around(e.ID) {
		out = replaceIn(parts, e, out)
	}
	for _, place := range places {
		note(e, place)
	}
	if data == nil || bytes.Equal(out, data) {
		if e.Body == nil || body != nil && body.Ref != "" {
			e.Body = body
		}
		return
	}
	e.Body = playback.NewBody(out, body.Type, c)
	e.Body.Extra = body.Extra
}

// everywhere masks what is secret wherever it stands.
func (l *late) everywhere(e *playback.Event, data []byte) []byte {
	return l.k.typed.replace(e, replaceIn(l.Everywhere(), e, data))
}

// file masks a file that was uploaded, as the request that sends it.
func (l *late) file(e *playback.Event, f *playback.FileRef, c *playback.DraftContent) {
	data, err := c.Content(f.Body)
	if err != nil {
		return
	}
	probe := &playback.Event{Kind: playback.Req, Body: &playback.Body{Type: f.Type}}
	if out := l.everywhere(probe, l.Event(probe, bytes.Clone(data))); !bytes.Equal(out, data) {
		f.Body = playback.NewBody(out, f.Body.Type, c)
		note(e, "files")
	}
}

// inBody reports whether a secret may stand in content of a media type, which it reads piece by piece.
func (l *late) inBody(b *playback.Body, typ string, c *playback.DraftContent) bool {
	if b == nil || b.Hole() || opaque(typ) {
		return false
	}
	return errors.Is(c.Copy(&lookout{l: l}, b), errSecret)
}

// lookout is a writer that fails where a secret stands in what is written.
type lookout struct {
	l    *late
	rest []byte // the end of what was written, where a secret may begin
}

var errSecret = errors.New("a secret was found")

func (x *lookout) Write(p []byte) (int, error) {
	text := append(x.rest, p...)
	if x.l.holds(string(text)) {
		return 0, errSecret
	}
	hold := max(x.l.Longest(), x.l.k.typed.pairs.Longest())
	x.rest = append([]byte(nil), text[max(0, len(text)-hold):]...)
	return len(p), nil
}

// header masks the header.
func (l *late) header(h *playback.Header) {
	if l == nil {
		return
	}
	text, err := json.Marshal(h, json.Deterministic(true))
	if err != nil {
		return
	}
	out := l.text(string(text))
	var masked playback.Header
	if out != string(text) && json.Unmarshal([]byte(out), &masked) == nil {
		*h = masked
	}
}

// note masks a remark.
func (l *late) note(n *playback.Note) {
	if l != nil {
		n.Text = l.text(n.Text)
	}
}

// text masks what is secret wherever it stands.
func (l *late) text(s string) string { return l.k.typed.pairs.Replace(l.Everywhere().Replace(s)) }
