package dap

import (
	"context"
	"slices"
	"time"

	"github.com/google/go-dap"

	"restep/player"
	"restep/player/watch"
)

// onLaunch opens the playback. The browser starts only after configurationDone: nvim-dap warns of a launch that is not
// answered in 4 s, and mistakes in the configuration belong into this response.
func onLaunch(s *Session, r request, m *message) (any, error) {
	if s.phase != fresh {
		return nil, fail(codeState, "a playback has been launched already: restart it, or start another session")
	}
	if err := s.admit(m.Arguments); err != nil {
		s.respond(r, nil, &failure{codeLaunch, err.Error(), true})
		s.over = true
		return nil, errLater
	}
	cfg, err := parseConfig(m.Arguments, s.srv.Dir)
	if err != nil {
		return nil, &failure{codeLaunch, err.Error(), true}
	}
	p, err := s.srv.openPlay(cfg, nil)
	if err != nil {
		return nil, &failure{codeLaunch, err.Error(), true}
	}
	s.play, s.phase = p, launched
	s.runner = newRunner(s.ctx, s.log, s.post)
	s.settle()
	s.warn()
	s.send("initialized", nil)
	return nil, nil
}

func (s *Session) onAttach(request, dap.AttachRequest) (any, error) {
	return nil, &failure{codeLaunch, `a playback is launched, not attached to: write "request": "launch"`, true}
}

func (s *Session) onConfigurationDone(r request, _ struct{}) (any, error) {
	if s.phase != launched {
		return nil, s.wrongPhase("configurationDone")
	}
	s.respond(r, nil, nil)
	return nil, s.begin("Starting the browser")
}

// begin prepares the launched playback and runs to the first stop; the request was answered.
func (s *Session) begin(title string) error {
	s.tell()
	ctx, n := s.busy(title, false)
	p, r := s.play, s.runner
	p.live = slices.Clone(s.live)
	prepare := func(ctx context.Context) (*moment, error) {
		return r.prepare(ctx, s.srv, p, s.hearing(p))
	}
	err := doMove(r, ctx, prepare, func(now *moment, err error) {
		switch {
		case s.phase != running || s.moves != n: // terminated or restarted meanwhile
		case now == nil:
			s.important("restep: " + err.Error() + "\n")
			s.finish()
		default:
			s.arrive(n, now, err)
		}
	})
	if err != nil {
		s.finish()
	}
	return errLater
}

// onRestart rereads the file and the configuration; the app is opened in a fresh page. The breakpoints stay.
func (s *Session) onRestart(r request, a restartArguments) (any, error) {
	switch s.phase {
	case fresh, launched, ended:
		return nil, s.wrongPhase("restart")
	}
	cfg := s.play.cfg
	if len(a.Arguments) > 0 && a.Arguments.Kind() == '{' {
		var err error
		if cfg, err = parseConfig(a.Arguments, s.srv.Dir); err != nil {
			return nil, &failure{codeLaunch, err.Error(), true}
		}
	}
	p, err := s.srv.openPlay(cfg, s.live)
	if err != nil {
		return nil, &failure{codeLaunch, err.Error(), true}
	}
	if s.phase == running {
		s.stopMove()
	}
	// A stop on entry whatever the configuration says: the user asked to be at the start again.
	restarted := *cfg
	restarted.StopOnEntry = true
	p.cfg = &restarted
	s.play = p
	s.respond(r, nil, nil)
	s.settle()
	s.warn()
	s.reportMoved()
	return nil, s.begin("Restarting")
}

func (s *Session) onTerminate(r request, _ dap.TerminateArguments) (any, error) {
	s.respond(r, nil, nil)
	s.finish()
	return nil, errLater
}

// finish ends the playback but not the connection. Terminated is sent once: dape answers each with a terminate.
func (s *Session) finish() {
	if s.phase == ended {
		return
	}
	if s.phase == running {
		s.stopMove()
	}
	s.idle()
	s.phase, s.now = ended, nil
	s.forget()
	s.send("terminated", nil)
	if r := s.runner; r != nil {
		release := func(context.Context) (struct{}, error) { r.release(); return struct{}{}, nil }
		r.announce()
		// Where too much is waiting, the end of the session releases everything.
		_ = do(r, s.ctx, release, func(struct{}, error) {})
	}
}

// onDisconnect answers when everything is closed: a client may end the process as soon as it has the answer.
func (s *Session) onDisconnect(r request, _ dap.DisconnectArguments) (any, error) {
	s.close()
	s.over = true
	return nil, nil
}

// close ends everything that the session started, and waits for it, though not for longer than clients do.
func (s *Session) close() {
	s.cancel()
	if s.runner != nil {
		select {
		case <-s.runner.done:
		case <-time.After(closeLimit): // the client is answered; see linger
		}
		s.ending, s.runner = s.runner, nil
	}
	if s.phase == launched {
		s.play.file.Close() // the runner never got it
	}
	s.idle()
	for ticket := range s.waiting {
		s.answer(ticket, nil, fail(codeCancelled, "the session has ended"))
	}
}

// linger waits on for what close has begun to end, on a busy machine: the process must not end before it has taken its files
// away.
func (s *Session) linger() {
	if s.ending == nil {
		return
	}
	select {
	case <-s.ending.done:
	case <-time.After(lingerLimit):
		s.log.Warn("the browser or the app's server takes too long to close")
	}
}

// wrongPhase is the error of a request that comes too early, too late, or twice.
func (s *Session) wrongPhase(command string) error {
	if err := s.need(); err != nil && s.phase != launched {
		return err
	}
	return fail(codeState, "%s is not expected now", command)
}

// hearing is how the session hears of what the runner and those that it started do.
type hearing struct {
	run    player.Listener
	server func(text string) // what the app's own server prints
	say    func(text string) // for the user; ends in a newline
	change func(watch.Change)
}

// hearing passes on what a play does.
func (s *Session) hearing(p *play) hearing {
	return hearing{
		run: player.Listener{
			Output:   func(o player.Output) { s.post(func() { s.output(p, o) }) },
			Progress: throttle(func(done, total int) { s.post(func() { s.progress.update(s, done, total) }) }),
		},
		server: s.serverOutput,
		say:    func(text string) { s.post(func() { s.sayOf(p, text) }) },
		change: func(c watch.Change) { s.post(func() { s.onChange(p, c) }) },
	}
}
