package player

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"sync"

	"restep/player/playback"
)

// router matches live requests with recorded ones, for one pass. See [Router] for the contract.
type router struct {
	cat  *catalog
	load func(pos int) (*Answer, error) // the first answer of a request; nil where it has none

	mu       sync.Mutex // guards what follows
	taken    []bool     // by index in cat.reqs
	authored []authored
	served   []served      // begins with one for each authored, which a window brings
	unused   []bool        // of those: no request has come for it
	refused  []LiveRequest // blocked since the last call of refusals
	cursor   int           // where the run is: near misses are looked for around it
	notes    []playback.Divergence
	blocked  int     // requests that nothing allowed
	late     int     // those of them that came after the end of the recording
	since    float64 // when the first of those came, in ms
	errs     []error
	told     map[*families]bool // those whose errors are or were in errs
}

var _ Router = (*router)(nil)

func newRouter(cat *catalog, made []authored, load func(pos int) (*Answer, error)) *router {
	r := &router{
		cat: cat, load: load, taken: make([]bool, len(cat.reqs)), authored: made, unused: make([]bool, len(made)),
		told: map[*families]bool{},
	}
	for i, a := range made {
		r.serve(served{again: -1, reply: a.reply})
		r.unused[i] = true
	}
	return r
}

// Route implements [Router].
func (r *router) Route(q LiveRequest) Route {
	route := r.decide(q)
	if route.Do == Serve {
		route.Answer = r.Answer(route.Pos)
		route.Direct = route.Pos >= r.cat.file.Len() && !r.brought(route.Pos)
	}
	return route
}

// Answer implements [Router].
func (r *router) Answer(pos int) *Answer {
	extra := pos
	if pos >= r.cat.file.Len() {
		r.mu.Lock()
		s := r.served[(pos-r.cat.file.Len())/2]
		r.mu.Unlock()
		if pos = s.again; pos < 0 {
			a := s.answer(extra)
			return &a
		}
	}
	a, err := r.load(pos) // reads the file: not under the lock
	if a != nil && pos != extra {
		a.Pos, a.Of, a.T, a.Extra = extra+1, extra, 0, true
	}
	if err != nil {
		r.mu.Lock()
		r.errs = append(r.errs, err)
		r.mu.Unlock()
	}
	return a
}

func (r *router) decide(q LiveRequest) Route {
	q.Method = cmp.Or(strings.ToUpper(q.Method), "GET")
	c := r.cat
	if matchAny(c.live, q.Method, q.URL) {
		return Route{Do: Pass, Pos: -1, Live: true}
	}
	for _, x := range c.rules {
		// The rule names the recorded URL; the same path of the local app stands for it.
		if x.drop && (x.match(q.Method, q.URL) || x.match(q.Method, c.urls.recorded(q.URL))) {
			return Route{Do: Stub, Pos: -1}
		}
	}
	own := c.urls.own(q.URL)
	r.mu.Lock()
	defer r.mu.Unlock()
	if own && (q.Method == "GET" || q.Method == "HEAD") && (code(q.Resource) || devServer(q.URL)) {
		if pos, ok := r.byKind(q); ok {
			return Route{Do: Serve, Pos: pos}
		}
		return Route{Do: Pass, Pos: -1}
	}
	if pos, ok := r.match(q); ok {
		return Route{Do: Serve, Pos: pos}
	}
	if own && (passive(q.Resource) || q.Resource == "other" && q.Method == "GET" || q.Resource == "ws" && devSocket(q)) {
		return Route{Do: Pass, Pos: -1}
	}
	if q.Method == "OPTIONS" {
		return Route{Do: Stub, Pos: -1} // a preflight: its request is matched by itself
	}
	r.block(q, own)
	return Route{Do: Block, Pos: -1}
}

// Took implements [Router].
func (r *router) Took(pos int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i, ok := r.cat.index[pos]; ok {
		r.taken[i] = true
	}
}

// Left implements [Router].
func (r *router) Left() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Request
	for i, q := range r.cat.reqs {
		if !r.taken[i] {
			out = append(out, Request{Pos: q.pos, Key: q.key})
		}
	}
	return out
}

// has reports whether a live request took the recorded one at pos.
func (r *router) has(pos int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	i, ok := r.cat.index[pos]
	return ok && r.taken[i]
}

// skip counts the requests of [from, to) as served, or as not served yet where again is set.
func (r *router) skip(from, to int, again bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, q := range r.cat.reqs {
		if q.pos >= from && q.pos < to {
			r.taken[i] = !again
		}
	}
}

// move tells where the run is, and returns what was noted since the last call.
func (r *router) move(cursor int) ([]playback.Divergence, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cursor = cursor
	notes := r.notes
	r.notes = nil
	var err error
	if len(r.errs) > 0 {
		err, r.errs = r.errs[0], nil
	}
	return notes, err
}

// refusals returns the requests that were blocked since the last call.
func (r *router) refusals() []LiveRequest {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.refused
	r.refused = nil
	return out
}

// mostRefused bounds the blocked requests that are kept at once; an app in a loop makes any number.
const mostRefused = 1000

// blocks counts the requests that nothing allowed, and those of them that came after the end of the recording.
func (r *router) blocks() (all, late int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.blocked, r.late
}

// lateSince is the time in ms from which on the app knows that something it asked after the end was refused.
func (r *router) lateSince() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.late == 0 {
		return math.Inf(1)
	}
	return r.since
}

// missing counts the recorded requests before pos that no live request took.
func (r *router) missing(pos int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for i, q := range r.cat.reqs {
		if q.pos < pos && !r.taken[i] && !q.passive {
			n++
		}
	}
	return n
}

// devPaths belong to development servers: their clients, modules and hot updates.
var devPaths = [...]string{
	"/@vite/", "/@fs/", "/@id/", "/@react-refresh", "/node_modules/", "/__vite_ping", "/__webpack_hmr", "/sockjs-node",
	"/webpack-dev-server/", "/_next/static/", "/_next/webpack-hmr", "/__nextjs_", "/livereload.js", "/__parcel_",
	"/favicon.ico",
}

// devServer reports whether a URL of the local app is the business of its development server.
func devServer(u string) bool {
	x, err := url.Parse(u)
	if err != nil {
		return false
	}
	return strings.Contains(x.Path, ".hot-update.") || strings.HasSuffix(x.Path, ".map") ||
		slices.ContainsFunc(devPaths[:], func(p string) bool { return strings.HasPrefix(x.Path, p) })
}

// devSocket reports whether a socket of the local app, which was not recorded, is that of its development server: where those
// put theirs, and wherever Vite has put it, which is at the base of the app; its subprotocol says so.
func devSocket(q LiveRequest) bool {
	x, err := url.Parse(q.URL)
	return err == nil && (x.Path == "" || x.Path == "/" || x.Path == "/ws" || x.Path == "/_hmr" ||
		strings.HasPrefix(q.Headers.Get("sec-websocket-protocol"), "vite-"))
}

// block notes a request that nothing allows.
func (r *router) block(q LiveRequest, own bool) {
	r.blocked++
	if len(r.refused) < mostRefused {
		r.refused = append(r.refused, q)
	}
	d := playback.Divergence{
		Kind: playback.RequestUnmatched, Pos: -1, Blocking: own || !passive(q.Resource), Got: q.Method + " " + q.URL,
	}
	d.Text = fmt.Sprintf("%s %s was not recorded", q.Method, q.URL)
	if c, ok := r.nearest(q); ok {
		x := r.cat.reqs[c.i]
		d.Want = x.method + " " + x.url
		if len(c.diffs) == 0 {
			d.Text += fmt.Sprintf(" once more: %s was answered already", r.cat.label(x.pos))
		} else {
			d.Text += fmt.Sprintf("; the nearest recorded request is %s: %s", r.cat.label(x.pos), describe(c.diffs))
		}
	}
	if r.cursor >= r.cat.over || q.T > 0 && q.T >= r.cat.calm {
		// The app lives on after the last line; what it asks then says nothing about the recording.
		if r.late == 0 {
			r.since = cmp.Or(q.T, min(r.cat.calm, r.cat.end))
		}
		r.late++
		d.Blocking = false
		d.Text += " (after the end of the recording)"
	}
	r.notes = append(r.notes, d)
}
