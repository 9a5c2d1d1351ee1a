package dap

import (
	"context"
	"strings"
	"time"

	"github.com/google/go-dap"

	"restep/player"
)

// patience is how long a page may take to obey a pause, so that the user waits for less than a second. Then its run is
// given up: it hangs in a task of its own, or loads something slow.
const patience = 900 * time.Millisecond

func (s *Session) onNext(r request, _ dap.NextArguments) (any, error) {
	return s.move(r, player.Move{Kind: player.Next}, "Stepping", nil)
}

func (s *Session) onStepIn(r request, _ dap.StepInArguments) (any, error) {
	return s.move(r, player.Move{Kind: player.StepIn}, "Stepping", nil)
}

func (s *Session) onStepOut(r request, _ dap.StepOutArguments) (any, error) {
	return s.move(r, player.Move{Kind: player.StepOut}, "Stepping out", nil)
}

// onStepBack always succeeds, and stops again where it is at the start: nvim-dap forgets that it was stopped before it
// sends the request, and an error would leave it running for ever.
func (s *Session) onStepBack(r request, _ dap.StepBackArguments) (any, error) {
	return s.move(r, player.Move{Kind: player.StepBack}, "Stepping back", nil)
}

func (s *Session) onReverseContinue(r request, _ dap.ReverseContinueArguments) (any, error) {
	return s.move(r, player.Move{Kind: player.ReverseContinue}, "Running back", nil)
}

// onContinue runs on. At the end of the recording, where the session stopped so that the page can be looked at, it
// terminates. A client that never sends configurationDone begins with it.
func (s *Session) onContinue(r request, _ dap.ContinueArguments) (any, error) {
	all := dap.ContinueResponseBody{AllThreadsContinued: true}
	switch {
	case s.phase == launched:
		s.respond(r, all, nil)
		return nil, s.begin("Starting the browser")
	case s.phase == halted && s.now.stop.Reason == player.End:
		s.respond(r, all, nil)
		s.finish()
		return nil, errLater
	}
	return s.move(r, player.Move{Kind: player.Continue}, "Running", all)
}

// move answers a request that resumes, then has the player move. The order matters: several clients lose a stop that
// comes before the response.
func (s *Session) move(r request, m player.Move, title string, body any) (any, error) {
	if s.phase == running && s.still {
		s.respond(r, body, nil)
		s.afterReplay(m, title)
		return nil, errLater
	}
	if err := s.need(); err != nil {
		return nil, err
	}
	s.respond(r, body, nil)
	s.resume(m, title)
	return nil, errLater
}

// resume has the player move; the session must be halted.
func (s *Session) resume(m player.Move, title string) {
	s.tell()
	ctx, n := s.busy(title, true)
	runner, was := s.runner, s.now
	move := func(ctx context.Context) (*moment, error) { return runner.move(ctx, m) }
	if err := doMove(runner, ctx, move, func(now *moment, err error) { s.arrive(n, now, err) }); err != nil {
		s.arrive(n, was, err)
	}
}

// busy makes the session run; what was handed out at the last stop is not valid any more. The context ends the move,
// and the number names it.
func (s *Session) busy(title string, cancellable bool) (context.Context, int) {
	s.idle()
	s.forget()
	s.phase, s.gaveUp, s.still, s.then = running, false, false, nil
	s.moves++
	ctx, cancel := context.WithCancel(s.ctx)
	s.cancelMove = cancel
	s.progress.start(s, title, cancellable)
	return ctx, s.moves
}

// idle ends what busy began.
func (s *Session) idle() {
	if s.cancelMove != nil {
		s.cancelMove()
		s.cancelMove = nil
	}
	if s.patience != nil {
		s.patience.Stop()
		s.patience = nil
	}
	if s.picture != nil {
		s.picture.Stop()
		s.picture = nil
	}
	s.progress.end(s)
}

// arrive halts the session and tells the client, once a move. The error is that the page was lost: that too is a stop,
// since the client waits for one, and the next move opens the page again.
func (s *Session) arrive(n int, now *moment, err error) {
	if s.phase != running || s.moves != n {
		return // it was terminated or restarted meanwhile
	}
	s.idle()
	was := s.now
	s.phase, s.now, s.play.muted = halted, now, false
	if then := s.then; then != nil && err == nil { // the stop is that of the move
		if s.then = nil; now.hot != nil {
			s.tellHot(now, &stopped{})
		}
		then()
		return
	}
	if err == nil && s.runner.stale() { // a change that came when the move had ended
		s.runAgain(s.still)
		return
	}
	body := stopped{ThreadID: threadID, AllThreadsStopped: true, Text: now.stop.Text, HitBreakpointIDs: now.stop.Breaks}
	body.Reason, body.Description = s.reason(now.stop)
	// A client shows both: what the text repeats of the description is left out.
	body.Text = strings.TrimPrefix(strings.TrimPrefix(body.Text, body.Description), ": ")
	if now.hot != nil && err == nil {
		s.tellHot(now, &body)
	}
	if b := now.asked(); b != nil && err == nil {
		body.Text += " (type :answer or :live, or go on)"
		s.important(offer(b))
	}
	switch {
	case err != nil && s.gaveUp:
		body.Reason, body.Description, body.Text = "pause", "Paused", "the page was busy and was given up; the next step opens it again, and runs it to here"
	case err != nil:
		body.Reason, body.Description, body.Text = "pause", "The page was lost", err.Error()
		s.important("restep: the page was lost: " + err.Error() + "\nThe next step opens it again.\n")
	}
	left := s.still && s.client.SupportsInvalidatedEvent && was != nil // in the belief that the session stands
	if left && (was.stop.Pos != now.stop.Pos || was.stop.Reason != now.stop.Reason) {
		s.send("continued", dap.ContinuedEventBody{ThreadId: threadID, AllThreadsContinued: true})
	}
	s.send("stopped", body)
	if left {
		s.refresh(was.stop.Pos, now.stop.Pos)
	}
	s.follow()
}

// reason translates a stop. The protocol has no word for the end of a recording; its description says it.
func (s *Session) reason(t player.Stop) (reason, description string) {
	switch t.Reason {
	case player.End:
		return "step", "End of the recording"
	case player.Exception:
		if t.Divergence != nil {
			return "exception", "Paused on a divergence"
		}
		return "exception", "Paused on a failure"
	case player.Breakpoint:
		if len(t.Breaks) > 0 && s.breaks.byPattern(t.Breaks[0]) {
			return "function breakpoint", "Paused on an event breakpoint"
		}
		return "breakpoint", "Paused on a breakpoint"
	case player.Entry:
		return "entry", "Start of the recording"
	case player.Paused:
		return "pause", "Paused"
	case player.Goto:
		return "goto", ""
	}
	return "step", ""
}

// onPause stops a run before its next event. A session that stands still stays as it is: no stop is sent twice.
func (s *Session) onPause(request, dap.PauseArguments) (any, error) {
	if s.phase != running {
		return nil, s.need()
	}
	s.interrupt()
	return nil, nil
}

// interrupt asks the move under way to stop, and gives it up where the page does not obey.
func (s *Session) interrupt() {
	s.runner.pause()
	if s.patience == nil && s.progress.cancel { // the start of a browser is left alone
		n := s.moves
		s.patience = time.AfterFunc(patience, func() {
			s.post(func() {
				if s.phase == running && s.moves == n {
					s.gaveUp = true
					s.stopMove()
				}
			})
		})
	}
}

// stopMove ends the move under way; the player can be used on.
func (s *Session) stopMove() {
	if s.cancelMove != nil {
		s.cancelMove()
	}
}
