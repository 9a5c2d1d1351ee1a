package recorder

import (
	"cmp"
	"net/http"
	"strconv"

	"restep/player/browser"
	"restep/player/playback"
)

// arrival is the content of an answer that is taken while it arrives: of a large one the browser tells the pieces, so
// that it is neither kept in the browser's buffers until the end nor handed over in one message, which would be in memory
// several times. (Fetch.takeResponseBodyAsStream would do too, but holds every answer up until it is asked to go on.)
type arrival struct {
	*intake
	early [][]byte // pieces that have come before the beginning is known
	begun bool     // the beginning is known
}

// arriveFrom is the size in bytes from which content is taken while it arrives. Less is asked for when it is complete.
const arriveFrom = 1 << 20

// arrives takes the content of an answer while it arrives, where it is large: by its length, or by what has come.
func (s *session) arrives(r *request) {
	if r.arrival != nil || r.asked || r.left || r.stream != nil || r.answered == 0 || r.event.Method == http.MethodHead {
		return
	}
	if (r.event.Resource == "image" || r.event.Resource == "media") && !s.o.Images {
		return
	}
	if max(r.got, r.length()) < arriveFrom {
		return
	}
	r.asked = true
	a := &arrival{intake: s.journal.intake(r.media(), s.o.MaxBody)}
	r.arrival = a
	var reply struct {
		Data []byte `json:"bufferedData"`
	}
	s.fetch(r.target, "Network.streamResourceContent", params{"requestId": r.id}, &reply, func(err error) {
		if r.arrival != a {
			return // it failed meanwhile
		}
		if err != nil { // it was complete before the browser was told
			r.arrival = nil
			s.ended(r)
			return
		}
		a.write(reply.Data)
		for _, p := range a.early {
			a.write(p)
		}
		a.early, a.begun = nil, true
		s.ended(r)
	})
}

// media is the media type of an answer.
func (r *request) media() string {
	if t := r.res.Get("content-type"); t != "" {
		return t
	}
	return r.mime
}

// onPiece takes what the browser tells of content that arrives.
func (s *session) onPiece(r *request, e browser.Event) {
	var p struct {
		Length int64  `json:"dataLength"`
		Data   []byte `json:"data"`
	}
	if e.Decode(&p) != nil {
		return
	}
	r.got += p.Length
	switch a := r.arrival; {
	case a == nil:
		s.arrives(r)
	case len(p.Data) == 0:
	case a.begun:
		a.write(p.Data)
	default:
		a.early = append(a.early, p.Data)
	}
}

// ended takes the content of an answer that is complete: what has arrived, or what the browser has kept. What was not
// told in pieces, such as content that a page has as a Blob, is asked for.
func (s *session) ended(r *request) {
	a := r.arrival
	if r.ended == 0 || r.whole || a != nil && !a.begun {
		return
	}
	if a != nil {
		r.arrival = nil
		if a.size == r.got && (r.length() == 0 || a.size == r.length()) {
			typ := ""
			if r.res.Get("content-type") == "" {
				typ = r.mime
			}
			r.masked = a.masked
			r.body, r.hole = a.end(typ)
			if a.err != nil {
				s.problem("the content of an answer in tab %s was lost: %v", r.target.tab.name, a.err)
			}
			r.whole = true
			s.progress(r)
			return
		}
		a.discard()
	}
	s.whole(r)
}

// whole asks for content that was not taken while it arrived.
func (s *session) whole(r *request) {
	size := cmp.Or(r.got, r.length(), r.size)
	switch {
	case r.event.Method == http.MethodHead || r.status == http.StatusNoContent || r.status == http.StatusNotModified:
		r.whole = true
	case (r.event.Resource == "image" || r.event.Resource == "media") && !s.o.Images:
		r.hole, r.whole = playback.NewHole("not recorded", r.size, r.mime), true
	case size > s.o.MaxBody:
		r.hole, r.whole = playback.NewHole("too large", size, r.mime), true
	default:
		s.askBody(r, r.size)
		return
	}
	s.progress(r)
}

// length is how many bytes of content an answer has by its headers, 0 where they do not tell.
func (r *request) length() int64 {
	n, err := strconv.ParseInt(r.res.Get("content-length"), 10, 64)
	if err != nil || r.res.Get("content-encoding") != "" {
		return 0
	}
	return n
}
