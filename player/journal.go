package player

import (
	"context"
	"fmt"
	"slices"
	"time"

	"restep/player/playback"
)

// journalMax bounds the journal: the newest stops stay.
const journalMax = 1000

// Visit is a stop as the journal keeps it.
type Visit struct {
	Stop
	Cursor int     // the event that ran next
	T      float64 // the page's clock, ms since the start of the recording
	Done   int     // actions that were performed
	// Seen is what the page did for the shown effect; nil where it did nothing, and on actions.
	Seen *Seen
}

// record adds a stop to the journal.
func (p *Player) record(s Stop) {
	v := p.view()
	p.journal = append(p.journal, Visit{Stop: s, Cursor: v.pos, T: v.now, Done: v.done, Seen: p.Live(s.Pos)})
	if n := len(p.journal) - journalMax; n > 0 {
		p.journal = slices.Delete(p.journal, 0, n)
	}
}

// Journal returns the stops since the file was loaded, oldest first, at most the last thousand.
func (p *Player) Journal() []Visit { return slices.Clone(p.journal) }

// Live returns what the page did for the recorded effect at pos in this pass; nil where it was not seen.
func (p *Player) Live(pos int) *Seen {
	v := p.view()
	if v == nil {
		return nil
	}
	s, ok := v.pass.led.live[pos]
	if !ok || v.pass.led.when[pos] > v.seen {
		return nil
	}
	return &s
}

// Extra returns what the page did without a recorded line in this pass, after the action at pos; -1: before the first.
func (p *Player) Extra(pos int) []Seen {
	v := p.view()
	if v == nil || pos >= v.pos {
		return nil
	}
	var out []Seen
	for _, x := range v.pass.led.extra[pos] {
		if x.at(v.seen) {
			out = append(out, x.Seen)
		}
	}
	return out
}

// Result is [Player.Summary] with the state of the page; at the end that is the outcome of the run. A page that hung has
// none: where its script was cut off depends on the machine.
func (p *Player) Result(ctx context.Context) (*playback.Run, error) {
	run, err := p.Summary()
	if err != nil || p.pass.hung {
		return run, err
	}
	if run.State, err = p.pass.page.Hash(ctx); err != nil {
		return nil, fmt.Errorf("state of the page: %w", err)
	}
	return run, nil
}

// Summary summarises the pass as it stands, without asking the page.
func (p *Player) Summary() (*playback.Run, error) {
	r := p.pass
	if r == nil {
		return nil, ErrNotStarted
	}
	recorded, live := p.Failures()
	unanswered, late := r.router.blocks()
	run := &playback.Run{
		Verdict: p.Verdict(), Actions: r.done, Touched: p.Touched(), Divergences: p.Divergences(),
		Failures:   playback.RunFailures{Recorded: p.summaries(recorded), Live: p.summaries(live)},
		Unanswered: unanswered - late, Missing: r.router.missing(r.pos),
		Elapsed: float64(time.Since(p.begun).Microseconds()) / 1000, Start: p.begun, Coverage: r.coverage(),
	}
	if run.Divergences == nil {
		run.Divergences = []playback.Divergence{}
	}
	return run, nil
}

// coverage lists the events that the pass has come by. Requests that the page gets elsewhere are not expected to show.
func (r *pass) coverage() playback.Coverage {
	f, cat := r.p.file, r.p.cat
	c := playback.Coverage{Ran: r.pos, Unseen: []string{}}
	if r.pos < f.Len() {
		c.Until = f.ID(r.pos)
	}
	for pos := range r.pos {
		if !cat.observed(pos) && !cat.delivered(pos) {
			continue
		}
		req := pos
		if f.Kind(pos) != playback.Req {
			req = f.Of(pos)
		}
		if _, ours := cat.index[req]; req >= 0 && !ours {
			continue
		}
		if _, seen := r.led.live[pos]; !seen {
			c.Unseen = append(c.Unseen, f.ID(pos))
		}
	}
	return c
}

// summaries turns failures into what a run keeps of them.
func (p *Player) summaries(list []Failure) []playback.RunFailure {
	out := make([]playback.RunFailure, 0, len(list))
	for _, f := range list {
		x := playback.RunFailure{
			Kind: f.Kind, Name: f.Name, Message: f.Message, After: f.After, Answered: f.Answered, Stack: f.Stack,
		}
		if f.Recorded && f.Pos >= 0 && f.Kind != "fail-if" {
			x.ID, x.Line = p.file.ID(f.Pos), p.file.Line(f.Pos)
		}
		out = append(out, x)
	}
	return out
}
