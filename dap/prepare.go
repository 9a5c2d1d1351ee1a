package dap

import (
	"context"
	"fmt"
	"slices"

	"restep/player"
)

// prepare makes everything ready for a play and goes to its first stop. It runs in the runner's goroutine; what an
// earlier play left open is kept where it still fits.
func (r *runner) prepare(ctx context.Context, v *Server, p *play, hear hearing) (*moment, error) {
	r.stopWatch()
	if r.player != nil {
		r.player.Close() // a new one is about to be made
		r.player = nil
	}
	if r.file != nil && r.file != p.file {
		r.file.Close()
	}
	r.file, r.keep, r.kept = p.file, v.KeepRun, 0
	if err := r.startServer(ctx, p.cfg.Server, hear.server); err != nil {
		return nil, err
	}
	if err := r.startStage(ctx, v, p.cfg); err != nil {
		return nil, err
	}
	var err error
	o := p.cfg.options()
	if p.cfg.Trace || v.Trace {
		o.Trace = func(way string) {
			hear.run.Output(player.Output{Pos: -1, Category: "console", Text: "restep: " + way + "\n"})
		}
	}
	o.Listen, o.Log, o.Live = hear.run, r.log, slices.Concat(o.Live, p.live)
	if o.Code, err = r.startWatch(p, hear); err != nil {
		hear.say("restep: hot replay is off: " + err.Error() + "\n")
	}
	made, err := player.New(p.file, r.stage, o)
	if err != nil {
		return nil, fmt.Errorf("prepare the playback: %w", err)
	}
	r.player = made
	r.mu.Lock()
	made.SetBreaks(r.breaks)
	made.SetFilters(r.filters)
	r.dirty = false
	r.mu.Unlock()
	stop, err := made.Start(ctx)
	if err != nil {
		return nil, fmt.Errorf("open the first page: %w", err)
	}
	if p.toEnd {
		return r.move(ctx, player.Move{Kind: player.RunTo, Pos: p.file.Len()})
	}
	if pos, ok := p.file.Find(p.goal); ok {
		return r.move(ctx, player.Move{Kind: player.RunTo, Pos: pos})
	}
	if len(stop.Breaks) > 0 && !p.cfg.NoDebug {
		stop.Reason = player.Breakpoint
	}
	if p.cfg.StopOnEntry && !p.cfg.NoDebug || stop.Reason == player.Breakpoint {
		if p.cfg.StopOnEntry {
			stop.Reason = player.Entry
		}
		return r.look(stop), nil
	}
	return r.move(ctx, player.Move{Kind: player.Continue})
}

func (r *runner) startStage(ctx context.Context, v *Server, c *config) error {
	o := c.stage()
	if r.stage != nil && o.same(r.stageWith) {
		return nil
	}
	if r.closer != nil {
		r.closer.Close() // a browser with other options takes its place
		r.stage, r.closer = nil, nil
	}
	stage, closer, err := v.Stage(ctx, o)
	if err != nil {
		return fmt.Errorf("start the browser: %w", err)
	}
	r.stage, r.closer, r.stageWith = stage, closer, o
	return nil
}

func (r *runner) startServer(ctx context.Context, c *serverConfig, say func(string)) error {
	if r.server != nil {
		if r.server.fits(c) {
			return nil
		}
		r.server.stop()
		r.server = nil
	}
	if c == nil {
		return nil
	}
	v, err := startDevServer(ctx, c, say)
	if err != nil {
		return err
	}
	r.server = v
	return nil
}
