package player

import (
	"cmp"
	"context"
	_ "embed" // the script of the checks
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"restep/player/playback"
)

// Checker is a [Page] that evaluates bug and expect lines by itself. On other pages the player evaluates a script that
// uses the page script's functions where they are, and plain DOM functions where they are not.
type Checker interface {
	// Check evaluates the line e, whose URL is the local one, against the page that the user sees.
	Check(ctx context.Context, e *playback.Event) (Check, error)
}

// Check is the outcome of a bug or expect line.
type Check struct {
	Holds bool   `json:"holds"` // bug: what it states is true now
	Got   string `json:"got"`   // bug: what is there, for people
	// Unknown says why a bug line could not be evaluated: its selector is none, or a dialog holds the page.
	Unknown string `json:"unknown,omitzero"`
	// Differs lists what departs from an expect line. A count is compared for equality: what Op makes of it is the
	// player's business.
	Differs []CheckDiff `json:"differs"`
}

// CheckDiff is one difference: What is "url", "title", "focus", "sum" or "count".
type CheckDiff struct {
	What string `json:"what"`
	Want string `json:"want"`
	Got  string `json:"got"`
}

//go:embed check.js
var checkScript string

// check evaluates the bug or expect line at pos.
func (r *pass) check(ctx context.Context, pos int) error {
	e, err := r.p.local(pos)
	if err != nil {
		return err
	}
	c, err := r.evalCheck(ctx, e)
	if err != nil {
		return err
	}
	if e.Kind == playback.Expect {
		c.Differs = slices.DeleteFunc(c.Differs, func(d CheckDiff) bool { return countHolds(e, d) })
		return r.expected(ctx, pos, e, c)
	}
	if c.Unknown != "" { // not to be taken for a bug that is gone
		return r.list(ctx, playback.Divergence{
			Kind: playback.BugUnchecked, Pos: pos, Blocking: true, Text: "the bug cannot be checked: " + c.Unknown,
		})
	}
	if !c.Holds {
		return nil
	}
	s := Seen{Event: *e, Pos: pos}
	r.led.saw(pos, s)
	f := Failure{Pos: pos, Kind: "bug", Name: e.ID, Message: bugText(e), After: r.after()}
	r.tell(pos, "stderr", "the bug is there: "+f.Message)
	if err := r.fail(ctx, &f, r.now); err != nil {
		return err
	}
	return r.trigger(ctx, "uncaught", &s, Stop{Pos: pos, Reason: Exception, Text: "bug: " + f.Message, Failure: &f})
}

// evalCheck asks the page.
func (r *pass) evalCheck(ctx context.Context, e *playback.Event) (Check, error) {
	if c, ok := r.page.(Checker); ok {
		return c.Check(ctx, e)
	}
	v, err := r.evalVars(ctx, checkScript, e.Tab, map[string]jsontext.Value{"spec": spec(e)})
	if err != nil {
		return Check{}, err
	}
	var text string
	var c Check
	if v.Thrown || json.Unmarshal(v.JSON, &text) != nil || json.Unmarshal([]byte(text), &c) != nil {
		return Check{Unknown: cmp.Or(v.Text, "the page gave no answer")}, nil
	}
	return c, nil
}

// spec is what the script gets: the line without what JavaScript need not see, its element as target.
func spec(e *playback.Event) jsontext.Value {
	type fields struct {
		Kind   playback.Kind    `json:"ev"`
		URL    string           `json:"url,omitzero"`
		Title  string           `json:"title,omitzero"`
		Focus  string           `json:"focus,omitzero"`
		Sum    string           `json:"sum,omitzero"`
		Count  *int             `json:"count,omitzero"`
		CSS    playback.CSS     `json:"css,omitzero"`
		Text   string           `json:"text,omitzero"`
		Value  *string          `json:"value,omitzero"`
		Attr   string           `json:"attr,omitzero"`
		Target *playback.Target `json:"target,omitzero"`
	}
	return asJSON(fields{e.Kind, e.URL, e.Title, e.Focus, e.Sum, e.Count, e.CSS, e.Text, e.Value, e.Attr, e.On.Target})
}

// expected records in what the page departs from an expect line: never a reason for a verdict.
func (r *pass) expected(ctx context.Context, pos int, e *playback.Event, c Check) error {
	if len(c.Differs) == 0 {
		return nil
	}
	d := playback.Divergence{Kind: playback.FingerprintDiffer, Pos: pos}
	var parts []string
	for _, x := range c.Differs {
		parts = append(parts, x.text(e.Op))
	}
	if len(c.Differs) == 1 && c.Differs[0].What == "url" {
		d.Kind = playback.URLDiffers
	}
	d.Want, d.Got = c.Differs[0].Want, c.Differs[0].Got
	d.Text = strings.Join(parts, ", ")
	return r.list(ctx, d)
}

// text says what differs, where an operator stands before a count.
func (x CheckDiff) text(op string) string {
	if x.What == "sum" { // a hash says nothing to people
		return "a heading, a control or its value in view is another one"
	}
	want := short(x.Want)
	if x.What == "count" && (op == ">=" || op == "<=") {
		want = op + " " + want
	}
	return fmt.Sprintf("%s is %s instead of %s", x.What, short(x.Got), want)
}

// countHolds reports whether a count that differs satisfies the line all the same: pages compare for equality, and the
// line may say that as many or more are right, or as many or fewer.
func countHolds(e *playback.Event, d CheckDiff) bool {
	got, err := strconv.Atoi(d.Got)
	if d.What != "count" || e.Count == nil || err != nil {
		return false
	}
	switch e.Op {
	case ">=":
		return got >= *e.Count
	case "<=":
		return got <= *e.Count
	}
	return got == *e.Count
}

// failIf evaluates the caller's own failure after an action; it is recorded once.
func (r *pass) failIf(ctx context.Context) error {
	expr := r.p.opt.FailIf
	if expr == "" || slices.ContainsFunc(r.led.failures, func(f Failure) bool { return f.Kind == "fail-if" }) {
		return nil
	}
	v, err := r.evalVars(ctx, expr, "", nil)
	if err != nil {
		return err
	}
	r.failIfs.note(v)
	if v.Thrown {
		if r.mayTell && !r.p.broken[failIfBroken] {
			r.p.broken[failIfBroken] = true
			r.tell(max(r.acted, 0), "important", "the failure condition cannot be evaluated: "+v.Text)
		}
		return nil
	}
	if !truthy(v) {
		return nil
	}
	f := Failure{Pos: r.acted, Kind: "fail-if", Message: expr, After: r.after()}
	r.tell(max(r.acted, 0), "stderr", "fails: "+expr)
	return r.fail(ctx, &f, r.now)
}

// failIfBroken marks the failure condition in Player.broken, where breakpoints are marked by their ids.
const failIfBroken = -2

// bugText renders a bug line: "#total has the text \"NaN\"".
func bugText(e *playback.Event) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if e.Text != "" {
		add("has the text %q", e.Text)
	}
	switch {
	case e.Attr != "" && e.Value != nil:
		add("has %s=%q", e.Attr, *e.Value)
	case e.Attr != "":
		add("has %s", e.Attr)
	case e.Value != nil:
		add("has the value %q", *e.Value)
	}
	if e.Count != nil {
		add("is there %d times", *e.Count)
	}
	if len(parts) == 0 && len(e.CSS) > 0 {
		add("is there")
	}
	text := strings.TrimSpace(strings.Join(e.CSS, " ") + " " + strings.Join(parts, " and "))
	if e.URL != "" {
		text = strings.TrimSpace(text + " at " + e.URL)
	}
	return text
}
