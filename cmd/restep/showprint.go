package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"restep/player/playback"
)

// print writes the outline for a terminal: line, time, and what happened, actions below their page, effects below
// their action.
func (o *outline) print(out io.Writer) error {
	w := bufio.NewWriterSize(out, 64<<10)
	o.printHead(w)
	tab := ""
	err := o.Lines(func(l outlineLine) error {
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
		_, err := fmt.Fprintf(w, "%5d %9.3f s  %s%s%s\n", l.Line, l.T/1000, strings.Repeat("  ", l.Depth), mark, printable(l.Text))
		return err
	})
	if err != nil {
		return err
	}
	o.printNotes(w)
	return w.Flush()
}

// printHead writes what is said of the whole.
func (o *outline) printHead(w io.Writer) {
	fmt.Fprintln(w, printable(o.Title))
	about := []string{o.App, startText(o.Start), strings.Join(o.Sources, ", ")}
	about = append(about, count(o.Events, "event"), count(o.Actions, "action"), count(o.Requests, "request"))
	about = append(about, count(o.Failures, "failure"), count(o.Holes, "hole"))
	about = slices.DeleteFunc(about, func(a string) bool { return a == "" })
	fmt.Fprintln(w, printable(strings.Join(about, " · ")))
	if o.LastRun != nil {
		fmt.Fprintln(w, printable(lastRunText(o.LastRun, o.changed)))
	}
	fmt.Fprintln(w)
}

func (o *outline) printNotes(w io.Writer) {
	if len(o.Notes) > 0 {
		fmt.Fprintln(w)
	}
	for _, n := range o.Notes {
		where := n.On
		if line := o.places[n.On]; line > 0 {
			where = "line " + strconv.Itoa(line)
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
	if o.MoreNotes > 0 {
		fmt.Fprintf(w, "and %d more\n", o.MoreNotes)
	}
}
