package player

import (
	"fmt"
	"slices"
	"strings"

	"restep/player/playback"
)

// failureKey is the identity of a failure: two with the same key are the same failure.
type failureKey struct{ kind, name, message, after string }

// knownFailures are the failures of a file.
type knownFailures struct {
	list []Failure
	at   map[failureKey]int // -> position, -1 for fail-if
}

// key is the identity of a failure; the recorded URLs in its message are those of the local app.
func (c *catalog) key(f Failure) failureKey {
	return failureKey{f.Kind, f.Name, blank(c.urls.text(f.Message)), f.After}
}

// same finds the recorded failure that f is.
func (k *knownFailures) same(c *catalog, f Failure) (int, bool) {
	if f.Kind == "fail-if" {
		return f.Pos, true
	}
	if f.Answered { // it may have come late, after another action
		ok := slices.ContainsFunc(k.list, func(x Failure) bool { return x.Answered && x.Pos == f.Pos && x.Name == f.Name })
		return f.Pos, ok
	}
	pos, ok := k.at[c.key(f)]
	return pos, ok
}

// failures lists the failures of the file: error and bug lines, and what the options add. See [catalog.known].
func (c *catalog) failures() (*knownFailures, error) {
	k := &knownFailures{at: map[failureKey]int{}}
	for pos := range c.file.Len() {
		f, ok, err := c.failure(pos)
		if err != nil {
			return nil, fmt.Errorf("decode %s: %w", c.label(pos), err)
		}
		if !ok {
			continue
		}
		f.Pos, f.Recorded = pos, true
		if a := c.action(pos); a >= 0 {
			f.After = c.file.ID(a)
		}
		k.add(c, f)
	}
	if c.opt.FailIf != "" {
		// It is what the caller looks for: like a bug line after every action.
		k.list = append(k.list, Failure{Pos: -1, Kind: "fail-if", Message: c.opt.FailIf, Recorded: true})
	}
	return k, nil
}

func (k *knownFailures) add(c *catalog, f Failure) {
	k.list = append(k.list, f)
	if _, ok := k.at[c.key(f)]; !ok {
		k.at[c.key(f)] = f.Pos
	}
}

// noise reports whether an error is none of the app: browsers say so of an observer that was called twice in a frame, which
// depends on how many frames there are.
func noise(e *playback.Event) bool {
	return e.Kind == playback.Error && strings.HasPrefix(e.Message, "ResizeObserver loop ")
}

// failure returns the failure that the line at pos is, if it is one.
func (c *catalog) failure(pos int) (Failure, bool, error) {
	kind := c.file.Kind(pos)
	http := kind == playback.Res && c.opt.FailOn.HTTP
	console := kind == playback.Console && c.opt.FailOn.Console
	if kind != playback.Error && kind != playback.Bug && !http && !console {
		return Failure{}, false, nil
	}
	e, err := c.file.Event(pos)
	if err != nil {
		return Failure{}, false, err
	}
	switch {
	case noise(e):
		return Failure{}, false, nil
	case kind == playback.Error && e.Rejection:
		return Failure{Kind: "rejection", Name: e.Name, Message: e.Message, Stack: e.Stack}, true, nil
	case kind == playback.Error:
		return Failure{Kind: "error", Name: e.Name, Message: e.Message, Stack: e.Stack}, true, nil
	case kind == playback.Bug:
		return Failure{Kind: "bug", Name: e.ID, Message: bugText(e)}, true, nil
	case http && e.Status >= 400 && c.file.Of(pos) >= 0:
		req, err := c.file.Event(c.file.Of(pos))
		if err != nil {
			return Failure{}, false, err
		}
		f := Failure{Kind: "http", Name: fmt.Sprint(e.Status), Message: method(req) + " " + c.urls.local(req.URL), Answered: true}
		return f, true, nil
	case console && e.Level == "error" && !browserWrote(e):
		return Failure{Kind: "console", Name: "console.error", Message: e.Text}, true, nil
	}
	return Failure{}, false, nil
}

// Failures returns the failures of the file and those that occurred in this pass, both in order.
func (p *Player) Failures() (recorded, live []Failure) {
	if k, err := p.cat.known(); err == nil {
		recorded = slices.Clone(k.list)
	}
	if v := p.view(); v != nil {
		live = slices.Clone(v.pass.led.failures[:v.failures])
	}
	return recorded, live
}

// Divergences returns the divergences of this pass, in order.
func (p *Player) Divergences() []playback.Divergence {
	v := p.view()
	if v == nil {
		return nil
	}
	out := slices.Clone(v.pass.led.divergences[:v.divergences])
	for _, x := range v.pass.led.reworded {
		if x.sighting > v.seen && x.divergence < len(out) {
			out[x.divergence].Text = x.text
		}
	}
	return out
}

// Verdict returns the outcome of what was run: at the end that of the run, before it that of the part. A run that a
// person touched and one that has not begun have none.
func (p *Player) Verdict() playback.Verdict {
	v := p.view()
	if v == nil || p.Touched() || v.pos == 0 && !v.ended {
		return playback.NoVerdict
	}
	recorded, live := p.Failures()
	if slices.ContainsFunc(live, func(f Failure) bool { return f.Recorded }) {
		return playback.Reproduced
	}
	if slices.ContainsFunc(v.pass.led.divergences[:v.divergences], func(d playback.Divergence) bool { return d.Blocking }) {
		return playback.Diverged
	}
	if slices.ContainsFunc(recorded, func(f Failure) bool { return f.Pos < v.pos }) {
		return playback.Gone
	}
	return playback.Matched
}
