package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"restep/player/playback"
	"restep/player/report"
)

// What the files begin with that `restep play` writes. Others that have their names are not replaced.
const (
	reportHead = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"generator\" content=\"restep\">"
	junitHead  = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"restep\""
)

// checkFiles refuses outputs that would replace something else, before anything is played.
func (c *playCmd) checkFiles() error {
	names := map[string]string{}
	for _, f := range [...]struct{ flag, name, head, example string }{
		{"--report", c.Report, reportHead, "report.html"}, {"--junit", c.JUnit, junitHead, "junit.xml"},
	} {
		if f.name == "" {
			continue
		}
		if s, err := os.Stat(f.name); err == nil && s.IsDir() {
			return usageError(fmt.Errorf("%s %s is a folder", f.flag, f.name), "Name a file in it: "+f.flag+" "+filepath.Join(f.name, f.example))
		}
		head, err := headOf(f.name)
		if err == nil && len(head) > 0 && !bytes.HasPrefix(head, []byte(f.head)) {
			return usageError(fmt.Errorf("%s %s is there and was not written by restep play: it is not replaced", f.flag, f.name), "Name another file.")
		}
		abs, err := filepath.Abs(f.name)
		if err != nil {
			return usageError(err, "")
		}
		if other := names[abs]; other != "" {
			return usageError(fmt.Errorf("%s and %s name the same file", other, f.flag), "Name two files.")
		}
		names[abs] = f.flag
		if err := checkWritable(f.name); err != nil {
			return err
		}
	}
	return nil
}

// writeFiles writes what --report and --junit ask for. Outcome is how the command ends, nil for well.
func (c *playCmd) writeFiles(r *playResult, outcome error) error {
	if c.Report == "" && c.JUnit == "" {
		return nil
	}
	err := r.reportErr
	if err == nil && c.Report != "" {
		err = playback.Replace(c.Report, r.report.WriteHTML)
	}
	if err == nil && c.JUnit != "" {
		j := report.Judgement{
			Good: outcome == nil, When: r.Run.Start, Took: time.Duration(r.Run.Elapsed * float64(time.Millisecond)),
		}
		if x := (*exitError)(nil); errors.As(outcome, &x) && x.err != nil {
			j.Why = x.err.Error()
		} else if !r.stable() {
			j.Why = fmt.Sprintf("the %d runs ended differently", len(r.Runs))
		}
		err = playback.Replace(c.JUnit, func(w io.Writer) error { return r.report.WriteJUnit(w, j) })
	}
	if err != nil {
		return &exitError{code: c.cannot(), err: fmt.Errorf("write the report: %w", err)}
	}
	return nil
}

// tellCI leaves JUnit XML of a run that could not take place, such as of a file that is broken, so that CI shows why: a file
// that is missing, or of the run before, says less. What would replace something else is not written.
func (c *playCmd) tellCI(err error) {
	if c.JUnit == "" || c.checkFiles() != nil {
		return
	}
	// The command ends with an error already, and this one would add nothing.
	_ = playback.Replace(c.JUnit, func(w io.Writer) error { return report.JUnitError(w, c.File, err) })
}
