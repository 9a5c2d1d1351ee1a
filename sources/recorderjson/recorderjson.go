// Package recorderjson reads user flows of the Chrome DevTools Recorder, which @puppeteer/replay also reads and
// writes: https://github.com/puppeteer/replay/blob/main/src/Schema.ts, as of version 3.1.3.
//
// A flow says what the user did and has no clock: its lines get even times, a second apart, and are marked as
// inferred. Merging it with a recording of the same session that has a clock gives them better ones. The package
// knows no other format.
package recorderjson

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
	"restep/sources"
)

// Source reads Recorder flows.
type Source struct{}

var _ sources.Source = Source{}

// maxFlow is the size in bytes of the largest flow that is read. Flows that people record are a few kB.
const maxFlow = 32 << 20

// maxSteps bounds the steps of a flow.
const maxSteps = 100_000

// Kind implements [sources.Source].
func (Source) Kind() string { return "recorder" }

// Recognise implements [sources.Source].
func (Source) Recognise(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	return bytes.HasPrefix(head, []byte("{")) && stepsForm.Match(head)
}

// stepsForm is what a flow has and no other format that we know.
var stepsForm = regexp.MustCompile(`"steps"\s*:\s*\[`)

// flow is the file.
type flow struct {
	Title *string          `json:"title"`
	Steps []jsontext.Value `json:"steps"`
	// SelectorAttribute is the attribute that the recording preferred for selectors, such as data-testid.
	SelectorAttribute string `json:"selectorAttribute"`
}

// Import implements [sources.Source].
func (Source) Import(ctx context.Context, in sources.Input, rec *sources.Recording) error {
	data, err := io.ReadAll(io.LimitReader(in.R, maxFlow+1))
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	if len(data) > maxFlow {
		return fmt.Errorf("larger than %d MB: not a flow of the DevTools Recorder", maxFlow>>20)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var f flow
	if err := decode(data, &f); err != nil {
		return fmt.Errorf("not a flow of the DevTools Recorder: %w", err)
	}
	switch {
	case f.Title == nil || f.Steps == nil:
		return errors.New(`not a flow of the DevTools Recorder: it has no "title" or no "steps"`)
	case len(f.Steps) > maxSteps:
		return fmt.Errorf("%d steps: more than %d are not read", len(f.Steps), maxSteps)
	}
	if rec.Header.Title == "" {
		rec.Header.Title = *f.Title
	}
	c := &converter{rec: rec, attribute: f.SelectorAttribute, tabs: map[string]string{"main": "", "": ""}, open: map[string]bool{}}
	for i, raw := range f.Steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.step(i+1, raw); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	c.finish()
	return nil
}

// decode reads JSON and says in an error where in data it is wrong.
func decode(data []byte, v any) error {
	err := json.Unmarshal(data, v, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("at byte %d: %w", syntax.ByteOffset, syntax.Err)
	case errors.As(err, &semantic) && semantic.Err != nil:
		return fmt.Errorf("%s: %w", semantic.JSONPointer, semantic.Err)
	case errors.As(err, &semantic):
		return fmt.Errorf("%q is a JSON %v, which it may not be", semantic.JSONPointer, semantic.JSONKind)
	}
	return err
}

// spacing is the time between two actions, in ms.
const spacing = 1000

// converter turns steps into lines.
type converter struct {
	rec       *sources.Recording
	attribute string
	tabs      map[string]string // target of a step -> name of the tab
	tab       string            // where the last action was
	t         float64
	actions   int
	acted     bool // something other than a resize came
	n         int  // the current step, from 1
	held      modifiers
	open      map[string]bool // origins whose port is left open and that were reported
}

// add appends the line of an action: a second after the one before. Setting the size of a window that shows nothing
// yet takes no time.
func (c *converter) add(e playback.Event) {
	if c.acted {
		c.t += spacing
	}
	c.acted = c.acted || e.Kind != playback.Resize
	c.actions++
	e.T, e.ID, e.Inferred = c.t, fmt.Sprintf("s%d", c.n), true
	c.rec.Add(sources.Line{Event: e})
}

// expect appends a line that says how the page looked after the last action.
func (c *converter) expect(suffix string, e playback.Event) {
	t := c.t
	if c.actions > 0 {
		t += spacing - 100
	}
	e.T, e.ID, e.Kind, e.Inferred = t, fmt.Sprintf("s%d%s", c.n, suffix), playback.Expect, true
	c.rec.Add(sources.Line{Event: e})
}

// problem reports something about the current step.
func (c *converter) problem(format string, args ...any) {
	c.rec.Report.Problem(fmt.Sprintf("step %d", c.n), format, args...)
}

// finish reports what the flow as a whole lacks.
func (c *converter) finish() {
	for _, m := range c.held.leftovers() {
		c.rec.Report.Problem("end", "the key %s was pressed and never released", m)
	}
	if c.rec.Header.App == "" && c.actions > 0 {
		c.rec.Report.Problem("flow", "it opens no page: merge it with a recording that does, or give --app")
	}
}
