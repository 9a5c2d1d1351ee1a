package recorder

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// cutTo is the length in bytes to which a text of a line is shortened that has no room in it. Content needs no such
// thing: what is longer than a few characters stands in a blob.
const cutTo = 64 << 10

// cutKey is the key under which a line says what was shortened: name of the field -> bytes or items that it had.
const cutKey = "recorder.cut"

// write writes an event whatever its length is: a line that nobody could read, or that cannot be encoded, is shortened
// until it fits, since other lines refer to it. The line and the summary say so. An error is one of the disk.
func (j *Journal) write(e *playback.Event) error {
	err := j.draft.WriteEvent(e)
	if err == nil || j.draft.Err() != nil {
		return err
	}
	lost := shorten(e)
	if j.draft.WriteEvent(e) == nil {
		j.lose("%s %s had more than a line may have: %s", e.Kind, e.ID, strings.Join(sortedKeys(lost), ", "))
		return nil
	}
	bare := &playback.Event{
		T: e.T, Kind: e.Kind, ID: e.ID, Tab: e.Tab, Cause: e.Cause, Of: e.Of, From: e.From, Method: e.Method, Status: e.Status,
		Resource: e.Resource, Dir: e.Dir, Op: e.Op, Level: e.Level, CloseBy: e.CloseBy, URL: clip(e.URL, cutTo),
	}
	if e.Body != nil {
		bare.Body = &playback.Body{Ref: e.Body.Ref, Missing: e.Body.Missing, Size: e.Body.Size}
	}
	size := 0
	if long := (*playback.TooLongError)(nil); errors.As(err, &long) {
		size = long.Size
	}
	bare.Extra = cutter{"line": size}.tell(nil)
	*e = *bare
	j.lose("of %s %s only what others refer to could be written: %v", e.Kind, e.ID, err)
	return j.draft.WriteEvent(e)
}

// shorten cuts what is long in an event, and returns what it has cut.
func shorten(e *playback.Event) map[string]int {
	c := cutter{}
	for _, f := range []struct {
		name string
		text *string
	}{
		{"text", &e.Text}, {"value", e.Value}, {"message", &e.Message}, {"msg", &e.Msg}, {"title", &e.Title}, {"name", &e.Name},
		{"url", &e.URL}, {"key", &e.Key}, {"focus", &e.Focus}, {"lastId", &e.LastID}, {"attr", &e.Attr},
	} {
		c.text(f.name, f.text)
	}
	for name, values := range e.Headers {
		for i := range values {
			c.text("headers."+name, &values[i])
		}
	}
	c.target("on", e.On.Target)
	c.target("to", e.To.Target)
	for i := range e.Files {
		c.text("files", &e.Files[i].Name)
	}
	for i := range e.Stack {
		c.text("stack", &e.Stack[i].URL)
		c.text("stack", &e.Stack[i].Function)
	}
	const most = 64 // items of a list, when the line is too long
	e.Args, e.Stack = items(c, "args", e.Args, most), items(c, "stack", e.Stack, most)
	e.Path, e.Rhythm = items(c, "path", e.Path, cutTo), items(c, "rhythm", e.Rhythm, cutTo)
	for i, v := range e.Args {
		if len(v) > cutTo {
			c["args"] = max(c["args"], len(v))
			e.Args[i] = quote(clip(string(v), cutTo))
		}
	}
	if len(e.Extra) > cutTo {
		c["other keys"] = len(e.Extra)
		e.Extra = nil
	}
	e.Extra = c.tell(e.Extra)
	return c
}

// cutter is what was cut: name of the field -> bytes or items that it had.
type cutter map[string]int

// text shortens a text in place.
func (c cutter) text(name string, s *string) {
	if s == nil || len(*s) <= cutTo {
		return
	}
	c[name] = max(c[name], len(*s))
	*s = clip(*s, cutTo)
}

// target shortens selectors. One that is cut finds nothing, so it is left out; the others still find the element.
func (c cutter) target(name string, t *playback.Target) {
	if t == nil {
		return
	}
	for _, s := range []*string{&t.Name, &t.Label, &t.Text} {
		c.text(name, s)
	}
	for _, s := range []*string{&t.TestID, &t.XPath, &t.Pierce} {
		if len(*s) > cutTo {
			c[name], *s = len(*s), ""
		}
	}
	long := len(t.Extra)
	for _, s := range t.CSS {
		long = max(long, len(s))
	}
	if long > cutTo {
		c[name], t.CSS, t.Extra = long, nil, nil
	}
	for k, v := range t.Attrs {
		if len(k)+len(v) > cutTo {
			c[name] = len(v)
			delete(t.Attrs, k)
		}
	}
}

// items shortens a list.
func items[T any](c cutter, name string, list []T, most int) []T {
	if len(list) <= most {
		return list
	}
	c[name] = len(list)
	return list[:most:most]
}

// tell adds what was cut to the unknown keys of an event.
func (c cutter) tell(extra jsontext.Value) jsontext.Value {
	all := map[string]jsontext.Value{}
	if len(extra) > 0 && json.Unmarshal(extra, &all) != nil {
		all = map[string]jsontext.Value{}
	}
	cut, err := json.Marshal(map[string]int(c), json.Deterministic(true))
	if err != nil {
		return extra
	}
	all[cutKey] = cut
	out, err := json.Marshal(all, json.Deterministic(true))
	if err != nil {
		return extra
	}
	return out
}

// mostLosses bounds the list of what was lost.
const mostLosses = 100

// lose notes something that could not be recorded as it was, for people; mu is held.
func (j *Journal) lose(format string, args ...any) {
	if len(j.losses) < mostLosses {
		j.losses = append(j.losses, fmt.Sprintf(format, args...))
	}
}

// Losses are what could not be recorded as it was, for people: lines that were too long, content that was damaged.
func (j *Journal) Losses() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string(nil), j.losses...)
}
