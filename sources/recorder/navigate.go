package recorder

import (
	"slices"
	"strings"

	"restep/player/browser"
	"restep/player/playback"
)

// navigation is a navigation of a main frame that has begun and whose document has not come.
type navigation struct {
	loader string
	url    string
	kind   playback.Kind // the person's action, Open or Reload; "" where it is none
	at     float64       // when it began, ms since the start
	told   bool          // its action was written
}

// onPage handles events of the Page domain.
func (t *tab) onPage(x *target, e browser.Event) {
	switch e.Method {
	case "Page.frameAttached":
		t.onFrame(x, e)
	case "Page.frameDetached":
		t.onFrameGone(e)
	case "Page.windowOpen":
		t.s.opening = t
	case "Page.frameRequestedNavigation":
		t.onRequested(e)
	case "Page.frameStartedNavigating":
		t.onStarted(e)
	case "Page.frameNavigated":
		t.onNavigated(x, e)
	case "Page.javascriptDialogOpening":
		t.onDialog(e)
	case "Page.javascriptDialogClosed":
		t.onAnswer(e)
	}
}

func (t *tab) onFrame(x *target, e browser.Event) {
	var p struct {
		ID     string `json:"frameId"`
		Parent string `json:"parentFrameId"`
	}
	if e.Decode(&p) != nil {
		return
	}
	if f := t.frames[p.ID]; f != nil {
		f.parent = p.Parent
	} else {
		t.frames[p.ID] = &frame{id: p.ID, parent: p.Parent, target: x}
	}
	t.s.owners[p.ID] = t
}

func (t *tab) onFrameGone(e browser.Event) {
	var p struct {
		ID     string `json:"frameId"`
		Reason string `json:"reason"`
	}
	if e.Decode(&p) == nil && p.Reason != "swap" && p.ID != t.root {
		delete(t.frames, p.ID)
	}
}

// onRequested notes that a document asks for a navigation: what follows is no action of the person.
func (t *tab) onRequested(e browser.Event) {
	var p struct {
		Frame       string `json:"frameId"`
		Reason      string `json:"reason"`
		Disposition string `json:"disposition"`
	}
	if e.Decode(&p) == nil && p.Frame == t.root && p.Disposition == "currentTab" {
		t.requested = p.Reason
	}
}

// onStarted tells what a person has done from how a navigation begins.
func (t *tab) onStarted(e browser.Event) {
	var p struct {
		Frame  string `json:"frameId"`
		URL    string `json:"url"`
		Loader string `json:"loaderId"`
		Type   string `json:"navigationType"`
	}
	if e.Decode(&p) != nil || p.Frame != t.root {
		return
	}
	n := &navigation{loader: p.Loader, url: p.URL, at: t.s.now()}
	asked := t.requested != ""
	t.requested = ""
	switch p.Type {
	case "reload", "reloadBypassingCache":
		if !asked {
			n.kind = playback.Reload
		}
	case "historySameDocument", "historyDifferentDocument":
		t.walk = nil
		if t.byScript == 0 || n.at-t.byScript > scriptDelay {
			t.walk = n
		}
		t.byScript = 0
		if p.Type == "historySameDocument" {
			return
		}
	case "sameDocument":
		return
	default:
		if !asked && !strings.HasPrefix(p.URL, "about:") && t.typed(p.URL) {
			n.kind = playback.Open
		}
	}
	t.nav = n
}

// scriptDelay is the time in ms within which a script's going through the history begins.
const scriptDelay = 2000

// typed reports whether a navigation without a document that asks for it is the person's: the first one of a popup is
// its opener's.
func (t *tab) typed(url string) bool {
	if t.opener != "" && len(t.history) == 0 {
		return false
	}
	return strings.HasPrefix(url, "http:") || strings.HasPrefix(url, "https:") || strings.HasPrefix(url, "file:")
}

// begin writes the action of a navigation at the moment of its first request, which it leads to.
func (t *tab) begin(n *navigation, at float64) {
	n.at = min(n.at, at)
	if n.told || n.kind == "" {
		return
	}
	n.told = true
	e := &playback.Event{Kind: n.kind}
	if n.kind == playback.Open {
		e.URL = n.url
	}
	t.s.add(t, n.at, e)
}

// onNavigated writes that a document was committed.
func (t *tab) onNavigated(x *target, e browser.Event) {
	var p struct {
		Frame struct {
			ID     string `json:"id"`
			Parent string `json:"parentId"`
			Loader string `json:"loaderId"`
			URL    string `json:"url"`
			Hash   string `json:"urlFragment"` // with its sign
		} `json:"frame"`
	}
	if e.Decode(&p) != nil {
		return
	}
	if p.Frame.ID != t.root {
		if f := t.frames[p.Frame.ID]; f == nil && p.Frame.Parent != "" {
			t.frames[p.Frame.ID] = &frame{id: p.Frame.ID, parent: p.Frame.Parent, target: x}
			t.s.owners[p.Frame.ID] = t
		}
		return
	}
	n := t.nav
	t.nav = nil
	at := t.s.now()
	if n != nil && n.loader == p.Frame.Loader {
		t.begin(n, at)
	}
	if r := t.s.exchanges[call{x, p.Frame.Loader}]; r != nil && r.answered > 0 {
		at = min(at, r.answered)
	}
	if strings.HasPrefix(p.Frame.URL, "about:") || strings.HasPrefix(p.Frame.URL, "chrome") {
		return
	}
	t.s.shown = true
	t.s.lookAtHints(x, p.Frame.ID)
	t.s.add(t, at, &playback.Event{Kind: playback.PageCommit, URL: p.Frame.URL + p.Frame.Hash})
}

// unopenedBy notes that the document of a tab cannot be opened: the browser shows a page of its own in its place. What the
// person has stopped, or became a download, is no such thing.
func (s *session) unopenedBy(r *request, why string) {
	t := r.target.tab
	if r.event.Resource != "document" || r.target != t.main || t.nav == nil || t.nav.loader != r.id || why == "net::ERR_ABORTED" {
		return
	}
	const most = 100
	if _, told := s.unopened[r.event.URL]; told || len(s.unopened) >= most {
		return
	}
	s.unopened[r.event.URL] = why
	if s.o.Failed != nil {
		s.o.Failed(r.event.URL, why)
	}
}

// onPlace takes a page's report of the entry of the history that it shows: Key names the entry for as long as it is
// there, Op says how it was reached. The browser itself does not tell whether a person went back or forward.
func (t *tab) onPlace(e *playback.Event) {
	to := slices.Index(t.history, e.Key)
	switch {
	case to < 0 && e.Op == "replace" && len(t.history) > 0:
		t.history[t.at] = e.Key
		return
	case to < 0:
		t.history = append(t.history[:min(t.at+1, len(t.history))], e.Key)
		t.at = len(t.history) - 1
		return
	}
	from, n := t.at, t.walk
	t.at, t.walk = to, nil
	if from == to || n == nil {
		return
	}
	kind := playback.Forward
	if to < from {
		kind = playback.Back
	}
	// Its document is on its way already, and stands behind it.
	t.s.add(t, min(n.at, e.T)-0.1, &playback.Event{Kind: kind})
}
