package chrome

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"restep/player"
)

var _ player.Picturer = (*page)(nil)

// Pictures are WebP, since that takes half the bytes of JPEG at the size of a thumbnail (1902 and 3815 bytes for a page
// with a little text), and are made small by the browser: its clip with a scale changes nothing that the page could see,
// neither sizes nor scroll offsets nor media queries, and fires no event (measured on Chromium 156, as were 65 ms a picture).
const (
	pictureFormat  = "webp"
	pictureQuality = 60
	pictureTime    = 3 * time.Second // a page that takes longer is in an endless loop, or busy
)

// aim is what [page.Aim] asks for.
type aim struct {
	width int
	take  func(*player.Picture) // nil: no pictures
}

// Aim implements [player.Picturer].
func (p *page) Aim(width int, take func(*player.Picture)) { p.aim = aim{width, take} }

// Picture implements [player.Picturer].
func (p *page) Picture(ctx context.Context, width int) (*player.Picture, error) {
	t := p.shown()
	if t == nil || t.open() != nil {
		return nil, nil
	}
	pic, err := t.picture(ctx, width)
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	return pic, nil
}

// picture takes a picture of the tab's viewport, of at most width pixels across; nil of a blank document.
func (t *tab) picture(ctx context.Context, width int) (*player.Picture, error) {
	ctx, cancel := context.WithTimeout(ctx, pictureTime)
	defer cancel()
	t.mu.Lock()
	blank, density := t.blank, cmp.Or(t.density, 1)
	t.mu.Unlock()
	var m struct {
		View struct {
			X      float64 `json:"pageX"`
			Y      float64 `json:"pageY"`
			Width  float64 `json:"clientWidth"`
			Height float64 `json:"clientHeight"`
		} `json:"cssVisualViewport"`
	}
	if err := t.session.Call(ctx, "Page.getLayoutMetrics", nil, &m); err != nil {
		return nil, err
	}
	v := m.View
	if blank || v.Width <= 0 || v.Height <= 0 {
		return nil, nil
	}
	var r struct {
		Data []byte `json:"data"`
	}
	scale := min(1, float64(width)/(v.Width*density)) // of device pixels
	err := t.session.Call(ctx, "Page.captureScreenshot", params{
		"format": pictureFormat, "quality": pictureQuality,
		"clip": params{"x": v.X, "y": v.Y, "width": v.Width, "height": v.Height, "scale": scale},
	}, &r)
	if err != nil {
		return nil, err
	}
	return &player.Picture{Type: "image/" + pictureFormat, Data: r.Data, Width: v.Width, Height: v.Height}, nil
}

// aimAt tells of the first element that the action finds.
func (a *actor) aimAt(ctx context.Context, p *place) {
	if a.aims && a.aimed != nil {
		a.aims = false
		a.aimed(ctx, p)
	}
}

// aimed takes the picture that [page.Aim] asks for of an action's element. What goes wrong with it is none of the action's
// business: the picture is left out.
func (t *tab) aimed(ctx context.Context, at *place) {
	a := t.page.aim
	if a.take == nil || t.open() != nil {
		return
	}
	target := t.box(ctx, at)
	pic, err := t.picture(ctx, a.width)
	if err != nil || pic == nil {
		return
	}
	pic.Target = target
	if at.found.X != 0 || at.found.Y != 0 {
		pic.Pointer = &[2]float64{at.found.X, at.found.Y}
	}
	a.take(pic)
}

// box is the box of a place's element in CSS px of the viewport: x, y, width, height; nil where it has none.
func (t *tab) box(ctx context.Context, at *place) *[4]float64 {
	if at.bare {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pictureTime)
	defer cancel()
	id, err := t.actor.object(ctx, at.doc(), "R.found")
	if err != nil || id == "" {
		return nil
	}
	defer t.session.Go("Runtime.releaseObject", params{"objectId": id})
	var q struct {
		Quads [][8]float64 `json:"quads"`
	}
	if t.session.Call(ctx, "DOM.getContentQuads", params{"objectId": id}, &q) != nil || len(q.Quads) == 0 {
		return nil
	}
	x0, y0, x1, y1 := q.Quads[0][0], q.Quads[0][1], q.Quads[0][0], q.Quads[0][1]
	for _, quad := range q.Quads {
		for i := 0; i < len(quad); i += 2 {
			x0, x1 = min(x0, quad[i]), max(x1, quad[i])
			y0, y1 = min(y0, quad[i+1]), max(y1, quad[i+1])
		}
	}
	return &[4]float64{x0, y0, x1 - x0, y1 - y0}
}
