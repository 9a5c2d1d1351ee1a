package main

import (
	"context"
	"fmt"

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
	steps   *stepPrinter // nil: quiet
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
		return nil, usageError(err, "restep check "+r.file.Name()+" lists all that is wrong with it.")
	}
	defer p.Close()
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
	if r.picture {
		if r.png, err = p.Page().Screenshot(ctx); err != nil {
			return nil, fmt.Errorf("take the screenshot: %w", err)
		}
	}
	return result, nil
}

// next is the move that follows a stop: over one action, but not past the event of --until.
func (r *replay) next(stop player.Stop) player.Move {
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
