package recorder

import (
	"slices"

	"restep/player/browser"
	"restep/player/playback"
)

// heads are headers as the network saw them that no request has got yet: they come apart from the other events of a
// request, may come before its first, and for all of a chain of redirects under one id.
type heads struct{ sent, received []playback.Headers }

// mostHeads bounds the requests whose headers wait. Those of preflights, which are no lines, are never taken.
const mostHeads = 1000

// rack holds the headers that wait, of at most mostHeads requests: those that came first make room.
type rack struct {
	held  map[call]*heads
	order []call // in which they came; of some nothing is held any more
}

// of returns what is held of a request, which may be nothing yet.
func (f *rack) of(key call) *heads {
	if h := f.held[key]; h != nil {
		return h
	}
	for len(f.held) >= mostHeads {
		delete(f.held, f.order[0])
		f.order = f.order[1:]
	}
	if len(f.order) >= 2*mostHeads {
		f.order = slices.DeleteFunc(f.order, func(k call) bool { return f.held[k] == nil })
	}
	h := &heads{}
	f.held[key] = h
	f.order = append(f.order, key)
	return h
}

// drop lets go of what is held of a request.
func (f *rack) drop(key call) { delete(f.held, key) }

// onHeaders takes headers as they were sent, cookies included, or received, with set-cookie.
func (s *session) onHeaders(x *target, e browser.Event) {
	var p struct {
		ID      string            `json:"requestId"`
		Headers map[string]string `json:"headers"`
	}
	if e.Decode(&p) != nil {
		return
	}
	key, sent := call{x, p.ID}, e.Method == "Network.requestWillBeSentExtraInfo"
	if k := s.sockets[key]; k != nil {
		if sent {
			k.headers = headersOf(p.Headers)
		}
		return
	}
	h := s.heads.of(key)
	if sent {
		h.sent = append(h.sent, headersOf(p.Headers))
	} else {
		h.received = append(h.received, headersOf(p.Headers))
	}
	if r := s.exchanges[key]; r != nil {
		s.progress(r)
	}
}

// takeHeads gives the headers that have come to the requests of a chain, in its order.
func (s *session) takeHeads(r *request) {
	if r.prev != nil {
		s.takeHeads(r.prev)
	}
	h := s.heads.held[call{r.target, r.id}]
	if h == nil {
		return
	}
	if !r.sent && len(h.sent) > 0 {
		r.event.Headers, r.sent = h.sent[0], true
		h.sent = h.sent[1:]
	}
	if r.raw && !r.rawCame && len(h.received) > 0 {
		for name, v := range h.received[0] {
			if _, ok := r.res[name]; !ok || name == "set-cookie" {
				r.res[name] = v
			}
		}
		r.rawCame = true
		h.received = h.received[1:]
	}
}
