package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
	"restep/player/playback"
)

// playCmd replays a file without stops and tells the verdict.
type playCmd struct {
	File       string        `arg:"" help:"Playback file."`
	App        string        `placeholder:"URL" help:"Where your app runs, for example http://localhost:5173."`
	Origin     []string      `sep:"none" placeholder:"FROM=TO" help:"Recorded URL prefix and the local one in its place; the recorded app is mapped to --app anyway. Can be repeated."`
	Until      string        `placeholder:"ID|LINE" help:"Stop before this event."`
	Headed     bool          `help:"Show the browser's window."`
	Live       []string      `sep:"none" placeholder:"PATTERN" help:"Requests that may reach a real server: \"URL\" or \"METHOD URL\", with * for anything. Can be repeated."`
	Wait       time.Duration `placeholder:"TIME" help:"Wait so long, such as 30s, for the app to answer."`
	Runs       int           `default:"1" placeholder:"N" help:"Play it N times and compare the end states (${default})."`
	Expect     string        `placeholder:"VERDICT" help:"Make this verdict the only success: reproduced, diverged, gone or matched."`
	Bisect     bool          `xor:"outcome" help:"Exit as git bisect run wants it: 0 gone or matched, 1 reproduced, 125 anything else."`
	FailOn     []string      `enum:"http,console" placeholder:"KIND" help:"Failures besides uncaught errors and bug lines: http (status of 400 and above), console (console.error)."`
	FailIf     string        `placeholder:"EXPR" help:"Fail where this JavaScript is true after an action."`
	Strict     bool          `help:"Every divergence counts."`
	Realtime   bool          `help:"Play at the recorded speed."`
	Browser    string        `placeholder:"PATH" help:"The browser's executable."`
	Screenshot string        `placeholder:"FILE" help:"Write a PNG of the page at the end."`
	Report     string        `placeholder:"FILE" help:"Write an HTML page about the run: pictures, network, console, what differs, steps to reproduce."`
	JUnit      string        `name:"junit" placeholder:"FILE" help:"Write JUnit XML for CI: a test case for each action, and one for the verdict."`
	JSON       bool          `name:"json" help:"Print one JSON object."`
}

// Validate is called by kong after parsing.
func (c *playCmd) Validate() error {
	if c.Bisect && c.Expect != "" {
		return errors.New("--bisect and --expect cannot be used together")
	}
	if c.Expect != "" && !slices.Contains(verdicts, playback.Verdict(c.Expect)) {
		return fmt.Errorf("--expect %s is no verdict: reproduced, diverged, gone or matched", c.Expect)
	}
	if c.Runs < 1 {
		return fmt.Errorf("--runs %d: at least one run", c.Runs)
	}
	return nil
}

// verdicts are those that can be expected.
var verdicts = []playback.Verdict{playback.Reproduced, playback.Diverged, playback.Gone, playback.Matched}

// Run plays the file and maps the verdict to the exit status.
func (c *playCmd) Run(e *env) error {
	result, err := c.play(e)
	if err != nil {
		c.tellCI(err)
		if c.Bisect {
			return &exitError{code: bisectSkip, err: err, hint: hintOf(err)}
		}
		return err
	}
	if err := c.print(e, result); err != nil {
		return &exitError{code: c.cannot(), err: fmt.Errorf("print the result: %w", err)}
	}
	if err := c.writePicture(result); err != nil { // what was found out is told all the same
		return err
	}
	outcome := c.outcome(result)
	if err := c.writeFiles(result, outcome); err != nil {
		return err
	}
	return outcome
}

// outcome is how the command ends that has played, nil for well.
func (c *playCmd) outcome(result *playResult) error {
	if c.Expect != "" && string(result.Run.Verdict) != c.Expect {
		return &exitError{
			code: exitFailed, err: fmt.Errorf("the verdict %s was expected, and it is %s", c.Expect, cmp.Or(string(result.Run.Verdict), "none")),
		}
	}
	if code := c.status(result); code != exitOK {
		return &exitError{code: code}
	}
	return nil
}

// bisectSkip is the status that makes `git bisect run` skip a commit.
const bisectSkip = 125

// play checks what was asked for before it starts a browser.
func (c *playCmd) play(e *env) (*playResult, error) {
	if err := cmp.Or(checkCondition(c.FailIf), checkPicture(c.Screenshot), c.checkFiles()); err != nil {
		return nil, err
	}
	f, err := openPlayback(c.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if nextAction(f, -1) == f.Len() {
		return nil, usageError(fmt.Errorf("there is nothing to play: %s has no action of a user", c.File),
			"A playback of requests alone gets its actions from a recording of the same session: restep merge FLOW "+c.File+" -o FILE")
	}
	o, err := c.options(f)
	if err != nil {
		return nil, err
	}
	broken, err := defects(f)
	if err != nil {
		return nil, err
	}
	until, err := findEvent(f, c.Until)
	if err != nil {
		return nil, err
	}
	if err := reachable(e.ctx, o.App, c.Wait); err != nil {
		return nil, err
	}
	stage, closer, err := openBrowser(e.ctx, e, browserOptions{path: c.Browser, headed: c.Headed})
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	tellWarning(e, broken)
	r := &replay{file: f, stage: stage, options: o, until: until, picture: c.Screenshot != ""}
	r.film = newFilm(f, c.Report != "")
	r.lull = &lull{w: e.stderr, file: f, after: lullTime}
	if e.tty && !c.JSON {
		r.steps = newStepPrinter(r.lull, f)
	}
	result, err := c.repeat(e.ctx, r)
	if err != nil {
		return nil, err
	}
	warning, err := conditionResult(c.FailIf, r.conditions)
	if err != nil {
		return nil, err
	}
	tellWarning(e, warning)
	for _, text := range []string{broken, warning} {
		if text != "" {
			result.Warnings = append(result.Warnings, text)
		}
	}
	if !c.JSON || c.Report != "" || c.JUnit != "" {
		result.report, result.reportErr = r.report(result)
	}
	if err := playback.SaveRun(c.File, result.Run); err != nil {
		fmt.Fprintf(e.stderr, "restep: warning: %v\n", err)
	}
	return result, nil
}

// tellWarning tells a warning; "" is none.
func tellWarning(e *env, text string) {
	if text != "" {
		fmt.Fprintf(e.stderr, "restep: warning: %s\n", printable(text))
	}
}

// repeat plays --runs times, and keeps the picture of the last one.
func (c *playCmd) repeat(ctx context.Context, r *replay) (*playResult, error) {
	result := &playResult{File: c.File, title: r.file.Header().Title, until: c.Until}
	for i := range c.Runs {
		run, err := r.run(ctx)
		if err != nil {
			return nil, playError(ctx, err)
		}
		if i == 0 {
			result.Run = run
		}
		result.Runs = append(result.Runs, runBrief{run.Verdict, run.State, run.Elapsed})
	}
	result.png, result.pngErr = r.png, r.pngErr
	return result, nil
}

// writePicture writes what --screenshot asks for.
func (c *playCmd) writePicture(r *playResult) error {
	if c.Screenshot == "" {
		return nil
	}
	err := r.pngErr
	if err == nil {
		err = os.WriteFile(c.Screenshot, r.png, 0o644)
	}
	if err != nil {
		return &exitError{code: c.cannot(), err: fmt.Errorf("write the screenshot: %w", err)}
	}
	return nil
}

// cannot is the status for what could not be done.
func (c *playCmd) cannot() int {
	if c.Bisect {
		return bisectSkip
	}
	return exitCannot
}

// options turns the flags into those of the player.
func (c *playCmd) options(f *playback.File) (player.Options, error) {
	o := player.Options{
		Live: c.Live, Strict: c.Strict, FailIf: c.FailIf, Realtime: c.Realtime,
		FailOn: failOn(c.FailOn),
	}
	for _, pair := range c.Origin {
		from, to, ok := strings.Cut(pair, "=")
		if !ok || from == "" || to == "" {
			return o, usageError(fmt.Errorf("--origin %s is not FROM=TO", pair),
				"Example: --origin https://api.shop.example=http://localhost:8080")
		}
		o.Origins = append(o.Origins, player.Origin{From: from, To: to})
	}
	var err error
	o.App, err = appURL(c.App, f, c.Live)
	return o, err
}

func failOn(kinds []string) (on player.FailOn) {
	for _, k := range kinds {
		on.HTTP = on.HTTP || k == "http"
		on.Console = on.Console || k == "console"
	}
	return on
}

// status is the exit status that a result stands for. To git bisect a failure that occurs in some of several runs is there.
func (c *playCmd) status(r *playResult) int {
	good := r.Run.Verdict == playback.Matched || r.Run.Verdict == playback.Gone || r.Run.Verdict == playback.NoVerdict
	switch {
	case c.Bisect && slices.ContainsFunc(r.Runs, func(b runBrief) bool { return b.Verdict == playback.Reproduced }):
		return exitFailed
	case c.Bisect && good && r.stable():
		return exitOK
	case c.Bisect:
		return bisectSkip
	case !r.stable():
		return exitFailed
	case c.Expect != "":
		good = string(r.Run.Verdict) == c.Expect
	}
	if good {
		return exitOK
	}
	return exitFailed
}

// print writes a result in one go.
func (c *playCmd) print(e *env, r *playResult) error {
	var text bytes.Buffer
	if c.JSON {
		if err := json.MarshalWrite(&text, r, jsontext.WithIndent("  ")); err != nil {
			return err
		}
		text.WriteByte('\n')
	} else {
		printResult(&text, r, paintFor(e))
	}
	_, err := e.stdout.Write(text.Bytes())
	return err
}

// findEvent finds the event of --until, by its id or its line; -1 where nothing was asked for.
func findEvent(f *playback.File, at string) (int, error) {
	if at == "" {
		return -1, nil
	}
	if pos, ok := f.Find(at); ok {
		return pos, nil
	}
	var line int
	if n, err := fmt.Sscanf(at, "%d", &line); n == 1 && err == nil && fmt.Sprint(line) == at {
		if pos, ok := f.At(line); ok {
			return pos, nil
		}
	}
	return 0, usageError(fmt.Errorf("--until %s: %s has no such event or line", at, f.Name()),
		"restep show "+f.Name()+" lists the events.")
}

func usageError(err error, hint string) error {
	return &exitError{code: exitUsage, err: err, hint: hint}
}

func hintOf(err error) string {
	var x *exitError
	if errors.As(err, &x) {
		return x.hint
	}
	return ""
}

// playError gives the status 3 to what kept a run from happening.
func playError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &exitError{code: exitCannot, err: errors.New("interrupted")}
	}
	var x *exitError
	if errors.As(err, &x) {
		return err
	}
	if line := (*playback.LineError)(nil); errors.As(err, &line) { // a line is decoded when it is reached
		return &exitError{code: exitUsage, err: err, hint: "restep check lists all that is wrong with the file."}
	}
	if errors.Is(err, player.ErrHangs) {
		return &exitError{code: exitCannot, err: err, hint: "Look at what the app does there: restep play --headed --realtime shows it."}
	}
	return browserError(err)
}
