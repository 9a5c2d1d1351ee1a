package dap

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"restep/player"
	"restep/player/playback"
	"restep/player/watch"
)

// hotNote is what became of a change of the app's code.
type hotNote struct {
	files   []string
	changes []string // in what the run differs from the one before, a line each; none: in nothing, up to here
	preview bool     // the page has taken the code over: nothing was replayed
	moved   bool     // a move has gone on from there
	why     string   // why it was done otherwise than the configuration says

	before player.Outcome // of the run with the old code
}

// told is the note where something has changed, else nil.
func (h *hotNote) told() *hotNote {
	if h == nil || len(h.files) == 0 {
		return nil
	}
	return h
}

// again reports whether a URL is that of a module that a page loads again, as Vite and webpack do it.
func again(target string) bool {
	return strings.Contains(target, "?t=") || strings.Contains(target, "&t=") || strings.Contains(target, ".hot-update.")
}

// startWatch begins to watch the files of the app and the playback, and returns how to tell it what pages load.
func (r *runner) startWatch(p *play, hear hearing) (player.CodeListener, error) {
	r.hot, r.reloads = p.cfg.HotReplay, &atomic.Int64{}
	r.mu.Lock()
	r.saved = nil
	r.mu.Unlock()
	if r.hot == hotOff {
		return player.CodeListener{}, nil
	}
	app := p.cfg.App
	if app == "" {
		app = p.file.Header().App
	}
	w, err := watch.Start(watch.Options{
		App: app, Paths: p.cfg.paths, Files: []string{p.cfg.Program}, Tell: hear.change, Say: hear.say, Log: r.log,
	})
	if err != nil {
		return player.CodeListener{}, err
	}
	r.watch = w
	reloads := r.reloads
	return player.CodeListener{
		Apply: r.hot == hotHMR,
		Loaded: func(url, resource string) {
			if again(url) {
				reloads.Add(1)
			}
			w.Loaded(url, resource)
		},
		Update: w.Update,
	}, nil
}

func (r *runner) stopWatch() {
	if r.watch != nil {
		r.watch.Close()
		r.watch = nil
	}
}

// change notes files of the app whose new code the page does not have; a move under way is interrupted for it. It may be
// called from any goroutine.
func (r *runner) change(files []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.saved = append(r.saved, files...)
	r.poke()
}

// stale reports whether there are such files.
func (r *runner) stale() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.saved) > 0
}

// beforeChange keeps what a change is compared with.
func (r *runner) beforeChange() *hotNote {
	if r.watch == nil {
		return nil
	}
	return &hotNote{before: r.player.Outcome()}
}

// take gives the changed files to a note: what runs from now on has their code. It returns false where a pause was asked for.
func (r *runner) take(h *hotNote) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.wanted {
		r.wanted = false
		return false
	}
	h.files = append(h.files, r.saved...)
	slices.Sort(h.files)
	h.files, r.saved = slices.Compact(h.files), nil
	r.moving, r.forward = r.player, false
	return true
}

// renew brings the page to a place with the code that the app has now, again when that changes on the way, and notes what
// is different there.
func (r *runner) renew(ctx context.Context, to player.Place, h *hotNote) (player.Stop, error) {
	for {
		if !r.take(h) {
			return player.Stop{Pos: r.player.Pos(), Reason: player.Paused}, nil
		}
		stop, err := r.player.Renew(ctx, to)
		again := r.leave(stop)
		if err != nil {
			return player.Stop{Pos: r.player.Pos(), Reason: player.Paused}, err
		}
		if again {
			continue
		}
		r.kept = 0 // this run takes the place of the one that was kept
		h.changes, h.moved = r.player.Outcome().Changes(h.before, r.player.Cursor(), r.locate), true
		return stop, nil
	}
}

// replay comes back to where the player stands with the code that the app has now, in the way that the configuration says.
func (r *runner) replay(ctx context.Context) (*moment, error) {
	h := r.beforeChange()
	if h == nil { // nothing is watched any more
		r.mu.Lock()
		r.saved = nil
		r.mu.Unlock()
		return r.look(r.player.At()), nil
	}
	to := r.player.Place()
	if r.hot == hotHMR {
		switch done, err := r.applyHot(ctx); {
		case err != nil:
			h.why = "The page was lost while it took the change over."
		case done:
			r.take(h)
			r.leave(player.Stop{})
			h.preview = true
			h.changes = r.player.Outcome().Changes(h.before, r.player.Cursor(), r.locate)
			now := r.look(r.player.At())
			now.hot = h
			return now, nil
		default:
			h.why = "The app's server did not update the page in place, so the session was replayed."
		}
	}
	stop, err := r.renew(ctx, to, h)
	h.moved = false
	if err == nil && stop.Reason != player.Paused {
		r.keepRun(stop)
	}
	now := r.look(stop)
	now.hot = h.told()
	return now, err
}

// Times of applyHot: with the clock standing, a page takes nothing over, so it runs in short stretches while the update
// comes, 20 to 140 ms after a save with Vite. It is long enough to be sure that none comes.
const (
	hotSlice = 10 // ms of the page's clock
	hotPause = 10 * time.Millisecond
	hotLimit = 1200 * time.Millisecond
	hotAfter = 100 // ms of the page's clock, for what an applied module does
)

// applyHot lets the page take a change over, and reports whether it did without loading the document again. It may have asked
// for the new module already, since a message of its server comes to it also while the clock stands.
func (r *runner) applyHot(ctx context.Context) (bool, error) {
	for begin := time.Now(); time.Since(begin) < hotLimit; {
		if reloaded, err := r.player.Preview(ctx, hotSlice); err != nil || reloaded {
			return false, err
		}
		if r.reloads.Load() != r.atStop {
			reloaded, err := r.player.Preview(ctx, hotAfter)
			return err == nil && !reloaded, err
		}
		select {
		case <-time.After(hotPause):
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	return false, nil
}

// locate names the place of a frame for people: in the source where the map is known, else in the script.
func (r *runner) locate(f playback.StackFrame, before bool) string {
	if r.watch != nil {
		if name, line, ok := r.watch.Locate(f.URL, f.Line, f.Column, before); ok {
			return fmt.Sprintf("%s:%d", path.Base(name), line)
		}
	}
	u, err := url.Parse(f.URL)
	if err != nil || f.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", path.Base(u.Path), f.Line)
}
