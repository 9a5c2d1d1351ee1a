package chrome

import (
	"context"
	"fmt"
	"math"

	"restep/player"
	"restep/player/playback"
)

// Limits of what a line may ask for.
const (
	maxClicks = 10
	maxPath   = 2000 // points of a pointer path that are looked at
)

// mouse is a mouse event as CDP takes it.
type mouse struct {
	Type        string  `json:"type"`
	X           float64 `json:"x"`
	Y           float64 `json:"y"`
	Button      string  `json:"button,omitzero"`
	Buttons     int     `json:"buttons,omitzero"`
	Count       int     `json:"clickCount,omitzero"`
	Modifiers   int     `json:"modifiers,omitzero"`
	PointerType string  `json:"pointerType,omitzero"`
}

const dispatchMouse = "Input.dispatchMouseEvent"

// buttons maps the button of a line to its bit in MouseEvent.buttons.
var buttons = map[string]int{"left": 1, "right": 2, "middle": 4, "back": 8, "forward": 16}

func buttonOf(e *playback.Event) (string, error) {
	if e.Button == "" {
		return "left", nil
	}
	if buttons[e.Button] == 0 {
		return "", fmt.Errorf("unknown button %q", e.Button)
	}
	return e.Button, nil
}

// click presses and releases a button on the element as often as the line says. A session on a touch screen gets a
// mouse too: touches go through the compositor, and while the clock stands most of them (Chromium 156) are never
// answered, which blocks all input after them.
func (a *actor) click(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	button, err := buttonOf(e)
	if err != nil {
		return player.Found{}, err
	}
	mods, err := modifiersOf(e.Modifiers)
	if err != nil {
		return player.Found{}, err
	}
	count := 1
	if e.Count != nil {
		count = min(max(*e.Count, 1), maxClicks)
	}
	p, err := a.spot(ctx, e, findOptions{Last: last, Enabled: true})
	if err != nil {
		return player.Found{}, err
	}
	found := p.found
	if p.option != nil {
		return found, a.chooseOption(ctx, e, *p.option, last)
	}
	if err := a.moveAlong(ctx, e, found.X, found.Y); err != nil {
		return found, err
	}
	a.hold(mods)
	m := mouse{X: found.X, Y: found.Y, Button: button, Modifiers: mods.bits()}
	return found, a.loosen(ctx, mods, a.press(ctx, m, count))
}

// press presses and releases the button of m as often as asked, as one multiple click.
func (a *actor) press(ctx context.Context, m mouse, times int) error {
	for m.Count = 1; m.Count <= times; m.Count++ {
		m.Type, m.Buttons = "mousePressed", buttons[m.Button]
		a.s.Go(dispatchMouse, m)
		m.Type, m.Buttons = "mouseReleased", 0
		if err := a.s.Call(ctx, dispatchMouse, m, nil); err != nil {
			return err
		}
	}
	return nil
}

// spot finds the point of a pointer action: of its element, or of the viewport where the line has only x and y.
func (a *actor) spot(ctx context.Context, e *playback.Event, o findOptions) (*place, error) {
	if e.On.Target == nil && e.X != nil && e.Y != nil {
		p := &place{found: player.Found{Score: 1, X: *e.X, Y: *e.Y}, docs: []document{top}, bare: true}
		a.aimAt(ctx, p)
		return p, nil
	}
	o.Point = true
	return a.find(ctx, e.Frame, e.On.Target, o)
}

// hover moves the pointer to the element.
func (a *actor) hover(ctx context.Context, e *playback.Event, last bool) (player.Found, error) {
	p, err := a.spot(ctx, e, findOptions{Last: last})
	if err != nil {
		return player.Found{}, err
	}
	if err := a.moveAlong(ctx, e, p.found.X, p.found.Y); err != nil {
		return p.found, err
	}
	return p.found, a.flush(ctx)
}

// moveAlong moves the mouse to a point, by the recorded path where there is one: a hover menu opens on the way. Only
// the points where the element below the pointer changes are visited.
func (a *actor) moveAlong(ctx context.Context, e *playback.Event, x, y float64) error {
	for _, p := range a.track(ctx, e.Path) {
		a.move(p[0], p[1], mouse{})
		if err := a.flush(ctx); err != nil {
			return err
		}
	}
	a.move(x, y, mouse{})
	return ctx.Err()
}

// track thins a recorded path out; a path that cannot be judged is dropped.
func (a *actor) track(ctx context.Context, path [][3]float64) [][2]float64 {
	if len(path) < 2 {
		return nil
	}
	step := (len(path) + maxPath - 1) / maxPath
	var points [][2]float64
	for i := 0; i < len(path)-1; i += step { // the last point is the action's own
		points = append(points, [2]float64{path[i][1], path[i][2]})
	}
	var enters [][2]float64
	if a.run(ctx, top, "R.track("+js(points)+")", &enters) != nil {
		return nil
	}
	return enters
}

// move moves the mouse. Its reply is not awaited: it comes with the next frame, which the standing clock may never
// make; the press that follows delivers the move, or [actor.flush] does.
func (a *actor) move(x, y float64, m mouse) {
	m.Type, m.X, m.Y = "mouseMoved", x, y
	a.s.Go(dispatchMouse, m)
	a.pointer = [2]float64{x, y}
}

// flush makes the browser deliver queued moves now: a key event is delivered at once and in order, and the page script
// keeps the release of no key from the app.
func (a *actor) flush(ctx context.Context) error {
	return a.s.Call(ctx, dispatchKey, keyEvent{Type: "keyUp"}, nil)
}

// between returns n points on the way from one point to another, both excluded.
func between(from, to [2]float64, n int) [][2]float64 {
	points := make([][2]float64, 0, n)
	for i := 1; i <= n; i++ {
		f := float64(i) / float64(n+1)
		points = append(points, [2]float64{
			math.Round(from[0] + (to[0]-from[0])*f), math.Round(from[1] + (to[1]-from[1])*f),
		})
	}
	return points
}
