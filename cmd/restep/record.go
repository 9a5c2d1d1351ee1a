package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"time"

	"restep/player/browser"
	"restep/player/playback"
	"restep/sources"
	"restep/sources/recorder"
)

// recordCmd records a session in a browser.
type recordCmd struct {
	URL     string         `arg:"" optional:"" help:"Where the session begins."`
	Output  string         `short:"o" placeholder:"FILE" help:"Write the playback here, while it is recorded; required."`
	Force   bool           `help:"Replace a recording that is there, once the new one has ended and holds a page of the app."`
	For     *time.Duration `placeholder:"DURATION" help:"Stop after this time, such as 90s; else with Ctrl-C, or when the browser or its last tab is closed."`
	App     string         `placeholder:"URL" help:"Origin of the app that is recorded; that of URL where left out."`
	Title   string         `help:"Title of the playback."`
	Profile string         `placeholder:"DIR" help:"Keep cookies and storage in this folder, to start logged in the next time; a fresh browser where left out."`

	Headless bool   `help:"Show no window: a tool drives the browser, see --remote-debugging-port."`
	Port     int    `name:"remote-debugging-port" placeholder:"N" help:"Let tools on this machine drive the browser through this port."`
	Browser  string `placeholder:"PATH" help:"The browser's executable."`

	Mask       string   `placeholder:"FILE" help:"Mask what the rules in this JSON file name, too: {\"css\": [\".customer\"], \"headers\": [\"x-user\"], \"json\": [\"user.name\", \"items[].iban\"]}."`
	NoMask     bool     `help:"Keep secrets as they are. The file must then be kept like a password."`
	Drop       []string `placeholder:"PATTERN" sep:"none" help:"Leave out this traffic besides known telemetry: a host, a URL or 'METHOD URL' with *, from / on any host. Can be repeated."`
	Images     bool     `help:"Keep the content of images, sound and films."`
	Assets     bool     `help:"Keep the app's own scripts, styles and fonts, which a replay takes from your local app."`
	RealCrypto bool     `help:"Leave crypto.getRandomValues and randomUUID to the browser, for keys that must stay secret; a replay then sends other values."`
	NoTrace    bool     `help:"Add no traceparent to requests of the app to its own origin."`

	listenFlags

	draft string // where the recording is written while it goes on; empty: Output
}

// Help is shown by `restep record --help`.
func (recordCmd) Help() string {
	return `A browser opens; work in it until what you want to show has happened. Alt+Shift+B, or the button in the corner,
marks what is wrong: click on it, or write a remark.

Passwords, tokens, cookies, cards and addresses become stand-ins of the same form before anything is written. Random
numbers, crypto.getRandomValues included, are drawn from a seed that the file holds, so that a replay draws the same:
whoever has the file can compute the keys that were made in the session. With --real-crypto they are the browser's own
(Math.random stays seeded). The app then draws others in a replay: a request that sends such a value, as an idempotency
key, is still matched where the place is ignored by a rule of the header, and else listed as one whose body differs.`
}

// Run records until it is told to stop.
func (c *recordCmd) Run(e *env) error {
	const example = "Example: restep record localhost:5173 -o session.playback"
	switch {
	case c.URL == "" && c.Output == "" && c.Listen == "":
		return usage(example, "say where the session begins, and with -o (--output) where to write it")
	case c.Output == "":
		return usage(example, "say with -o (--output) where to write the recording")
	case c.Listen != "" && c.URL != "":
		return usage("restep record --help tells both ways.", "pages that are received record themselves: leave out %s, or --listen", c.URL)
	case c.Listen != "":
		return c.receive(e, c.Output, c.NoMask)
	case c.URL == "":
		return usage(example, "say where the session begins")
	}
	o, err := c.options(e)
	if err != nil {
		return err
	}
	line := &statusLine{to: e}
	o.Status = line.show
	o.Opened = func() { c.opened(e) }
	o.Failed = func(url, why string) {
		line.clear()
		fmt.Fprintf(e.stderr, "restep: warning: %s cannot be opened: %s; recording goes on\n", bareURL(url), why)
	}
	sum, err := recorder.Record(e.ctx, o)
	line.clear()
	if err != nil {
		return c.explain(err)
	}
	if !sum.Shown {
		return c.unopened(sum)
	}
	c.report(e, sum)
	return nil
}

// unopened is the error of a recording of nothing: no document of the app was ever shown.
func (c *recordCmd) unopened(s *recorder.Summary) error {
	err := fmt.Errorf("%s was not opened before the recording ended", bareURL(c.URL))
	for _, url := range sortedNames(s.Unopened) {
		err = fmt.Errorf("%s cannot be opened: %s", bareURL(url), s.Unopened[url])
		break
	}
	return &exitError{code: exitCannot, err: err, hint: "Is the app running? Nothing was kept."}
}

// bareURL is a URL for people to read, without what may be secret: a name and password, the query, the fragment.
func bareURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "the page"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// options turns flags into options, and refuses what cannot be recorded before a browser starts.
func (c *recordCmd) options(e *env) (recorder.Options, error) {
	o := recorder.Options{
		Output: c.Output, Browser: c.Browser, Headless: c.Headless, Port: c.Port, Profile: c.Profile, Drop: c.Drop, Title: c.Title,
		Images: c.Images, Assets: c.Assets, NoTrace: c.NoTrace, RealCrypto: c.RealCrypto, Mark: !c.Headless,
	}
	var err error
	if o.URL, err = startURL(c.URL); err != nil {
		return o, err
	}
	if c.App != "" {
		if o.App = sources.OriginOf(c.App); o.App == "" {
			return o, usage("It looks like --app https://shop.example", "--app %q is no URL", c.App)
		}
	}
	if c.For != nil {
		if o.For = *c.For; o.For <= 0 {
			return o, usage("It looks like --for 90s or --for 5m; without it the recording goes on until Ctrl-C.", "--for %s leaves no time to record", o.For)
		}
	}
	if c.Port < 0 || c.Port > 65535 {
		return o, usage("It looks like --remote-debugging-port 9222.", "--remote-debugging-port %d: a port is a number from 1 to 65535", c.Port)
	}
	if o.Draft, err = c.checkRecording(); err != nil {
		return o, err
	}
	c.draft = o.Draft
	if !c.Headless && !hasDisplay(e) {
		return o, &exitError{
			code: exitCannot, err: errors.New("there is no display for a window"),
			hint: "Run the command under xvfb-run, or add --headless --remote-debugging-port 9222 and let a tool be the user.",
		}
	}
	if c.Profile != "" {
		if s, err := os.Stat(c.Profile); err == nil && !s.IsDir() {
			return o, usage("It is a folder, which is made where there is none.", "--profile %s is a file", c.Profile)
		}
	}
	if c.Mask != "" {
		if o.Rules, err = recorder.ReadRules(c.Mask); err != nil {
			return o, usage(rulesForm, "--mask: %v", rulesError(c.Mask, err))
		}
	}
	flags := collectFlags{NoMask: c.NoMask}
	o.Masker, err = flags.masker(e)
	return o, err
}

// startURL makes a URL of what a person writes: localhost:5173, shop.example/cart.
func startURL(s string) (string, error) {
	if !strings.Contains(s, "://") {
		scheme := "https://"
		if strings.HasPrefix(s, "localhost") || strings.HasPrefix(s, "127.") || strings.HasPrefix(s, "[::1]") {
			scheme = "http://"
		}
		s = scheme + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", usage("It looks like https://shop.example/cart", "%q is no URL of an app", s)
	}
	return s, nil
}

// opened says that the recording goes on.
func (c *recordCmd) opened(e *env) {
	how := "Ctrl-C or closing the browser ends it."
	if c.Headless {
		how = "Ctrl-C ends it."
	}
	into := c.Output
	if c.draft != "" {
		into = c.draft + ", which replaces " + c.Output + " in the end"
	}
	fmt.Fprintf(e.stderr, "Recording %s into %s. %s\n", bareURL(c.URL), into, how)
	if c.Port > 0 {
		fmt.Fprintf(e.stderr, "Tools can drive the browser at http://127.0.0.1:%d.\n", c.Port)
	}
}

// report says what was recorded and what to do next.
func (c *recordCmd) report(e *env, s *recorder.Summary) {
	w := e.stderr
	if s.End != "" {
		fmt.Fprintf(w, "%s%s.\n", strings.ToUpper(s.End[:1]), s.End[1:])
	}
	fmt.Fprintf(w, "Recorded %s and %s in %s", amount(s.Actions, "action"), amount(s.Requests, "request"), s.Elapsed.Round(time.Second))
	if s.Errors > 0 {
		fmt.Fprintf(w, ", %s", amount(s.Errors, "uncaught error"))
	}
	fmt.Fprintf(w, ": %s\n", c.Output)
	if places := s.PlacesList(); len(places) > 0 {
		const most = 5
		more := ""
		if n := len(places) - most; n > 0 {
			places, more = places[:most], fmt.Sprintf(" and %d more places", n)
		}
		fmt.Fprintf(w, "Masked %s: %s%s\n", amount(s.Masked, "value"), strings.Join(places, ", "), more)
	}
	if s.Holes > 0 {
		fmt.Fprintf(w, "The content of %s is not there (holes); restep show %s lists them\n", amount(s.Holes, "message"), c.Output)
	}
	leftOut(w, "Left out, since a replay takes them from your local app", s.LeftOut)
	leftOut(w, "Dropped", s.Dropped)
	for _, p := range s.Problems {
		fmt.Fprintf(w, "restep: warning: %s\n", p)
	}
	for _, u := range sortedNames(s.Unopened) {
		fmt.Fprintf(w, "restep: warning: %s could not be opened: %s\n", bareURL(u), s.Unopened[u])
	}
	fmt.Fprintf(w, "Next: restep play %s --app http://localhost:…\n", c.Output)
}

// leftOut lists what is not in a file.
func leftOut(w io.Writer, what string, counts map[string]int) {
	if len(counts) == 0 {
		return
	}
	var list []string
	for _, k := range sortedNames(counts) {
		list = append(list, fmt.Sprintf("%s (%d)", k, counts[k]))
	}
	fmt.Fprintf(w, "%s: %s\n", what, strings.Join(list, ", "))
}

// leftOver says what there is of a file that could not be written to its end.
func leftOver(name string) string {
	if holdsPlayback(name) {
		return name + " holds what was recorded until then, and can be played."
	}
	return "Nothing was kept. Name a file with -o where there is room and that can be written."
}

// explain adds what to do about an error.
func (c *recordCmd) explain(err error) error {
	var used *browser.InUseError
	var port *browser.PortError
	var recorded *playback.InUseError
	var file *recorder.WriteError
	var rule *recorder.SelectorError
	switch {
	case errors.As(err, &rule):
		return usage(rulesForm, "--mask: %s: %v", c.Mask, rule)
	case errors.As(err, &recorded):
		return &exitError{code: exitCannot, err: recorded, hint: "End that recording, or name another file with -o."}
	case errors.As(err, &file):
		return &exitError{code: exitCannot, err: fmt.Errorf("cannot write %s: %w", file.Name, cause(file.Err)), hint: leftOver(file.Name)}
	case errors.As(err, &port):
		return &exitError{code: exitCannot, err: fmt.Errorf("--remote-debugging-port: %w", port), hint: "Name a port that nothing listens at."}
	case errors.As(err, &used):
		return &exitError{code: exitCannot, err: err, hint: "Close that browser, or name a folder of its own with --profile."}
	case errors.Is(err, context.Canceled):
		return &exitError{code: exitCannot, err: errors.New("stopped before the browser was ready; nothing was recorded")}
	case errors.Is(err, fs.ErrPermission):
		return &exitError{code: exitCannot, err: err, hint: "Name a profile in a folder that can be written."}
	}
	if c.Profile != "" {
		return &exitError{code: exitCannot, err: err, hint: "Chrome cannot be recorded in the folder of its own default profile: " +
			"name another folder with --profile, log in there once, and use it again. restep doctor says what else is wrong."}
	}
	return browserError(err)
}
