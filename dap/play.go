package dap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"restep/player"
	"restep/player/playback"
)

// play is a launched playback. It belongs to the session's goroutine; the file may be read by any.
type play struct {
	cfg     *config
	file    *playback.File
	answers map[int][]int // position of a req -> positions of what belongs to it, in file order
}

// openPlay opens the file of a configuration. Errors are for the user.
func openPlay(cfg *config) (*play, error) {
	f, err := openFile(cfg.Program)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf(`there is no file %s: write the path of a playback as "program" in the launch configuration`, cfg.Program)
	}
	if err != nil {
		return nil, err
	}
	if f.Len() == 0 {
		f.Close()
		return nil, fmt.Errorf("the playback %s has no events", cfg.Program)
	}
	p := &play{cfg: cfg, file: f, answers: map[int][]int{}}
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

// moment is where the player stands and what it knows there. It is taken once a stop, so that frames, scopes and most
// values are answered without the player, in no time.
type moment struct {
	stop        player.Stop
	cursor      int                   // the event that runs next; it differs from stop.Pos after a failure
	live        map[int]*player.Seen  // what the page did for the recorded effects around here, by position
	extra       map[int][]player.Seen // and without a recorded line, by the position of the action
	divergences []playback.Divergence
	verdict     playback.Verdict
	recorded    []player.Failure
	occurred    []player.Failure
}

// lookMax bounds the events around a stop that are looked at.
const lookMax = 2000

// look takes the moment of a stop. It runs in the runner's goroutine.
func (r *runner) look(stop player.Stop) *moment {
	p := r.player
	m := &moment{stop: stop, cursor: p.Cursor(), live: map[int]*player.Seen{}, extra: map[int][]player.Seen{}, verdict: p.Verdict()}
	m.divergences = p.Divergences()
	m.recorded, m.occurred = p.Failures()
	w := play{file: r.file}
	from, _ := w.window(min(stop.Pos, m.cursor))
	_, to := w.window(max(stop.Pos, m.cursor))
	for pos := max(from, to-lookMax); pos < to; pos++ {
		if seen := p.Live(pos); seen != nil {
			m.live[pos] = seen
		}
		if r.file.Kind(pos).Action() {
			m.extra[pos] = p.Extra(pos)
		}
	}
	return m
}

// prepare makes everything ready for a play and goes to its first stop. It runs in the runner's goroutine; what an
// earlier play left open is kept where it still fits.
func (r *runner) prepare(ctx context.Context, v *Server, p *play, hear player.Listener, say func(string)) (*moment, error) {
	if r.player != nil {
		r.player.Close() // a new one is about to be made
		r.player = nil
	}
	if r.file != nil && r.file != p.file {
		r.file.Close()
	}
	r.file = p.file
	if err := r.startServer(ctx, p.cfg.Server, say); err != nil {
		return nil, err
	}
	if err := r.startStage(ctx, v, p.cfg); err != nil {
		return nil, err
	}
	o := p.cfg.options()
	o.Listen, o.Log = hear, r.log
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
	o := StageOptions{Headless: c.Headless, Browser: c.Browser}
	if r.stage != nil && o == r.stageWith {
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
