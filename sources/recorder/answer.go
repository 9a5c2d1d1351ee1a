package recorder

import (
	"cmp"
	"encoding/base64"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"restep/player/browser"
	"restep/player/playback"
)

// writeRequest writes the req line, and that of the redirects that led to it first.
func (s *session) writeRequest(r *request) {
	e := r.event
	if r.prev != nil && !r.prev.left {
		if r.prev.line == "" {
			s.writeRequest(r.prev)
		}
		e.From = r.prev.line
	}
	e.Trace = traceOf(e.Headers.Get("traceparent"))
	if n, err := strconv.Atoi(e.Headers.Get("content-length")); err == nil && n > len(r.post) && e.Body == nil {
		e.Body, r.post = playback.NewHole("not recorded", int64(n), ""), nil // a file, which the browser does not tell
	}
	var data []byte
	if len(r.post) > 0 {
		data = r.post
	}
	if r.target.kind != "page" && r.target.kind != "iframe" {
		e.Source = r.target.kind
	}
	r.line = s.addContent(r.target.tab, r.at, &e, data)
	r.post, r.event.Body = nil, nil
}

// traceOf is the trace id of a traceparent header (https://www.w3.org/TR/trace-context/), "" where it is none.
func traceOf(header string) string {
	parts := strings.Split(header, "-")
	if len(parts) < 4 || len(parts[1]) != 32 {
		return ""
	}
	return parts[1]
}

// writeFailure writes why there is no answer.
func (s *session) writeFailure(r *request) {
	r.failed.Of = r.line
	s.addContent(r.target.tab, r.ended, r.failed, nil)
	s.close(r)
}

// head is the line of an answer without its content.
func (r *request) head() *playback.Event {
	return &playback.Event{Kind: playback.Res, Of: r.line, Status: r.status, Headers: r.res, Extra: served(r.via)}
}

// writeHead writes the answer that is a stream of messages.
func (s *session) writeHead(r *request) {
	s.addContent(r.target.tab, r.answered, r.head(), nil)
	s.close(r)
	r.stream.open(s)
}

// writeAnswer writes an answer with its content.
func (s *session) writeAnswer(r *request) {
	e := r.head()
	e.Body = r.hole
	if r.hole == nil && len(r.body) > 0 && r.res.Get("content-type") == "" && r.mime != "" {
		e.Body = &playback.Body{Type: r.mime}
	}
	if r.masked {
		e.Masked = append(e.Masked, "body")
	}
	data := r.body
	if r.hole != nil || len(data) == 0 {
		data = nil
	}
	at := r.ended
	if e.Chunks = r.chunks(); e.Chunks != nil {
		at = r.answered
	}
	s.addContent(r.target.tab, at, e, data)
	s.close(r)
}

// close forgets a request that is written.
func (s *session) close(r *request) {
	r.done, r.body = true, nil
	key := call{r.target, r.id}
	if s.exchanges[key] == r && (r.stream == nil || r.ended > 0) {
		s.forget(key)
	}
}

// onFinished notes that an answer is complete.
func (s *session) onFinished(x *target, e browser.Event) {
	var p struct {
		Timestamp float64 `json:"timestamp"`
		Size      float64 `json:"encodedDataLength"`
	}
	r := s.request(x, e)
	if r == nil || e.Decode(&p) != nil {
		return
	}
	if r.left {
		s.forget(call{x, r.id})
		return
	}
	if r.stream != nil {
		s.endStream(r, s.at(p.Timestamp), streamDone)
		return
	}
	r.ended, r.size = s.at(p.Timestamp), int64(p.Size)
	s.takeWhole(r)
}

// askBody gets the content of an answer by ask, from the browser's buffer or from the one that outlives documents.
func (s *session) askBody(r *request, ask func(*target, *request, func([]byte, error))) {
	ask(r.target, r, func(data []byte, err error) {
		keeper := r.target.tab.keeper
		if err == nil || keeper == nil || r.target != r.target.tab.main {
			s.takeBody(r, data, err)
			return
		}
		ask(keeper, r, func(data []byte, err error) { s.takeBody(r, data, err) })
	})
}

// bodyReply is what Network.getResponseBody returns.
type bodyReply struct {
	Data    string `json:"body"`
	Encoded bool   `json:"base64Encoded"`
}

// bytes returns the content and lets go of the reply's.
func (p *bodyReply) bytes() ([]byte, error) {
	data, ok := decoded(p.Data, p.Encoded)
	p.Data = ""
	if !ok {
		return nil, errors.New("the content is no base64")
	}
	return data, nil
}

// content asks a target for the content of an answer.
func (s *session) content(x *target, r *request, then func([]byte, error)) {
	var reply bodyReply
	s.fetch(x, "Network.getResponseBody", params{"requestId": r.id}, &reply, func(err error) {
		if err != nil {
			then(nil, err)
			return
		}
		then(reply.bytes())
	})
}

// takeBody takes the content of an answer, or why it is not there.
func (s *session) takeBody(r *request, data []byte, err error) {
	r.body, r.whole = data, true
	if err != nil {
		r.body = nil
		if r.letGo {
			if !r.brokenOff(r.ended) {
				r.unread("aborted")
			}
		} else if r.size > 0 { // "No data found" is also what the browser says of an answer that is empty
			r.hole = playback.NewHole("evicted", r.size, r.mime)
		}
		s.o.Log.Debug("response body", "error", err)
	}
	s.progress(r)
}

func decoded(data string, encoded bool) ([]byte, bool) {
	if !encoded {
		return []byte(data), true
	}
	out, err := base64.StdEncoding.DecodeString(data)
	return out, err == nil
}

// onFailed notes that a request got no answer, or not all of it.
func (s *session) onFailed(x *target, e browser.Event) {
	var p struct {
		Timestamp float64 `json:"timestamp"`
		Text      string  `json:"errorText"`
		Canceled  bool    `json:"canceled"`
		Blocked   string  `json:"blockedReason"`
		CORS      struct {
			Error string `json:"corsError"`
		} `json:"corsErrorStatus"`
	}
	r := s.request(x, e)
	if r == nil || e.Decode(&p) != nil {
		return
	}
	if r.left || r.done && r.stream == nil {
		s.forget(call{x, r.id})
		return
	}
	if r.stream != nil {
		code := streamBroke
		if p.Canceled {
			code = 0
		}
		s.endStream(r, s.at(p.Timestamp), code)
		return
	}
	if r.answered > 0 && r.event.Resource == "fetch" && r.stream == nil && p.Canceled { // else its content broke off
		s.takeRead(r, s.at(p.Timestamp))
		return
	}
	text := p.Text
	switch {
	case p.CORS.Error != "":
		text += " (CORS: " + p.CORS.Error + ")"
	case p.Blocked != "":
		text += " (" + p.Blocked + ")"
	}
	s.unopenedBy(r, text)
	r.failed, r.ended, r.raw = &playback.Event{Kind: playback.Fail, Text: text}, s.at(p.Timestamp), false
	s.progress(r)
}

// takeRead takes what the page has got of an answer that it let go of, at a moment in ms since the start: what the app could
// read. The browser tells the same of an app that breaks off and of one that pipes an answer through a decoder to its end
// (Chromium 156), but that of the first it has forgotten the content. In a replay the content ends then; where it was broken
// off it is left open, and the app breaks it off again.
func (s *session) takeRead(r *request, at float64) {
	if r.got == 0 || r.got < r.length() || r.got > min(s.o.MaxBody, mostMasked) {
		if !r.brokenOff(at) {
			r.unread("aborted")
		}
		s.progress(r)
		return
	}
	r.ended, r.letGo = at, true
	s.askBody(r, func(x *target, r *request, then func([]byte, error)) {
		s.content(x, r, func(data []byte, err error) {
			if err == nil && len(data) == 0 { // it is in no buffer
				err = errors.New("no content")
			}
			then(data, err)
		})
	})
}

// unread makes an answer whole whose content the app did not read, or not to its end. A fetch is answered for the app when
// the headers have come; the browser keeps such a request open until its document goes.
func (r *request) unread(why string) {
	size, err := strconv.ParseInt(r.res.Get("content-length"), 10, 64)
	if err != nil {
		size = 0
	}
	r.ended, r.whole = r.answered, true
	r.hole = playback.NewHole(why, size, r.mime)
}

// flushNetwork writes what is unfinished when the recording ends: requests without their answers, and answers without
// the content that has not come.
func (s *session) flushNetwork() {
	open := slices.Collect(maps.Values(s.exchanges))
	slices.SortFunc(open, func(a, b *request) int { return cmp.Compare(a.at, b.at) })
	for _, r := range open {
		s.settle(r)
	}
	s.flushSockets()
}

// settle writes what is known of a request that nothing more comes of.
func (s *session) settle(r *request) {
	if r.prev != nil {
		s.settle(r.prev)
	}
	r.sent, r.posted, r.raw = true, true, false
	if r.answered > 0 && r.ended == 0 && r.failed == nil && r.stream == nil {
		r.unread("unfinished")
	} else if r.ended > 0 && !r.whole {
		r.whole, r.hole = true, playback.NewHole("unfinished", 0, r.mime)
	}
	s.progress(r)
}
