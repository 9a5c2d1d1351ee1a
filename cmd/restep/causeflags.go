package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"restep/player/culprit"
	"restep/player/playback"
)

// causeFlags are common to minimize and explore: where a recording is played, what failure is meant, and where the result
// goes.
type causeFlags struct {
	File    string        `arg:"" help:"Playback file."`
	Output  string        `short:"o" placeholder:"FILE" help:"Write the playback that was found here."`
	App     string        `placeholder:"URL" help:"Where your app runs, for example http://localhost:5173."`
	Origin  []string      `sep:"none" placeholder:"FROM=TO" help:"Recorded URL prefix and the local one in its place; the recorded app is mapped to --app anyway. Can be repeated."`
	Live    []string      `sep:"none" placeholder:"PATTERN" help:"Requests that may reach a real server: \"URL\" or \"METHOD URL\", with * for anything; every run makes them. Can be repeated."`
	Wait    time.Duration `placeholder:"TIME" help:"Wait so long, such as 30s, for the app to answer."`
	FailOn  []string      `enum:"http,console" placeholder:"KIND" help:"Failures besides uncaught errors and bug lines: http (status of 400 and above), console (console.error)."`
	FailIf  string        `placeholder:"EXPR" help:"The failure is that this JavaScript is true after an action."`
	Failure string        `placeholder:"ID" help:"The recorded failure that counts; all that occur where left out."`
	Jobs    int           `placeholder:"N" help:"Play so many at once; one for each processor where left out."`
	Browser string        `placeholder:"PATH" help:"The browser's executable."`
	JSON    bool          `name:"json" help:"Print one JSON object."`
}

// Validate is called by kong after parsing.
func (c *causeFlags) Validate() error {
	if c.Jobs < 0 {
		return fmt.Errorf("--jobs %d: at least one", c.Jobs)
	}
	if c.Failure != "" && c.FailIf != "" {
		return errors.New("--failure and --fail-if cannot be used together")
	}
	return nil
}

// mostJobs bounds how many pages are open at once where nobody says: each takes memory.
const mostJobs = 8

func (c *causeFlags) jobs() int { return cmp.Or(c.Jobs, min(runtime.NumCPU(), mostJobs)) }

// search is a recording and where it is played.
type search struct {
	file    *playback.File
	lab     *culprit.Lab
	browser io.Closer
}

func (s *search) close() {
	s.browser.Close()
	s.file.Close()
}

// open checks what was asked for, then starts a browser.
func (c *causeFlags) open(e *env) (_ *search, err error) {
	if c.Output == "-" {
		return nil, usageError(errors.New("-o -: the playback that is written is played once more"), "Name a file: -o FILE")
	}
	if err := checkCondition(c.FailIf); err != nil {
		return nil, err
	}
	if err := checkOutput(c.Output, c.File); err != nil {
		return nil, err
	}
	f, err := openPlayback(c.File)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if nextAction(f, -1) == f.Len() {
		return nil, usageError(fmt.Errorf("there is nothing to play: %s has no action of a user", c.File), "")
	}
	if _, ok := f.Find(c.Failure); !ok && c.Failure != "" {
		return nil, usageError(fmt.Errorf("--failure %s: %s has no such event", c.Failure, c.File), "restep show "+c.File+" lists the events.")
	}
	play := playCmd{App: c.App, Origin: c.Origin, Live: c.Live, FailOn: c.FailOn, FailIf: c.FailIf}
	o, err := play.options(f)
	if err != nil {
		return nil, err
	}
	broken, err := defects(f)
	if err != nil {
		return nil, err
	}
	if err := reachable(e.ctx, o.App, c.Wait); err != nil {
		return nil, err
	}
	stage, closer, err := openBrowser(e.ctx, e, browserOptions{path: c.Browser})
	if err != nil {
		return nil, err
	}
	tellWarning(e, broken)
	return &search{f, &culprit.Lab{Stage: stage, Options: o}, closer}, nil
}

// failed is the error of a search. That nothing fails is an outcome.
func (c *causeFlags) failed(e *env, err error) error {
	var nothing *culprit.NothingError
	if !errors.As(err, &nothing) {
		return playError(e.ctx, err)
	}
	hint := "restep play " + c.File + " says what happens instead."
	switch {
	case c.FailIf != "":
		err = fmt.Errorf("nothing to find the cause of: --fail-if %s was true after no action", c.FailIf)
	case c.Failure != "":
		err = fmt.Errorf("nothing to find the cause of: %s does not occur; the verdict is %s", c.Failure, nothing.Verdict)
	default:
		err = fmt.Errorf("nothing to find the cause of: no recorded failure occurs; the verdict is %s", nothing.Verdict)
	}
	return &exitError{code: exitFailed, err: err, hint: hint}
}

// write writes a view of the recording as a file of its own. Where again is set and nobody interrupts, that is played: from the
// disk, to the end.
func (c *causeFlags) write(e *env, s *search, view *playback.File, name string, again bool) (*playback.Run, error) {
	header := *view.Header()
	header.ID = playback.ULID(time.Now())
	w, err := playback.Create(name, &header)
	if err != nil {
		return nil, usageError(err, "")
	}
	if err := view.Write(w); err != nil {
		w.Discard()
		return nil, usageError(err, checkHint(c.File))
	}
	if err := w.Close(); err != nil {
		return nil, &exitError{code: exitCannot, err: err}
	}
	if !again || e.ctx.Err() != nil {
		return nil, nil
	}
	f, err := openPlayback(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := &replay{file: f, stage: s.lab.Stage, options: s.lab.Options, until: -1}
	run, err := r.run(e.ctx)
	if err != nil {
		return nil, playError(e.ctx, err)
	}
	if err := playback.SaveRun(name, run); err != nil {
		fmt.Fprintf(e.stderr, "restep: warning: %v\n", err)
	}
	return run, nil
}
