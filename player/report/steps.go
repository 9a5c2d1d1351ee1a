package report

import (
	"cmp"
	"fmt"
	"strings"

	"restep/player/playback"
)

// Steps are the instructions to do again by hand what the user did, one for each action, in order.
func Steps(f *playback.File) ([]Step, error) {
	var out []Step
	for pos := range f.Len() {
		if !f.Kind(pos).Action() {
			continue
		}
		e, err := f.Event(pos)
		if err != nil {
			return nil, fmt.Errorf("decode event %s (line %d): %w", f.ID(pos), f.Line(pos), err)
		}
		out = append(out, Step{
			N: len(out) + 1, Pos: pos, ID: e.ID, Line: f.Line(pos), T: e.T, Text: Words(f.Header().App, e), Shot: -1,
		})
	}
	return out, nil
}

// steps lists the actions.
func (b *builder) steps() error {
	list, err := Steps(b.File)
	if err != nil {
		return err
	}
	ran := b.Run.Coverage.Ran
	for i := range list {
		x := &list[i]
		x.Done, x.Took = x.Pos < ran, float64(b.Took[x.Pos].Microseconds())/1000
		b.step[x.Pos] = i
	}
	b.Steps = list
	return nil
}

// before is the number of the action at or before a position, 0 for none.
func (b *builder) before(pos int) int {
	for pos = min(pos, b.File.Len()-1); pos >= 0; pos-- {
		if i, ok := b.step[pos]; ok {
			return i + 1
		}
	}
	return 0
}

// stepOf is the number of the action with an id, 0 for none.
func (b *builder) stepOf(id string) int {
	if pos, ok := b.File.Find(id); ok && id != "" {
		return b.before(pos)
	}
	return 0
}

// at is the step of a number; nil for 0.
func (b *builder) at(n int) *Step {
	if n == 0 {
		return nil
	}
	return &b.Steps[n-1]
}

// mostFailures bounds the list: an app may fail in a loop.
const mostFailures = 300

// failures joins the recorded failures and those that occurred.
func (b *builder) failures() {
	index := map[string]int{}
	key := func(f *playback.RunFailure) string {
		return f.Kind + " " + cmp.Or(f.ID, f.Name+" "+f.Message+" "+f.After)
	}
	for i := range b.Run.Failures.Recorded {
		f := &b.Run.Failures.Recorded[i]
		if f.Kind == "fail-if" || len(b.Failures) >= mostFailures { // that is what the caller looks for, and in no recording
			continue
		}
		index[key(f)] = len(b.Failures)
		b.Failures = append(b.Failures, b.failure(f))
	}
	left := 0
	for i := range b.Run.Failures.Live {
		f := &b.Run.Failures.Live[i]
		at, known := index[key(f)]
		if !known && len(b.Failures) >= mostFailures {
			left++
			continue
		}
		if !known {
			at = len(b.Failures)
			b.Failures = append(b.Failures, b.failure(f))
		}
		x := &b.Failures[at]
		x.Occurred, x.Recorded = true, known
		x.Stack = stack(f.Stack)
		if step := b.at(x.Step); step != nil {
			step.Failed = true
		}
	}
	if left > 0 {
		b.Notes = append(b.Notes, Count(left, "failure")+" left out.")
	}
	for i := range b.Failures {
		b.Failures[i].Recorded = b.Failures[i].Recorded || !b.Failures[i].Occurred
	}
}

func (b *builder) failure(f *playback.RunFailure) Failure {
	pos, known := b.File.Find(f.ID)
	return Failure{
		Ahead: known && f.ID != "" && pos >= b.Run.Coverage.Ran,
		Text:  FailureText(f), Kind: f.Kind, Answered: f.Answered, Line: f.Line, Step: b.stepOf(f.After), Stack: stack(f.Stack),
	}
}

// FailureText is a failure in one line: `TypeError: x is null`, `bug: #total has the text "NaN"`.
func FailureText(f *playback.RunFailure) string {
	name := cmp.Or(f.Name, f.Kind)
	if f.Kind == "bug" {
		name = f.Kind // its name is the id of its line
	}
	if f.Message == "" {
		return name
	}
	return name + ": " + f.Message
}

// mostFrames is how many frames of a stack are shown.
const mostFrames = 20

func stack(frames []playback.StackFrame) []string {
	var out []string
	for _, f := range frames[:min(len(frames), mostFrames)] {
		place := fmt.Sprintf("%s:%d:%d", f.URL, f.Line, f.Column)
		out = append(out, strings.TrimSpace(cmp.Or(f.Function, "(anonymous)")+"  "+place))
	}
	if n := len(frames) - len(out); n > 0 {
		out = append(out, fmt.Sprintf("and %d more", n))
	}
	return out
}
