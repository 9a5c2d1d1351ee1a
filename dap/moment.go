package dap

import (
	"restep/player"
	"restep/player/playback"
)

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
	blocked     []player.Blocked // requests that were not recorded
	checkpoints []player.Checkpoint
	away        bool     // the live page is on its way here; of the session's goroutine
	hot         *hotNote // the code of the app changed on the way here; nil: it did not
}

// lookMax bounds the events around a stop that are looked at.
const lookMax = 2000

// look takes the moment of a stop. It runs in the runner's goroutine.
func (r *runner) look(stop player.Stop) *moment {
	p := r.player
	if r.reloads != nil {
		r.atStop = r.reloads.Load()
	}
	m := &moment{stop: stop, cursor: p.Cursor(), live: map[int]*player.Seen{}, extra: map[int][]player.Seen{}, verdict: p.Verdict()}
	m.divergences = p.Divergences()
	m.recorded, m.occurred = p.Failures()
	m.blocked, m.checkpoints, m.away = p.Blocked(), p.Checkpoints(), p.Page() == nil
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
