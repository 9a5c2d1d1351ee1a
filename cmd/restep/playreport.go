package main

import (
	"cmp"
	"fmt"
	"io"

	"restep/player/playback"
	"restep/player/report"
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

	report    *report.Report // nil: the result alone is told
	reportErr error
}

// report makes a report of the first run.
func (r *replay) report(result *playResult) (*report.Report, error) {
	r.seen.Warnings = result.Warnings
	for _, b := range result.Runs {
		r.seen.Runs = append(r.seen.Runs, report.Outcome{Verdict: b.Verdict, State: b.State})
	}
	return report.New(r.seen)
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
func printResult(out io.Writer, r *playResult, p paint) {
	w := &resultPrinter{out, p}
	fmt.Fprintf(w, "%s  %s\n", w.verdict(r), w.strong(printable(r.title)))
	if r.report != nil {
		fmt.Fprintf(w, "  %s\n", printable(r.report.Reason))
	}
	fmt.Fprintf(w, "  %s in %.1f s", count(r.Run.Actions, "action"), r.Run.Elapsed/1000)
	if r.Run.Unanswered > 0 {
		fmt.Fprintf(w, ", %s blocked", count(r.Run.Unanswered, "unrecorded request"))
	}
	if r.Run.Missing > 0 {
		fmt.Fprintf(w, ", %s not made", count(r.Run.Missing, "recorded request"))
	}
	fmt.Fprintln(w)
	for _, f := range r.Run.Failures.Live {
		w.failure(f)
	}
	w.divergences(r)
	if len(r.Runs) > 1 {
		printRuns(w, r)
	}
}

// resultPrinter prints to a terminal or a file.
type resultPrinter struct {
	io.Writer
	paint
}

func (w *resultPrinter) verdict(r *playResult) string {
	switch r.Run.Verdict {
	case playback.Reproduced:
		return w.bad(verdictText(r))
	case playback.Diverged:
		return w.warn(verdictText(r))
	case playback.Gone, playback.Matched:
		return w.good(verdictText(r))
	}
	return verdictText(r)
}

// verdictText is the verdict, of what was played.
func verdictText(r *playResult) string {
	v := cmp.Or(string(r.Run.Verdict), "no verdict")
	if r.until != "" {
		v += " up to " + r.until
	}
	return v
}

func (w *resultPrinter) failure(f playback.RunFailure) {
	fmt.Fprintf(w, "  %s %s%s", w.bad("✗"), lineText(f.Line), printable(report.FailureText(&f)))
	if f.Answered {
		fmt.Fprint(w, " (answered from the recording)")
	}
	fmt.Fprintln(w)
	for _, s := range f.Stack {
		fmt.Fprintln(w, w.soft(fmt.Sprintf("      at %s (%s:%d:%d)", printable(s.Function), printable(s.URL), s.Line, s.Column)))
	}
}

// mostTold is how many divergences are told one by one; --json and --report tell all.
const mostTold = 50

// divergences tells those that block, then the others, each with what was recorded beside what is live.
func (w *resultPrinter) divergences(r *playResult) {
	if r.report == nil {
		for _, d := range r.Run.Divergences {
			w.divergence(d.Blocking, d.Line, d.Text, nil)
		}
		return
	}
	list := r.report.Divergences
	for i := range list[:min(len(list), mostTold)] {
		w.divergence(list[i].Blocking, list[i].Line, list[i].Text, list[i].Rows)
	}
	if n := len(r.Run.Divergences) - mostTold; n > 0 {
		fmt.Fprintf(w, "    and %s more: --report shows them\n", count(n, "divergence"))
	}
}

func (w *resultPrinter) divergence(blocking bool, line int, text string, rows []report.Row) {
	mark := " "
	if blocking {
		mark = w.bad("!")
	}
	fmt.Fprintf(w, "  %s %s%s\n", mark, lineText(line), printable(text))
	w.sides(rows)
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
