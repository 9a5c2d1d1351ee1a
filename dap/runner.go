package dap

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"restep/player"
	"restep/player/playback"
	"restep/player/watch"
)

const (
	maxJobs     = 256         // requests that may wait for the runner
	closeLimit  = time.Second // VS Code kills an adapter 2 s after disconnect
	lingerLimit = 10 * time.Second
)

// runner owns the player and everything that it plays on, in one goroutine, so that the session goes on answering while
// the player runs. Jobs are done one after the other.
type runner struct {
	ctx  context.Context
	jobs chan func()
	done chan struct{} // closed when everything has been closed
	log  *slog.Logger
	post func(func()) bool

	// Of the runner's goroutine.
	file      *playback.File
	player    *player.Player
	stage     player.Stage
	stageWith StageOptions
	closer    io.Closer
	server    *devServer
	keep      func(name string, run *playback.Run) error // [Server.KeepRun]
	kept      int                                        // how far the run had come that was kept
	watch     *watch.Watch                               // of the app's files; nil: none
	hot       string                                     // hotReplay of the configuration
	reloads   *atomic.Int64                              // counts the modules that pages have loaded again
	atStop    int64                                      // of them at the last stop

	mu      sync.Mutex // guards the fields below
	breaks  []player.Break
	filters []player.Filter
	dirty   bool           // the player has not got them yet
	moving  *player.Player // in Do
	forward bool           // and that is Continue
	wanted  bool           // a pause was asked for
	waiting int            // moves that wait for the runner
	idle    func()         // ends what is done while nobody waits; nil: nothing is
	saved   []string       // files of the app that have changed, whose code the page does not have
}

func newRunner(ctx context.Context, log *slog.Logger, post func(func()) bool) *runner {
	r := &runner{ctx: ctx, jobs: make(chan func(), maxJobs), done: make(chan struct{}), log: log, post: post}
	go r.loop()
	return r
}

func (r *runner) loop() {
	defer close(r.done)
	defer r.release()
	for {
		select {
		case <-r.ctx.Done():
			return
		case job := <-r.jobs:
			if r.ctx.Err() != nil {
				return
			}
			job()
		}
	}
}

// do has work done by a runner, and its outcome given to then in the session's goroutine. It returns an error where too
// much is waiting. A panic of work is an error.
func do[T any](r *runner, ctx context.Context, work func(context.Context) (T, error), then func(T, error)) error {
	job := func() {
		v, err := guard(ctx, r.log, work)
		r.post(func() { then(v, err) })
	}
	select {
	case r.jobs <- job:
		return nil
	default:
		return fail(codeState, "%d requests are waiting already", maxJobs)
	}
}

func guard[T any](ctx context.Context, log *slog.Logger, work func(context.Context) (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("the player failed", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("the player failed: %v", p)
		}
	}()
	return work(ctx)
}

// set gives the player breakpoints and filters. While a run is under way it is interrupted for a moment, so that they
// count at once; a move that goes back is over soon, and they count after it.
func (r *runner) set(breaks []player.Break, filters []player.Filter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.breaks, r.filters, r.dirty = slices.Clone(breaks), slices.Clone(filters), true
	if r.forward {
		r.poke()
	}
}

// pause makes the move under way, or the one that is about to begin, stop before the next event.
func (r *runner) pause() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wanted = true
	r.poke()
}

// poke interrupts the move under way; mu is held.
func (r *runner) poke() {
	if r.moving != nil {
		r.moving.Interrupt()
	}
}

// enter prepares a move. It returns false where a pause was asked for before the move began.
func (r *runner) enter(m player.Move) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dirty {
		r.player.SetBreaks(r.breaks)
		r.player.SetFilters(r.filters)
		r.dirty = false
	}
	if r.wanted {
		r.wanted = false
		return false
	}
	r.moving, r.forward = r.player, m.Kind == player.Continue
	return true
}

// leave ends a move. Again says that it was interrupted for new breakpoints only. An interruption that came when the move had
// ended is taken back: the next move would take it for its own.
func (r *runner) leave(stop player.Stop) (again bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	again = stop.Reason == player.Paused && !r.wanted && (r.dirty || len(r.saved) > 0)
	if r.moving != nil {
		r.moving.Uninterrupt()
	}
	r.moving, r.wanted = nil, false
	return again
}

// move makes a move. The error means that the page was lost; the player can be used on. Where the app's code changes
// meanwhile, the page comes back to where the move began, with the new code, and the move is made again.
func (r *runner) move(ctx context.Context, m player.Move) (*moment, error) {
	from, hot := r.player.Place(), r.beforeChange()
	for {
		if !r.enter(m) {
			return r.look(player.Stop{Pos: r.player.Pos(), Reason: player.Paused}), nil
		}
		stop, err := r.player.Do(ctx, m)
		again := r.leave(stop)
		if err != nil {
			return r.look(player.Stop{Pos: r.player.Pos(), Reason: player.Paused}), err
		}
		if again {
			if !r.stale() {
				continue
			}
			if stop, err = r.renew(ctx, from, hot); err == nil && r.player.Reached(from) {
				continue
			}
		}
		now := r.look(stop)
		now.hot = hot.told()
		if err != nil {
			return now, err
		}
		r.keepRun(stop)
		return now, nil
	}
}

// keepRun keeps what the run has found, at its end and at failures, unless a person has changed its course.
func (r *runner) keepRun(stop player.Stop) {
	if r.keep == nil || stop.Reason != player.End && stop.Reason != player.Exception || r.player.Cursor() < r.kept || r.player.Touched() {
		return
	}
	r.kept = r.player.Cursor()
	run, err := r.player.Summary()
	if err == nil {
		err = r.keep(r.file.Name(), run)
	}
	if err != nil {
		r.log.Warn("the outcome of the run is not kept", "err", err)
	}
}

// release closes the page, the browser and the app's server, each at the same time as the others.
func (r *runner) release() {
	var all sync.WaitGroup
	r.stopWatch()
	p, c, v, f := r.player, r.closer, r.server, r.file
	r.player, r.closer, r.server, r.file, r.stage = nil, nil, nil, nil, nil
	all.Go(func() {
		if p != nil {
			p.Close() // the page is going anyway
		}
		if c != nil {
			if err := c.Close(); err != nil {
				r.log.Warn("the browser did not close well", "err", err)
			}
		}
	})
	all.Go(func() {
		if v != nil {
			v.stop()
		}
	})
	all.Wait()
	if f != nil {
		f.Close()
	}
}
