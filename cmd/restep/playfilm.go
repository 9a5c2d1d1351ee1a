package main

import (
	"context"
	"time"

	"restep/player"
	"restep/player/playback"
	"restep/player/report"
)

// film takes a picture of each action while a run goes on, and its time. A nil film takes nothing. It belongs to the
// goroutine that plays.
type film struct {
	width  int // of the pictures, in pixels; 0: none are taken
	shots  map[int]report.Shot
	took   map[int]time.Duration
	at     int // the action that is performed
	since  time.Time
	misses int // pictures in a row that could not be taken
}

// mostMisses is how many pictures in a row may fail: each costs seconds on a page that does not respond.
const mostMisses = 3

// newFilm returns a film for a file; pictures says whether it takes any.
func newFilm(f *playback.File, pictures bool) *film {
	x := &film{shots: map[int]report.Shot{}, took: map[int]time.Duration{}}
	if !pictures {
		return x
	}
	actions := 0
	for pos := range f.Len() {
		if f.Kind(pos).Action() {
			actions++
		}
	}
	x.width = report.PictureWidth(actions)
	return x
}

// before is called before the move from the event at pos. Text that is typed in pieces is one action with one picture, of
// before the first piece.
func (x *film) before(page player.Page, pos int) {
	if x == nil {
		return
	}
	x.at, x.since = pos, time.Now()
	look, ok := page.(player.Picturer)
	if !ok || x.width == 0 {
		return
	}
	look.Aim(x.width, func(p *player.Picture) {
		x.shots[pos] = report.Shot{Picture: p, Before: true}
		look.Aim(0, nil)
	})
}

// after is called after that move. An action without an element has its picture taken here.
func (x *film) after(ctx context.Context, page player.Page) {
	if x == nil {
		return
	}
	x.took[x.at] = time.Since(x.since)
	if _, there := x.shots[x.at]; !there {
		x.shoot(ctx, page, x.at)
	}
}

// end takes the picture of the end, at a position.
func (x *film) end(ctx context.Context, page player.Page, pos int) {
	if x != nil {
		x.shoot(ctx, page, pos)
	}
}

// shoot takes a picture where the page takes any. One that cannot be taken does not spoil the run.
func (x *film) shoot(ctx context.Context, page player.Page, pos int) {
	look, ok := page.(player.Picturer)
	if !ok || x.width == 0 || x.misses >= mostMisses {
		return
	}
	p, err := look.Picture(ctx, x.width)
	if err != nil {
		x.misses++
		return
	}
	x.misses = 0
	if p != nil {
		x.shots[pos] = report.Shot{Picture: p}
	}
}
