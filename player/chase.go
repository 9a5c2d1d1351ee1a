package player

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// chaser keeps passes ready behind the cursor: each stands still at a position of the file, on a page of its own, and is
// an exact checkpoint, because its page's clock stands. One is consumed when it is used, and cannot be copied: the chaser
// replays others in the background while the player stands.
//
// Its goroutine, run, begins with the first aim and ends with close. It owns the pass that it is working on; those that
// are parked belong to nobody, and are taken under the mutex. Everything else is called by the player's goroutine.
type chaser struct {
	p      *Player
	ctx    context.Context
	cancel context.CancelFunc
	begun  bool
	ended  chan struct{}
	brake  atomic.Bool // stops the pass under way before its next event
	closes sync.WaitGroup
	gone   atomic.Int64 // pages that are being closed

	mu      sync.Mutex
	change  *sync.Cond // of the fields below
	parked  []*pass    // by position
	slots   []slot     // what is wanted, the most important first
	film    int        // the position from which on pictures are taken
	course  *course    // of the player when it aimed
	held    bool       // the player moves
	busy    *errand    // what the goroutine is at; nil: nothing
	used    int64      // memory of the browser in bytes; 0: not known
	weighed bool       // used was measured since the last errand
	page    int64      // what a page of this app takes in bytes, as far as is known
	opened  int64      // used before the last errand opened a page; 0: it opened none, or something else has changed since
	away    bool       // the player has no page: the best one before cursor is on its way there
	cursor  int        // of the player
	rests   bool       // there is nothing to do
	failed  error      // a pass was lost: nothing is chased until the next clear
	gen     int        // counts clear: what began before is thrown away
	dead    bool       // closed
}

// slot is a place behind the cursor where a pass should stand: at, or anywhere in [lo, hi].
type slot struct{ at, lo, hi int }

// errand is a pass on its way; pass is nil while its page is opened.
type errand struct {
	pass *pass
	from int // where it began
	to   int
	film int // pictures are taken from here on
	gen  int

	ctx    context.Context // ends when what it brings is of no use any more
	cancel context.CancelFunc
}

func newChaser(p *Player) *chaser {
	c := &chaser{p: p, ended: make(chan struct{}), page: pageMemory}
	c.change = sync.NewCond(&c.mu)
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// on reports whether anything is chased at all. Where requests may reach a real server nothing is: what it is asked is for the
// person to decide, who did not ask for it in the background.
func (c *chaser) on() bool { return c.p.opt.CheckpointMemory > 0 && len(c.p.opt.Live) == 0 }

// hold makes the machine free for a move of the player: what is under way stops before its next event.
func (c *chaser) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held, c.opened = true, 0
	if c.busy != nil {
		c.brake.Store(true)
	}
}

// aim says what should be ready, and lets the work begin.
func (c *chaser) aim(slots []slot, film int) {
	if !c.on() || c.p.closed {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slots, c.film, c.held, c.course, c.rests = slots, film, false, c.p.course, false
	c.weighed, c.away, c.cursor = false, c.p.pass == nil && c.p.left == nil, c.p.cursor
	if !c.begun {
		c.begun = true
		go c.run()
	}
	c.change.Broadcast()
}

// has reports whether a pass is parked at pos.
func (c *chaser) has(pos int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nearest(pos) == pos
}

// await waits for a pass under way that may be nearer before pos than those that are parked; it stops after the event that
// it is at. The error is that of ctx.
func (c *chaser) await(ctx context.Context, pos int) error {
	defer context.AfterFunc(ctx, c.wake)()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.busy != nil && c.busy.to <= pos && c.nearest(pos) < c.busy.from && ctx.Err() == nil {
		c.brake.Store(true)
		c.change.Wait()
	}
	return ctx.Err()
}

// take gives the parked pass that stands nearest before pos, or at it; nil where there is none.
func (c *chaser) take(pos int) *pass {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.best(pos)
	if i < 0 {
		return nil
	}
	r := c.parked[i]
	c.parked = slices.Delete(c.parked, i, i+1)
	return r
}

// wait waits until all stands where it should, as far as there is room, or nothing is chased.
func (c *chaser) wait(ctx context.Context) error {
	defer context.AfterFunc(ctx, c.wake)()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.begun && !c.held && !c.dead && (c.busy != nil || !c.rests) && ctx.Err() == nil {
		c.change.Wait()
	}
	return ctx.Err()
}

// wake has those look again who wait. It takes the lock, so that nobody is between looking and waiting.
func (c *chaser) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.change.Broadcast()
}

// best is the index of the pass that stands nearest before pos, or at it; -1: none.
func (c *chaser) best(pos int) int {
	for i, r := range slices.Backward(c.parked) {
		if r.pos < pos || r.pos == pos && !r.partial {
			return i
		}
	}
	return -1
}

// nearest is where that one stands; -1: there is none.
func (c *chaser) nearest(pos int) int {
	if i := c.best(pos); i >= 0 {
		return c.parked[i].pos
	}
	return -1
}

// give parks a pass.
func (c *chaser) give(r *pass) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead || !c.on() || !r.parkable() {
		c.discard(r)
		return
	}
	c.park(r)
}

// park parks a pass; mu is held.
func (c *chaser) park(r *pass) {
	i, _ := slices.BinarySearchFunc(c.parked, r.pos, func(x *pass, pos int) int { return x.pos - pos })
	c.parked = slices.Insert(c.parked, i, r)
}

// parkable reports whether the pass can go on from where it stands as if nothing had happened.
func (r *pass) parkable() bool {
	return !r.touched && !r.hung && len(r.queue) == 0 && len(r.watched) == 0
}

// clear throws everything away, since the file, the app or the answers are others, and waits until it is gone.
func (c *chaser) clear() {
	defer c.closes.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.empty()
	for c.busy != nil { // it reads the file and the catalog, which are about to change
		c.change.Wait()
	}
	c.page = pageMemory
}

// outdate throws everything away, since the app's code is another one. Nothing is waited for: what is under way reads nothing
// that changes, and is thrown away when it comes.
func (c *chaser) outdate() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.empty()
}

// empty throws everything away; mu is held.
func (c *chaser) empty() {
	c.gen++
	c.held, c.slots, c.failed, c.opened = true, nil, nil, 0
	c.brake.Store(true)
	if c.busy != nil {
		c.busy.cancel() // a page that loads something slow would go on for long
	}
	for _, r := range c.parked {
		c.discard(r)
	}
	c.parked = nil
}

// discard closes the page of a pass, which takes a moment.
func (c *chaser) discard(r *pass) {
	c.gone.Add(1)
	c.closes.Go(func() {
		defer c.wake()
		defer c.gone.Add(-1)
		if err := r.page.Close(); err != nil {
			c.p.log.Debug("closing a parked page", "err", err)
		}
	})
}

// close ends the work and closes all pages.
func (c *chaser) close() {
	c.cancel()
	c.clear()
	c.mu.Lock()
	c.dead = true
	c.change.Broadcast()
	begun := c.begun
	c.mu.Unlock()
	if begun {
		<-c.ended
	}
	c.closes.Wait()
}

// run works until the chaser is closed.
func (c *chaser) run() {
	defer close(c.ended)
	for {
		e := c.next()
		if e == nil {
			return
		}
		err := c.do(e)
		e.cancel()
		c.mu.Lock()
		c.busy, c.weighed = nil, false
		switch {
		case err != nil:
			if e.pass != nil {
				c.discard(e.pass)
			}
			if c.gen == e.gen {
				c.failed = err
				c.p.log.Debug("no checkpoint is kept", "err", err)
			}
		case e.gen != c.gen || c.dead:
			c.discard(e.pass)
		default:
			c.park(e.pass)
		}
		c.change.Broadcast()
		c.mu.Unlock()
	}
}

// do brings a pass to where it should stand. It may stop on the way.
func (c *chaser) do(e *errand) error {
	if e.pass == nil {
		r, err := c.p.newPass(e.ctx, c.courseOf(), &c.brake, true)
		if err != nil {
			return err
		}
		e.pass = r
	}
	r := e.pass
	r.brake, r.course = &c.brake, c.courseOf()
	for _, pos := range c.p.cat.actionsIn(e.film, e.to) { // what lies just behind the cursor is worth a picture
		if pos < r.pos || pos == r.pos && r.partial || c.p.album.has(pos) {
			continue
		}
		if s, err := r.forward(e.ctx, mode{until: pos, quiet: true}); err != nil || s.Reason != Step {
			return err
		}
		c.photograph(e)
	}
	_, err := r.forward(e.ctx, mode{until: e.to, quiet: true})
	return err
}

func (c *chaser) courseOf() *course {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.course
}
