package main

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"net/url"
	"strconv"
	"strings"

	"restep/player/playback"
	"restep/player/report"
)

// teller describes the events of a file, one after the other, in a line each.
type teller struct {
	app  string
	seed maphash.Seed
	open map[uint64]openRequest // requests without an answer so far, by the hash of their ids
}

// openRequest is what a request was called, and its time in ms.
type openRequest struct {
	name string
	t    float64
}

// maxOpen bounds the requests whose names wait for an answer. An answer to another is shown without a name.
const maxOpen = 100_000

func newTeller(app string) *teller {
	return &teller{app: app, seed: maphash.MakeSeed(), open: map[uint64]openRequest{}}
}

// line describes an event, and tells whether it belongs into a short outline.
func (t *teller) line(line int, e *playback.Event) (l outlineLine, show bool) {
	l = outlineLine{Line: line, T: e.T, ID: e.ID, Kind: e.Kind, Tab: e.Tab, Depth: 2}
	show = true
	switch {
	case e.Kind.Action():
		l.Depth = 1
		l.Text = report.Phrase(t.app, e)
	case e.Kind == playback.PageCommit:
		l.Depth = 0
		l.Text = strings.TrimSpace("page " + e.URL + " " + quoted(e.Title))
	default:
		l.Text, show = t.effect(e)
	}
	if e.Kind == playback.Error || e.Kind == playback.Bug {
		l.Mark = "failure"
	}
	if e.Body.Hole() {
		l.Mark = "hole"
		l.Text += " (content is missing: " + e.Body.Missing + ")"
	}
	return l, show
}

// effect describes what followed an action.
func (t *teller) effect(e *playback.Event) (text string, show bool) {
	switch e.Kind {
	case playback.Req:
		return "→ " + t.asked(e), true
	case playback.Res:
		return "← " + strconv.Itoa(e.Status) + " " + t.answered(e) + bodyText(e.Body), true
	case playback.Fail:
		return "← failed: " + strings.TrimSpace(e.Text+" "+t.answered(e)), true
	case playback.WS, playback.SSE:
		return t.message(e), true
	case playback.Route:
		return "route " + t.place(e.URL), true
	case playback.Error:
		text := strings.TrimPrefix(e.Name+": "+e.Message, ": ")
		if e.Rejection {
			text = "unhandled " + text
		}
		return text + stackTop(e.Stack), true
	case playback.Bug:
		return bugText(e), true
	case playback.Console:
		return "console." + cmp.Or(e.Level, "log") + " " + clipText(e.Text), e.Level == "error" || e.Level == "warning" || e.Level == "warn"
	case playback.Download:
		return "download " + cmp.Or(e.Name, t.place(e.URL)), true
	case playback.Log, playback.Span, playback.Track, playback.Issue:
		text := strings.Join(strings.Fields(e.Source+" "+e.Level+" "+cmp.Or(e.Msg, e.Message, e.Text, e.Name)), " ")
		return string(e.Kind) + " " + clipText(text), e.Kind == playback.Issue || e.Level == "error"
	case playback.Checkpoint:
		return strings.TrimSpace("checkpoint " + cmp.Or(e.Name, e.Title, e.Text)), true
	case playback.Storage:
		return strings.Join(strings.Fields("storage "+e.Area+" "+e.Key), " "), false
	}
	return strings.TrimSpace(string(e.Kind) + " " + cmp.Or(e.Title, e.Name, clipText(e.Text), t.place(e.URL))), false
}

// asked names a request, and remembers the name for its answer.
func (t *teller) asked(e *playback.Event) string {
	name := clipText(e.Method) + " " + t.place(e.URL)
	key := maphash.String(t.seed, e.ID)
	if _, twice := t.open[key]; !twice && len(t.open) < maxOpen {
		t.open[key] = openRequest{name, e.T}
	}
	return name
}

// answered names the request that an event answers, and how long that took.
func (t *teller) answered(e *playback.Event) string {
	key := maphash.String(t.seed, e.Of)
	r, ok := t.open[key]
	if !ok {
		return ""
	}
	delete(t.open, key) // a request has one answer
	return fmt.Sprintf("%s  %.0f ms", r.name, e.T-r.t)
}

// message describes a message of a socket or stream.
func (t *teller) message(e *playback.Event) string {
	arrow := "⇠"
	if e.Dir == playback.Out {
		arrow = "⇢"
	}
	if e.CloseBy != 0 {
		return fmt.Sprintf("%s %s closed with %d", arrow, e.Kind, e.CloseBy)
	}
	text := e.Text
	if e.Body != nil && e.Body.Text != nil {
		text = *e.Body.Text
	} else if e.Body != nil {
		text += string(e.Body.JSON)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", arrow, e.Kind, clipText(text)))
}

// place is a URL without the app's own origin.
func (t *teller) place(raw string) string {
	u, err := url.Parse(raw)
	app, appErr := url.Parse(t.app)
	if err != nil || appErr != nil || u.Host == "" || u.Scheme != app.Scheme || u.Host != app.Host {
		return clipText(raw)
	}
	u.Scheme, u.Host, u.User = "", "", nil
	return clipText(cmp.Or(u.String(), "/"))
}

func bodyText(b *playback.Body) string {
	if b == nil || b.Size == 0 {
		return ""
	}
	return "  " + sizeText(b.Size)
}

// stackTop is where an error was thrown.
func stackTop(stack []playback.StackFrame) string {
	if len(stack) == 0 || stack[0].URL == "" {
		return ""
	}
	f := stack[0]
	return fmt.Sprintf("  at %s:%d:%d", clipText(f.URL), f.Line, f.Column)
}

// bugText says what is wrong while a bug line holds.
func bugText(e *playback.Event) string {
	text := "bug"
	if len(e.CSS) > 0 {
		text += " " + strings.Join(e.CSS, " ")
	}
	switch {
	case e.Attr != "" && e.Value != nil:
		text += fmt.Sprintf(" has %s=%q", e.Attr, clipText(*e.Value))
	case e.Value != nil:
		text += fmt.Sprintf(" has the value %q", clipText(*e.Value))
	case e.Count != nil:
		text += fmt.Sprintf(" stands there %d times", *e.Count)
	case e.Text != "":
		text += fmt.Sprintf(" has the text %q", clipText(e.Text))
	}
	if e.URL != "" {
		text += " at " + clipText(e.URL)
	}
	return text
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return strconv.Quote(clipText(s))
}
