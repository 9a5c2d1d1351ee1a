package playertest

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/playback"
)

// World is a running document. Its methods are called by the app: by its start and by its handlers.
type World struct {
	page     *Page
	url      string
	title    string
	Vars     map[string]any // what Eval sees; values as encoding to JSON makes them
	handlers map[string]func(*playback.Event)
	elements map[string]*element
	table    []player.Request
}

// element is an element of the document.
type element struct {
	text    string
	covered bool
	kept    bool
	count   int
}

// Answer is what a request got.
type Answer struct {
	Kind    playback.Kind // Res, Fail, WS or SSE
	Status  int
	Headers playback.Headers
	Body    []byte
	Text    string
}

// JSON decodes the body into v; what is no JSON leaves it as it is.
func (a Answer) JSON() map[string]any {
	v := map[string]any{}
	if json.Unmarshal(a.Body, &v) != nil {
		return map[string]any{}
	}
	return v
}

// On registers what an action does: "click pay" names the kind and the element. Without an element it is for every
// action of the kind that has no handler of its own.
func (w *World) On(action string, f func(e *playback.Event)) { w.handlers[action] = f }

// Show sets the text of an element and makes it if needed; css and test ids are its names: "#total", "pay".
func (w *World) Show(name, text string) { w.element(name).text = text }

// Cover puts something over an element, or takes it away.
func (w *World) Cover(name string, covered bool) { w.element(name).covered = covered }

// Keep keeps actions from an element, as dialogs without end do.
func (w *World) Keep(name string) { w.element(name).kept = true }

// Copies makes a name stand for several elements.
func (w *World) Copies(name string, n int) { w.element(name).count = n }

// Remove takes an element away.
func (w *World) Remove(name string) { delete(w.elements, name) }

func (w *World) element(name string) *element {
	e := w.elements[name]
	if e == nil {
		e = &element{count: 1}
		w.elements[name] = e
	}
	return e
}

// Title sets the title of the document.
func (w *World) Title(s string) { w.title = s }

// URL returns the URL of the document.
func (w *World) URL() string { return w.url }

// Now returns the page's clock in ms.
func (w *World) Now() float64 { return w.page.now }

// After runs f in ms from now.
func (w *World) After(ms float64, f func()) { w.page.schedule(w.page.now+ms, w, f) }

// Log writes a line to the console.
func (w *World) Log(level, text string) {
	if level == "error" {
		w.page.fails("console.error")
	}
	w.page.note(playback.Event{Kind: playback.Console, Level: level, Text: text}, -1)
}

// Throw reports an uncaught error; the handler should return.
func (w *World) Throw(name, message string) {
	w.page.fails("uncaught")
	w.page.note(playback.Event{Kind: playback.Error, Name: name, Message: message}, -1)
}

// Reject reports an unhandled rejection.
func (w *World) Reject(name, message string) {
	w.page.fails("rejection")
	w.page.note(playback.Event{Kind: playback.Error, Name: name, Message: message, Rejection: true}, -1)
}

// Go changes the URL without loading a document.
func (w *World) Go(url string) {
	w.url = resolve(w.url, url)
	w.page.history = append(w.page.history[:w.page.at+1], w.url)
	w.page.at++
	w.page.note(playback.Event{Kind: playback.Route, URL: w.url}, -1)
}

// See has the page report an effect.
func (w *World) See(e playback.Event) { w.page.note(e, -1) }

// Store sets an item of localStorage.
func (w *World) Store(key, value string) {
	w.page.storage[key] = value
	w.page.note(playback.Event{Kind: playback.Storage, Area: "local", Key: key, Value: &value}, -1)
}

// Stored returns an item of localStorage.
func (w *World) Stored(key string) string { return w.page.storage[key] }

// Fetch makes a request; then gets its answer, or each of its messages. A path is one of the document's origin. A
// request that is blocked fails at once.
func (w *World) Fetch(method, url, body string, then func(Answer)) {
	w.Request(player.LiveRequest{Method: method, URL: url, Body: []byte(body), Resource: "fetch"}, then)
}

// Request makes a request with everything that a router may look at.
func (w *World) Request(q player.LiveRequest, then func(Answer)) {
	p := w.page
	q.URL, q.T = resolve(w.url, q.URL), p.now
	p.live++
	e := playback.Event{Kind: playback.Req, Method: q.Method, URL: q.URL, Resource: q.Resource}
	if len(q.Body) > 0 {
		text := string(q.Body)
		e.Body = &playback.Body{Text: &text}
	}
	route := w.route(q)
	s := p.note(e, -1)
	s.Route, s.Live = route.Do, p.live
	switch route.Do {
	case player.Serve:
		s.Pos = route.Pos
		w.served(route, then)
	case player.Block:
		p.fails("divergence")
		p.schedule(p.now, w, func() { then(Answer{Kind: playback.Fail, Text: "net::ERR_BLOCKED_BY_CLIENT"}) })
	default: // nothing answers in memory what reaches a server
		p.schedule(p.now, w, func() { then(Answer{Kind: playback.Res, Status: 204}) })
	}
}

// route finds the recorded request: by the table of the document, or by asking.
func (w *World) route(q player.LiveRequest) player.Route {
	contentType := ""
	if v := q.Headers["content-type"]; len(v) > 0 {
		contentType = v[0]
	}
	key := player.Key(q.Method, q.URL, contentType, q.Body)
	for i, x := range w.table {
		if x.Key == key {
			w.table = slices.Delete(w.table, i, i+1)
			w.page.scene.Router.Took(x.Pos)
			return player.Route{Do: player.Serve, Pos: x.Pos}
		}
	}
	route := w.page.scene.Router.Route(q)
	if route.Do == player.Serve {
		for i, x := range w.table {
			if x.Pos == route.Pos {
				w.table = slices.Delete(w.table, i, i+1)
				break
			}
		}
	}
	return route
}

// served makes a request wait for the answers of the recorded one, or for one that no window brings.
func (w *World) served(route player.Route, then func(Answer)) {
	p := w.page
	if route.Direct {
		if a := route.Answer; a != nil {
			p.schedule(p.now+a.Latency, w, func() {
				p.note(playback.Event{Kind: a.Kind, Status: a.Status}, a.Pos)
				then(Answer{Kind: a.Kind, Status: a.Status, Headers: a.Headers, Body: a.Body, Text: a.Text})
			})
		}
		return
	}
	p.taken[route.Pos] = taken{live: p.live, at: p.now, world: w, then: then}
}

// Diverge reports what a page does by itself and the recording does not have.
func (w *World) Diverge(kind playback.DivergenceKind, text string) {
	w.page.differs = append(w.page.differs, playback.Divergence{Kind: kind, Pos: -1, Text: text})
}

// Hang is an endless loop: the page does not respond any more.
func (w *World) Hang() { w.page.hung = true }

// Crash loses the page, as a crash of its process does.
func (w *World) Crash() { w.page.Close() }

// Send reports a message that the app sends over a socket.
func (w *World) Send(text string) {
	w.page.note(playback.Event{Kind: playback.WS, Dir: playback.Out, Body: &playback.Body{Text: &text}}, -1)
}

// resolve makes a path a URL of the document's origin.
func resolve(base, ref string) string {
	if !strings.HasPrefix(ref, "/") {
		return ref
	}
	scheme, rest, ok := strings.Cut(base, "://")
	if !ok {
		return ref
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host + ref
}
