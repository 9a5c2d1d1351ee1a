package dap

import (
	"context"
	"time"

	"github.com/google/go-dap"
)

// waiting is a request that the runner works on.
type waiting struct {
	request
	limit  *time.Timer
	cancel context.CancelFunc // of its work
}

// later answers a request with what work brings, which runs in the runner; then makes the body in the session's
// goroutine. When limit passes before, slow makes it, and what work brings is dropped: work is not cancelled for that,
// since it ends by itself and may be half way through a change. It is where the client gives the request up.
func later[T any](s *Session, r request, limit time.Duration, slow func() (any, error),
	work func(context.Context) (T, error), then func(T) (any, error)) (any, error) {
	s.tickets++
	ticket, n := s.tickets, s.moves
	ctx, cancel := context.WithCancel(s.ctx)
	err := do(s.runner, ctx, work, func(v T, err error) {
		cancel()
		if _, ok := s.waiting[ticket]; !ok {
			return
		}
		var body any
		switch {
		case s.moves != n:
			err = fail(codeCancelled, "the session has moved on")
		case err == nil:
			body, err = then(v)
		}
		s.answer(ticket, body, err)
	})
	if err != nil {
		cancel()
		return nil, err
	}
	w := waiting{request: r, cancel: cancel}
	w.limit = time.AfterFunc(limit, func() {
		s.post(func() {
			if _, ok := s.waiting[ticket]; ok {
				body, err := slow()
				s.answer(ticket, body, err)
			}
		})
	})
	s.waiting[ticket] = w
	return nil, errLater
}

// answer answers a waiting request.
func (s *Session) answer(ticket int, body any, err error) {
	w := s.waiting[ticket]
	w.limit.Stop()
	delete(s.waiting, ticket)
	s.respond(w.request, body, err)
}

// onCancel gives up a request that waits, or ends the move that a progress bar shows. What is not there any more has
// been answered: that is no error.
func (s *Session) onCancel(_ request, a dap.CancelArguments) (any, error) {
	if a.ProgressId != "" && a.ProgressId == s.progress.name() && s.phase == running && s.progress.cancel {
		s.interrupt()
	}
	for ticket, w := range s.waiting {
		if w.seq == a.RequestId {
			w.cancel()
			s.answer(ticket, nil, fail(codeCancelled, "cancelled"))
		}
	}
	return nil, nil
}
