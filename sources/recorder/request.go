package recorder

import "restep/player/playback"

// request is a request on its way. It is written when its headers are known, its answer when it is complete.
type request struct {
	target *target
	id     string // of the browser
	line   string // id of its req line; "" while it is not written
	event  playback.Event
	at     float64 // when it began; this and other moments are ms since the start
	post   []byte
	posted bool // its content is known

	left bool // it is left out

	sent     bool    // its headers as sent have come, or will not
	answered float64 // when the head of its answer came; 0: it has not
	status   int
	via      string // "disk cache", "memory cache", "service worker", "prefetch"
	mime     string
	res      playback.Headers
	raw      bool // the headers as received will come
	rawCame  bool
	stream   *stream
	got      int64 // bytes of content that the page has got
	pieces   pieces
	tap      *tap  // nil: its content came fast
	open     bool  // the app broke it off; body is what had come
	letGo    bool  // the page has let go of the rest of its content, if there was any
	size     int64 // bytes that came over the network, headers included
	masked   bool  // the content is masked already, and held secrets
	failed   *playback.Event
	ended    float64 // when it was complete; 0: it is not
	body     []byte
	hole     *playback.Body // in place of body: a hole, or where content is that was taken piece by piece
	whole    bool           // body or hole is known
	done     bool
	prev     *request // what was redirected to it
}

// state is how far a request is. Events of the browser come in many orders, so it follows from what is known, and nothing is
// set: more knowledge leads to a later state.
type state int

const (
	skipped   state = iota // left out: nothing is written
	asking                 // its headers or its content have not come
	asked                  // its line can be written
	awaited                // its line is written; the answer is not complete
	refused                // it has failed: that can be written
	streaming              // the head of a stream can be written
	answered               // the answer can be written
	over                   // all is written
)

// state returns how far a request is.
func (r *request) state() state {
	known := r.posted && (r.sent || r.answered > 0 || r.failed != nil)
	switch {
	case r.left:
		return skipped
	case r.line == "" && !known:
		return asking
	case r.line == "":
		return asked
	case r.done:
		return over
	case r.raw && !r.rawCame: // the headers of the answer as they were received
		return awaited
	case r.failed != nil:
		return refused
	case r.stream != nil && r.answered > 0:
		return streaming
	case r.ended > 0 && r.whole:
		return answered
	}
	return awaited
}

// progress writes what is known of a request: its line when its headers and content are, its answer when that is
// complete.
func (s *session) progress(r *request) {
	if r.left {
		return
	}
	s.takeHeads(r)
	if r.prev != nil && !r.prev.done {
		s.progress(r.prev)
	}
	if r.state() == asked && !s.leavesIcon(r) {
		s.writeRequest(r)
	}
	switch r.state() {
	case refused:
		s.writeFailure(r)
	case streaming:
		s.writeHead(r)
	case answered:
		s.writeAnswer(r)
	}
}
