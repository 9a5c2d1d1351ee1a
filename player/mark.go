package player

// mark is how far a pass had come at a point of it, so that what was known there can be told again without a page. What
// a pass finds out is only ever added to its lists: a mark counts how much of each there was.
type mark struct {
	pos, done   int     // as in pass
	now         float64 // ms since the start of the recording
	ended       bool
	seen        int // sightings, see ledger.when
	divergences int
	failures    int
	blocked     int
	failIfs     Conditions
}

// mark is where the pass stands.
func (r *pass) mark() mark {
	return mark{
		pos: r.pos, done: r.done, now: r.now, ended: r.ended, seen: r.led.sightings, divergences: len(r.led.divergences),
		failures: len(r.led.failures), blocked: len(r.blocked), failIfs: r.failIfs,
	}
}

// outcome is what a pass knew at a mark.
type outcome struct {
	pass *pass
	mark
}

// view is what the player shows: the pass as it stands, or what it knew at an earlier point where the player went back to and the live
// page has not come yet; nil where there is none.
func (p *Player) view() *outcome {
	switch {
	case p.pass != nil:
		return &outcome{p.pass, p.pass.mark()}
	case p.past != nil:
		return p.past
	}
	return nil
}
