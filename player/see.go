package player

import (
	"context"
	"fmt"

	"restep/player/playback"
)

// see takes in one thing that the page did.
func (r *pass) see(ctx context.Context, s *Seen) error {
	if noise(&s.Event) {
		return nil
	}
	pos := r.led.see(*s)
	switch s.Kind {
	case playback.Req:
		r.seeRequest(s, pos)
	case playback.Res, playback.Fail:
		return r.seeAnswer(ctx, s, pos)
	case playback.Console:
		return r.seeConsole(ctx, s, pos)
	case playback.Error:
		return r.seeError(ctx, s, pos)
	}
	return nil
}

// seeRequest updates the divergence of a request that was reported as missing.
func (r *pass) seeRequest(s *Seen, pos int) {
	i, ok := r.led.missed[pos]
	if !ok {
		return
	}
	want := r.led.divergences[i].Want
	r.led.reword(i, fmt.Sprintf("%s was made %.0f ms late, after a later action", want, s.T-r.p.file.T(pos)))
	delete(r.led.missed, pos)
}

// seeAnswer watches the order of answers and their status.
func (r *pass) seeAnswer(ctx context.Context, s *Seen, pos int) error {
	if pos < 0 {
		return nil
	}
	if last := r.led.lastRes; pos < last {
		err := r.diverge(ctx, playback.Divergence{
			Kind: playback.ResponseOrder, Pos: pos,
			Text: fmt.Sprintf("%s came after %s", r.p.cat.label(pos), r.p.cat.label(last)),
		})
		if err != nil {
			return err
		}
	}
	r.led.lastRes = max(r.led.lastRes, pos)
	if s.Status < 400 {
		return nil
	}
	f := Failure{Pos: pos, Kind: "http", Name: fmt.Sprint(s.Status), Answered: true, After: r.after()}
	f.Message = r.requestTitle(pos)
	if r.p.opt.FailOn.HTTP {
		if err := r.fail(ctx, &f, s.T); err != nil {
			return err
		}
	}
	return r.trigger(ctx, "http", s, Stop{Pos: pos, Reason: Exception, Text: f.Name + " " + f.Message, Failure: &f})
}

// requestTitle names the request that an answer belongs to.
func (r *pass) requestTitle(pos int) string {
	if of := r.p.file.Of(pos); of >= 0 {
		if e, err := r.p.file.Event(of); err == nil {
			return method(e) + " " + r.p.cat.urls.local(e.URL)
		}
	}
	return r.p.cat.label(pos)
}

func (r *pass) seeConsole(ctx context.Context, s *Seen, pos int) error {
	at := pos
	if at < 0 {
		at = r.acted
	}
	category := "console"
	if s.Level == "error" {
		category = "stderr"
	}
	r.tell(at, category, s.Text)
	if s.Level != "error" || browserWrote(&s.Event) {
		return nil
	}
	f := Failure{Pos: at, Kind: "console", Name: "console.error", Message: s.Text, Stack: s.Stack, After: r.after()}
	if r.p.opt.FailOn.Console {
		if err := r.fail(ctx, &f, s.T); err != nil {
			return err
		}
	}
	return r.trigger(ctx, "console.error", s, Stop{Pos: at, Reason: Exception, Text: "console.error: " + s.Text, Failure: &f})
}

func (r *pass) seeError(ctx context.Context, s *Seen, pos int) error {
	f := Failure{Pos: pos, Kind: "error", Name: s.Name, Message: s.Message, Stack: s.Stack, After: r.after()}
	filter, prefix := "uncaught", "Uncaught "
	if s.Rejection {
		f.Kind, filter, prefix = "rejection", "rejection", "Uncaught (in promise) "
	}
	if f.Pos < 0 {
		f.Pos = r.acted
	}
	what := title(s.Name, s.Message)
	r.tell(f.Pos, "stderr", prefix+what)
	stop := Stop{Pos: f.Pos, Reason: Exception, Text: what, Failure: &f}
	queued := len(r.queue)
	if err := r.trigger(ctx, filter, s, stop); err != nil {
		return err
	}
	stopped := len(r.queue) > queued
	err := r.fail(ctx, &f, s.T)
	if stopped { // once is enough: a new failure is a divergence too
		r.queue = r.queue[:queued+1]
	}
	return err
}

// after is the id of the action that effects follow now.
func (r *pass) after() string {
	if r.acted < 0 {
		return ""
	}
	return r.p.file.ID(r.acted)
}

// fail records a failure that was seen at a time in ms: f.Recorded says afterwards whether the recording has it too. A new
// one is a divergence. It does not block where the app may fail only because of what it asked after the last line.
func (r *pass) fail(ctx context.Context, f *Failure, at float64) error {
	known, err := r.p.cat.known()
	if err != nil {
		return err
	}
	if pos, ok := known.same(r.p.cat, *f); ok {
		f.Recorded = true
		if pos >= 0 {
			f.Pos = pos
		}
	}
	r.led.failures = append(r.led.failures, *f)
	if f.Recorded {
		return nil
	}
	what := title(f.Name, f.Message)
	return r.diverge(ctx, playback.Divergence{
		Kind: playback.ErrorNew, Pos: f.Pos, Blocking: at < r.router.lateSince(), Got: what,
		Text: "a failure that was not recorded: " + what,
	})
}

// trigger queues a stop where an exception filter is on and its condition holds for the seen event.
func (r *pass) trigger(ctx context.Context, filter string, s *Seen, stop Stop) error {
	f, on := r.course.filters[filter]
	if !on || !r.mode.stops {
		return nil
	}
	if ok, err := r.filterHolds(ctx, f, s); err != nil || !ok {
		return err
	}
	stop.Filter = filter
	r.queueStop(stop)
	return nil
}
