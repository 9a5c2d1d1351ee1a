package player

import (
	"context"
	"fmt"
	"math"
	"slices"

	"restep/player/playback"
)

// window advances the page and takes in what it saw.
func (r *pass) window(ctx context.Context, w Window) error {
	w.Fast = r.mode.quiet
	w.Answers = append(r.extra, w.Answers...)
	r.extra = nil
	w.End = r.stretchEnd(w)
	if !w.Drain {
		w.HaltOn = r.haltOn()
	}
	rep, err := r.page.Advance(ctx, w)
	if err != nil {
		return fmt.Errorf("run up to %s: %w", r.p.cat.label(w.Limit), err)
	}
	r.now = max(r.now, rep.Now)
	for _, a := range w.Answers {
		r.given[a.Pos] = true
	}
	if err := r.take(ctx, &rep); err != nil {
		return err
	}
	if r.halted = rep.Halted; !r.halted && w.End <= w.To {
		r.common = r.now
	}
	return r.noted(ctx)
}

// take takes in a report. What an earlier pass saw before it stopped is not told again.
func (r *pass) take(ctx context.Context, rep *Report) error {
	mayTell, t := r.mayTell, &r.p.told
	defer func() { r.mayTell = mayTell }()
	until := r.now
	for i := range rep.Seen {
		s := &rep.Seen[i]
		until = max(until, s.T)
		r.mayTell = mayTell && (t.pass == r || s.T > t.until)
		if err := r.see(ctx, s); err != nil {
			return err
		}
	}
	r.mayTell = mayTell && (t.pass == r || r.now > t.until)
	for _, d := range rep.Divergences {
		if err := r.diverge(ctx, d); err != nil {
			return err
		}
	}
	if mayTell && until > t.until {
		*t = told{r, until}
	}
	return nil
}

// told is how far the last pass that told what it saw has come, in ms since the start.
type told struct {
	pass  *pass
	until float64
}

// stretchEnd is when the clock stops next whatever is set: at an action, a check, the next letter that is typed, or a
// multiple of longest.
func (r *pass) stretchEnd(w Window) float64 {
	end := r.naturalEnd(w.Limit)
	if grid := r.grid(); grid+fine <= end {
		end = grid
	}
	return max(end, w.To)
}

// naturalEnd is when the next action, check or letter after the limit of a window is due, or the end.
func (r *pass) naturalEnd(limit int) float64 {
	end := r.p.cat.end
	for q := limit; q < r.p.file.Len(); q++ {
		if k := r.p.file.Kind(q); k.Action() || k == playback.Bug || k == playback.Expect {
			end = r.p.file.T(q)
			break
		}
	}
	if len(r.rest) > 0 {
		end = min(end, r.rest[0].T)
	}
	return end
}

// grid is the next multiple of longest at which the clock stops, after the last point at which every way stopped it: a
// stop shortly before it leaves it where it is.
func (r *pass) grid() float64 { return (math.Floor((r.common+fine)/longest) + 1) * longest }

// catchUp runs to the event at the cursor after a window that ended early.
func (r *pass) catchUp(ctx context.Context) error {
	r.partial = false
	answers, _, err := r.answers(ctx, r.pos, r.pos) // those that were held
	if err != nil {
		return err
	}
	to := r.p.cat.end
	if r.pos < r.p.file.Len() {
		to = r.p.file.T(r.pos)
	}
	return r.advance(ctx, Window{To: max(r.now, to), Limit: r.pos, Answers: answers})
}

// advance runs a window and moves the cursor to its limit. What is left of a typed text is typed on the way, when it was.
// An interrupt, a failure of the app, or the effect that a breakpoint waits for, leaves the cursor at the first event that
// is not due yet.
func (r *pass) advance(ctx context.Context, w Window) error {
	for len(r.rest) > 0 && r.rest[0].T <= w.To {
		part := w
		part.To = max(r.now, r.rest[0].T)
		if err := r.through(ctx, part); err != nil || r.partial {
			return err
		}
		w.Answers = nil // given
		if err := r.typeOn(ctx); err != nil {
			return err
		}
	}
	if err := r.through(ctx, w); err != nil || r.partial {
		return err
	}
	r.pos = w.Limit
	return nil
}

// through runs a window in slices.
func (r *pass) through(ctx context.Context, w Window) error {
	step := r.slice(w.To)
	for {
		part := w
		if part.To = r.cut(w, step); part.To >= w.To {
			break
		}
		if err := r.window(ctx, part); err != nil {
			return err
		}
		w.Answers = nil // given
		if r.halted || r.brake.Load() || r.sawWatched() {
			r.early(w.Limit)
			return nil
		}
	}
	if err := r.window(ctx, w); err != nil {
		return err
	}
	if r.halted {
		r.early(w.Limit)
	}
	return nil
}

// early notes that a window ended before its time: the cursor is at the first event that is not due yet, and behind what
// the page has done a little earlier than in the recording.
func (r *pass) early(limit int) {
	r.partial = true
	for r.pos < limit {
		_, seen := r.led.live[r.pos]
		if r.p.file.T(r.pos) > r.now && !(seen && r.p.cat.observed(r.pos)) {
			return
		}
		r.pos++
	}
}

// cut is where the next part of a window ends: step ms from now, where that is not 0, on the grid, or where the window
// does. The clock of a real page does not move in steps below fine.
func (r *pass) cut(w Window, step float64) float64 {
	to := w.To
	if part := r.now + step; step > 0 && part+fine <= to {
		to = part
	}
	if grid := r.grid(); grid+fine <= r.naturalEnd(w.Limit) { // as in stretchEnd: else no way stops there
		to = min(to, grid)
	}
	return to
}

// slice is the longest part of a window in ms, 0 for no bound but that of [pass.cut].
func (r *pass) slice(to float64) float64 {
	switch {
	case len(r.watched) > 0:
		return max(watchSlice, (to-r.now)/64) // long waits are not worth thousands of round trips
	case r.p.opt.Realtime && !r.mode.quiet:
		return realSlice
	}
	return 0
}

// sawWatched reports whether an effect that a breakpoint waits for has occurred.
func (r *pass) sawWatched() bool {
	return slices.ContainsFunc(r.watched, func(pos int) bool { _, seen := r.led.live[pos]; return seen })
}

// answers loads the answers in [pos, to) that the page was not given, and those that are no longer held. Their bodies
// are bounded together: to comes back smaller where they would be too large for one window.
func (r *pass) answers(ctx context.Context, pos, to int) ([]Answer, int, error) {
	var out []Answer
	size := 0
	list := slices.DeleteFunc(slices.Clone(r.held), func(x int) bool { return r.holds(x) })
	r.held = slices.DeleteFunc(r.held, func(x int) bool { return !r.holds(x) })
	for x := pos; x < to; x++ {
		if r.p.cat.delivered(x) && !r.given[x] {
			list = append(list, x)
		}
	}
	for _, x := range list {
		if r.holds(x) {
			r.held = append(r.held, x)
			continue
		}
		if x > pos && size > windowBytes {
			return out, x, nil
		}
		a, hole, err := r.p.cat.answer(x, r.course.overrides)
		if err != nil {
			return nil, to, err
		}
		if err := r.holeFilled(ctx, x, hole, len(a.Body)+len(a.Text)); err != nil {
			return nil, to, err
		}
		size += len(a.Body) + len(a.Text)
		out = append(out, a)
	}
	return out, to, nil
}

// windowBytes is about how much content one window may carry.
const windowBytes = 32 << 20

// holds reports whether a breakpoint waits for the request that pos answers.
func (r *pass) holds(pos int) bool {
	return slices.Contains(r.watched, r.p.file.Of(pos))
}

// holeFilled lists a hole that was filled. Content that the app has broken off was never read, and nothing stands in for it.
func (r *pass) holeFilled(ctx context.Context, pos int, reason string, size int) error {
	if reason == "" || reason == "aborted" {
		return nil
	}
	text := fmt.Sprintf("the content of %s was lost (%s); %d bytes stand in for it", r.p.cat.label(pos), reason, size)
	return r.diverge(ctx, playback.Divergence{Kind: playback.HoleFilled, Pos: pos, Text: text})
}
