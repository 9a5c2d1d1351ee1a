package chrome

import "net/http"

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
