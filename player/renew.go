package player

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"restep/player/playback"
)

// CodeListener hears of the app's own code, so that somebody can tell when it changes, and says what pages do then. Its
// funcs may be nil; they are called from any goroutine, must return at once and must not call the player.
type CodeListener struct {
	// Loaded tells that a page has asked the local app for a document, script or style sheet; resource is as
	// [playback.Event.Resource].
	Loaded func(url, resource string)
	// Apply lets pages take changed code over by themselves, as their development server tells them to. Otherwise they stay as
	// they were played to: they do not hear of it.
	Apply bool
	// Update gets the messages that the app's development server sends to its pages about changed code, as they are.
	Update func(message string)
}

// Place is where a player stands, so that it can come back with other code: see [Player.Renew].
type Place struct {
	at     Stop
	cursor int
	lost   map[int]bool // actions that could not be performed on the way
}

// Place returns where the player stands.
func (p *Player) Place() Place {
	l := Place{at: p.at, cursor: p.cursor, lost: map[int]bool{}}
	for _, d := range p.Divergences() {
		if unperformed(d.Kind) {
			l.lost[d.Pos] = true
		}
	}
	return l
}

// Reached reports whether the player stands at a place that it was brought back to, or has given up on the way.
func (p *Player) Reached(to Place) bool {
	d := p.at.Divergence
	gaveUp := d != nil && unperformed(d.Kind) && !to.lost[d.Pos]
	return p.cursor == to.cursor && p.at.Reason != Paused && !gaveUp
}

// unperformed reports whether a divergence says that an action, or the rest of it, was not performed.
func unperformed(k playback.DivergenceKind) bool {
	return k == playback.ElementNotFound || k == playback.ElementAmbiguous || k == playback.ActionLost
}

// Renew throws every page away, since the app's code has changed, and comes back to a place on a fresh one. What is set
// stays: breakpoints, filters, overrides, authored answers. Nothing is told on the way, and nothing stops but an action
// that could not be performed, unless it could not before either: what would follow is not what the user did.
//
// Interrupted, it stops where it is; the place can be renewed again.
func (p *Player) Renew(ctx context.Context, to Place) (Stop, error) {
	switch {
	case p.closed:
		return Stop{}, ErrClosed
	case !p.started:
		return Stop{}, ErrNotStarted
	case to.cursor > p.file.Len():
		return Stop{}, fmt.Errorf("position %d is not in the file, which has %d events", to.cursor, p.file.Len())
	}
	p.chase.outdate()
	p.album.clear()
	defer p.aim()
	p.at, p.cursor = to.at, to.cursor // where the next move goes if the page is lost
	p.high = min(p.high, to.cursor)   // what follows is another run, which is worth telling
	p.told = told{}
	p.journal, p.past = nil, nil
	s, err := p.renew(ctx, to)
	if errors.Is(err, ErrHangs) && p.pass != nil {
		s, err = p.pass.hang(ctx)
	}
	p.interrupted.Store(false)
	if err != nil {
		p.lost()
		return Stop{}, err
	}
	return p.stopAt(ctx, s)
}

func (p *Player) renew(ctx context.Context, to Place) (Stop, error) {
	if err := p.open(ctx); err != nil {
		return Stop{}, err
	}
	r := p.pass
	s, err := r.forward(ctx, mode{
		until: to.cursor, quiet: true, progress: p.progress(0, p.cat.actionsBefore(to.cursor)),
		lost: func(pos int) bool { return !to.lost[pos] },
	})
	if err != nil || s.Reason != Step {
		return s, err
	}
	if to.cursor >= p.file.Len() {
		if err := r.atEnd(ctx); err != nil {
			return Stop{}, err
		}
	}
	return r.again(to), nil
}

// again is the stop of a place that was reached once more: what was shown there is shown if it is so in this run too.
func (r *pass) again(to Place) Stop {
	was := to.at
	switch {
	case to.cursor == 0:
		return Stop{Pos: 0, Reason: Entry, Text: startText}
	case was.Failure != nil:
		same := func(f Failure) bool { return r.p.cat.key(f) == r.p.cat.key(*was.Failure) && f.Pos == was.Failure.Pos }
		if i := slices.IndexFunc(r.led.failures, same); i >= 0 {
			was.Failure = &r.led.failures[i]
			return was
		}
	case was.Divergence != nil:
		same := func(d playback.Divergence) bool { return d.Kind == was.Divergence.Kind && d.Pos == was.Divergence.Pos }
		if slices.ContainsFunc(r.led.divergences, same) {
			return was
		}
	case was.Pos < to.cursor:
		if _, seen := r.led.live[was.Pos]; seen {
			return Stop{Pos: was.Pos, Reason: Step}
		}
	}
	return Stop{Pos: to.cursor, Reason: Step}
}

// haltLost makes the pass stop at an action that could not be performed, where its mode asks for that.
func (r *pass) haltLost(d playback.Divergence) {
	if r.mode.lost != nil && unperformed(d.Kind) && r.mode.lost(d.Pos) && r.halt == nil {
		r.halt = &Stop{Pos: d.Pos, Reason: Exception, Text: string(d.Kind) + ": " + d.Text, Filter: "divergence", Divergence: &d}
	}
}

// Preview lets the page's clock run on for a while, in ms, so that it can take new code over without losing its state, and
// stays where it is. What the page shows then is no replay: it has state of the old code, and the run no verdict. No answer of the
// schedule is given. Reloaded says that another document has come, so that the state is lost. Nothing is chased until the
// next move. The error is as that of [Player.Do].
func (p *Player) Preview(ctx context.Context, ms float64) (reloaded bool, err error) {
	p.chase.hold()
	past := p.past
	if err := p.ensure(ctx); err != nil {
		if errors.Is(err, errInterrupted) { // that page is not where the player stands
			p.chase.give(p.pass)
			p.pass, p.past = nil, past
		}
		p.interrupted.Store(false)
		return false, err
	}
	p.chase.outdate() // going back from here means the new code
	r := p.pass
	clear(r.marks)
	r.mode = mode{quiet: true}
	r.touched = true
	before := r.commits()
	err = r.window(ctx, Window{To: r.now + ms, Limit: r.pos})
	if errors.Is(err, ErrHangs) {
		_, err = r.hang(ctx)
	}
	if err != nil {
		p.lost()
	}
	return r.commits() > before, err
}

// commits counts the documents that have come without a line of the file.
func (r *pass) commits() int {
	n := 0
	for _, list := range r.led.extra {
		for _, s := range list {
			if s.Kind == playback.PageCommit {
				n++
			}
		}
	}
	return n
}

// Cursor is the event that runs next at the place.
func (l Place) Cursor() int { return l.cursor }
