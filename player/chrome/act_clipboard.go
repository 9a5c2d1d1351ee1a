package chrome

import (
	"context"
	"fmt"
	"math"

	"restep/player"
	"restep/player/playback"
)

// clipboard copies, cuts or pastes through the browser's own editor commands, so that the events are trusted and carry
// data. The key that the user pressed is a line of its own, see [actor.key]; the one that brings the command is kept
// from the app.
func (a *actor) clipboard(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	command := map[string]string{"paste": "Paste", "copy": "Copy", "cut": "Cut"}[e.Op]
	if command == "" {
		return player.Found{}, fmt.Errorf("unknown clipboard operation %q", e.Op)
	}
	p := &place{docs: []document{top}}
	var err error
	if e.On.Target != nil {
		if p, err = a.find(ctx, e.Frame, e.On.Target, findOptions{Last: last}); err != nil {
			return player.Found{}, err
		}
		if err := a.run(ctx, p.doc(), "(R.focus(''), true)", nil); err != nil {
			return p.found, err
		}
	}
	if e.Op == "paste" {
		var put bool
		if err := a.run(ctx, p.doc(), "R.putClipboard("+js(e.Text)+")", &put); err != nil {
			return p.found, err
		}
		if !put {
			return p.found, fmt.Errorf("the page may not use the clipboard")
		}
	}
	if err := a.hush(ctx, p.doc(), "keydown", "keyup"); err != nil {
		return p.found, err
	}
	if err := a.s.Call(ctx, dispatchKey, keyEvent{Type: "rawKeyDown", Commands: []string{command}}, nil); err != nil {
		return p.found, err
	}
	return p.found, a.unhush(ctx)
}

// scrollSlack is how many CSS px short of the recorded offset a scroll may end: fonts and bars differ.
const scrollSlack = 4

// scroll scrolls the element, or the document, to the offset that the user reached. The offset is set, not wheeled:
// scroll events are the same, and a wheel would stop where an animation of the standing clock leaves it. A list that
// loads more as it is scrolled is not long enough at first: then the line is to be tried again.
func (a *actor) scroll(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	var p *place
	var err error
	if e.On.Target != nil {
		p, err = a.find(ctx, e.Frame, e.On.Target, findOptions{Last: last})
	} else {
		p = &place{found: player.Found{Score: 1}}
		p.docs, err = a.documents(ctx, e.Frame)
	}
	if err != nil {
		return player.Found{}, err
	}
	var at struct {
		X float64 `json:"x"`
		Y float64 `json:"y"`
	}
	if err := a.run(ctx, p.doc(), fmt.Sprintf("R.scroll(%t, %s, %s)", e.On.Target != nil, js(e.X), js(e.Y)), &at); err != nil {
		return p.found, err
	}
	if short := math.Max(missing(e.X, at.X), missing(e.Y, at.Y)); short > scrollSlack && !last {
		return player.Found{}, notFound("the content is %.0f px too short to scroll there", short)
	}
	return p.found, nil
}

// missing is how far an offset falls short of the wanted one.
func missing(want *float64, got float64) float64 {
	if want == nil {
		return 0
	}
	return *want - got
}
