package chrome

import (
	"cmp"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// A request that the user lets reach a real server may fail there, and only the browser knows why. Its Network domain
// says so; it is on only where something is live.

// outward is what is on its way to a real server; page.mu guards it. Requests are named as in the Network domain.
type outward struct {
	requests map[string]string // id -> "METHOD URL"
	sockets  map[string]bool   // URLs of WebSockets
	// preflights has those on their way, and the requests that wait for them; a live one stays until that request ends.
	preflights map[string]string // preflight -> request
	waiting    map[string]string // request -> its live preflight
}

func newOutward() outward {
	return outward{
		requests: map[string]string{}, sockets: map[string]bool{}, preflights: map[string]string{}, waiting: map[string]string{},
	}
}

// pair notes which request a preflight is for, once both that and that it goes live are known.
func (o *outward) pair(preflight string) {
	request, known := o.preflights[preflight]
	if _, live := o.requests[preflight]; known && live {
		o.waiting[request] = preflight
	}
}

// end forgets a request and returns what it was, "" for a preflight and for one that is not live.
func (o *outward) end(id string) string {
	if request, ok := o.preflights[id]; ok {
		if o.waiting[request] != id {
			delete(o.preflights, id)
		}
		return ""
	}
	preflight := o.waiting[id]
	what := cmp.Or(o.requests[id], o.requests[preflight])
	delete(o.requests, id)
	delete(o.requests, preflight)
	delete(o.preflights, preflight)
	delete(o.waiting, id)
	return what
}

// watchLive asks for the events that onLive and onUpdate take.
func (p *page) watchLive(s *browser.Session) {
	if len(p.scene.Live) > 0 || p.scene.Code.Update != nil {
		s.Go("Network.enable", params{"maxTotalBufferSize": 0, "maxResourceBufferSize": 0}) // no bodies
	}
}

// goesLive notes a request that is on its way to a real server; id is its name in the Network domain. A preflight has an
// id of its own; it is noted as the request that waits for it, since that one fails when either does.
func (p *page) goesLive(id string, r player.LiveRequest) {
	p.mu.Lock()
	defer p.mu.Unlock()
	method := r.Method
	if waits := r.Headers.Get("access-control-request-method"); method == "OPTIONS" && waits != "" {
		method = waits
	}
	p.outward.requests[id] = method + " " + r.URL
	p.outward.pair(id)
}

// goesLiveSocket is goesLive for a WebSocket, which the Network domain does not name before it is made.
func (p *page) goesLiveSocket(url string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.outward.sockets[url] = true
}

// onLive looks at the end of live requests; the browser's reader calls it.
func (p *page) onLive(e browser.Event) {
	switch e.Method {
	case "Network.requestWillBeSent":
		p.onPreflight(e)
	case "Network.loadingFinished", "Network.loadingFailed":
		p.onLoaded(e)
	case "Network.webSocketCreated":
		var w struct {
			ID  string `json:"requestId"`
			URL string `json:"url"`
		}
		p.mu.Lock()
		if e.Decode(&w) == nil && p.outward.sockets[w.URL] {
			p.outward.requests[w.ID] = "GET " + w.URL
		}
		p.mu.Unlock()
	case "Network.webSocketFrameError":
		var w struct {
			ID   string `json:"requestId"`
			Text string `json:"errorMessage"`
		}
		if e.Decode(&w) == nil {
			p.liveEnded(w.ID, w.Text)
		}
	}
}

// onPreflight notes which request a preflight is for.
func (p *page) onPreflight(e browser.Event) {
	var r struct {
		ID        string `json:"requestId"`
		Initiator struct {
			Type string `json:"type"`
			ID   string `json:"requestId"`
		} `json:"initiator"`
	}
	if e.Decode(&r) == nil && r.Initiator.Type == "preflight" {
		p.mu.Lock()
		p.outward.preflights[r.ID] = r.Initiator.ID
		p.outward.pair(r.ID)
		p.mu.Unlock()
	}
}

func (p *page) onLoaded(e browser.Event) {
	var l struct {
		ID       string `json:"requestId"`
		Error    string `json:"errorText"` // of loadingFailed
		Canceled bool   `json:"canceled"`
		Blocked  string `json:"blockedReason"`
		CORS     *struct {
			Error  string `json:"corsError"`
			Detail string `json:"failedParameter"`
		} `json:"corsErrorStatus"`
	}
	if e.Decode(&l) != nil {
		return
	}
	why := l.Error
	switch {
	case l.Canceled && l.Blocked == "" && l.CORS == nil: // the app gave it up
		why = ""
	case l.CORS != nil:
		why = "the server's CORS headers do not allow it (" + l.CORS.Error
		if l.CORS.Detail != "" {
			why += " " + l.CORS.Detail
		}
		why += ")"
	case l.Blocked != "":
		why += ", blocked: " + l.Blocked
	}
	p.liveEnded(l.ID, why)
}

// liveEnded forgets a live request; why says what went wrong, "" for nothing. The end of a preflight alone says nothing:
// the request that waits for it goes on, or ends as well.
func (p *page) liveEnded(id, why string) {
	p.mu.Lock()
	what := p.outward.end(id)
	p.mu.Unlock()
	if what != "" && why != "" {
		p.diverge(playback.LiveFailed, what, what+" may reach its server, and failed: "+why)
	}
}
