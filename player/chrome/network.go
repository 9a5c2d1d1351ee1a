package chrome

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// paused are the parameters of Fetch.requestPaused.
type paused struct {
	ID      string `json:"requestId"`
	Network string `json:"networkId"` // in the Network domain, where that is on
	Frame   string `json:"frameId"`
	Type    string `json:"resourceType"`
	Request struct {
		Method  string            `json:"method"`
		URL     string            `json:"url"`
		Headers map[string]string `json:"headers"`
		Post    []struct {
			Bytes []byte `json:"bytes"`
		} `json:"postDataEntries"`
		PostData    string `json:"postData"`
		HasPostData bool   `json:"hasPostData"`
	} `json:"request"`
}

// body returns what the request carries; nil for nothing.
func (r *paused) body() []byte {
	if !r.Request.HasPostData {
		return nil
	}
	if len(r.Request.Post) == 0 {
		return []byte(r.Request.PostData)
	}
	var b []byte
	for _, e := range r.Request.Post {
		b = append(b, e.Bytes...)
	}
	return b
}

// onPaused decides on a request that reached the net: questions of the page script, and everything that the script
// does not see. Virtual time stands still meanwhile, so the answer may take its time. The browser's reader calls it.
func (p *page) onPaused(s *browser.Session, t *tab, e browser.Event) {
	if p.ctx.Err() != nil {
		return
	}
	p.work.Go(func() {
		var r paused
		if err := e.Decode(&r); err != nil {
			p.log.Warn("paused request", "error", err)
			return
		}
		if r.Request.URL == askURL {
			p.answerQuestion(s, t, &r)
			return
		}
		p.net(s, t, &r)
	})
}

// net routes a request that the page script did not see or did not want.
func (p *page) net(s *browser.Session, t *tab, r *paused) {
	if isSeed(r.Request.URL) {
		fulfil(s, r.ID, http.StatusOK, []params{{"name": "content-type", "value": "text/html"}}, nil)
		return
	}
	if t != nil && r.Type == "Document" && r.Frame == t.mainFrame() {
		t.loads(r.Request.URL)
	}
	live := p.liveRequest(t, r.Request.Method, r.Request.URL, r.Request.Headers, r.body(), browser.Resource(r.Type))
	live.Worker = t == nil || t.session != s
	if playback.Icon(live.Resource, live.Headers) {
		// The browser asks for the icon of a tab when it likes, which moves the clock by up to 10 ms. Of one that is not found
		// it takes note, so that no other page asks for it (measured on Chromium 156).
		fulfil(s, r.ID, http.StatusNotFound, nil, nil)
		return
	}
	p.loadsCode(r, live.Resource)
	route := p.scene.Router.Route(live)
	if p.own(r) && route.Do != player.Serve {
		s.Go("Fetch.continueRequest", params{"requestId": r.ID})
		return
	}
	if p.foreign(t, r) {
		route = player.Route{Do: player.Block, Pos: -1}
	}
	if route.Live && r.Network != "" {
		p.goesLive(r.Network, live)
	}
	if route.Do == player.Pass {
		// The app's own code and pictures are no news, and what the page script has asked about it has noted too.
		script := (r.Type == "Fetch" || r.Type == "XHR") && !live.Worker
		if o, err := origin(r.Request.URL); !script && (err != nil || o != p.app) {
			p.noteRequest(t, live, route)
		}
		s.Go("Fetch.continueRequest", params{"requestId": r.ID})
		return
	}
	n := p.noteRequest(t, live, route)
	switch route.Do {
	case player.Stub:
		fulfil(s, r.ID, http.StatusNoContent, cors(nil, r.Request.Headers), nil)
	case player.Serve:
		p.serve(s, t, r, route, n)
	default:
		s.Go("Fetch.failRequest", params{"requestId": r.ID, "errorReason": "BlockedByClient"})
	}
}

// serve answers at once: virtual time stands still while a request is paused, so there is nothing to wait for.
func (p *page) serve(s *browser.Session, t *tab, r *paused, route player.Route, live int) {
	a := route.Answer
	if a == nil || a.Kind == playback.Fail {
		reason, text := "Failed", ""
		if a != nil {
			reason, text = failReason(a.Text), a.Text
		}
		s.Go("Fetch.failRequest", params{"requestId": r.ID, "errorReason": reason})
		if a != nil {
			p.noteAnswer(t, a, live, playback.Event{Kind: playback.Fail, Text: text})
		}
		return
	}
	fulfil(s, r.ID, a.Status, cors(a.Headers, r.Request.Headers), a.Body)
	p.noteAnswer(t, a, live, playback.Event{Kind: playback.Res, Status: a.Status, Headers: a.Headers})
}

// own reports whether the request is for a document of the app itself, which only the local server has, unless it was a
// download.
func (p *page) own(r *paused) bool {
	o, err := origin(r.Request.URL)
	return err == nil && o == p.app && r.Type == "Document" &&
		(r.Request.Method == http.MethodGet || r.Request.Method == http.MethodHead)
}

// foreign reports whether the request would show another site's document in the tab. Its recorded content is never
// shown there: a file could bring code under any name.
func (p *page) foreign(t *tab, r *paused) bool {
	if r.Type != "Document" || t == nil || r.Frame != t.mainFrame() {
		return false
	}
	return !p.mayOpen(r.Request.URL)
}

func (p *page) liveRequest(t *tab, method, url string, headers map[string]string, body []byte, resource string) player.LiveRequest {
	h := playback.Headers{}
	for k, v := range headers {
		h[strings.ToLower(k)] = playback.HeaderValues{v}
	}
	r := player.LiveRequest{Method: method, URL: url, Headers: h, Body: body, Resource: resource}
	if t != nil {
		r.Tab = t.name
	}
	return r
}

// noteRequest records a request of the net and returns its number. They count down, so that they never meet those of
// the page script.
func (p *page) noteRequest(t *tab, r player.LiveRequest, route player.Route) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live--
	e := playback.Event{Kind: playback.Req, Tab: r.Tab, Method: r.Method, URL: r.URL, Resource: r.Resource, Headers: r.Headers}
	if len(r.Body) > 0 && len(r.Body) <= maxNoted && utf8.Valid(r.Body) {
		text := string(r.Body)
		e.Body = &playback.Body{Text: &text}
	}
	s := player.Seen{Event: e, Pos: -1, Route: route.Do, Live: p.live}
	if route.Do == player.Serve {
		s.Pos = route.Pos
		p.taken[route.Pos] = byNet
	}
	p.seen = append(p.seen, s)
	return p.live
}

// Who took a recorded request, where it was not a document by its table (page.taken then has the document's id).
const (
	byQuestion = "question"
	byNet      = "net"
)

// maxNoted bounds the request bodies that are kept for people to read, in bytes.
const maxNoted = 64 << 10

func (p *page) noteAnswer(t *tab, a *player.Answer, live int, e playback.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t != nil {
		e.Tab = t.name
	}
	p.released(a.Pos)
	p.seen = append(p.seen, player.Seen{Event: e, Pos: a.Pos, Live: live})
}

// fulfil answers a paused request.
func fulfil(s *browser.Session, id string, status int, headers []params, body []byte) {
	if status < 100 || status > 599 {
		status = http.StatusOK
	}
	s.Go("Fetch.fulfillRequest", params{
		"requestId": id, "responseCode": status, "responseHeaders": headers,
		"body": base64.StdEncoding.EncodeToString(body),
	})
}

// cors turns recorded headers into those of an answer for this request: the recorded origin was the production app's,
// so a cross-origin answer must allow the local one.
func cors(h playback.Headers, request map[string]string) []params {
	var out []params
	for _, k := range slices.Sorted(maps.Keys(h)) {
		switch k {
		case "content-encoding", "content-length", "transfer-encoding", "connection": // the body is decoded and whole
			continue
		case "access-control-allow-origin", "access-control-allow-credentials":
			continue
		}
		for _, v := range h[k] {
			out = append(out, params{"name": k, "value": v})
		}
	}
	origin := "*"
	for k, v := range request {
		if strings.EqualFold(k, "Origin") {
			origin = v
		}
	}
	out = append(out, params{"name": "access-control-allow-origin", "value": origin})
	if origin != "*" {
		out = append(out, params{"name": "access-control-allow-credentials", "value": "true"})
	}
	return out
}

// failReason maps a recorded net:: error to what Fetch.failRequest knows.
func failReason(text string) string {
	for part, reason := range map[string]string{
		"ABORTED": "Aborted", "TIMED_OUT": "TimedOut", "REFUSED": "ConnectionRefused", "RESET": "ConnectionReset",
		"CLOSED": "ConnectionClosed", "NAME_NOT_RESOLVED": "NameNotResolved", "DISCONNECTED": "InternetDisconnected",
		"BLOCKED_BY_CLIENT": "BlockedByClient", "ACCESS_DENIED": "AccessDenied", "UNREACHABLE": "AddressUnreachable",
	} {
		if strings.Contains(strings.ToUpper(text), part) {
			return reason
		}
	}
	return "Failed"
}
