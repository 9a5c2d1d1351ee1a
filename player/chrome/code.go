package chrome

import (
	"net/http"
	"strings"

	"restep/player/browser"
)

// loadsCode tells of code that the page asks the local app for. Every request of that kind passes the net, since a page
// begins with an empty cache; it costs nothing besides.
func (p *page) loadsCode(r *paused, resource string) {
	if p.scene.Code.Loaded == nil || r.Request.Method != http.MethodGet {
		return
	}
	switch resource {
	case "document", "script", "style":
	default:
		return
	}
	if o, err := origin(r.Request.URL); err == nil && o == p.app {
		p.scene.Code.Loaded(r.Request.URL, resource)
	}
}

// maxUpdate bounds the messages of a development server that are passed on, in bytes.
const maxUpdate = 1 << 20

// onUpdate passes on what the app's development server says of changed code; the browser's reader calls it. The protocol tells
// it also while the clock stands, when the page itself does not get it.
func (t *tab) onUpdate(e browser.Event) {
	p := t.page
	if p.scene.Code.Update == nil {
		return
	}
	switch e.Method {
	case "Network.webSocketCreated":
		var w struct {
			ID  string `json:"requestId"`
			URL string `json:"url"`
		}
		if e.Decode(&w) == nil && p.updates(w.URL) {
			t.mu.Lock()
			t.update = w.ID
			t.mu.Unlock()
		}
	case "Network.webSocketFrameReceived":
		var f struct {
			ID       string `json:"requestId"`
			Response struct {
				Opcode  int    `json:"opcode"`
				Payload string `json:"payloadData"`
			} `json:"response"`
		}
		if e.Decode(&f) != nil || f.Response.Opcode != 1 || len(f.Response.Payload) > maxUpdate {
			return
		}
		t.mu.Lock()
		own := t.update == f.ID
		t.mu.Unlock()
		if own {
			p.scene.Code.Update(f.Response.Payload)
		}
	case "Network.eventSourceMessageReceived": // webpack-hot-middleware
		var m struct {
			Data string `json:"data"`
		}
		if e.Decode(&m) == nil && len(m.Data) <= maxUpdate {
			p.scene.Code.Update(m.Data)
		}
	}
}

// updates reports whether a socket is that of the development server. The page script answers every socket but those that the
// player lets through: that one, and what the user has declared live.
func (p *page) updates(url string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.HasPrefix(url, "ws"+strings.TrimPrefix(p.app, "http")+"/") && !p.outward.sockets[url]
}
