package recorder

import (
	"cmp"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"restep/player/playback"
)

// largeFrom is the size in bytes from which content goes to its place as it comes from the browser.
//
// The browser keeps it until it is complete, and hands it over in one message, of which the transport decodes the content
// on the way. Two other ways were weighed. Network.streamResourceContent tells the pieces while they arrive, but takes
// twice as long for that: a page that loads 100 MB from this machine had them after 3.2 to 3.6 s instead of 1.6 s
// (Chromium 156), and what is complete before the browser is told has to be asked for anyway, as has what a page takes as
// a Blob. Fetch.takeResponseBodyAsStream holds every answer up until it is asked to go on.
const largeFrom = 1 << 20

// media is the media type of an answer.
func (r *request) media() string { return cmp.Or(r.res.Get("content-type"), r.mime) }

// took takes content that has come in pieces.
func (s *session) took(r *request, x *intake) {
	typ := ""
	if r.res.Get("content-type") == "" {
		typ = r.mime
	}
	r.masked = x.masked
	r.body, r.hole = x.end(typ)
	if x.err != nil {
		s.problem("the content of an answer in tab %s was lost: %v", r.target.tab.name, x.err)
	}
}

// takeWhole takes the content of an answer that is complete. It is asked for at once, and never fetched again.
func (s *session) takeWhole(r *request) {
	size := cmp.Or(r.got, r.length(), r.size)
	switch {
	case r.event.Method == http.MethodHead || r.status == http.StatusNoContent || r.status == http.StatusNotModified:
		r.whole = true
	case (r.event.Resource == "image" || r.event.Resource == "media") && !s.o.Images:
		r.hole, r.whole = playback.NewHole("not recorded", r.size, r.mime), true
	case size > s.o.MaxBody:
		r.hole, r.whole = playback.NewHole("too large", size, r.mime), true
	case size > mostMasked && s.o.Masker != nil && textual(r.media()):
		r.hole, r.whole = playback.NewHole(unmasked, size, r.mime), true
	default:
		ask := s.content
		if size >= largeFrom {
			ask = s.largeContent
		}
		s.askBody(r, ask)
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

// textual reports whether content of a media type is text.
func textual(typ string) bool {
	base, _, _ := mime.ParseMediaType(typ)
	return strings.HasPrefix(base, "text/") || strings.HasSuffix(base, "json") || strings.HasSuffix(base, "xml") || strings.HasSuffix(base, "javascript")
}

// largeContent is content for an answer that is large: it comes to its place without being in memory where it is no text.
func (s *session) largeContent(x *target, r *request, then func([]byte, error)) {
	in := &sink{x: s.journal.intake(r.media(), s.o.MaxBody)}
	var reply bodyReply
	s.fetchTo(in, x, "Network.getResponseBody", params{"requestId": r.id}, &reply, func(err error) {
		in.close()
		switch {
		case err != nil:
			in.x.discard()
			then(nil, err)
		case in.x.size == 0: // it is text
			in.x.discard()
			then(reply.bytes())
		case !reply.Encoded: // text that begins like base64
			in.x.discard()
			s.content(x, r, then)
		default:
			s.took(r, in.x)
			then(r.body, nil)
		}
	})
}

// sink is an intake that another goroutine writes to until it is closed.
type sink struct {
	mu sync.Mutex // guards what follows
	x  *intake
	no bool // nothing more is taken
}

// Write implements [io.Writer].
func (k *sink) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.no {
		k.x.write(p)
	}
	return len(p), nil
}

func (k *sink) close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.no = true
}
