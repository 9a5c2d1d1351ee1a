package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"restep/player/playback"
	"restep/player/report"
)

// lullTime is how long a run may go without a sign of life, on a terminal or off it.
const lullTime = 10 * time.Second

// lull tells in a line where a run is when nothing has come out of it for some time. What a run writes goes through it.
// Its timer is ended by stop. A nil lull tells nothing.
type lull struct {
	w     io.Writer
	file  *playback.File
	after time.Duration

	mu    sync.Mutex // guards w and the fields below
	pos   int        // the event that is being played
	since time.Time  // of the last sign
	timer *time.Timer
	over  bool
}

// at begins the event at pos.
func (l *lull) at(pos int) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pos, l.over = pos, false
	l.sign()
}

// Write implements [io.Writer].
func (l *lull) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timer != nil && !l.over {
		l.sign()
	}
	return l.w.Write(p)
}

// stop ends the run, and waits for a line that is being written.
func (l *lull) stop() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	if l.timer != nil {
		l.timer.Stop()
	}
}

// sign begins to wait anew; mu is held.
func (l *lull) sign() {
	l.since = time.Now()
	if l.timer == nil {
		l.timer = time.AfterFunc(l.after, l.tell)
		return
	}
	l.timer.Reset(l.after)
}

// tell says where the run is, once until the next sign.
func (l *lull) tell() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over || l.pos >= l.file.Len() || time.Since(l.since) < l.after { // there was a sign meanwhile
		return
	}
	e, err := l.file.Event(l.pos)
	if err != nil {
		return // the player reports it
	}
	where := fmt.Sprintf("line %d, %s", l.file.Line(l.pos), printable(report.Phrase(l.file.Header().App, e)))
	if next := nextAction(l.file, l.pos); next < l.file.Len() {
		if gap := time.Duration((l.file.T(next) - e.T) * float64(time.Millisecond)); gap >= time.Minute {
			fmt.Fprintf(l.w, "restep: at %s; the next action comes %v later, and a day of that takes some 12 s to play\n", where, gap.Round(time.Second))
			return
		}
	}
	fmt.Fprintf(l.w, "restep: at %s, for %v now\n", where, l.after)
}
