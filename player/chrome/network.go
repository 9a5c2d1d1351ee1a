package chrome

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// paused are the parameters of Fetch.requestPaused.
type paused struct {
	ID      string `json:"requestId"`
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
	if p.own(r) {
		s.Go("Fetch.continueRequest", params{"requestId": r.ID})
		return
	}
	live := p.liveRequest(t, r.Request.Method, r.Request.URL, r.Request.Headers, r.body(), resourceOf(r.Type))
	live.Worker = t == nil || t.session != s
	route := p.scene.Router.Route(live)
	if route.Do == player.Pass { // where the page script has asked before, it has noted it too
		if r.Type != "Fetch" && r.Type != "XHR" || live.Worker {
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

// own reports whether the request is for the app's own code and pictures, which the local server has: documents,
// scripts, styles, images, fonts, and what a dev server's page asks of it.
func (p *page) own(r *paused) bool {
	if !strings.HasPrefix(strings.ToLower(r.Request.URL)+"/", p.app+"/") && !strings.HasPrefix(strings.ToLower(r.Request.URL), p.app+"?") {
		return false
	}
	if r.Request.Method != http.MethodGet && r.Request.Method != http.MethodHead {
		return false
	}
	switch r.Type {
	case "Document", "Script", "Stylesheet", "Image", "Font", "Media", "Manifest", "Other", "SignedExchange", "TextTrack":
		return true
	}
	return false
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

func resourceOf(cdp string) string {
	switch cdp {
	case "Fetch":
		return "fetch"
	case "XHR":
		return "xhr"
	case "Ping", "CSPViolationReport":
		return "beacon"
	case "Stylesheet":
		return "style"
	case "EventSource":
		return "sse"
	case "WebSocket":
		return "ws"
	case "Document", "Image", "Script", "Font", "Media":
		return strings.ToLower(cdp)
	}
	return "other"
}

// question is what the page script asks when its table has no answer; reply is what it gets.
type question struct {
	Hello    bool              `json:"hello"` // a new document wants the table
	Method   string            `json:"method"`
	URL      string            `json:"url"`
	Headers  map[string]string `json:"headers"`
	Body     *string           `json:"body"`
	Base64   []byte            `json:"base64"`
	Resource string            `json:"resource"`
	Worker   bool              `json:"worker"`
	Sync     bool              `json:"sync"` // the answer cannot wait until it is due
	Pos      *int              `json:"pos"`  // it asks only for the answer of a request that it has taken
	Took     []int             `json:"took"` // what it took by its table since its last question
}

type reply struct {
	Do      string       `json:"do,omitzero"`
	Pos     int          `json:"pos"`
	Table   [][2]any     `json:"table,omitzero"`
	Answers []pageAnswer `json:"answers,omitzero"`
	To      float64      `json:"to"`
	Limit   int          `json:"limit"`
	Halt    bool         `json:"halt"`
	Drain   bool         `json:"drain"`
}

// answerQuestion decides for the page script.
func (p *page) answerQuestion(s *browser.Session, t *tab, r *paused) {
	var q question
	if err := json.Unmarshal(r.body(), &q); err != nil {
		p.log.Warn("page script", "error", err)
		s.Go("Fetch.failRequest", params{"requestId": r.ID, "errorReason": "Failed"})
		return
	}
	for _, pos := range q.Took {
		p.scene.Router.Took(pos)
	}
	var out reply
	var now *player.Answer // what cannot wait
	switch {
	case q.Pos != nil:
		out.Do, out.Pos = "serve", *q.Pos
		now = p.scene.Router.Answer(*q.Pos)
	case q.URL != "":
		body := q.Base64
		if q.Body != nil {
			body = []byte(*q.Body)
		}
		live := p.liveRequest(t, q.Method, q.URL, q.Headers, body, q.Resource)
		live.Worker = q.Worker
		route := p.scene.Router.Route(live)
		out.Do = [...]string{player.Block: "block", player.Serve: "serve", player.Pass: "pass", player.Stub: "stub"}[route.Do]
		out.Pos = route.Pos
		if q.Sync && route.Do == player.Serve {
			now = route.Answer
		}
	}
	p.mu.Lock()
	w := p.window
	out.To, out.Limit, out.Halt, out.Drain = w.To, w.Limit, w.HaltOnError, w.Drain
	if q.Hello && t != nil && t == p.active && !q.Worker {
		out.Table = p.table()
	}
	for i := range p.answers {
		a := &p.answers[i]
		if q.Hello && p.taken[a.Of] == "" || out.Do == "serve" && a.Of == out.Pos {
			out.Answers = append(out.Answers, toPage(a))
		}
	}
	if now != nil {
		out.Answers = append(out.Answers, toPage(now))
	}
	if out.Do == "serve" {
		p.taken[out.Pos] = byQuestion
	}
	p.mu.Unlock()
	raw, err := json.Marshal(out)
	if err != nil {
		p.log.Warn("page script", "error", err)
	}
	fulfil(s, r.ID, http.StatusOK, cors(playback.Headers{"content-type": {"application/json"}}, r.Request.Headers), raw)
}

// table is what a document can match by itself; page.mu is held.
func (p *page) table() [][2]any {
	left := p.scene.Router.Left()
	out := make([][2]any, len(left))
	for i, r := range left {
		out[i] = [2]any{r.Key, r.Pos}
	}
	return out
}

// pageAnswer is a [player.Answer] for the page script.
type pageAnswer struct {
	Pos     int         `json:"pos"`
	Of      int         `json:"of"`
	T       float64     `json:"t"`
	Latency float64     `json:"latency"`
	Kind    string      `json:"ev"`
	Status  int         `json:"status,omitzero"`
	Headers [][2]string `json:"headers,omitzero"`
	Text    *string     `json:"text,omitzero"`
	Base64  []byte      `json:"base64,omitzero"`
	Name    string      `json:"name,omitzero"`
	LastID  string      `json:"lastId,omitzero"`
	Close   int         `json:"close,omitzero"`
}

func toPage(a *player.Answer) pageAnswer {
	out := pageAnswer{
		Pos: a.Pos, Of: a.Of, T: a.T, Latency: a.Latency, Kind: string(a.Kind), Status: a.Status,
		Name: a.Name, LastID: a.LastID, Close: a.Close,
	}
	for _, k := range slices.Sorted(maps.Keys(a.Headers)) {
		for _, v := range a.Headers[k] {
			out.Headers = append(out.Headers, [2]string{k, v})
		}
	}
	switch {
	case a.Kind == playback.Fail || a.Kind == playback.SSE || a.Body == nil:
		out.Text = &a.Text
	case utf8.Valid(a.Body) && !strings.HasPrefix(string(a.Body[:min(3, len(a.Body))]), "\ufeff"):
		text := string(a.Body)
		out.Text = &text
	default:
		out.Base64 = a.Body
	}
	return out
}
