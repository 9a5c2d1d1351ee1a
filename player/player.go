// Package player replays a playback file: it keeps the cursor, the schedule, breakpoints, divergences and the verdict.
// It knows neither DAP nor Chromium: what is played on is a [Page].
//
// File order is the schedule. Between two actions the player hands the page the answers that stand there and lets the
// clock run; the page releases them in that order. The player then compares what it saw with the recorded effects.
//
// The code in one place: a [Player] owns one pass at a time, which is one run from the start on one page (pass.go,
// schedule.go). Moves (move.go, back.go) drive passes; going back opens a new one. The catalog (catalog.go) is what the
// file says about requests, kin.go its index of those that resemble each other; the router (router.go, match.go) matches
// live requests with it; the ledger (ledger.go) pairs what was seen with what was recorded.
package player

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"sync/atomic"
	"time"

	"restep/player/playback"
)

// ErrClosed is returned by a player that was closed.
var ErrClosed = errors.New("the player is closed")

// ErrNotStarted is returned by moves before [Player.Start].
var ErrNotStarted = errors.New("the player has not started")

// ErrNoPage is returned by [Player.Ready] after the page was lost.
var ErrNoPage = errors.New("there is no live page now: the next step opens it again")

// Player plays one file. One goroutine owns it; only Interrupt may be called from others.
//
// Positions count events from 0 in file order; the cursor is the event that runs next, and File().Len() is the end.
// The cursor at p means: every line before p has run, and the clock stands at p's t.
//
// An error of a method means that the page was lost (browser gone, context cancelled) or that the file cannot be
// decoded. The player stays usable: the next move opens a page again and runs it to where the player stood.
type Player struct {
	file  *playback.File
	stage Stage
	opt   Options
	log   *slog.Logger

	cat    *catalog
	course *course

	pass    *pass    // the one at the cursor; nil: not started, lost, or on its way, see past
	left    *pass    // the one before, whose page is open until the next one is there; nil: none
	past    *outcome // what is shown while pass is on its way; nil: nothing
	chase   *chaser  // passes that are ready behind the cursor
	album   album
	at      Stop // the last stop
	cursor  int  // the cursor at the last stop
	told    told // within the events behind high
	high    int  // how far the run was heard of: nothing before it is repeated to Listen
	journal []Visit
	begun   time.Time
	started bool
	closed  bool
	broken  map[int]bool // breakpoints whose condition threw: told once
	brake   *atomic.Bool // of the pass that is shown; usually interrupted
	named   []named      // checkpoints with names, by position

	interrupted atomic.Bool
}

// New returns a player of f on the pages of stage. It decodes the recorded requests, and nothing runs yet.
func New(f *playback.File, stage Stage, o Options) (*Player, error) {
	p := &Player{stage: stage, opt: o, log: o.Log, course: &course{}}
	p.brake = &p.interrupted
	if p.log == nil {
		p.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	p.chase = newChaser(p)
	if err := p.load(f); err != nil {
		return nil, err
	}
	return p, nil
}

// load takes a file and forgets everything about the one before.
func (p *Player) load(f *playback.File) error {
	cat, err := newCatalog(f, p.opt)
	if err != nil {
		return fmt.Errorf("load %s: %w", f.Name(), err)
	}
	p.chase.clear()
	p.album.clear()
	p.file, p.cat, p.course, p.past = f, cat, p.course.plain(), nil
	p.broken = map[int]bool{}
	p.high, p.told, p.cursor, p.at, p.journal = 0, told{}, 0, Stop{}, nil
	return p.readCheckpoints()
}

// Reload replaces the file, for example after it was edited, and starts again: like [Restart], it stops on entry.
// Breakpoints were set for positions of the old file; the caller sets them again before.
func (p *Player) Reload(ctx context.Context, f *playback.File) (Stop, error) {
	if p.closed {
		return Stop{}, ErrClosed
	}
	p.drop()
	if err := p.load(f); err != nil {
		return Stop{}, err
	}
	return p.Start(ctx)
}

// Start opens the page at the start of the recording and stops there: [Entry]. Breaks names the breakpoints that
// stand on the first event. Called again it starts again.
func (p *Player) Start(ctx context.Context) (Stop, error) {
	if p.closed {
		return Stop{}, ErrClosed
	}
	p.chase.clear() // the app may be another one by now
	p.album.clear()
	p.course, p.past = p.course.plain(), nil
	p.high, p.told, p.begun, p.started = 0, told{}, time.Now(), true
	p.interrupted.Store(false)
	p.at, p.cursor = Stop{Reason: Entry, Text: startText}, 0
	defer p.aim()
	if err := p.open(ctx); err != nil {
		return Stop{}, err
	}
	return p.stopAt(ctx, Stop{Reason: Entry, Text: startText})
}

// Interrupt asks a running move to stop before the next event, with [Paused]. It may be called from any goroutine; it
// does nothing where nothing runs.
func (p *Player) Interrupt() { p.interrupted.Store(true) }

// Uninterrupt takes an interrupt back that came when its move had ended.
func (p *Player) Uninterrupt() { p.interrupted.Store(false) }

// File returns the file that is played.
func (p *Player) File() *playback.File { return p.file }

// Pos returns the position of the last stop: the event that runs next, or after a failure the failing effect.
func (p *Player) Pos() int { return p.at.Pos }

// Cursor returns the event that runs next. It differs from Pos where the last stop shows an effect that came late, or
// an action that failed.
func (p *Player) Cursor() int { return p.cursor }

// At returns the last stop.
func (p *Player) At() Stop { return p.at }

// Page returns the live page, for evaluation; nil before Start, after the page was lost, and while it is on its way to where
// the player went back to: see [Player.Ready].
func (p *Player) Page() Page {
	if p.pass == nil {
		return nil
	}
	return p.pass.page
}

// Touch marks the run as touched by a person: it has no verdict until the next restore.
func (p *Player) Touch() {
	if p.pass != nil {
		p.pass.touched = true
	}
}

// Touched reports whether the run has no verdict because a person changed its course: by Touch, SkipTo, Override,
// Author or Allow.
func (p *Player) Touched() bool {
	return p.course.altered() || p.pass != nil && p.pass.touched
}

// Override replaces the recorded answer at a.Pos for this run, until Restart. It takes effect when the answer is
// delivered: now if that is still to come, otherwise after going back. Only Pos, Status, Headers, Body and Text of a
// count; the rest is as recorded.
func (p *Player) Override(a Answer) error {
	if !p.cat.delivered(a.Pos) {
		return fmt.Errorf("event %d is no answer", a.Pos)
	}
	c := *p.course
	c.overrides = maps.Clone(c.overrides)
	if c.overrides == nil {
		c.overrides = map[int]Answer{}
	}
	c.overrides[a.Pos] = a
	p.alter(&c)
	return nil
}

// Overridden returns the override of an answer.
func (p *Player) Overridden(pos int) (Answer, bool) {
	a, ok := p.course.overrides[pos]
	return a, ok
}

// Answer returns the answer of a res, fail, ws or sse line as it is delivered in this run: overridden, its URLs mapped
// and its holes filled.
func (p *Player) Answer(pos int) (Answer, error) {
	if !p.cat.delivered(pos) {
		return Answer{}, fmt.Errorf("event %d is no answer", pos)
	}
	a, _, err := p.cat.answer(pos, p.course.overrides)
	return a, err
}

// LocalURL maps a recorded URL to the one that the local app uses.
func (p *Player) LocalURL(u string) string { return p.cat.urls.local(u) }

// Close ends the page. The player cannot be used any more; the file stays open.
func (p *Player) Close() error {
	p.closed = true
	err := p.drop()
	p.chase.close()
	return err
}

// drop ends the pass.
func (p *Player) drop() error {
	p.forsake()
	if p.pass == nil {
		return nil
	}
	page := p.pass.page
	p.pass = nil
	if err := page.Close(); err != nil {
		return fmt.Errorf("close the page: %w", err)
	}
	return nil
}

const startText = "Start of the recording"
