package player

import (
	"context"
	"slices"

	"restep/player/playback"
)

// reach is a distance behind the cursor, in actions, at which a pass is kept ready: at, or anywhere from least to most, so
// that not every step has it move.
type reach struct{ at, least, most int }

// reaches are those beside the action before the cursor, the most important first. A step back uses one up, and so what is
// near counts: from 20 actions before, the page is there before a person notices.
func reaches() []reach {
	return []reach{{20, 12, 30}, {3, 2, 5}, {8, 6, 11}, {100, 60, 140}}
}

// pageMemory is about what a page takes, in bytes, in a browser context of its own: 66 to 69 MB were measured for a small
// app. A page is opened only where there is room for it.
const pageMemory = 80 << 20

// Gauge is a [Stage] that knows how much memory its browser takes.
type Gauge interface {
	// Memory is the memory in bytes that all pages take together with what serves them; 0: not known.
	Memory() int64
}

// plan is what should be ready when the cursor stands at pos.
func (p *Player) plan(pos int) []slot {
	n := p.cat.actionsBefore(pos)
	if n == 0 {
		return nil
	}
	var out []slot
	add := func(at, lo, hi int) {
		if at < 0 || slices.ContainsFunc(out, func(s slot) bool { return s.at >= lo && s.at <= hi }) {
			return
		}
		out = append(out, slot{at, lo, hi})
	}
	behind := func(k int) int { // the position of the k-th action before the cursor
		if k > n {
			return -1
		}
		return p.cat.actions[n-k]
	}
	before := behind(1)
	add(before, before, before)
	for _, c := range slices.Backward(p.named) {
		if c.Pos < pos {
			add(c.Pos, c.Pos, c.Pos)
		}
	}
	add(0, 0, 0) // a page that is ready to begin
	for _, d := range reaches() {
		add(behind(d.at), behind(min(d.most, n)), behind(d.least))
	}
	if at := p.documentBefore(before); at > 0 {
		add(at, at, at)
	}
	return out
}

// documentBefore is the first action on the document that is shown at pos; -1: there is none.
func (p *Player) documentBefore(pos int) int {
	for q := pos; q >= 0; q-- {
		if p.file.Kind(q) == playback.PageCommit {
			return p.cat.nextAction(q)
		}
	}
	return -1
}

// next waits for work and begins it; nil when the chaser was closed.
func (c *chaser) next() *errand {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if c.dead || c.ctx.Err() != nil {
			return nil
		}
		if !c.weighed && !c.held && c.gone.Load() > 0 { // they would be counted, and others closed for them
			c.change.Wait()
			continue
		}
		if !c.weighed && !c.held {
			c.weigh()
			continue
		}
		if !c.held && c.failed == nil {
			if e := c.errand(); e != nil {
				e.ctx, e.cancel = context.WithCancel(c.ctx)
				c.busy, c.opened = e, 0
				if e.pass == nil {
					c.opened = c.used
				}
				c.brake.Store(false)
				return e
			}
		}
		if !c.rests {
			c.rests = true
			c.change.Broadcast()
		}
		c.change.Wait()
	}
}

// errand is the most important thing to do; nil: everything stands where it should, or there is no room.
func (c *chaser) errand() *errand {
	c.prune()
	for _, s := range c.slots {
		if c.filled(s) {
			continue
		}
		e := &errand{to: s.at, film: c.film, gen: c.gen}
		if i := c.spare(s); i >= 0 {
			e.pass = c.parked[i]
			e.from = e.pass.pos
			c.parked = slices.Delete(c.parked, i, i+1)
			return e
		}
		if c.room() {
			return e
		}
	}
	return nil
}

// filled reports whether a pass stands where the slot wants one.
func (c *chaser) filled(s slot) bool {
	return slices.ContainsFunc(c.parked, func(r *pass) bool { return s.has(r) })
}

func (s slot) has(r *pass) bool { return !r.partial && r.pos >= s.lo && r.pos <= s.hi }

// spare is the index of the pass that can get to the slot soonest; one that another slot needs is left there, but for
// those that are less important and can be made again in less time. -1: none.
func (c *chaser) spare(s slot) int {
	for i, r := range slices.Backward(c.parked) {
		if r.pos > s.at || c.needed(r, s) {
			continue
		}
		return i
	}
	return -1
}

// needed reports whether a pass fills a slot that is more important than s.
func (c *chaser) needed(r *pass, s slot) bool {
	for _, x := range c.slots {
		if x == s {
			return false
		}
		if x.has(r) {
			return true
		}
	}
	return false
}

// coming is the pass that is on its way to where the player stands without a page; nil: none is.
func (c *chaser) coming() *pass {
	if i := c.best(c.cursor); i >= 0 && c.away {
		return c.parked[i]
	}
	return nil
}

// prune closes what fills no slot and is no way to one, and what there is no room for. The pass that is on its way to where
// the player stands is kept: it would only be made again.
func (c *chaser) prune() {
	last := 0
	for _, s := range c.slots {
		if !c.filled(s) {
			last = max(last, s.at)
		}
	}
	coming := c.coming()
	c.parked = slices.DeleteFunc(c.parked, func(r *pass) bool {
		if slices.ContainsFunc(c.slots, func(s slot) bool { return s.has(r) }) || r.pos <= last || r == coming {
			return false
		}
		c.discard(r)
		return true
	})
	for c.over(0) {
		i := c.least(coming)
		if i < 0 {
			break
		}
		c.discard(c.parked[i])
		c.parked = slices.Delete(c.parked, i, i+1)
		if c.used > 0 {
			c.used = max(1, c.used-c.page) // about what that gives back, until it is measured again
		}
	}
}

// least is the index of the pass that is missed least, but for one; -1: there is none.
func (c *chaser) least(but *pass) int {
	for _, s := range slices.Backward(c.slots) {
		if i := slices.IndexFunc(c.parked, func(r *pass) bool { return r != but && s.has(r) }); i >= 0 {
			return i
		}
	}
	return slices.IndexFunc(c.parked, func(r *pass) bool { return r != but })
}

// room reports whether there is memory for another page.
func (c *chaser) room() bool { return !c.over(c.page) }

// over reports whether the browser takes more memory than it may, with so many bytes more.
func (c *chaser) over(more int64) bool {
	used := c.used
	if used == 0 {
		used = int64(len(c.parked)) * pageMemory
		if !c.away {
			used += pageMemory
		}
	}
	return used+more > int64(c.p.opt.CheckpointMemory)<<20
}

// weigh measures the memory that the browser takes; mu is held, but for the moment that this needs.
func (c *chaser) weigh() {
	c.weighed = true
	if g, ok := c.p.stage.(Gauge); ok {
		c.mu.Unlock()
		used := g.Memory()
		c.mu.Lock()
		c.used = used
		if c.opened > 0 { // an app may take more than is usual: its pages would be opened and closed for ever
			c.page = max(c.page, used-c.opened)
		}
		c.opened = 0
	}
}
