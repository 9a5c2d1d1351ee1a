package dap

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"restep/player/playback"
)

// play is a launched playback. It belongs to the session's goroutine; the file may be read by any.
type play struct {
	cfg     *config
	file    *playback.File
	answers map[int][]int // position of a req -> positions of what belongs to it, in file order
	live    []string      // patterns that may reach a real server, besides those of cfg
	goal    string        // id of the event to run to at first; empty: as cfg says
	toEnd   bool          // run to the end at first
	muted   bool          // what its run prints is known already
	saved   stamp         // the file that was opened
	errors  int           // that a check finds in the file
}

// openPlay opens the file of a configuration, live being the further patterns of the session. Errors are for the user.
func (v *Server) openPlay(cfg *config, live []string) (*play, error) {
	saved := stampOf(cfg.Program)
	f, err := openFile(cfg.Program)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf(`there is no file %s: write the path of a playback as "program" in the launch configuration`, cfg.Program)
	}
	if err != nil {
		return nil, err
	}
	p := &play{cfg: cfg, file: f, answers: map[int][]int{}, saved: saved}
	if p.after(-1) == f.Len() {
		f.Close()
		return nil, fmt.Errorf("there is nothing to play: %s has no action of a user", cfg.Program)
	}
	if err := v.mayPlay(p, live); err != nil {
		f.Close()
		return nil, err
	}
	for pos := range f.Len() {
		switch f.Kind(pos) {
		case playback.Res, playback.Fail, playback.WS, playback.SSE:
			if of := f.Of(pos); of >= 0 {
				p.answers[of] = append(p.answers[of], pos)
			}
		}
	}
	return p, nil
}

// mayPlay refuses a playback that is broken where it matters, and what the server refuses.
func (v *Server) mayPlay(p *play, live []string) error {
	found, err := p.file.Defects()
	if err != nil {
		return err
	}
	if d := found.Unusable; d != nil {
		return fmt.Errorf("%s:%d:%d: %s. restep check lists all that is wrong with the file", p.file.Name(), d.Line, d.Column, d.Message)
	}
	p.errors = found.Errors
	if v.Check == nil {
		return nil
	}
	return v.Check(Launch{p.file, p.cfg.App, slices.Concat(p.cfg.Live, live), p.cfg.stage()})
}

// warn tells of what is wrong with the playback that was launched.
func (s *Session) warn() {
	if n := s.play.errors; n > 0 {
		s.important(fmt.Sprintf("restep: the playback has errors (%d), and what they are about may play wrong; restep check %s lists them\n",
			n, s.play.file.Name()))
	}
}

// inMemory is the size in bytes up to which a playback is held in memory while it is debugged. The format keeps the lines
// of most files below 16 MB; larger content lies beside them.
const inMemory = 32 << 20

// openFile opens a playback so that saving it in the editor does not pull it out from under the session: what changed
// counts after a restart.
func openFile(name string) (*playback.File, error) {
	st, err := os.Stat(name)
	if err != nil || !st.Mode().IsRegular() || st.Size() > inMemory {
		return playback.OpenFile(name) // which also says what is wrong
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("open playback: %w", err)
	}
	return playback.Read(name, bytes.NewReader(data), int64(len(data)))
}

// action returns the position of the action that an event belongs to: itself, its cause, or the action before it.
// It is -1 for what stands before the first action.
func (p *play) action(pos int) int {
	if pos < p.file.Len() && !p.file.Kind(pos).Action() {
		if of := p.file.Of(pos); of >= 0 {
			pos = of
		}
		if c := p.file.Cause(pos); c >= 0 && p.file.Kind(c).Action() {
			return c
		}
	}
	for pos = min(pos, p.file.Len()-1); pos >= 0; pos-- {
		if p.file.Kind(pos).Action() {
			return pos
		}
	}
	return -1
}

// after returns the first action behind pos, or the end.
func (p *play) after(pos int) int {
	for pos++; pos < p.file.Len(); pos++ {
		if p.file.Kind(pos).Action() {
			return pos
		}
	}
	return p.file.Len()
}

// before returns the last action ahead of pos, or -1.
func (p *play) before(pos int) int {
	for pos = min(pos, p.file.Len()) - 1; pos >= 0; pos-- {
		if p.file.Kind(pos).Action() {
			return pos
		}
	}
	return -1
}

// window returns the stretch [from, to) of events that matter when standing at pos: what led here since the action
// before, and what the action at hand causes.
func (p *play) window(pos int) (from, to int) {
	from = p.before(pos)
	if pos < p.file.Len() && !p.file.Kind(pos).Action() {
		from = p.before(from) // the one before the action that the effect belongs to
	}
	return max(from, 0), p.after(pos)
}
