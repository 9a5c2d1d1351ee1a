package chrome

import (
	"context"
	"runtime"

	"restep/player"
	"restep/player/playback"
)

// fieldJS is what R.field returns.
type fieldJS struct {
	Kind    string `json:"kind"`
	Value   string `json:"value"`
	Checked bool   `json:"checked"`
	Focused bool   `json:"focused"`
}

// input gives a field the value of the line in the most real way that there is: boxes are clicked, text is typed,
// selects and ranges get an arrow key that the app does not hear, so that the browser itself fires input and change.
// Only what a popup of the browser would set (dates, times, colours, several options) is set by the page script.
func (a *actor) input(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	p, err := a.find(ctx, e.Frame, e.On.Target, findOptions{Last: last})
	if err != nil {
		return player.Found{}, err
	}
	var f fieldJS
	if err := a.run(ctx, p.doc(), "R.field()", &f); err != nil {
		return p.found, err
	}
	value := f.Value
	if e.Value != nil {
		value = *e.Value
	}
	switch f.Kind {
	case "text", "editable":
		return a.fillText(ctx, e, "", &value, last)
	case "check":
		return a.check(ctx, e, f, last)
	case "select":
		return p.found, a.choose(ctx, p, "R.aimSelect", value, f.Focused)
	case "range":
		return p.found, a.choose(ctx, p, "R.aimRange", value, false)
	case "set":
		return p.found, a.choose(ctx, p, "", value, false)
	}
	p.found.Problem, p.found.Detail = "not found", "the element takes no value"
	return player.Found{}, &problem{p.found}
}

// check clicks a box that is not as the line says. A line that only has a value says so of a radio button, and of a
// check box by "true" or "false".
func (a *actor) check(ctx context.Context, e *playback.Event, f fieldJS, last bool) (player.Found, error) {
	want := true
	switch {
	case e.Checked != nil:
		want = *e.Checked
	case e.Value != nil && *e.Value == "false":
		want = false
	}
	if want == f.Checked {
		return player.Found{Score: 1}, nil
	}
	p, err := a.find(ctx, e.Frame, e.On.Target, findOptions{Last: last, Point: true})
	if err != nil {
		return player.Found{}, err
	}
	a.move(p.found.X, p.found.Y, mouse{})
	return p.found, a.press(ctx, mouse{X: p.found.X, Y: p.found.Y, Button: "left"}, 1)
}

// chooseOption makes a click on an option of a popup what the user meant by it.
func (a *actor) chooseOption(ctx context.Context, e *playback.Event, value string, last bool) error {
	p, err := a.find(ctx, e.Frame, e.On.Target, findOptions{Last: last})
	if err != nil {
		return err
	}
	return a.choose(ctx, p, "R.aimSelect", value, true)
}

// choose lets aim, a method of R, prepare the field for one arrow key, and settles with R.set, which does nothing where
// the key has done it. On macOS arrow keys open a select's popup, so there R.set does it all. popup says that a popup
// may be open, because the select was clicked before: it would get the key.
func (a *actor) choose(ctx context.Context, p *place, aim, value string, popup bool) error {
	var step struct {
		Problem string `json:"problem"`
		Key     string `json:"key"`
	}
	if err := a.hush(ctx, p.doc(), "keydown", "keyup"); err != nil {
		return err
	}
	if popup {
		if err := a.stroke(ctx, "Escape"); err != nil {
			return err
		}
	}
	if aim != "" && (runtime.GOOS != "darwin" || aim != "R.aimSelect") {
		if err := a.run(ctx, p.doc(), aim+"("+js(value)+")", &step); err != nil {
			return err
		}
	}
	if step.Problem == "" && (step.Key == "ArrowUp" || step.Key == "ArrowDown") {
		if err := a.stroke(ctx, step.Key); err != nil {
			return err
		}
	}
	if err := a.unhush(ctx); err != nil {
		return err
	}
	if step.Problem == "" {
		a.s.sent = true // input and change
		if err := a.run(ctx, p.doc(), "R.set("+js(value)+")", &step.Problem); err != nil {
			return err
		}
	}
	if step.Problem != "" {
		p.found.Problem, p.found.Detail = "not found", step.Problem
		return &problem{p.found}
	}
	return nil
}

// stroke presses and releases a named key.
func (a *actor) stroke(ctx context.Context, name string) error {
	s := named[name].as(name)
	a.s.Go(dispatchKey, s.down(0))
	return a.s.Call(ctx, dispatchKey, s.up(0), nil)
}
