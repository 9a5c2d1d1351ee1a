package main

import (
	"fmt"
	"io"
	"strings"

	"restep/player"
	"restep/player/playback"
	"restep/player/report"
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
	fmt.Fprintf(s.w, "%3d/%d %6.1f s  %s\n", s.done, s.total, e.T/1000, printable(report.Phrase(s.file.Header().App, e)))
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

// clipText keeps a line readable.
func clipText(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
