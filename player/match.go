package player

import (
	"fmt"
	"iter"
	"slices"

	"restep/player/playback"
)

// candidate is a recorded request that a live one may be.
type candidate struct {
	i      int // index in the catalog
	diffs  []difference
	origin bool // the origins differ
}

// match finds the recorded request for a live one and takes it. The lock is held.
//
// In this order: the same key; the same but for what rules, masks and volatile shapes allow; an authored answer with
// the same key; asked once more than it was recorded, where asking changes nothing; the nearest that was recorded around
// here; the same path at another origin. The last three are noted.
func (r *router) match(q LiveRequest) (int, bool) {
	key := q.key()
	again := -1
	for i, x := range r.cat.reqs {
		if x.key != key {
			continue
		}
		if !r.taken[i] {
			return r.take(i), true
		}
		again = i
	}
	live := newCall(q.Method, q.URL, q.contentType(), q.Body)
	var found []candidate
	for c := range r.candidates(&live, false) {
		if len(c.diffs) == 0 && !c.origin {
			return r.take(c.i), true
		}
		found = append(found, c)
	}
	if pos, ok := r.made(key); ok {
		return pos, true
	}
	if live.query && q.Resource != "ws" {
		for c := range r.candidates(&live, true) {
			if again < 0 && len(c.diffs) == 0 && !c.origin {
				again = c.i
			}
		}
		if again >= 0 {
			r.note(again, fmt.Sprintf("%s %s was made once more than recorded; it gets the same answer again", q.Method, q.URL), nil)
			return r.serve(served{again: r.cat.reqs[again].pos}), true
		}
	}
	return r.near(found, q)
}

// near takes the nearest miss. The lock is held.
func (r *router) near(found []candidate, q LiveRequest) (int, bool) {
	best, ok := r.best(found)
	if !ok {
		return -1, false
	}
	text := fmt.Sprintf("%s %s differs from %s: %s", q.Method, q.URL, r.cat.label(r.cat.reqs[best.i].pos), describe(best.diffs))
	if best.origin {
		from, to := originOf(r.cat.reqs[best.i].url), originOf(q.URL)
		text = fmt.Sprintf("%s %s was recorded at %s; map it with origins: %q -> %q", q.Method, q.URL, from, from, to)
	}
	r.note(best.i, text, best.diffs)
	return r.take(best.i), true
}

// nearest explains a request that was not matched. The lock is held.
func (r *router) nearest(q LiveRequest) (pos int, diffs []difference, ok bool) {
	live := newCall(q.Method, q.URL, q.contentType(), q.Body)
	for _, taken := range [...]bool{false, true} {
		for c := range r.candidates(&live, taken) {
			if !ok || len(c.diffs) < len(diffs) {
				pos, diffs, ok = r.cat.reqs[c.i].pos, c.diffs, true
			}
		}
	}
	return pos, diffs, ok
}

// best chooses the untaken candidate with the fewest differences, of the same origin where there is one, up to the end
// of what follows the next action: one that belongs to later actions would be missed there.
func (r *router) best(found []candidate) (candidate, bool) {
	limit := r.cat.nextAction(r.cat.nextAction(r.cursor))
	var best candidate
	ok := false
	for _, c := range found {
		if r.cat.reqs[c.i].pos >= limit {
			continue
		}
		better := !ok || best.origin && !c.origin || best.origin == c.origin && len(c.diffs) < len(best.diffs)
		if better {
			best, ok = c, true
		}
	}
	return best, ok
}

// candidates yields the recorded requests with the method, path and GraphQL operation of a live one, in file order:
// those that were taken, or those that were not. The lock is held.
func (r *router) candidates(live *call, taken bool) iter.Seq[candidate] {
	return func(yield func(candidate) bool) {
		for i, x := range r.cat.reqs {
			if r.taken[i] != taken || x.method != live.method || !samePath(x.path, live.path) {
				continue
			}
			rec, ignore, err := r.cat.call(x.pos)
			if err != nil {
				r.errs = append(r.errs, err)
				continue
			}
			c := candidate{i: i, diffs: rec.differences(live, ignore), origin: rec.origin != live.origin}
			if rec.fits(live) && !yield(c) {
				return
			}
		}
	}
}

// made serves an authored answer. The lock is held.
func (r *router) made(key string) (pos int, ok bool) {
	i := slices.IndexFunc(r.authored, func(a authored) bool { return a.key == key })
	if i < 0 {
		return -1, false
	}
	if r.unused[i] {
		r.unused[i] = false
		return r.cat.file.Len() + 2*i, true
	}
	return r.serve(served{again: -1, reply: r.authored[i].reply}), true
}

// serve adds an answer that no line of the file is left for, and returns its place. The lock is held.
func (r *router) serve(s served) (pos int) {
	r.served = append(r.served, s)
	return r.cat.file.Len() + 2*(len(r.served)-1)
}

// brought reports whether a window brings the answer of what is served at pos, behind the end of the file.
func (r *router) brought(pos int) bool { return (pos-r.cat.file.Len())/2 < len(r.authored) }

// bring returns the authored answers for the first window.
func (r *router) bring() []Answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Answer
	for i := range r.authored {
		out = append(out, r.served[i].answer(r.cat.file.Len()+2*i))
	}
	return out
}

func (r *router) take(i int) int {
	r.taken[i] = true
	return r.cat.reqs[i].pos
}

// note records that a live request was answered although it differs.
func (r *router) note(i int, text string, diffs []difference) {
	d := playback.Divergence{Kind: playback.RequestDiffers, Pos: r.cat.reqs[i].pos, Text: text}
	d.Want, d.Got = sides(diffs)
	r.notes = append(r.notes, d)
}

func (q *LiveRequest) key() string { return Key(q.Method, q.URL, q.contentType(), q.Body) }

func (q *LiveRequest) contentType() string {
	if v := q.Headers["content-type"]; len(v) > 0 {
		return v[0]
	}
	return ""
}
