package recorder

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// batch is what a page posts.
type batch struct {
	Version int    `json:"restep"` // 1
	Key     string `json:"key"`
	Session string `json:"session"`
	// Tab names a tab within the session, Seq counts the batches of the tab from 0. A document takes both over from the
	// one before it in its tab.
	Tab     string            `json:"tab"`
	Seq     int               `json:"seq"`
	Sent    float64           `json:"sent"` // ms since the Unix epoch by the page's clock, when it was posted
	Head    playback.Header   `json:"head"` // what the page knows of its environment
	Lost    lost              `json:"lost,omitzero"`
	Entries []*playback.Event `json:"entries"`

	own []entryOf // of the entries
}

// lost is what a page threw away since its last batch, because its queue was full or the batch was refused.
type lost struct {
	Events int   `json:"events,omitzero"`
	Bytes  int64 `json:"bytes,omitzero"`
}

// entryOf is what an entry says beside its event.
type entryOf struct {
	N      int               `json:"n"` // number in its tab; of and from name entries by it
	Secret map[string]string `json:"secret,omitzero"`
	Again  *int              `json:"again,omitzero"` // of a click: number of the one that it belongs to
}

const (
	day       = 24 * 3600 * 1000.0 // ms
	maxNumber = 1 << 40
	maxShort  = 300 // bytes of names, kinds and the like
	maxURL    = 64 << 10
)

var (
	// A session's name becomes that of a file.
	sessionName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{7,63}$`)
	tabName     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)
	// A rule may name one URL, not many.
	endpointRule = regexp.MustCompile(`^POST https?://[^*\s]+$`)
	entryRef     = regexp.MustCompile(`^[0-9]{1,13}$`)
)

// decodeBatch reads a batch from anybody. Its entries are events that a page may report, each bounded, whose T is still
// in ms since the Unix epoch.
func decodeBatch(data []byte, l Limits) (*batch, error) {
	data, err := clean(data, l.Depth)
	if err != nil {
		return nil, err
	}
	var b batch
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, errors.New("this is no batch")
	}
	switch {
	case b.Version != 1:
		return nil, fmt.Errorf("version %d of batches is not known here", b.Version)
	case !sessionName.MatchString(b.Session), !tabName.MatchString(b.Tab):
		return nil, errors.New("the name of the session or tab is none")
	case b.Seq < 0 || b.Seq > maxNumber || !(b.Sent > 0 && b.Sent < 1e14):
		return nil, errors.New("the sequence number or time is none")
	case b.Lost.Events < 0 || b.Lost.Events > maxNumber || b.Lost.Bytes < 0 || b.Lost.Bytes > maxNumber:
		return nil, errors.New("what was lost cannot be")
	case len(b.Entries) > l.Entries:
		return nil, fmt.Errorf("more than %d entries", l.Entries)
	}
	b.own = make([]entryOf, len(b.Entries))
	for i, e := range b.Entries {
		if e == nil {
			return nil, fmt.Errorf("entry %d is none", i)
		}
		if err := b.check(e, &b.own[i]); err != nil {
			return nil, fmt.Errorf("entry %d: %w", i, err)
		}
	}
	b.Head = pageHead(&b.Head)
	return &b, nil
}

// clean bounds how deep values are nested, and returns the JSON with U+FFFD in place of what is no Unicode: texts of
// pages may hold lone surrogates, and what is stored must not.
func clean(data []byte, most int) ([]byte, error) {
	loose := []jsontext.Options{jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)}
	d := jsontext.NewDecoder(bytes.NewReader(data), loose...)
	var out bytes.Buffer
	e := jsontext.NewEncoder(&out, jsontext.AllowDuplicateNames(true))
	for {
		token, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return out.Bytes(), nil
		} else if err != nil {
			return nil, errors.New("this is no JSON")
		}
		if d.StackDepth() > most {
			return nil, fmt.Errorf("nested deeper than %d", most)
		}
		if token.Kind() == '"' {
			token = jsontext.String(strings.ToValidUTF8(token.String(), "\ufffd"))
		}
		if err := e.WriteToken(token); err != nil {
			return nil, errors.New("this is no JSON")
		}
	}
}

// reported are the kinds that a page may report: what it saw, and what its app told it of the person.
func reported(k playback.Kind) bool {
	return k.Action() || k.Effect() || k == playback.NoteKind || k == playback.Track || k == entryProblem
}

// check bounds an entry and takes its own keys out of it.
func (b *batch) check(e *playback.Event, own *entryOf) error {
	if !reported(e.Kind) {
		return errors.New("no such kind here")
	}
	if json.Unmarshal(extraOr(e.Extra), own) != nil || own.N < 0 || own.N > maxNumber || own.Again != nil && e.Kind != playback.Click {
		return errors.New("its number is none")
	}
	if !(math.Abs(e.T-b.Sent) <= day) {
		return errors.New("its time is not that of the batch")
	}
	// What this end decides.
	e.ID, e.Tab, e.Cause, e.Source, e.Extra = "", "", "", "", nil
	e.Authored = false
	if e.Of != "" && !entryRef.MatchString(e.Of) || e.From != "" && !entryRef.MatchString(e.From) || e.On.Ref != "" {
		return errors.New("it refers to no entry")
	}
	for _, s := range []string{e.Method, e.Button, e.Key, e.Code, e.Op, e.Level, e.Area, e.Resource, e.Dir, e.Trace, e.Span, e.Parent, e.Sum, string(e.Kind)} {
		if len(s) > maxShort && !(e.Kind == playback.Storage && len(s) <= maxURL) {
			return errors.New("a name is too long")
		}
	}
	if e.Kind == entryProblem && len(e.Text) > maxShort {
		return errors.New("a problem is too long")
	}
	if len(e.URL) > maxURL || len(e.Frame) > 32 || e.Status < 0 || e.Status > 999 {
		return errors.New("a value is out of range")
	}
	if err := checkBody(e.Body); err != nil {
		return err
	}
	for i := range e.Files {
		e.Files[i].Extra = nil
		if err := checkBody(e.Files[i].Body); err != nil {
			return err
		}
	}
	return nil
}

func extraOr(v jsontext.Value) jsontext.Value {
	if len(v) == 0 {
		return jsontext.Value("{}")
	}
	return v
}

// checkBody refuses references: they would name the content of others.
func checkBody(b *playback.Body) error {
	switch {
	case b == nil:
		return nil
	case b.Ref != "":
		return errors.New("a body refers to content elsewhere")
	case b.Size < 0 || b.Size > maxNumber || len(b.Missing) > maxShort || len(b.Type) > maxShort:
		return errors.New("a body is out of range")
	}
	b.Extra = nil
	if _, err := inline(b); err != nil {
		return errors.New("a body cannot be decoded")
	}
	return nil
}

// pageHead keeps of a header what a page may say.
func pageHead(h *playback.Header) playback.Header {
	short := func(s string) string {
		for len(s) > maxShort || !utf8.ValidString(s) {
			s = s[:min(maxShort, len(s)-1)]
		}
		return s
	}
	out := playback.Header{
		Title: short(h.Title), App: short(h.App), Commit: short(h.Commit), Timezone: short(h.Timezone), Locale: short(h.Locale),
		UserAgent: short(h.UserAgent), Viewport: playback.Viewport{Width: h.Viewport.Width, Height: h.Viewport.Height, Scale: h.Viewport.Scale, Touch: h.Viewport.Touch},
	}
	if v := out.Viewport; v.Width < 0 || v.Width > 1<<16 || v.Height < 0 || v.Height > 1<<16 || !(v.Scale >= 0 && v.Scale <= 16) {
		out.Viewport = playback.Viewport{}
	}
	// Where batches go, so that a replay of the page does not ask for an answer that was not recorded.
	if len(h.Rules) == 1 && len(h.Rules[0].Match) <= maxShort && endpointRule.MatchString(h.Rules[0].Match) {
		out.Rules = []playback.Rule{{Match: h.Rules[0].Match, Drop: true}}
	}
	if s := h.State; s != nil && len(s.Cookies) <= 200 {
		out.State = &playback.State{Local: s.Local, Session: s.Session}
		for _, c := range s.Cookies {
			out.State.Cookies = append(out.State.Cookies, playback.Cookie{Name: c.Name, Value: c.Value, Domain: c.Domain, Path: "/"})
		}
	}
	return out
}

// name names the batch within its session.
func (b *batch) name() string { return b.Tab + "/" + strconv.Itoa(b.Seq) }
