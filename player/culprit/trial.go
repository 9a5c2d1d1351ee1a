package culprit

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"restep/player"
	"restep/player/playback"
)

// Lab is where playbacks are played. Its players share nothing but the stage, so that several may play at once.
type Lab struct {
	Stage   player.Stage
	Options player.Options
}

// trial is what became of a run.
type trial struct {
	run   *playback.Run
	met   bool                // every failure of the goal occurred
	lost  bool                // it left the recording before that
	at    string              // id of the event at which it did
	asked []string            // what was asked that no line answers: "METHOD URL", local
	local func(string) string // maps recorded URLs to local ones
}

// LostError says that a page was lost while a part was played, such as by a crash: that part could not be judged, and others
// may be.
type LostError struct{ Err error }

func (e *LostError) Error() string { return e.Err.Error() }

// Unwrap returns what happened.
func (e *LostError) Unwrap() error { return e.Err }

// lostPage is a [*LostError] where err is one of a page, and not of the file, of the app, which does not answer any more, or
// of a caller who has had enough.
func lostPage(ctx context.Context, err error) error {
	var line *playback.LineError
	var gone *player.UnreachableError
	if err == nil || ctx.Err() != nil || errors.As(err, &line) || errors.As(err, &gone) {
		return err
	}
	return &LostError{err}
}

// play plays a file: until the goal is met, or until it leaves the recording; to the end where whole is set. An error after the
// page was opened is a [*LostError], unless no other page would fare better.
func (l *Lab) play(ctx context.Context, f *playback.File, g *goal, whole bool) (*trial, error) {
	p, err := player.New(f, l.Stage, l.Options)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	t := &trial{local: p.LocalURL}
	found := -1
	stop, err := p.Start(ctx)
	for err == nil && stop.Reason != player.End && (whole || !t.met && !t.lost) {
		if stop, err = p.Do(ctx, player.Move{Kind: player.Next}); err != nil {
			return nil, lostPage(ctx, err)
		}
		_, live := p.Failures()
		n := len(live) + len(p.Divergences())
		if g == nil || n == found {
			continue // nothing to judge, and a summary looks at every event
		}
		found = n
		if t.run, err = p.Summary(); err == nil {
			t.judge(g)
		}
	}
	if err == nil {
		t.run, err = p.Summary()
	}
	return t, err
}

// judge looks at a run after an action.
func (t *trial) judge(g *goal) {
	if t.met || t.lost {
		return
	}
	seen := map[string]bool{}
	for _, f := range t.run.Failures.Live {
		seen[g.kindOf(f)] = true
	}
	t.met = true
	for kind := range g.want {
		t.met = t.met && seen[kind]
	}
	if t.met {
		return
	}
	for _, d := range t.run.Divergences {
		if !d.Blocking || g.allowed[divergenceKey(d)] {
			continue
		}
		t.lost, t.at = true, cmp.Or(t.at, d.ID)
		if d.Kind == playback.RequestUnmatched {
			t.asked = append(t.asked, d.Got)
		}
	}
}

// goal is what a run has to show to count: failures of the whole recording, in a run that does not leave it before.
type goal struct {
	kinds map[string]string // id of a recorded line -> what the failure is, wherever it occurs
	want  map[string]bool   // what has to occur
	// allowed are the blocking divergences of the whole recording's run: those of a part may be the same ones.
	allowed map[string]bool
}

// failIf is what the failure of [player.Options].FailIf is called.
const failIf = "fail-if"

// newGoal is the goal that the run of the whole recording sets: the failures of it that occurred and that count.
func newGoal(run *playback.Run, counts func(playback.RunFailure) bool) *goal {
	g := &goal{kinds: map[string]string{}, want: map[string]bool{}, allowed: map[string]bool{}}
	for _, f := range run.Failures.Recorded {
		if f.ID != "" {
			g.kinds[f.ID] = strings.Join([]string{f.Kind, f.Name, f.Message}, "\x00")
		}
	}
	for _, f := range run.Failures.Live {
		if kind := g.kindOf(f); kind != "" && counts(f) {
			g.want[kind] = true
		}
	}
	for _, d := range run.Divergences {
		if d.Blocking {
			g.allowed[divergenceKey(d)] = true
		}
	}
	return g
}

// kindOf says which failure of the recording a live one is, wherever in the session it occurs; "" for none.
func (g *goal) kindOf(f playback.RunFailure) string {
	if f.Kind == failIf {
		return failIf
	}
	return g.kinds[f.ID]
}

// lines are the positions of the recorded lines that say what has to occur.
func (g *goal) lines(f *playback.File) map[int]bool {
	out := map[int]bool{}
	for id, kind := range g.kinds {
		if pos, ok := f.Find(id); ok && g.want[kind] && !f.Kind(pos).Delivered() {
			out[pos] = true
		}
	}
	return out
}

// failuresOf lists the failures of the goal that occurred in a run.
func (g *goal) failuresOf(run *playback.Run) []playback.RunFailure {
	return slices.DeleteFunc(slices.Clone(run.Failures.Live), func(f playback.RunFailure) bool { return !g.want[g.kindOf(f)] })
}

// divergenceKey is the same for one divergence in several runs.
func divergenceKey(d playback.Divergence) string {
	if d.Kind == playback.RequestUnmatched || d.Kind == playback.ErrorNew {
		return string(d.Kind) + " " + d.Got
	}
	return string(d.Kind) + " " + d.ID
}
