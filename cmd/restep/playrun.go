package main

import (
	"cmp"
	"context"

	"restep/player"
	"restep/player/playback"
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
	for stop.Reason != player.End && !(r.until >= 0 && stop.Pos >= r.until) {
		if stop, err = p.Do(ctx, r.next(stop)); err != nil {
			return nil, err
		}
	}
	result, err := p.Result(ctx)
	if err != nil {
		return nil, err
	}
	r.judged(p.Conditions())
	if r.picture {
		r.png, r.pngErr = p.Page().Screenshot(ctx)
	}
	return result, nil
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
