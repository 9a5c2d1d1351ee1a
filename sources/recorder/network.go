package recorder

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player/browser"
	"restep/player/playback"
)

// onNetwork handles an event of the Network domain.
func (s *session) onNetwork(x *target, e browser.Event) {
	switch e.Method {
	case "Network.requestWillBeSent":
		s.onRequest(x, e)
	case "Network.requestWillBeSentExtraInfo", "Network.responseReceivedExtraInfo":
		s.onHeaders(x, e)
	case "Network.requestServedFromCache":
		if r := s.request(x, e); r != nil {
			r.via = "memory cache"
		}
	case "Network.responseReceived":
		s.onResponse(x, e)
	case "Network.dataReceived":
		if r := s.request(x, e); r != nil && r.stream == nil {
			s.onPiece(r, e)
		} else {
			s.onData(x, e)
		}
	case "Network.loadingFinished":
		s.onFinished(x, e)
	case "Network.loadingFailed":
		s.onFailed(x, e)
	case "Network.eventSourceMessageReceived":
		s.onMessage(x, e)
	default:
		if strings.HasPrefix(e.Method, "Network.webSocket") {
			s.onSocket(x, e)
		}
	}
}

// request returns the request that an event is about.
func (s *session) request(x *target, e browser.Event) *request {
	var p struct {
		ID string `json:"requestId"`
	}
	if e.Decode(&p) != nil {
		return nil
	}
	return s.exchanges[call{x, p.ID}]
}

// willBeSent are the parameters of Network.requestWillBeSent.
type willBeSent struct {
	ID      string `json:"requestId"`
	Loader  string `json:"loaderId"`
	Frame   string `json:"frameId"`
	Type    string `json:"type"`
	Request struct {
		Method   string            `json:"method"`
		URL      string            `json:"url"`
		Fragment string            `json:"urlFragment"`
		Headers  map[string]string `json:"headers"`
		HasPost  bool              `json:"hasPostData"`
		Post     []struct {
			Bytes []byte `json:"bytes"`
		} `json:"postDataEntries"`
	} `json:"request"`
	Timestamp float64 `json:"timestamp"`
	WallTime  float64 `json:"wallTime"`
	Initiator struct {
		// "parser", "script", "preload"…; of a preflight that the page's process does not see, the type above is "Other".
		Type string `json:"type"`
	} `json:"initiator"`
	Redirect  *response `json:"redirectResponse"`
	RawFollow bool      `json:"redirectHasExtraInfo"`
}

// response is an answer as the Network domain tells it.
type response struct {
	Status   int               `json:"status"`
	Headers  map[string]string `json:"headers"`
	Mime     string            `json:"mimeType"`
	Disk     bool              `json:"fromDiskCache"`
	Worker   bool              `json:"fromServiceWorker"`
	Prefetch bool              `json:"fromPrefetchCache"`
}

// onRequest begins a request. A redirect is a new one, with the answer that led to it.
func (s *session) onRequest(x *target, e browser.Event) {
	var p willBeSent
	if e.Decode(&p) != nil || !onNet(p.Request.URL) || p.Type == "Preflight" || p.Initiator.Type == "preflight" {
		return // the player answers preflights by itself
	}
	s.compareClocks(p.WallTime - p.Timestamp)
	at := s.at(p.Timestamp)
	key := call{x, p.ID}
	before := s.exchanges[key]
	r := &request{target: x, id: p.ID, at: at}
	r.event = playback.Event{
		Kind: playback.Req, Method: p.Request.Method, URL: p.Request.URL, Resource: browser.Resource(p.Type), Headers: headersOf(p.Request.Headers),
	}
	if x.kind == "page" || x.kind == "iframe" {
		x.tab.goesOn(at)
	}
	if p.Initiator.Type == "script" && s.scriptAnswer(&r.event) {
		r.event.Resource = "other" // of what is a script, a replay asks the local app
	}
	r.left = s.leaves(r, p.Type)
	s.exchanges[key] = r
	if t := x.tab; p.Type == "Document" {
		t.document = p.Request.URL
		if x == t.main && t.nav != nil && p.ID == t.nav.loader {
			t.begin(t.nav, at)
		}
	}
	if before != nil && p.Redirect != nil {
		r.prev = before
		before.answer(p.Redirect, at, p.RawFollow)
		before.ended, before.whole = at, true
		s.progress(before)
	}
	s.takePost(r, &p)
	s.progress(r)
}

// onNet reports whether a URL leads to the network; others are the page's own content.
func onNet(url string) bool {
	scheme, _, _ := strings.Cut(url, ":")
	switch scheme {
	case "http", "https", "ws", "wss":
		return true
	}
	return false
}

// takePost takes the content of a request, and asks for what did not come with it.
func (s *session) takePost(r *request, p *willBeSent) {
	r.posted = true
	if !p.Request.HasPost || r.left {
		return
	}
	all := len(p.Request.Post) > 0
	for _, part := range p.Request.Post {
		all = all && len(part.Bytes) > 0
		r.post = append(r.post, part.Bytes...)
	}
	if all {
		return
	}
	r.posted = false
	var reply struct {
		Data    string `json:"postData"`
		Encoded bool   `json:"base64Encoded"`
	}
	s.fetch(r.target, "Network.getRequestPostData", params{"requestId": r.id}, &reply, func(err error) {
		r.posted = true
		if err != nil && len(r.post) == 0 {
			r.event.Body = playback.NewHole("not recorded", 0, "")
		} else if err == nil {
			if data, ok := decoded(reply.Data, reply.Encoded); ok && len(data) >= len(r.post) {
				r.post = data
			}
		}
		s.progress(r)
	})
}

// forget lets go of a request of which nothing more is written.
func (s *session) forget(key call) {
	delete(s.exchanges, key)
	s.heads.drop(key)
}

// answer takes the head of an answer.
func (r *request) answer(p *response, at float64, raw bool) {
	r.answered, r.status, r.mime = at, p.Status, p.Mime
	// What the page sees, which may differ from what came: of a revalidated answer the browser has the headers.
	r.res, r.raw = headersOf(p.Headers), raw
	switch {
	case p.Worker:
		r.via = "service worker"
	case p.Disk:
		r.via = "disk cache"
	case p.Prefetch:
		r.via = "prefetch"
	}
}

func (s *session) onResponse(x *target, e browser.Event) {
	var p struct {
		ID        string   `json:"requestId"`
		Timestamp float64  `json:"timestamp"`
		Response  response `json:"response"`
		Raw       bool     `json:"hasExtraInfo"`
	}
	if e.Decode(&p) != nil {
		return
	}
	if r := s.exchanges[call{x, p.ID}]; r != nil {
		r.answer(&p.Response, s.at(p.Timestamp), p.Raw)
		s.streams(r)
		s.progress(r)
	}
}

// headersOf turns headers of the protocol, in which repeated ones are joined by line feeds, into those of a file.
func headersOf(h map[string]string) playback.Headers {
	out := playback.Headers{}
	for name, v := range h {
		if name = strings.ToLower(name); strings.HasPrefix(name, ":") {
			continue // of HTTP/2; the line says it
		}
		out[name] = strings.Split(v, "\n")
	}
	return out
}

// served is how an answer came that no server gave, as a field of its own.
func served(via string) jsontext.Value {
	if via == "" {
		return nil
	}
	return jsontext.Value(`{"via":"` + via + `"}`)
}
