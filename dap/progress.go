package dap

import (
	"fmt"
	"time"
)

const (
	progressDelay = 300 * time.Millisecond // moves that take less show none
	progressEvery = 100 * time.Millisecond
)

// progressBar is what the client shows of a move that takes long. Nothing is sent to a client that did not announce
// that it understands it: dape announces it without a handler, which does no harm, but Helix would stop reading.
type progressBar struct {
	id     int
	title  string
	cancel bool // the user may end it
	shown  bool
	delay  *time.Timer
}

// start begins a move; the bar appears when it has lasted a while.
func (b *progressBar) start(s *Session, title string, cancellable bool) {
	b.end(s)
	b.id++
	b.title, b.cancel = title, cancellable
	if !s.client.SupportsProgressReporting {
		return
	}
	id := b.id
	b.delay = time.AfterFunc(progressDelay, func() { s.post(func() { b.show(s, id) }) })
}

func (b *progressBar) show(s *Session, id int) {
	if id != b.id || b.delay == nil {
		return // the move has ended meanwhile
	}
	b.shown = true
	zero := 0
	s.send("progressStart", progress{ID: b.name(), Title: b.title, Cancellable: b.cancel, Percentage: &zero})
}

func (b *progressBar) update(s *Session, done, total int) {
	if !b.shown || total <= 0 {
		return
	}
	percent := min(100, 100*done/total)
	s.send("progressUpdate", progress{ID: b.name(), Message: fmt.Sprintf("%d of %d", done, total), Percentage: &percent})
}

// end ends the move; a bar that was shown is taken away.
func (b *progressBar) end(s *Session) {
	if b.delay != nil {
		b.delay.Stop()
		b.delay = nil
	}
	if b.shown {
		b.shown = false
		s.send("progressEnd", progress{ID: b.name()})
	}
}

func (b *progressBar) name() string { return fmt.Sprintf("move-%d", b.id) }

// throttle lets a call pass now and then. The function that it returns is for one goroutine.
func throttle(f func(done, total int)) func(done, total int) {
	var last time.Time
	return func(done, total int) {
		if now := time.Now(); now.Sub(last) >= progressEvery {
			last = now
			f(done, total)
		}
	}
}
