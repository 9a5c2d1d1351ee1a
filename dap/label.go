package dap

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"restep/player/playback"
)

// labelMax is how many characters of recorded text a label shows.
const labelMax = 60

// label says in a few words what an event is: the name of a stack frame.
func label(f *playback.File, e *playback.Event) string {
	words := []string{string(e.Kind)}
	add := func(w string) {
		if w != "" {
			words = append(words, w)
		}
	}
	switch e.Kind {
	case playback.Click:
		if e.Count != nil && *e.Count == 2 {
			words[0] = "double click"
		}
		add(element(e.On))
	case playback.Type:
		add(quote(e.Text))
		add(in(e.On))
	case playback.Key:
		add(strings.Join(append(append([]string{}, e.Modifiers...), e.Key), "+"))
		add(in(e.On))
	case playback.Input:
		if e.Checked != nil {
			add(strconv.FormatBool(*e.Checked))
		} else if e.Value != nil {
			add(quote(*e.Value))
		}
		add(in(e.On))
	case playback.Req:
		words = []string{e.Method}
		add(place(e.URL))
	case playback.Res:
		words = []string{strconv.Itoa(e.Status)}
		add(answered(f, e.Of))
	case playback.Fail:
		add(answered(f, e.Of))
		add(clip(e.Text))
	case playback.Console:
		words = []string{"console." + e.Level}
		add(clip(e.Text))
	case playback.Error:
		words = []string{e.Name + ": " + clip(e.Message)}
		if e.Rejection {
			words[0] = "unhandled " + words[0]
		}
	case playback.Storage:
		add(e.Area)
		add(e.Key)
	case playback.Bug:
		add(strings.Join(e.CSS, " "))
	default:
		add(place(e.URL))
		add(element(e.On))
		add(e.Op)
		add(clip(firstOf(e.Msg, e.Name, e.Message, e.Text)))
	}
	return strings.Join(words, " ")
}

// answered names the request that a line answers.
func answered(f *playback.File, id string) string {
	pos, ok := f.Find(id)
	if !ok {
		return id
	}
	e, err := f.Event(pos)
	if err != nil {
		return id
	}
	return e.Method + " " + place(e.URL)
}

// element names an element as a user would.
func element(on playback.On) string {
	t := on.Target
	if t == nil {
		return on.Ref
	}
	if n := firstOf(t.Name, t.Label, t.Text); n != "" {
		return quote(n)
	}
	if t.TestID != "" {
		return t.TestID
	}
	return clip(strings.Join(t.CSS, " "))
}

func in(on playback.On) string {
	if n := element(on); n != "" {
		return "in " + n
	}
	return ""
}

// place is the part of a URL that tells: path and query.
func place(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return clip(raw)
	}
	return clip(u.RequestURI())
}

func quote(s string) string { return fmt.Sprintf("“%s”", clip(s)) }

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// clip cuts a text and keeps it on one line.
func clip(s string) string {
	return cut(strings.Join(strings.Fields(cut(s, 4*labelMax)), " "), labelMax)
}

// cut keeps at most n characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	i := 0
	for at := range s {
		if i == n {
			return s[:at] + "…"
		}
		i++
	}
	return s
}
