package main

import (
	"cmp"
	"fmt"
	"io"

	"restep/player/playback"
)

// playResult is what `restep play --json` prints: the first run, and in short all of them.
type playResult struct {
	File string `json:"file"`
	*playback.Run
	Runs     []runBrief `json:"runs"`
	Warnings []string   `json:"warnings,omitzero"` // what could not be judged

	title  string
	until  string // where --until stopped it; empty: it went to the end
	png    []byte // the page at the end of the last run, where it was asked for
	pngErr error
}

// runBrief is one of several runs.
type runBrief struct {
	Verdict playback.Verdict `json:"verdict"`
	State   string           `json:"state,omitzero"`
	Elapsed float64          `json:"elapsedMs"`
}

// stable reports whether all runs ended alike.
func (r *playResult) stable() bool {
	for _, b := range r.Runs {
		if b.Verdict != r.Run.Verdict || b.State != r.Run.State {
			return false
		}
	}
	return true
}

// printResult prints a result for people. What was recorded and what the app wrote cannot steer their terminal.
func printResult(w io.Writer, r *playResult) {
	fmt.Fprintf(w, "%s  %s\n", verdictText(r), printable(r.title))
	fmt.Fprintf(w, "  %s in %.1f s", count(r.Run.Actions, "action"), r.Run.Elapsed/1000)
	if r.Run.Unanswered > 0 {
		fmt.Fprintf(w, ", %s blocked", count(r.Run.Unanswered, "unrecorded request"))
	}
	if r.Run.Missing > 0 {
		fmt.Fprintf(w, ", %s not made", count(r.Run.Missing, "recorded request"))
	}
	fmt.Fprintln(w)
	for _, f := range r.Run.Failures.Live {
		printFailure(w, f)
	}
	for _, d := range r.Run.Divergences {
		mark := " "
		if d.Blocking {
			mark = "!"
		}
		fmt.Fprintf(w, "  %s %s%s\n", mark, lineText(d.Line), printable(d.Text))
	}
	if len(r.Runs) > 1 {
		printRuns(w, r)
	}
}

// verdictText is the verdict, of what was played.
func verdictText(r *playResult) string {
	v := cmp.Or(string(r.Run.Verdict), "no verdict")
	if r.until != "" {
		v += " up to " + r.until
	}
	return v
}

func printFailure(w io.Writer, f playback.RunFailure) {
	fmt.Fprintf(w, "  ✗ %s%s", lineText(f.Line), printable(failureText(f)))
	if f.Answered {
		fmt.Fprint(w, " (answered from the recording)")
	}
	fmt.Fprintln(w)
	for _, s := range f.Stack {
		fmt.Fprintf(w, "      at %s (%s:%d:%d)\n", printable(s.Function), printable(s.URL), s.Line, s.Column)
	}
}

func printRuns(w io.Writer, r *playResult) {
	if r.stable() {
		fmt.Fprintf(w, "  %d runs ended in the same state %.12s\n", len(r.Runs), r.Run.State)
		return
	}
	fmt.Fprintln(w, "  The runs ended differently:")
	for i, b := range r.Runs {
		fmt.Fprintf(w, "  %3d  %-10s  state %.12s\n", i+1, b.Verdict, b.State)
	}
}

// lineText names a line of the file, where there is one.
func lineText(line int) string {
	if line == 0 {
		return ""
	}
	return fmt.Sprintf("line %d: ", line)
}

// count is "1 action", "3 actions".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
