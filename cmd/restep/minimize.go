package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"restep/player/culprit"
	"restep/player/playback"
	"restep/player/report"
)

// minimizeCmd finds the actions of a recording that its failure needs.
type minimizeCmd struct {
	causeFlags
	Strict bool `help:"What departs from the recording in any way does not count, such as a request that differs."`
}

// minimizeResult is what `restep minimize --json` prints.
type minimizeResult struct {
	File      string                `json:"file"`
	Output    string                `json:"output"`
	Verdict   playback.Verdict      `json:"verdict,omitzero"` // of the file that was written; empty where it was not played
	Actions   minimizeCount         `json:"actions"`
	Events    minimizeCount         `json:"events"`
	Needed    []string              `json:"needed"`   // ids of the actions
	Complete  bool                  `json:"complete"` // none of them can be left out; false: it was interrupted
	Failures  []playback.RunFailure `json:"failures"`
	Runs      int                   `json:"runs"`
	ElapsedMS float64               `json:"elapsedMs"`

	view *playback.File
}

// minimizeCount counts before and after.
type minimizeCount struct {
	Before int `json:"before"`
	After  int `json:"after"`
}

// Run searches, writes what was found, and plays it once more from the disk.
func (c *minimizeCmd) Run(e *env) error {
	begun := time.Now()
	c.Output = cmp.Or(c.Output, minimalName(c.File))
	s, err := c.open(e)
	if err != nil {
		return err
	}
	defer s.close()
	s.lab.Options.Strict = c.Strict
	m, err := culprit.Minimize(e.ctx, s.lab, s.file, culprit.MinimizeOptions{Jobs: c.jobs(), Only: c.Failure, Progress: c.progress(e)})
	if m == nil {
		return c.failed(e, err)
	}
	broken := err // the search ended early
	run, err := c.write(e, s, m.File, c.Output, broken == nil)
	if err != nil {
		return err
	}
	r := &minimizeResult{
		File: c.File, Output: c.Output, Actions: minimizeCount{m.Of, m.Actions}, Events: minimizeCount{s.file.Len(), m.File.Len()},
		Needed: []string{}, Complete: m.Complete, Failures: m.Failures, Runs: m.Runs, view: m.File,
	}
	for pos := nextAction(m.File, -1); pos < m.File.Len(); pos = nextAction(m.File, pos) {
		r.Needed = append(r.Needed, m.File.ID(pos))
	}
	if run != nil {
		r.Runs, r.Verdict = r.Runs+1, run.Verdict
	}
	r.ElapsedMS = float64(time.Since(begun).Microseconds()) / 1000
	if err := c.print(e, r); err != nil {
		return err
	}
	switch {
	case broken != nil || run == nil:
		return endedEarly(e, broken, c.Output)
	case !m.Confirms(run):
		return &exitError{
			code: exitFailed, err: fmt.Errorf("the file that was written does not show the failure: its verdict is %s", run.Verdict),
			hint: "Runs of this session may differ: restep play --runs 3 " + c.File + " looks whether they do.",
		}
	}
	return nil
}

// endedEarly is the error of a search that has written the best so far, and did not go on.
func endedEarly(e *env, err error, output string) error {
	why := "interrupted"
	if e.ctx.Err() == nil {
		why = err.Error()
	}
	return &exitError{
		code: exitCannot, err: errors.New(why + ": what is written is the best so far, and was not played again"),
		hint: "restep minimize " + output + " goes on from there.",
	}
}

// minimalName is where a minimal playback goes: checkout.playback -> checkout.min.playback.
func minimalName(name string) string { return strings.TrimSuffix(name, ".playback") + ".min.playback" }

// progress tells a terminal of each smaller part.
func (c *minimizeCmd) progress(e *env) func(culprit.Progress) {
	if !e.tty {
		return nil
	}
	return func(p culprit.Progress) {
		fmt.Fprintf(e.stderr, "restep: %d of %s left after %s\n", p.Left, count(p.Of, "action"), count(p.Runs, "run"))
	}
}

func (c *minimizeCmd) print(e *env, r *minimizeResult) error {
	if c.JSON {
		return printJSON(e, r)
	}
	p := paintFor(e)
	are := "are needed"
	switch {
	case !r.Complete:
		are = "are left"
	case r.Actions.After == 1:
		are = "is needed"
	}
	fmt.Fprintf(e.stdout, "%s\n", p.strong(fmt.Sprintf("%d of %s %s", r.Actions.After, count(r.Actions.Before, "action"), are)))
	for pos := nextAction(r.view, -1); pos < r.view.Len(); pos = nextAction(r.view, pos) {
		ev, err := r.view.Event(pos)
		if err != nil {
			return usageError(err, checkHint(c.File))
		}
		fmt.Fprintf(e.stdout, "  %6.1f s  %s\n", ev.T/1000, printable(report.Phrase(r.view.Header().App, ev)))
	}
	for i := range r.Failures {
		fmt.Fprintf(e.stdout, "  %s %s\n", p.bad("✗"), printable(report.FailureText(&r.Failures[i])))
	}
	fmt.Fprintf(e.stdout, "%s: %d of %s, after %s in %.1f s\n", printable(r.Output), r.Events.After, count(r.Events.Before, "event"),
		count(r.Runs, "run"), r.ElapsedMS/1000)
	return nil
}
