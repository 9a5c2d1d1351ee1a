package dap

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/go-dap"

	"restep/player"
	"restep/player/watch"
)

// What a saved file of the app does: see hotReplay in the launch configuration.
const (
	hotRestart = "restart" // the session is replayed to where it stands, with the new code
	hotHMR     = "hmr"     // the page takes the new code over and keeps its state, where its server can do that
	hotOff     = "off"     // nothing
)

// stamp tells two states of a file apart.
type stamp struct {
	size int64
	at   time.Time
}

func stampOf(path string) stamp {
	st, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{st.Size(), st.ModTime()}
}

// onChange takes a change of the app's files, or of the playback. Where the player moves, the move takes it into account
// by itself; where it stands, it comes back to where it stands.
func (s *Session) onChange(p *play, c watch.Change) {
	if p != s.play || s.phase != running && s.phase != halted {
		return
	}
	if slices.Contains(c.Files, p.cfg.Program) {
		s.reread()
		return
	}
	if c.Problem != "" {
		s.important(fmt.Sprintf("restep: %s cannot be replayed, since the app's server refuses it; the next save tries again:\n%s\n",
			called(c.Files), c.Problem))
		return
	}
	s.runner.change(c.Files)
	if s.phase == halted {
		s.runAgain(true)
	}
}

// called names what has changed.
func called(files []string) string {
	const most = 3
	names := watch.Names(files)
	switch n := len(names); {
	case n == 0:
		return "the change"
	case n > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most-1], ", "), n-most+1)
	}
	return strings.Join(names, ", ")
}

// runAgain comes back to where the session stands, with the new code. Still: the user is elsewhere, in the file that was saved.
// A client that asks anew for what it shows is left in the belief that the session stands, until it stands elsewhere: VS Code
// would show no variables after a stop that it is not to bring to the front. The others take it for running.
func (s *Session) runAgain(still bool) {
	s.tell()
	frames := s.frames
	if still && !s.client.SupportsInvalidatedEvent {
		s.send("continued", dap.ContinuedEventBody{ThreadId: threadID, AllThreadsContinued: true})
	}
	ctx, n := s.busy("Replaying with your change", true)
	if s.still = still; still && s.client.SupportsInvalidatedEvent {
		s.frames = frames // what the client shows is asked for again by their numbers
	}
	was := s.now
	if err := doMove(s.runner, ctx, s.runner.replay, func(now *moment, err error) { s.arrive(n, now, err) }); err != nil {
		s.arrive(n, was, err)
	}
}

// afterReplay has the player move when the replay under way is over: its client takes the session for standing.
func (s *Session) afterReplay(m player.Move, title string) {
	s.still = false
	s.then = func() { s.resume(m, title) }
}

// refresh has a client that was left standing ask anew for what it shows: of frames that it has, which are those of the place
// where the session stands now.
func (s *Session) refresh(was, now int) {
	for id, f := range s.frames.of {
		if f.pos == was {
			s.frames.of[id] = frame{now}
		}
	}
	s.send("invalidated", dap.InvalidatedEventBody{Areas: []dap.InvalidatedAreas{"variables"}, ThreadId: threadID})
}

// tellHot says at a stop that the code of the app has changed on the way there, and what that did.
func (s *Session) tellHot(now *moment, body *stopped) {
	h := now.hot
	what := "Replayed with your change (" + called(h.files) + ")"
	if h.preview {
		what = "Preview of your change (" + called(h.files) + ")"
	}
	if !h.moved {
		body.PreserveFocusHint = s.still
		body.Text = strings.TrimPrefix(strings.Join([]string{body.Description, body.Text}, ": "), ": ")
		body.Text = strings.TrimSuffix(body.Text, ": ")
		body.Description = what
	}
	line := "no difference up to here"
	if len(h.changes) > 0 {
		line = strings.Join(h.changes, "; ")
	}
	if h.preview {
		line += ". The page has kept what the old code made, so this is no replay: there is no verdict until the next one"
	}
	if h.why != "" {
		line += ". " + h.why
	}
	s.important("restep: " + strings.ToLower(what[:1]) + what[1:] + ": " + line + "\n")
}

// reread takes the playback as it was saved, and runs to the event where the session stands.
func (s *Session) reread() {
	old := s.play
	if stampOf(old.cfg.Program) == old.saved {
		return // it was opened after it was written
	}
	p, err := s.srv.openPlay(old.cfg, s.live)
	if err != nil {
		s.important("restep: the playback as it was saved cannot be played; the next save tries again: " + err.Error() + "\n")
		return
	}
	p.muted = true
	p.goal, p.toEnd = s.whereabouts(p)
	if s.phase == running {
		s.stopMove()
	} else {
		s.send("continued", dap.ContinuedEventBody{ThreadId: threadID, AllThreadsContinued: true})
	}
	s.moveBreaks(old, p)
	s.play = p
	s.settle()
	s.warn()
	s.reportMoved()
	s.important("restep: replaying " + filepath.Base(p.cfg.Program) + " as it was saved\n")
	_ = s.begin("Replaying with your change") // it answers nobody
}

// whereabouts is the event of a play where the session stands: the one that runs next, or the nearest before it that the
// play has too.
func (s *Session) whereabouts(p *play) (id string, toEnd bool) {
	if s.now == nil {
		return "", false
	}
	old := s.play.file
	if s.now.cursor >= old.Len() {
		return "", true
	}
	for pos := s.now.cursor; pos >= 0; pos-- {
		if _, ok := p.file.Find(old.ID(pos)); ok {
			return old.ID(pos), false
		}
	}
	return "", false
}

// moveBreaks moves breakpoints with their events. A client that has set one since the file was saved knows where it is.
func (s *Session) moveBreaks(old, p *play) {
	for path, set := range s.breaks.files {
		if !s.isProgram(path) {
			continue
		}
		for i := range set {
			l := &set[i]
			if l.pos < 0 || l.saved == p.saved {
				continue
			}
			if pos, ok := p.file.Find(old.file.ID(l.pos)); ok {
				l.asked = p.file.Line(pos)
			}
			l.saved = p.saved
		}
	}
}

// sayOf shows a line about a play.
func (s *Session) sayOf(p *play, text string) {
	if s.phase != ended && p == s.play {
		s.important(text)
	}
}
