package recorder

import (
	"strings"

	"restep/player/browser"
	"restep/player/playback"
)

// stream is an answer that is a stream of messages (text/event-stream). Of an EventSource the browser tells the messages;
// of other requests it tells the text, piece by piece.
type stream struct {
	r     *request
	text  bool    // the text is told, not the messages
	early []piece // what came before the answer's line was written
	rest  string  // the text after the last whole message; its lines end in LF
	some  bool    // there was a whole message
	cr    bool    // the last piece ended in CR: an LF that comes next belongs to it
	id    string  // of the last message that had one
	ready bool    // the answer's line is written
	told  bool    // what came before the text was told piece by piece is known
	last  float64 // when the last of it came
}

// piece is a message, or a piece of text, that has come.
type piece struct {
	at    float64
	event *playback.Event
	text  string
}

// streams begins a stream where the answer is one.
func (s *session) streams(r *request) {
	typ, _, _ := strings.Cut(r.mime, ";")
	if r.left || r.stream != nil || typ != "text/event-stream" {
		return
	}
	r.stream = &stream{r: r, text: r.event.Resource != "sse"}
	if !r.stream.text {
		return
	}
	var reply struct {
		Data string `json:"bufferedData"`
	}
	at := r.answered
	s.fetch(r.target, "Network.streamResourceContent", params{"requestId": r.id}, &reply, func(err error) {
		data, ok := decoded(reply.Data, true)
		if err != nil || !ok { // it has ended already
			s.wholeStream(r)
			return
		}
		r.stream.begin(s, piece{at: at, text: string(data)})
	})
}

// wholeStream takes the text of a stream that was too short to be told piece by piece.
func (s *session) wholeStream(r *request) {
	s.content(r.target, r, func(data []byte, err error) {
		if err != nil {
			s.problem("the messages of a stream in tab %s were lost", r.target.tab.name)
		}
		r.stream.begin(s, piece{at: r.answered, text: string(data)})
	})
}

// begin takes the text before the pieces.
func (x *stream) begin(s *session, p piece) {
	x.early = append([]piece{p}, x.early...)
	x.told = true
	x.flush(s)
}

// open lets messages follow the answer's line.
func (x *stream) open(s *session) {
	x.ready = true
	x.flush(s)
}

// flush writes what waits, where its place is known.
func (x *stream) flush(s *session) {
	if !x.ready || x.text && !x.told {
		return
	}
	early := x.early
	x.early = nil
	for _, p := range early {
		x.take(s, p)
	}
}

// take writes what has come.
func (x *stream) take(s *session, p piece) {
	x.last = max(x.last, p.at)
	if !x.ready || x.text && !x.told {
		x.early = append(x.early, p)
		return
	}
	if p.event != nil {
		x.write(s, p.at, p.event)
		return
	}
	for _, message := range x.messages(p.text) {
		if e := x.parse(message); e != nil {
			x.write(s, p.at, e)
		}
	}
}

// How a stream ended, in the words of WebSockets (RFC 6455, 7.4.1): the server was done, or the connection broke off.
const (
	streamDone  = 1000
	streamBroke = 1006
)

// endStream writes how a stream ended, behind its messages. What the app itself has closed is no line: it does so again.
func (s *session) endStream(r *request, at float64, code int) {
	// The browser dates the end by the network, and what came before by the page's process: up to 30 ms later.
	at = max(at, r.answered, r.stream.last)
	r.ended = at
	if !r.stream.some && strings.TrimSpace(r.stream.rest) != "" {
		s.problem("an answer in tab %s says that it is an event stream, and is none: its text is not recorded", r.target.tab.name)
	}
	if code != 0 {
		r.stream.take(s, piece{at: at, event: &playback.Event{Kind: playback.SSE, Dir: playback.In, CloseBy: code}})
	}
	if r.done {
		s.forget(call{r.target, r.id})
		return
	}
	s.progress(r) // its head waits for headers
}

// lineEnds are how a line of a stream may end; see https://html.spec.whatwg.org/multipage/server-sent-events.html.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// messages takes a piece of text and returns the messages that are whole with it.
func (x *stream) messages(text string) []string {
	if text == "" {
		return nil
	}
	if x.cr {
		text = strings.TrimPrefix(text, "\n")
	}
	x.cr = strings.HasSuffix(text, "\r")
	list := strings.Split(x.rest+lineEnds.Replace(text), "\n\n")
	x.rest, x.some = list[len(list)-1], x.some || len(list) > 1
	return list[:len(list)-1]
}

func (x *stream) write(s *session, at float64, e *playback.Event) {
	e.Of = x.r.line
	s.add(x.r.target.tab, at, e)
}

// parse reads a message; nil for one without data.
func (x *stream) parse(message string) *playback.Event {
	e := &playback.Event{Kind: playback.SSE, Dir: playback.In}
	var data []string
	for line := range strings.SplitSeq(strings.TrimPrefix(message, "\ufeff"), "\n") {
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			e.Name = value
		case "data":
			data = append(data, value)
		case "id":
			x.id = value
		}
	}
	if data == nil {
		return nil
	}
	if e.Name == "message" {
		e.Name = ""
	}
	e.LastID, e.Text = x.id, strings.Join(data, "\n")
	return e
}

// onMessage takes a message of an EventSource.
func (s *session) onMessage(x *target, e browser.Event) {
	var p struct {
		Timestamp float64 `json:"timestamp"`
		Name      string  `json:"eventName"`
		LastID    string  `json:"eventId"`
		Data      string  `json:"data"`
	}
	r := s.request(x, e)
	if r == nil || r.stream == nil || e.Decode(&p) != nil {
		return
	}
	if p.Name == "message" {
		p.Name = ""
	}
	r.stream.take(s, piece{at: s.at(p.Timestamp), event: &playback.Event{
		Kind: playback.SSE, Dir: playback.In, Name: p.Name, LastID: p.LastID, Text: p.Data,
	}})
}

// onData takes a piece of the text of a stream.
func (s *session) onData(x *target, e browser.Event) {
	r := s.request(x, e)
	if r == nil || r.stream == nil || !r.stream.text {
		return
	}
	var p struct {
		Timestamp float64 `json:"timestamp"`
		Data      []byte  `json:"data"`
	}
	if e.Decode(&p) == nil && len(p.Data) > 0 {
		r.stream.take(s, piece{at: s.at(p.Timestamp), text: string(p.Data)})
	}
}
