package main

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"restep/player/playback"
)

// outline is a session as a person reads it, and the object of restep show --json.
type outline struct {
	Title    string          `json:"title"`
	App      string          `json:"app,omitzero"`
	Start    time.Time       `json:"start,omitzero"`
	Sources  []string        `json:"sources,omitzero"`
	Events   int             `json:"events"`
	Actions  int             `json:"actions"`
	Requests int             `json:"requests"`
	Failures int             `json:"failures"` // errors and bugs
	Holes    int             `json:"holes"`
	Lines    []outlineLine   `json:"lines"`
	Notes    []playback.Note `json:"notes,omitzero"`
	LastRun  *playback.Run   `json:"lastRun,omitzero"` // what was kept of it

	changed time.Time // of the file
	file    *playback.File
	names   map[int]string // what open requests are called, by position
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

// newOutline reads a file once; all lists also what is seldom of interest.
func newOutline(f *playback.File, all bool) (*outline, error) {
	h := f.Header()
	o := &outline{
		Title: cmp.Or(h.Title, f.Name()), App: h.App, Start: h.Start, Sources: h.Sources, Events: f.Len(),
		Lines: []outlineLine{}, file: f, names: make(map[int]string),
	}
	if s, err := os.Stat(f.Name()); err == nil {
		o.changed = s.ModTime()
	}
	for pos := range f.Len() {
		e, err := f.Event(pos)
		if err != nil {
			return nil, err
		}
		line, show := o.line(pos, e)
		if show || all {
			o.Lines = append(o.Lines, line)
		}
	}
	notes, err := f.Notes()
	for _, n := range notes {
		if n.State != playback.NoteDeleted {
			o.Notes = append(o.Notes, n)
		}
	}
	return o, err
}

// line describes an event, and tells whether it belongs into a short outline.
func (o *outline) line(pos int, e *playback.Event) (l outlineLine, show bool) {
	l = outlineLine{Line: o.file.Line(pos), T: e.T, ID: e.ID, Kind: e.Kind, Tab: e.Tab, Depth: 2}
	show = true
	switch {
	case e.Kind.Action():
		o.Actions++
		l.Depth = 1
		l.Text = describeAction(e)
	case e.Kind == playback.PageCommit:
		l.Depth = 0
		l.Text = strings.TrimSpace("page " + e.URL + " " + quoted(e.Title))
	default:
		l.Text, show = o.effect(pos, e)
	}
	if e.Kind == playback.Error || e.Kind == playback.Bug {
		l.Mark = "failure"
		o.Failures++
	}
	if e.Body.Hole() {
		l.Mark = "hole"
		l.Text += " (content is missing: " + e.Body.Missing + ")"
		o.Holes++
	}
	l.Text = printable(l.Text)
	return l, show
}

// effect describes what followed an action.
func (o *outline) effect(pos int, e *playback.Event) (text string, show bool) {
	switch e.Kind {
	case playback.Req:
		o.Requests++
		name := e.Method + " " + o.place(e.URL)
		o.names[pos] = name
		return "→ " + name, true
	case playback.Res:
		return "← " + strconv.Itoa(e.Status) + " " + o.answered(pos) + bodyText(e.Body), true
	case playback.Fail:
		return "← failed: " + strings.TrimSpace(e.Text+" "+o.answered(pos)), true
	case playback.WS, playback.SSE:
		return o.message(e), true
	case playback.Route:
		return "route " + o.place(e.URL), true
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
		return "download " + cmp.Or(e.Name, o.place(e.URL)), true
	case playback.Log, playback.Span, playback.Track, playback.Issue:
		text := strings.Join(strings.Fields(e.Source+" "+e.Level+" "+cmp.Or(e.Msg, e.Message, e.Text, e.Name)), " ")
		return string(e.Kind) + " " + clipText(text), e.Kind == playback.Issue || e.Level == "error"
	case playback.Checkpoint:
		return strings.TrimSpace("checkpoint " + cmp.Or(e.Name, e.Title, e.Text)), true
	case playback.Storage:
		return strings.Join(strings.Fields("storage "+e.Area+" "+e.Key), " "), false
	}
	return strings.TrimSpace(string(e.Kind) + " " + cmp.Or(e.Title, e.Name, clipText(e.Text), o.place(e.URL))), false
}

// answered names the request that an event answers, and how long that took.
func (o *outline) answered(pos int) string {
	of := o.file.Of(pos)
	if of < 0 {
		return ""
	}
	return fmt.Sprintf("%s  %.0f ms", o.names[of], o.file.T(pos)-o.file.T(of))
}

// message describes a message of a socket or stream.
func (o *outline) message(e *playback.Event) string {
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
func (o *outline) place(raw string) string {
	u, err := url.Parse(raw)
	app, appErr := url.Parse(o.App)
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

// print writes the outline for a terminal: line, time, and what happened, actions below their page, effects below
// their action.
func (o *outline) print(w io.Writer) {
	fmt.Fprintln(w, printable(o.Title))
	about := []string{o.App, startText(o.Start), strings.Join(o.Sources, ", ")}
	about = append(about, count(o.Events, "event"), count(o.Actions, "action"), count(o.Requests, "request"))
	about = append(about, count(o.Failures, "failure"), count(o.Holes, "hole"))
	shown := about[:0]
	for _, a := range about {
		if a != "" {
			shown = append(shown, a)
		}
	}
	fmt.Fprintln(w, printable(strings.Join(shown, " · ")))
	if o.LastRun != nil {
		fmt.Fprintln(w, printable(lastRunText(o.LastRun, o.changed)))
	}
	fmt.Fprintln(w)
	tab := ""
	for _, l := range o.Lines {
		if l.Tab != "" && l.Tab != tab {
			if tab != "" {
				fmt.Fprintf(w, "%18sin tab %s\n", "", printable(l.Tab))
			}
			tab = l.Tab
		}
		mark := ""
		switch l.Mark {
		case "failure":
			mark = "✗ "
		case "hole":
			mark = "! "
		}
		fmt.Fprintf(w, "%5d %9.3f s  %s%s%s\n", l.Line, l.T/1000, strings.Repeat("  ", l.Depth), mark, l.Text)
	}
	o.printNotes(w)
}

func (o *outline) printNotes(w io.Writer) {
	if len(o.Notes) > 0 {
		fmt.Fprintln(w)
	}
	for _, n := range o.Notes {
		where := n.On
		if pos, ok := o.file.Find(n.On); ok {
			where = "line " + strconv.Itoa(o.file.Line(pos))
		}
		if n.Code != nil && n.Code.Path != "" {
			where = strings.TrimSpace(where + " " + n.Code.Path)
		}
		state := ""
		if n.State == playback.NoteResolved {
			state = " (resolved)"
		}
		fmt.Fprintln(w, printable(fmt.Sprintf("note%s %s, %s: %s", state, cmp.Or(n.Author, "?"), cmp.Or(where, "file"), n.Text)))
	}
}
