package culprit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"restep/player/playback"
)

// MinimizeOptions say what to look for and how.
type MinimizeOptions struct {
	Jobs     int            // runs at once; less than 1 is 1
	Only     string         // id of the recorded failure that counts; empty: all that occur
	Progress func(Progress) // hears of each smaller part, by the goroutine that called Minimize; nil: nobody
}

// Minimal is the smallest part of a recording that was found.
type Minimal struct {
	File     *playback.File // a view of the recording, which must stay open
	Actions  int            // of File
	Of       int            // actions of the recording
	Runs     int            // that it took
	Failures []playback.RunFailure
	// Complete says that without any one of its actions the failure does not occur, nor without those that may be needed only
	// because of each other: see script.groups. false: the search was interrupted.
	Complete bool

	goal *goal
}

// Minimize looks for the fewest actions of a recording that still lead to its failures: the verdict is reproduced, by the
// same failures, and the run departs from the recording nowhere before that where the whole recording does not. With
// [player.Options].FailIf that alone is the failure. What an action caused goes with it; lines keep their times and ids. Then
// lines that nothing takes or shows any more go too.
//
// The error is a [*NothingError] where no failure occurs. When ctx ends, and after other errors, it returns the smallest part
// so far with the error, or nil where there is none yet.
func Minimize(ctx context.Context, lab *Lab, f *playback.File, o MinimizeOptions) (*Minimal, error) {
	m := &minimizer{lab: lab, o: o, free: map[int]bool{}, lost: map[int]int{}, out: map[int]bool{}}
	if err := m.begin(ctx, f); err != nil {
		return nil, err
	}
	err := m.search(ctx)
	return m.result(err == nil), err
}

// minimizer is one search. Its tests run in goroutines of the reducer, which waits for them.
type minimizer struct {
	lab    *Lab
	o      MinimizeOptions
	goal   *goal
	script *script
	first  *playback.Run    // of the whole recording
	kept   []int            // indexes of actions
	calls  map[string][]int // recorded requests by method and local path, as positions
	end    int              // the line that says when the recording ended, where a condition may wait for that; 0: none
	runs   atomic.Int64
	out    map[int]bool // positions of lines that are left out; it changes between reductions only

	mu   sync.Mutex // guards the fields below
	free map[int]bool
	lost map[int]int // action without which the rest left the recording -> the action at which it did, as indexes
}

// begin plays the whole recording.
func (m *minimizer) begin(ctx context.Context, f *playback.File) error {
	m.runs.Add(1)
	whole, err := m.lab.play(ctx, f, nil, true)
	if err != nil {
		return err
	}
	m.first = whole.run
	m.goal = newGoal(whole.run, func(x playback.RunFailure) bool {
		if m.lab.Options.FailIf != "" {
			return x.Kind == failIf
		}
		return m.o.Only == "" || x.ID == m.o.Only
	})
	if len(m.goal.want) == 0 {
		return &NothingError{m.first.Verdict}
	}
	spare := m.goal.lines(f)
	if last := f.Len() - 1; m.goal.want[failIf] && f.Kind(last) == playback.Expect {
		m.end, spare[last] = last, true
	}
	if m.script, err = newScript(f, spare); err != nil {
		return err
	}
	for i := range m.script.actions {
		m.kept = append(m.kept, i)
	}
	return m.readCalls(whole.local)
}

// search leaves out actions, then lines, then looks again whether each action is needed beside the lines that are left.
func (m *minimizer) search(ctx context.Context) error {
	last := m.lastNeeded()
	after := func(i int) bool { return i > last }
	chunks := m.script.chunks(slices.DeleteFunc(slices.Clone(m.kept), after))
	if last+1 < len(m.kept) {
		chunks = append([][]int{m.kept[last+1:]}, chunks...)
	}
	if err := m.reduceActions(ctx, chunks, m.groups); err != nil {
		return err
	}
	dropped, err := m.reduceLines(ctx)
	if err != nil || !dropped {
		return err
	}
	return m.reduceActions(ctx, nil, nil) // which sweeps
}

// lastNeeded is the index of the action after which the last of the failures occurred.
func (m *minimizer) lastNeeded() int {
	first := map[string]int{}
	for _, f := range m.goal.failuresOf(m.first) {
		i := -1
		if pos, ok := m.script.file.Find(f.After); ok {
			i = m.script.index(pos)
		}
		kind := m.goal.kindOf(f)
		if at, seen := first[kind]; !seen || i < at {
			first[kind] = i
		}
	}
	return slices.Max(slices.Collect(maps.Values(first)))
}

// reduceActions leaves out actions by chunks, the first ones first, in any case by single ones at the end, and then by groups.
func (m *minimizer) reduceActions(ctx context.Context, chunks [][]int, groups func([]int) [][]int) error {
	r := &reducer{jobs: max(1, m.o.Jobs), kept: m.kept, groups: groups}
	r.test = func(ctx context.Context, set []int) (bool, error) {
		if len(set) == 0 {
			return false, nil
		}
		return m.try(ctx, set, m.out)
	}
	r.smaller = func(set []int) {
		m.kept = set
		m.tell()
	}
	return r.reduce(ctx, chunks)
}

func (m *minimizer) tell() {
	if m.o.Progress != nil {
		m.o.Progress(Progress{Runs: int(m.runs.Load()), Left: len(m.kept), Of: len(m.script.actions)})
	}
}

// try plays the part with some actions and without some lines. A request that is made all the same although the action that
// it was recorded after is not there, such as that of a timer, stays whatever becomes of the action, once that has led to
// the failure.
func (m *minimizer) try(ctx context.Context, actions []int, out map[int]bool) (bool, error) {
	m.mu.Lock()
	p := pick{actions: actions, free: maps.Clone(m.free), out: out}
	m.mu.Unlock()
	for {
		m.runs.Add(1)
		t, err := m.lab.play(ctx, m.script.view(p), m.goal, false)
		if lost := (*LostError)(nil); errors.As(err, &lost) {
			return false, nil // whatever it was, it is not the failure
		}
		if err != nil {
			return false, err
		}
		if t.met {
			m.mu.Lock()
			maps.Copy(m.free, p.free)
			m.mu.Unlock()
			return true, nil
		}
		if !m.release(p, t.asked) {
			m.blame(actions, t)
			return false, nil
		}
	}
}

// blame notes where the rest left the recording without one of the kept actions.
func (m *minimizer) blame(actions []int, t *trial) {
	if len(actions) != len(m.kept)-1 {
		return
	}
	i := slices.IndexFunc(m.kept, func(i int) bool { return !slices.Contains(actions, i) })
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.lost, m.kept[i])
	if pos, ok := m.script.file.Find(t.at); ok && t.lost {
		m.lost[m.kept[i]] = m.script.before(pos + 1)
	}
}

// groups are those of what is kept.
func (m *minimizer) groups(kept []int) [][]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.script.groups(kept, m.lost)
}

// release frees the requests of a part that were asked and stand in the recording, but not in the part. It reports whether
// there were any.
func (m *minimizer) release(p pick, asked []string) (any bool) {
	for _, call := range asked {
		for _, pos := range m.calls[pathOf(call)] {
			root := m.script.root[pos]
			if !p.free[root] && !p.out[pos] && !slices.Contains(p.actions, m.script.owner[pos]) {
				p.free[root], any = true, true
			}
		}
	}
	return any
}

// readCalls lists the recorded requests by method and local path.
func (m *minimizer) readCalls(local func(string) string) error {
	f := m.script.file
	m.calls = map[string][]int{}
	for pos := range f.Len() {
		if f.Kind(pos) != playback.Req || m.script.owner[pos] == always {
			continue
		}
		e, err := f.Event(pos)
		if err != nil {
			return fmt.Errorf("decode event %s: %w", f.ID(pos), err)
		}
		call := pathOf(cmp.Or(e.Method, "GET") + " " + local(e.URL))
		m.calls[call] = append(m.calls[call], pos)
	}
	return nil
}

// pathOf is "METHOD URL" without query and fragment, which may differ each time.
func pathOf(call string) string {
	if i := strings.IndexAny(call, "?#"); i >= 0 {
		return call[:i]
	}
	return call
}

// reduceLines leaves out what the part does not take or show: requests that are not made, with their answers, effects that do
// not occur, and looks at the page that find it otherwise. It reports whether answers were among them.
func (m *minimizer) reduceLines(ctx context.Context) (answers bool, err error) {
	stale, err := m.stale(ctx)
	if err != nil || len(stale) == 0 {
		return false, err
	}
	r := &reducer{jobs: max(1, m.o.Jobs), kept: stale} // what is kept in
	r.test = func(ctx context.Context, set []int) (bool, error) {
		return m.try(ctx, m.kept, without(stale, set))
	}
	if err := r.reduce(ctx, [][]int{stale}); err != nil {
		return false, err
	}
	m.out = without(stale, r.kept)
	for pos := range m.out {
		answers = answers || m.script.file.Kind(pos) == playback.Req
	}
	return answers, nil
}

// without are the lines of a list that a part of it does not have.
func without(list, part []int) map[int]bool {
	out := map[int]bool{}
	for _, pos := range list {
		if !slices.Contains(part, pos) {
			out[pos] = true
		}
	}
	return out
}

// stale are the positions of the lines that a run of the part to its end finds to be of no use, ascending.
func (m *minimizer) stale(ctx context.Context) ([]int, error) {
	m.runs.Add(1)
	view := m.script.view(pick{actions: m.kept, free: m.free})
	t, err := m.lab.play(ctx, view, nil, true)
	if err != nil {
		return nil, err
	}
	ids := slices.Clone(t.run.Coverage.Unseen)
	for _, d := range t.run.Divergences {
		if d.Kind == playback.FingerprintDiffer || d.Kind == playback.URLDiffers {
			ids = append(ids, d.ID)
		}
	}
	occurred := map[string]bool{}
	for _, f := range t.run.Failures.Live {
		occurred[f.ID] = true
	}
	for _, f := range t.run.Failures.Recorded {
		if !occurred[f.ID] {
			ids = append(ids, f.ID)
		}
	}
	f := m.script.file
	var out []int
	for _, id := range ids {
		pos, ok := f.Find(id)
		if ok && !f.Kind(pos).Action() && (f.Of(pos) < 0 || f.Kind(pos) == playback.Req) {
			out = append(out, pos)
		}
	}
	if m.end > 0 {
		out = append(out, m.end)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// result is what was found.
func (m *minimizer) result(complete bool) *Minimal {
	view := m.script.view(pick{actions: m.kept, free: m.free, out: m.out})
	return &Minimal{
		File: view, Actions: len(m.kept), Of: len(m.script.actions), Runs: int(m.runs.Load()),
		Failures: m.goal.failuresOf(m.first), Complete: complete, goal: m.goal,
	}
}

// Confirms reports whether a run shows the failures that the part was made for.
func (m *Minimal) Confirms(run *playback.Run) bool {
	t := trial{run: run}
	t.judge(m.goal)
	return t.met && run.Verdict == playback.Reproduced
}
