package playertest

import (
	"context"
	"math"
	"slices"

	"restep/player"
	"restep/player/playback"
)

// at schedules a task.
func (p *Page) schedule(at float64, w *World, run func()) {
	p.seq++
	t := task{at: max(at, p.now), seq: p.seq, world: w, run: run}
	i, _ := slices.BinarySearchFunc(p.tasks, t, func(a, b task) int {
		if a.at != b.at {
			if a.at < b.at {
				return -1
			}
			return 1
		}
		return a.seq - b.seq
	})
	p.tasks = slices.Insert(p.tasks, i, t)
}

// Advance implements [player.Page].
func (p *Page) Advance(ctx context.Context, w player.Window) (player.Report, error) {
	p.window, p.handles = w, nil
	to := w.To
	p.answers = append(p.answers, w.Answers...)
	for {
		if err := p.ready(ctx); err != nil {
			return player.Report{}, err
		}
		if p.failed() {
			to = min(to, math.Ceil(p.now))
		}
		if !p.next(to) {
			break
		}
		if p.hung {
			return player.Report{}, player.ErrHangs
		}
	}
	p.now = max(p.now, to)
	for w.Drain && p.draining() {
		if err := p.ready(ctx); err != nil {
			return player.Report{}, err
		}
		p.next(p.now + 1e9)
	}
	r := player.Report{Seen: p.seen, Now: p.now, Halted: to < w.To, Divergences: p.differs}
	p.seen, p.differs, p.wrong = nil, nil, nil
	return r, nil
}

// next runs the next task or releases the next answer that is due by the time; false: there is none. Tasks that are
// due at the same time as an answer go first.
func (p *Page) next(to float64) bool {
	i, due := p.dueAnswer()
	if len(p.tasks) > 0 && p.tasks[0].at <= to && (i < 0 || p.tasks[0].at <= due) {
		t := p.tasks[0]
		p.tasks = p.tasks[1:]
		p.now = max(p.now, t.at)
		if t.world == nil || t.world == p.world { // the timers of a document end with it
			t.run()
		}
		return true
	}
	if i < 0 || due > to || p.failed() {
		return false
	}
	a := p.answers[i]
	p.answers = slices.Delete(p.answers, i, i+1)
	p.now = max(p.now, due)
	p.deliver(a)
	return true
}

// dueAnswer finds the answer that is released next: the first in file order whose request is there. One whose request
// came after its line was due waits for its latency.
func (p *Page) dueAnswer() (index int, at float64) {
	index = -1
	for i, a := range p.answers {
		q, ok := p.taken[a.Of]
		if a.Pos >= p.window.Limit && !a.Extra || !ok {
			continue
		}
		due := a.T
		if q.at > a.T {
			due = q.at + a.Latency
		}
		due = max(due, p.now)
		if index < 0 || due < at {
			index, at = i, due
		}
	}
	return index, at
}

// draining reports whether a request still waits for an answer that was given.
func (p *Page) draining() bool {
	i, _ := p.dueAnswer()
	return i >= 0
}

// deliver gives an answer to the request that took its recorded one.
func (p *Page) deliver(a player.Answer) {
	q := p.taken[a.Of]
	p.release[a.Pos] = true
	if a.Status >= 400 {
		p.fails("http")
	}
	s := p.note(playback.Event{Kind: a.Kind, Status: a.Status, Text: a.Text, Name: a.Name}, a.Pos)
	s.Live = q.live
	if a.Kind == playback.WS || a.Kind == playback.SSE {
		s.Dir = playback.In
	}
	if q.world == p.world && q.then != nil {
		q.then(Answer{Kind: a.Kind, Status: a.Status, Headers: a.Headers, Body: a.Body, Text: a.Text})
	}
}

// fails notes what the app does wrong, in the words of [player.Window.HaltOn].
func (p *Page) fails(filter string) { p.wrong = append(p.wrong, filter) }

// failed reports whether what the window halts on was seen since the last report.
func (p *Page) failed() bool {
	return slices.ContainsFunc(p.wrong, func(filter string) bool { return slices.Contains(p.window.HaltOn, filter) })
}
