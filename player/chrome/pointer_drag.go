package chrome

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// maxSteps is the number of points that a drag visits at most; more say nothing to an app.
const maxSteps = 60

const dispatchDrag = "Input.dispatchDragEvent"

// drag presses on the element, moves along the path and releases at the end: on To, or where the path ends. What the
// page makes of it decides how it goes on: a drag and drop of HTML is continued with drag events, everything else
// (sliders, canvases, libraries on pointer events) with moves.
func (a *actor) drag(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	button, err := buttonOf(e)
	if err != nil {
		return player.Found{}, err
	}
	if e.To.Target == nil && len(e.Path) == 0 && e.X == nil {
		return player.Found{}, fmt.Errorf("neither to nor path nor x says where the drag ends")
	}
	mods, err := modifiersOf(e.Modifiers)
	if err != nil {
		return player.Found{}, err
	}
	from, err := a.find(ctx, e.Frame, e.On.Target, findOptions{Last: last, Point: true})
	if err != nil {
		return player.Found{}, err
	}
	d := &dragging{actor: a, from: [2]float64{from.found.X, from.found.Y}, held: mouse{
		Button: button, Buttons: buttons[button], Modifiers: mods.bits(),
	}}
	if d.to, err = d.end(ctx, e, last); err != nil {
		return player.Found{}, err
	}
	a.hold(mods)
	return from.found, a.loosen(ctx, mods, d.carry(ctx, from.doc(), e))
}

// dragging is a drag on its way.
type dragging struct {
	*actor
	from, to [2]float64
	held     mouse
	data     jsontext.Value // what HTML drag and drop carries; nil: the page moves things by itself
	entered  bool
}

// end finds where the drag ends. It is looked up before the press, so that a line whose end is missing sends no input.
func (d *dragging) end(ctx context.Context, e *playback.Event, last bool) ([2]float64, error) {
	if e.To.Target != nil {
		to, err := d.find(ctx, e.Frame, e.To.Target, findOptions{Last: last, Point: true})
		if err == nil {
			// Looking it up may have scrolled the page: where does the drag begin now?
			var from *place
			if from, err = d.find(ctx, e.Frame, e.On.Target, findOptions{Last: last, Point: true}); err == nil {
				d.from = [2]float64{from.found.X, from.found.Y}
				return [2]float64{to.found.X, to.found.Y}, nil
			}
		}
		if len(e.Path) == 0 || !last { // with a path, a drop zone that only appears during the drag can be missed
			return [2]float64{}, err
		}
	}
	if n := len(e.Path); n > 0 {
		// The path is relative to where the element was when it was recorded.
		dx, dy := d.from[0]-e.Path[0][1], d.from[1]-e.Path[0][2]
		return [2]float64{e.Path[n-1][1] + dx, e.Path[n-1][2] + dy}, nil
	}
	y := d.from[1]
	if e.Y != nil {
		y = *e.Y
	}
	return [2]float64{*e.X, y}, nil
}

func (d *dragging) carry(ctx context.Context, doc document, e *playback.Event) error {
	drags := d.expectDrag()
	defer d.expectDragEnd()
	if err := d.run(ctx, doc, "(R.watchDrag(), true)", nil); err != nil {
		return err
	}
	d.move(d.from[0], d.from[1], mouse{Modifiers: d.held.Modifiers})
	press := d.held
	press.Type, press.X, press.Y, press.Count = "mousePressed", d.from[0], d.from[1], 1
	if err := d.s.Call(ctx, dispatchMouse, press, nil); err != nil {
		return err
	}
	release := press
	release.Type, release.X, release.Y, release.Buttons = "mouseReleased", d.to[0], d.to[1], 0
	if err := d.travel(ctx, doc, e, drags); err != nil {
		d.s.Go(dispatchMouse, release) // no button stays down behind a dialog
		return err
	}
	d.pointer = d.to
	if err := d.s.Call(ctx, dispatchMouse, release, nil); err != nil || d.data == nil {
		return err
	}
	return d.unhush(ctx)
}

// travel moves from the press to the place of the release, and drops what the page drags.
func (d *dragging) travel(ctx context.Context, doc document, e *playback.Event, drags <-chan jsontext.Value) error {
	for i, p := range d.steps(e) {
		if err := d.step(ctx, p); err != nil {
			return err
		}
		if d.data == nil && i < 3 { // a drag begins with the first moves, or it does not begin
			if err := d.begun(ctx, doc, drags); err != nil {
				return err
			}
		}
	}
	if d.data == nil {
		return nil
	}
	drop := params{"type": "drop", "x": d.to[0], "y": d.to[1], "data": d.data, "modifiers": d.held.Modifiers}
	if err := d.s.Call(ctx, dispatchDrag, drop, nil); err != nil {
		return err
	}
	// The browser must learn that the button is up; after a drag and drop, a page never hears of it.
	return d.hush(ctx, doc, "mouseup", "pointerup", "click")
}

// steps are the points of the way: first a few px, which is what starts a drag, then the path or a straight line, then
// the end, twice, because drop zones look at the move before the release.
func (d *dragging) steps(e *playback.Event) [][2]float64 {
	first := [2]float64{d.from[0] + 4, d.from[1] + 4}
	steps := [][2]float64{first, {d.from[0] + 8, d.from[1] + 8}}
	if n := len(e.Path); n > 2 {
		// The recorded way is stretched to the two live ends.
		a, b := e.Path[0], e.Path[n-1]
		every := (n + maxSteps - 1) / maxSteps
		for i := every; i < n-1; i += every {
			f := float64(i) / float64(n-1)
			steps = append(steps, [2]float64{
				e.Path[i][1] + (d.from[0]-a[1])*(1-f) + (d.to[0]-b[1])*f,
				e.Path[i][2] + (d.from[1]-a[2])*(1-f) + (d.to[1]-b[2])*f,
			})
		}
	} else {
		steps = append(steps, between(d.from, d.to, 4)...)
	}
	return append(steps, [2]float64{d.to[0] - 1, d.to[1]}, d.to)
}

// step moves to the next point, with a move or, once the page drags, with a drag event.
func (d *dragging) step(ctx context.Context, p [2]float64) error {
	if d.data == nil {
		d.move(p[0], p[1], d.held)
		return d.flush(ctx)
	}
	kinds := []string{"dragOver"}
	if !d.entered {
		d.entered, kinds = true, []string{"dragEnter", "dragOver"}
	}
	for _, k := range kinds {
		e := params{"type": k, "x": p[0], "y": p[1], "data": d.data, "modifiers": d.held.Modifiers}
		if err := d.s.Call(ctx, dispatchDrag, e, nil); err != nil {
			return err
		}
	}
	return nil
}

// begun finds out whether the page has begun a drag and drop, and takes what it carries.
func (d *dragging) begun(ctx context.Context, doc document, drags <-chan jsontext.Value) error {
	var yes bool
	if err := d.run(ctx, doc, "R.dragging()", &yes); err != nil || !yes {
		return err
	}
	select {
	case d.data = <-drags:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// expectDrag makes the browser hand drags to us instead of the desktop.
func (a *actor) expectDrag() <-chan jsontext.Value {
	drags := make(chan jsontext.Value, 1)
	a.mu.Lock()
	a.drags = drags
	a.mu.Unlock()
	a.s.Go("Input.setInterceptDrags", params{"enabled": true})
	return drags
}

func (a *actor) expectDragEnd() {
	a.s.Go("Input.setInterceptDrags", params{"enabled": false})
	a.mu.Lock()
	a.drags = nil
	a.mu.Unlock()
}

// onDrag takes the data of a drag that has begun; a.mu is held.
func (a *actor) onDrag(e browser.Event) {
	var d struct {
		Data jsontext.Value `json:"data"`
	}
	if a.drags == nil || e.Decode(&d) != nil {
		return
	}
	select {
	case a.drags <- d.Data:
	default:
	}
}
