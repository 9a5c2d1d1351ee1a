package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"restep/player"
	"restep/player/playback"
)

// stepPrinter tells a run as it goes: one line an action, and below it what the app wrote and what went wrong.
type stepPrinter struct {
	w     io.Writer
	file  *playback.File
	total int // actions of the file
	done  int
}

func newStepPrinter(w io.Writer, f *playback.File) *stepPrinter {
	s := &stepPrinter{w: w, file: f}
	for pos := range f.Len() {
		if f.Kind(pos).Action() {
			s.total++
		}
	}
	return s
}

// reset is called before each run.
func (s *stepPrinter) reset() { s.done = 0 }

// action tells the action that runs next.
func (s *stepPrinter) action(pos int) {
	if pos >= s.file.Len() || !s.file.Kind(pos).Action() {
		return
	}
	e, err := s.file.Event(pos)
	if err != nil {
		return // the player reports it
	}
	s.done++
	fmt.Fprintf(s.w, "%3d/%d %6.1f s  %s\n", s.done, s.total, e.T/1000, printable(describeAction(e)))
}

// output tells what the player says of the action that runs: the app's console, divergences, failures.
func (s *stepPrinter) output(o player.Output) {
	mark := "·"
	if o.Category != "console" {
		mark = "✗"
	}
	text := printableLines(strings.TrimSuffix(o.Text, "\n"))
	fmt.Fprintf(s.w, "%16s%s %s\n", "", mark, strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", 18)))
}

// describeAction tells in a few words what the user did: `click "Pay now"`.
func describeAction(e *playback.Event) string {
	on := ""
	if t := e.On.Target; t != nil {
		on = elementName(t)
	}
	switch e.Kind {
	case playback.Open:
		return "open " + e.URL
	case playback.Type:
		return fmt.Sprintf("type %q into %s", clipText(e.Text), on)
	case playback.Key:
		return "press " + strings.Join(append(append([]string{}, e.Modifiers...), e.Key), "+")
	case playback.Input:
		switch {
		case e.Value != nil:
			return fmt.Sprintf("set %s to %q", on, clipText(*e.Value))
		case e.Checked != nil && !*e.Checked:
			return "uncheck " + on
		case e.Checked != nil:
			return "check " + on
		}
	case playback.Resize:
		return fmt.Sprintf("resize to %d × %d", e.Width, e.Height)
	case playback.Tab, playback.Clipboard:
		return strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Kind, e.Op, cmp.Or(on, e.Tab)))
	}
	return strings.TrimSpace(string(e.Kind) + " " + on)
}

// elementName is how a person would call the element.
func elementName(t *playback.Target) string {
	if name := cmp.Or(t.Name, t.Label, t.Text); name != "" {
		return fmt.Sprintf("%q", clipText(name))
	}
	return cmp.Or(t.TestID, strings.Join(t.CSS, " "), t.XPath, t.Tag, "?")
}

// clipText keeps a line readable.
func clipText(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
