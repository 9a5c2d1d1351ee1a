package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// showCmd prints a playback for a person: an outline of the session, or one event with its content.
type showCmd struct {
	File  string `arg:"" name:"file" help:"Playback file."`
	Event string `arg:"" optional:"" name:"event" help:"Show this event, by its id or line, with its content."`
	Body  bool   `help:"Print only the content of the event, as it is."`
	All   bool   `short:"a" help:"List every event, also storage, console and back-end lines."`
	JSON  bool   `name:"json" help:"Print one JSON object."`
}

// Run prints the outline or the event.
func (c *showCmd) Run(e *env) error {
	if c.Event != "" {
		return c.showEvent(e)
	}
	if c.Body {
		return usageError(errors.New("--body: of which event?"), "restep show "+c.File+" EVENT --body")
	}
	o, err := newOutline(c.File, c.All)
	if err != nil {
		return openError(c.File, err)
	}
	if o.LastRun, err = lastRun(c.File); err != nil {
		fmt.Fprintf(e.stderr, "restep: warning: %v\n", err)
	}
	if c.JSON {
		return printJSON(e, o)
	}
	return o.print(e.stdout)
}

// lastRun is the run that was kept of a file; nil where there is none.
func lastRun(name string) (*playback.Run, error) {
	r, err := playback.LoadRun(name)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return r, err
}

// lastRunText is what the last run has found, in one line.
func lastRunText(r *playback.Run, changed time.Time) string {
	parts := []string{"last run: " + cmp.Or(string(r.Verdict), "no verdict")}
	if r.Coverage.Until != "" {
		parts[0] += " up to " + r.Coverage.Until
	}
	parts = append(parts, startText(r.Start), count(r.Actions, "action"), count(len(r.Failures.Live), "failure"), count(len(r.Divergences), "divergence"))
	if changed.After(r.Start) {
		parts = append(parts, "the file was changed since")
	}
	return strings.Join(parts, " · ")
}

// find returns the event that was asked for.
func (c *showCmd) find(f *playback.File) (int, error) {
	if pos, ok := f.Find(c.Event); ok {
		return pos, nil
	}
	if line, err := strconv.Atoi(c.Event); err == nil {
		if pos, ok := f.At(line); ok && f.Line(pos) == line {
			return pos, nil
		}
	}
	return 0, usageError(fmt.Errorf("%s has no event %s", c.File, c.Event), "restep show "+c.File+" lists the events.")
}

// showEvent prints one event and its content.
func (c *showCmd) showEvent(e *env) error {
	f, err := openPlayback(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	pos, err := c.find(f)
	if err != nil {
		return err
	}
	ev, err := f.Event(pos)
	if err != nil {
		return formatError(c.File, err)
	}
	if c.Body {
		return c.printBody(e, f, ev)
	}
	raw, err := f.Raw(f.Line(pos))
	if err != nil {
		return formatError(c.File, err)
	}
	if c.JSON {
		fmt.Fprintf(e.stdout, "%s\n", raw)
		return nil
	}
	line := jsontext.Value(raw)
	if err := line.Indent(); err != nil {
		return formatError(c.File, err)
	}
	fmt.Fprintf(e.stdout, "%s\n", printableLines(string(line)))
	if ev.Body != nil && ev.Body.Ref != "" {
		fmt.Fprintf(e.stdout, "\n%s\n", contentText(f, ev.Body))
	}
	return nil
}

// printBody writes the bytes of an event's content.
func (c *showCmd) printBody(e *env, f *playback.File, ev *playback.Event) error {
	if ev.Body == nil {
		return usageError(fmt.Errorf("event %s has no content", ev.ID), "restep show "+c.File+" "+c.Event+" prints what it has.")
	}
	data, err := f.Content(ev.Body)
	if err != nil {
		return &exitError{code: exitFailed, err: err, hint: "restep check " + c.File + " tells more."}
	}
	_, err = e.stdout.Write(data)
	return err
}

// contentText is the content of a blob as a terminal can show it.
func contentText(f *playback.File, b *playback.Body) string {
	data, err := f.Content(b)
	if err != nil {
		return "(" + err.Error() + ")"
	}
	if !utf8.Valid(data) {
		return fmt.Sprintf("(%s that are no text; --body prints them)", sizeText(int64(len(data))))
	}
	if v := jsontext.Value(data); v.Indent() == nil {
		data = v
	}
	return printableLines(string(data))
}

// sizeText is a size for people.
func sizeText(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1000*1000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// startText is when a session began.
func startText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
