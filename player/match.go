package player

import (
	"fmt"
	"slices"

	"restep/player/playback"
)

// candidate is a recorded request that a live one may be.
type candidate struct {
	i     int // index in the catalog
	diffs []difference
}

// match finds the recorded request for a live one and takes it. The lock is held.
//
// In this order: the same key; the same but for what rules, masks and volatile shapes allow; an authored answer with
// the same key; asked once more than it was recorded, where asking changes nothing; the nearest that was recorded around
// here; the same path at another origin. The last three are noted.
func (r *router) match(q LiveRequest) (int, bool) {
	key := q.key()
	if pos, ok := r.exact(key); ok {
		return pos, true
	}
	live := newCall(q.Method, q.URL, q.contentType(), q.Body)
	f := r.family(&live)
	is := func(taken bool) func(int) bool {
		return func(i int) bool { return r.taken[i] == taken && r.cat.reqs[i].origin == live.origin }
	}
	if i := f.alike(&live, is(false)); i >= 0 {
		return r.take(i), true
	}
	if pos, ok := r.made(key); ok {
		return pos, true
	}
	if live.query && q.Resource != "ws" {
		again := -1
		if same := r.cat.kin.byKey[key]; len(same) > 0 { // all were taken
			again = same[len(same)-1]
		} else {
			again = f.alike(&live, is(true))
		}
		if again >= 0 {
			r.note(again, fmt.Sprintf("%s %s was made once more than recorded; it gets the same answer again", q.Method, q.URL), nil)
			return r.serve(served{again: r.cat.reqs[again].pos}), true
		}
	}
	return r.near(&live, f, q)
}

// exact takes the first recorded request with the same key that nobody has taken; r.mu is held.
func (r *router) exact(key string) (int, bool) {
	for _, i := range r.cat.kin.byKey[key] {
		if !r.taken[i] {
			return r.take(i), true
		}
	}
	return -1, false
}

// byKind takes the recorded request for what looks like the app's own code and was made by the systems: a script that is an
// answer (JSONP), a document that is a download. The lock is held.
func (r *router) byKind(q LiveRequest) (int, bool) {
	for _, i := range r.cat.kin.byKey[q.key()] {
		if !r.taken[i] && r.cat.reqs[i].shown == (q.Resource == "document") {
			return r.take(i), true
		}
	}
	return -1, false
}

// family returns the recorded requests with the method, path and GraphQL operation of a live one. The lock is held.
func (r *router) family(live *call) *family {
	f, all := r.cat.kin.family(live)
	if all != nil && len(all.errs) > 0 && !r.told[all] {
		r.told[all] = true
		r.errs = append(r.errs, all.errs...)
	}
	return f
}

// near takes the nearest miss: the one with the fewest differences, of the same origin where there is one, up to the end
// of what follows the next action: one that belongs to later actions would be missed there. The lock is held.
func (r *router) near(live *call, f *family, q LiveRequest) (int, bool) {
	limit := r.cat.nextAction(r.cat.nextAction(r.cursor))
	for _, origin := range [...]bool{false, true} {
		best, ok := r.closest(live, f, func(i int) bool {
			x := &r.cat.reqs[i]
			return !r.taken[i] && x.pos < limit && (x.origin != live.origin) == origin
		})
		if !ok {
			continue
		}
		text := fmt.Sprintf("%s %s differs from %s: %s", q.Method, q.URL, r.cat.label(r.cat.reqs[best.i].pos), describe(best.diffs))
		if origin {
			from, to := originOf(r.cat.reqs[best.i].url), originOf(q.URL)
			text = fmt.Sprintf("%s %s was recorded at %s; map it with origins: %q -> %q", q.Method, q.URL, from, from, to)
		}
		r.note(best.i, text, best.diffs)
		return r.take(best.i), true
	}
	return -1, false
}

// nearest explains a request that was not matched: by one that nobody took where both are as near. The lock is held.
func (r *router) nearest(q LiveRequest) (c candidate, ok bool) {
	live := newCall(q.Method, q.URL, q.contentType(), q.Body)
	f := r.family(&live)
	for _, taken := range [...]bool{false, true} {
		x, found := r.closest(&live, f, func(i int) bool { return r.taken[i] == taken })
		if found && (!ok || len(x.diffs) < len(c.diffs)) {
			c, ok = x, true
		}
	}
	return c, ok
}

// closest compares a live request with those of its family for which ok holds and that were recorded around here, and
// returns the one with the fewest differences. The lock is held.
func (r *router) closest(live *call, f *family, ok func(i int) bool) (best candidate, found bool) {
	fields := 0
	for _, i := range f.around(r.cat.reqsBefore(r.cursor), mostCompared, ok) {
		if fields > mostFields {
			break
		}
		rec, ignore, err := r.cat.call(r.cat.reqs[i].pos)
		if err != nil {
			r.errs = append(r.errs, err)
			continue
		}
		fields += len(rec.fields) + len(live.fields)
		if diffs := rec.differences(live, ignore); !found || len(diffs) < len(best.diffs) {
			best, found = candidate{i, diffs}, true
		}
	}
	return best, found
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
