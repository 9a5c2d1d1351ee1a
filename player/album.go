package player

import (
	"context"
	"sync"
)

const (
	pictureWidth = 640 // pixels, of the pictures that the journal keeps
	albumMax     = 400 // pictures, of 2 to 30 kB each
	albumReach   = 20  // actions behind the cursor that the chaser takes pictures of
)

// album keeps what the page looked like, by position of the cursor. A position has one look, whatever the way to it, so
// that a pass in the background may take it too; a run that a person has touched adds none.
type album struct {
	mu    sync.Mutex
	looks map[int]*Picture // nil: taken, and there was nothing to see
	order []int            // oldest first
}

func (a *album) has(pos int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, ok := a.looks[pos]
	return ok
}

func (a *album) get(pos int) *Picture {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.looks[pos]
}

func (a *album) add(pos int, pic *Picture) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.looks[pos]; ok {
		return
	}
	if len(a.order) >= albumMax {
		delete(a.looks, a.order[0])
		a.order = a.order[1:]
	}
	a.looks[pos] = pic
	a.order = append(a.order, pos)
}

func (a *album) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.looks, a.order = map[int]*Picture{}, nil
}

// Picture is what the page looked like with the cursor at pos, as far as the journal has it; nil: it does not.
func (p *Player) Picture(pos int) *Picture { return p.album.get(pos) }

// Look takes the picture of the place where the player stands into the journal, and returns it; nil where there is nothing to
// see, or no page that takes pictures. Where the journal has it no page is asked.
func (p *Player) Look(ctx context.Context) (*Picture, error) {
	if !p.Touched() {
		if pic := p.album.get(p.cursor); pic != nil {
			return pic, nil
		}
	}
	page, err := p.Ready(ctx)
	if err != nil {
		return nil, err
	}
	camera, ok := page.(Picturer)
	if !ok {
		return nil, nil
	}
	pic, err := camera.Picture(ctx, pictureWidth)
	if err == nil && !p.Touched() && !p.pass.partial && p.cursor == p.pass.pos {
		p.album.add(p.cursor, pic)
	}
	return pic, err
}

// photograph takes the picture of where a pass in the background stands.
func (c *chaser) photograph(e *errand) {
	r := e.pass
	camera, ok := r.page.(Picturer)
	if !ok || r.partial || c.p.album.has(r.pos) {
		return
	}
	pic, err := camera.Picture(e.ctx, pictureWidth)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && e.gen == c.gen { // else it is one of before
		c.p.album.add(r.pos, pic)
	}
}
