package dap

import (
	"context"
	"errors"
	"time"

	"github.com/google/go-dap"

	"restep/player"
)

// pictureDelay is how long a session stands before the picture of its place is taken: who steps on at once is not
// slowed down by pictures, which take some 65 ms.
const pictureDelay = 200 * time.Millisecond

// comeLimit is what requests about the page wait longer while it is on its way: in a long session that may be many actions.
const comeLimit = 20 * time.Second

// follow has the live page come to where the session stands: after a step back that was shown from the journal it is still on its
// way. A move that begins meanwhile goes first.
func (s *Session) follow() {
	runner, n := s.runner, s.moves
	work := func(ctx context.Context) (struct{}, error) {
		return struct{}{}, runner.whileIdle(ctx, func(ctx context.Context) error {
			_, err := runner.player.Ready(ctx)
			return err
		})
	}
	// Where too much is waiting, the first of that brings the page.
	_ = do(runner, s.ctx, work, func(struct{}, error) { s.followed(n) })
}

// followed has the client ask again for what it could not get while the page was on its way.
func (s *Session) followed(n int) {
	if s.phase != halted || s.moves != n {
		return
	}
	if s.now.away {
		s.now.away = false
		if s.client.SupportsInvalidatedEvent {
			s.send("invalidated", dap.InvalidatedEventBody{Areas: []dap.InvalidatedAreas{"variables"}, ThreadId: threadID})
		}
	}
	s.pictureSoon(n)
}

// pictureSoon takes the picture of the stop, once the session has stood there for a while.
func (s *Session) pictureSoon(n int) {
	runner := s.runner
	work := func(ctx context.Context) (struct{}, error) {
		return struct{}{}, runner.whileIdle(ctx, func(ctx context.Context) error {
			_, err := runner.player.Look(ctx)
			return err
		})
	}
	s.picture = time.AfterFunc(pictureDelay, func() {
		s.post(func() {
			if s.phase == halted && s.moves == n {
				_ = do(runner, s.ctx, work, func(struct{}, error) {})
			}
		})
	})
}

// whileIdle does what nobody waits for, unless a move waits.
func (r *runner) whileIdle(ctx context.Context, work func(context.Context) error) error {
	if r.player == nil {
		return nil
	}
	err := r.unlessMoving(ctx, work)
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, player.ErrNoPage) {
		r.log.Warn("the page did not come to where the session stands", "err", err)
	}
	return nil
}

// unlessMoving does what a move need not wait for: one that waits already, or comes meanwhile, ends it, and the error is
// [context.Canceled].
func (r *runner) unlessMoving(ctx context.Context, work func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.mu.Lock()
	if r.waiting > 0 {
		r.mu.Unlock()
		return context.Canceled
	}
	r.idle = cancel
	r.mu.Unlock()
	err := work(ctx)
	r.mu.Lock()
	r.idle = nil
	r.mu.Unlock()
	return err
}

// announce says that a move is about to wait for the runner; [runner.arrived] that it has begun.
func (r *runner) announce() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting++
	if r.idle != nil {
		r.idle()
	}
}

func (r *runner) arrived() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting--
}

// doMove has the runner do what a client waits for: before everything that [runner.whileIdle] does.
func doMove(r *runner, ctx context.Context, work func(context.Context) (*moment, error), then func(*moment, error)) error {
	r.announce()
	err := do(r, ctx, func(ctx context.Context) (*moment, error) {
		r.arrived()
		return work(ctx)
	}, then)
	if err != nil {
		r.arrived()
	}
	return err
}
