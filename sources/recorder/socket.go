package recorder

import (
	"cmp"
	"maps"
	"slices"

	"restep/player/browser"
	"restep/player/playback"
)

// socket is a WebSocket.
type socket struct {
	target  *target
	url     string
	at      float64
	line    string // id of its req line
	left    bool   // it is left out
	headers playback.Headers
	opened  bool
	closed  float64         // when its connection ended; 0: it has not
	last    *playback.Event // its end as the page reports it
}

// frameEvent are the parameters of the events of a WebSocket.
type frameEvent struct {
	ID        string  `json:"requestId"`
	Timestamp float64 `json:"timestamp"`
	WallTime  float64 `json:"wallTime"`
	URL       string  `json:"url"`
	Text      string  `json:"errorMessage"`
	Request   struct {
		Headers map[string]string `json:"headers"`
	} `json:"request"`
	Response struct {
		Status  int               `json:"status"`
		Headers map[string]string `json:"headers"`
		Opcode  float64           `json:"opcode"`
		Data    string            `json:"payloadData"`
	} `json:"response"`
}

// onSocket handles the events of WebSockets.
func (s *session) onSocket(x *target, e browser.Event) {
	var p frameEvent
	if e.Decode(&p) != nil {
		return
	}
	key := call{x, p.ID}
	k := s.sockets[key]
	if e.Method == "Network.webSocketCreated" {
		k = &socket{target: x, url: p.URL, at: s.now()}
		_, k.left = s.dropper.Drops("GET", p.URL)
		s.sockets[key] = k
		return
	}
	if k == nil || k.left {
		return
	}
	at := s.at(p.Timestamp)
	switch e.Method {
	case "Network.webSocketWillSendHandshakeRequest":
		if s.offset == 0 {
			s.offset = p.WallTime - p.Timestamp
		}
		if k.at = s.at(p.Timestamp); k.headers == nil {
			k.headers = headersOf(p.Request.Headers)
		}
	case "Network.webSocketHandshakeResponseReceived":
		k.opened = true
		s.write(k)
		s.add(x.tab, at, &playback.Event{Kind: playback.Res, Of: k.line, Status: p.Response.Status, Headers: headersOf(p.Response.Headers)})
	case "Network.webSocketFrameSent":
		s.message(k, at, playback.Out, &p)
	case "Network.webSocketFrameReceived":
		s.message(k, at, playback.In, &p)
	case "Network.webSocketFrameError":
		if !k.opened {
			s.write(k)
			s.add(x.tab, at, &playback.Event{Kind: playback.Fail, Of: k.line, Text: p.Text})
			delete(s.sockets, key)
		}
	case "Network.webSocketClosed":
		k.closed = at
		s.endSocket(key, k)
	}
}

// write writes the req line of a socket.
func (s *session) write(k *socket) {
	if k.line == "" {
		k.line = s.add(k.target.tab, k.at, &playback.Event{Kind: playback.Req, Method: "GET", URL: k.url, Resource: "ws", Headers: k.headers})
	}
}

// message writes a message.
func (s *session) message(k *socket, at float64, dir string, p *frameEvent) {
	s.write(k)
	data, e := []byte(p.Response.Data), &playback.Event{Kind: playback.WS, Of: k.line, Dir: dir}
	switch p.Response.Opcode {
	case 1:
	case 2:
		var ok bool
		if data, ok = decoded(p.Response.Data, true); !ok {
			e.Body, data = playback.NewHole("damaged", int64(len(p.Response.Data)), ""), nil
		} else {
			e.Body = &playback.Body{Type: "application/octet-stream"}
		}
	default:
		return // control frames are the browser's own
	}
	if data == nil && e.Body == nil {
		data = []byte{}
	}
	s.addContent(k.target.tab, at, e, data)
}

// onSocketEnd takes a page's report that a WebSocket was closed: the protocol does not tell the code, nor the reason, which
// is its Text. It is that of the earliest socket of the URL whose end is not known yet.
func (s *session) onSocketEnd(t *tab, e *playback.Event) {
	var key call
	var first *socket
	for c, k := range s.sockets {
		if k.target.tab == t && k.url == e.URL && k.last == nil && (first == nil || better(k, first)) {
			key, first = c, k
		}
	}
	if first == nil {
		return
	}
	first.last = e
	s.endSocket(key, first)
}

// better prefers a socket whose connection has ended, then the older one.
func better(a, b *socket) bool {
	if (a.closed > 0) != (b.closed > 0) {
		return a.closed > 0
	}
	return a.at < b.at
}

// endSocket writes the end of a socket when both the browser and the page have told it.
func (s *session) endSocket(key call, k *socket) {
	if k.closed == 0 || k.last == nil && k.target.kind == "page" {
		return
	}
	delete(s.sockets, key)
	if !k.opened {
		s.write(k)
		s.add(k.target.tab, k.closed, &playback.Event{Kind: playback.Fail, Of: k.line, Text: "net::ERR_CONNECTION_CLOSED"})
		return
	}
	e := &playback.Event{Kind: playback.WS, Of: k.line, Dir: playback.In, CloseBy: noStatus}
	if k.last != nil {
		e.CloseBy, e.Dir, e.Text = cmp.Or(k.last.CloseBy, noStatus), cmp.Or(k.last.Dir, playback.In), k.last.Text
	}
	s.add(k.target.tab, k.closed, e)
}

// noStatus is the code of a WebSocket that was closed without one (RFC 6455, 7.4.1).
const noStatus = 1005

// flushSockets writes the ends that pages did not report, such as those of documents that have gone.
func (s *session) flushSockets() {
	keys := slices.SortedFunc(maps.Keys(s.sockets), func(a, b call) int { return cmp.Compare(s.sockets[a].at, s.sockets[b].at) })
	for _, key := range keys {
		k := s.sockets[key]
		if k.left {
			continue
		}
		if k.last == nil {
			k.last = &playback.Event{}
		}
		s.write(k)
		s.endSocket(key, k)
	}
}
