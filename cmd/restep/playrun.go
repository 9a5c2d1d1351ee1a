package main

import (
	"cmp"
	"context"

	"restep/player"
	"restep/player/playback"
	"restep/player/report"
)

// replay plays a file from the start to its end, or to an event.
type replay struct {
	file    *playback.File
	stage   player.Stage
	options player.Options
	until   int // position to stop before; -1: the end
	picture bool
	png     []byte       // of the last run, where picture is set
	pngErr  error        // why there is none: it does not spoil the run
	steps   *stepPrinter // nil: quiet
	lull    *lull        // nil: however long it takes
	film    *film        // of the first run; nil: none

	seen *report.Source // what the first run did

	conditions player.Conditions // of all runs
}

// run is one run. It steps from action to action, as a person would, so that progress can be told.
func (r *replay) run(ctx context.Context) (*playback.Run, error) {
	o := r.options
	if r.steps != nil {
		r.steps.reset()
		o.Listen.Output = r.steps.output
	}
	p, err := player.New(r.file, r.stage, o)
	if err != nil {
		return nil, usageError(err, checkHint(r.file.Name()))
	}
	defer p.Close()
	defer r.lull.stop()
	r.lull.at(0)
	stop, err := p.Start(ctx)
	if err != nil {
		return nil, err
	}
	film := r.film
	if r.seen != nil {
		film = nil // one run is enough, and the others show that its pictures have changed nothing
	}
	for stop.Reason != player.End && !(r.until >= 0 && stop.Pos >= r.until) {
		film.before(p.Page(), stop.Pos)
		if stop, err = p.Do(ctx, r.next(stop)); err != nil {
			return nil, err
		}
		film.after(ctx, p.Page())
	}
	result, err := p.Result(ctx)
	if err != nil {
		return nil, err
	}
	r.judged(p.Conditions())
	if r.seen == nil {
		film.end(ctx, p.Page(), r.file.Len())
		r.see(p, result)
	}
	if r.picture {
		r.png, r.pngErr = p.Page().Screenshot(ctx)
	}
	return result, nil
}

// see keeps what a run did, for a report.
func (r *replay) see(p *player.Player, run *playback.Run) {
	r.seen = &report.Source{File: r.file, Run: run, App: r.options.App, Until: r.until}
	r.seen.Seen(p)
	if r.film != nil {
		r.seen.Shots, r.seen.Took = r.film.shots, r.film.took
	}
}

// judged adds up how the failure condition fared.
func (r *replay) judged(c player.Conditions) {
	r.conditions.Tried += c.Tried
	r.conditions.Threw += c.Threw
	r.conditions.Reason = cmp.Or(r.conditions.Reason, c.Reason)
}

// next is the move that follows a stop: over one action, but not past the event of --until.
func (r *replay) next(stop player.Stop) player.Move {
	r.lull.at(stop.Pos)
	if r.steps != nil {
		r.steps.action(stop.Pos)
	}
	if r.until >= 0 && nextAction(r.file, stop.Pos) > r.until {
		return player.Move{Kind: player.RunTo, Pos: r.until}
	}
	return player.Move{Kind: player.Next}
}

// nextAction is the position of the first action after pos, or the end.
func nextAction(f *playback.File, pos int) int {
	for pos++; pos < f.Len(); pos++ {
		if f.Kind(pos).Action() {
			return pos
		}
	}
	return f.Len()
}
