package recorder

import (
	"restep/player/browser"
)

// mostTapped bounds in bytes what is kept of an answer in case that the app breaks it off.
const mostTapped = 1 << 20

// tap has the content of an answer that comes slowly, as it comes: when an app aborts a request the browser forgets what it
// had of the answer, although the app has shown it (Chromium 156: Network.getResponseBody then has nothing).
type tap struct {
	data []byte // what had come before the browser was asked, then what came since
	told bool   // the first of these is known
	over bool   // there is too much, or none to be had
}

// add takes what has come.
func (x *tap) add(data []byte) {
	if x.data = append(x.data, data...); len(x.data) > mostTapped {
		x.data, x.over = nil, true
	}
}

// content is what came; nil where that is not known.
func (x *tap) content() []byte {
	if x == nil || x.over || !x.told {
		return nil
	}
	return x.data
}

// tapInto keeps a piece of content that came at a moment in ms since the start, of an answer that scripts may read bit by
// bit. The browser tells the pieces only of those that are slow: it takes twice as long for it, see [largeFrom].
func (s *session) tapInto(r *request, at float64, data []byte) {
	if r.tap != nil {
		if !r.tap.over {
			r.tap.add(data)
		}
		return
	}
	if r.left || r.event.Resource != "fetch" || r.answered == 0 || at-r.answered < slow || r.got > mostTapped {
		return
	}
	x := &tap{}
	r.tap = x
	var reply struct {
		Data []byte `json:"bufferedData"`
	}
	s.fetch(r.target, "Network.streamResourceContent", params{"requestId": r.id}, &reply, func(err error) {
		since := x.data
		x.data, x.told, x.over = nil, true, x.over || err != nil
		if !x.over {
			x.add(reply.Data)
			x.add(since)
		}
	})
}

// brokenOff takes what was kept of an answer that the app broke off at a moment in ms since the start; false where that is
// nothing.
func (r *request) brokenOff(at float64) bool {
	data := r.tap.content()
	if len(data) == 0 {
		return false
	}
	r.body, r.open, r.whole, r.ended = data, true, true, at
	return true
}

// onPiece takes content that has come to the page.
func (s *session) onPiece(r *request, e browser.Event) {
	var p struct {
		Length    int64   `json:"dataLength"`
		Timestamp float64 `json:"timestamp"`
		Data      []byte  `json:"data"`
	}
	if e.Decode(&p) == nil {
		at := s.at(p.Timestamp)
		r.got += p.Length
		r.pieces.add(at, p.Length)
		s.tapInto(r, at, p.Data)
	}
}
