package chrome

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"strings"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// onEvent handles the events of a tab. The browser's reader calls it: it only notes and never waits.
func (t *tab) onEvent(e browser.Event) {
	t.actor.handle(e)
	t.page.onLive(e)
	t.onUpdate(e)
	switch e.Method {
	case "Emulation.virtualTimeBudgetExpired":
		select {
		case t.expired <- struct{}{}:
		default:
		}
	case "Fetch.requestPaused":
		t.clockOwner().requests.Store(true)
		t.page.onPaused(t.session, t, e)
	case "Runtime.bindingCalled":
		t.onBinding(e)
	case "Page.frameNavigated":
		t.onNavigated(e)
	case "Page.domContentEventFired":
		t.mu.Lock()
		first := t.loader == "" || t.blank
		t.mu.Unlock()
		if !first {
			t.arrive()
		}
	case "Page.javascriptDialogOpening":
		var d dialog
		if e.Decode(&d) == nil {
			t.mu.Lock()
			t.dialog = &d
			t.mu.Unlock()
			t.page.noHalt()
			wake(t.dialogCh)
		}
	case "Page.javascriptDialogClosed":
		t.mu.Lock()
		t.dialog = nil
		t.mu.Unlock()
	case "Page.downloadWillBegin":
		var d struct {
			URL  string `json:"url"`
			Name string `json:"suggestedFilename"`
		}
		t.loads("") // no document comes of it
		t.arrive()
		if e.Decode(&d) == nil {
			t.page.note(player.Seen{Event: playback.Event{Kind: playback.Download, Tab: t.name, URL: d.URL, Name: d.Name}, Pos: -1})
		}
	case "Runtime.exceptionThrown":
		t.onException(e)
	case "Runtime.executionContextCreated":
		t.onContext(e)
	case "Runtime.executionContextsCleared":
		t.mu.Lock()
		clear(t.contexts)
		t.mu.Unlock()
	case "Target.attachedToTarget":
		var a attached
		if e.Decode(&a) == nil {
			t.onWorker(a)
		}
	case "Inspector.targetCrashed":
		t.mu.Lock()
		t.crashed = true
		t.mu.Unlock()
		wake(t.dialogCh)
	case "Inspector.detached":
		t.page.gone(t)
	}
}

// onException looks for mistakes of the page script itself; those of the app are in its journal.
func (t *tab) onException(e browser.Event) {
	var x struct {
		Details struct {
			URL       string  `json:"url"`
			Line      int     `json:"lineNumber"`
			Exception *remote `json:"exception"`
		} `json:"exceptionDetails"`
	}
	if e.Decode(&x) == nil && x.Details.URL == scriptName && x.Details.Exception != nil {
		t.page.log.Error("page script", "line", x.Details.Line+1, "error", x.Details.Exception.Description)
	}
}

// wake makes a receiver look again; one waiting token is enough.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// onContext remembers the main world of each frame.
func (t *tab) onContext(e browser.Event) {
	if frame, id, ok := e.MainWorld(); ok {
		t.mu.Lock()
		t.contexts[frame] = id
		t.mu.Unlock()
	}
}

func (t *tab) onNavigated(e browser.Event) {
	var n struct {
		Frame struct {
			ID     string `json:"id"`
			Parent string `json:"parentId"`
			Loader string `json:"loaderId"`
			URL    string `json:"url"`
		} `json:"frame"`
	}
	if e.Decode(&n) != nil || n.Frame.Parent != "" {
		return
	}
	t.mu.Lock()
	t.loader, t.main, t.loading = n.Frame.Loader, n.Frame.ID, ""
	t.blank = n.Frame.URL == "about:blank"
	t.mu.Unlock()
	t.sendHalt()
}

// onBinding takes the journal that a document or worker sends when it cannot wait to be asked.
func (t *tab) onBinding(e browser.Event) {
	var b struct {
		Name    string `json:"name"`
		Payload string `json:"payload"`
	}
	if e.Decode(&b) != nil || b.Name != "__restepOut" {
		return
	}
	if text, ok := strings.CutPrefix(b.Payload, "!"); ok {
		var h halt
		if json.Unmarshal([]byte(text), &h) == nil {
			select {
			case t.stops <- h:
			default: // nobody waits
			}
		}
		return
	}
	var journal []observation
	if json.Unmarshal([]byte(b.Payload), &journal, jsontext.AllowInvalidUTF8(true)) == nil { // lone surrogates
		t.page.record(t, journal)
	}
}

// observation is a line of the page script's journal.
type observation struct {
	playback.Event
	Pos   *int   `json:"pos"`
	Live  int    `json:"live"`
	Route string `json:"route"`
	Dead  bool   `json:"dead"` // of codeMissing: the app cannot have run
}

// record turns a journal into what the player reads.
func (p *page) record(t *tab, journal []observation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range journal {
		s := player.Seen{Event: o.Event, Pos: -1, Live: o.Live}
		s.Tab = t.name
		if o.Pos != nil {
			s.Pos = *o.Pos
		}
		switch s.Kind {
		case playback.Req:
			s.Route = routeKind(o.Route)
			if s.Pos >= 0 {
				if p.taken[s.Pos] == "" {
					p.taken[s.Pos] = t.document()
				}
				p.scene.Router.Took(s.Pos)
			}
		case playback.Res, playback.Fail, playback.WS, playback.SSE:
			p.released(s.Pos)
		case codeMissing:
			p.diverged = append(p.diverged, o.notLoaded())
			continue
		}
		p.seen = append(p.seen, s)
	}
}

// document identifies the document in the main frame.
func (t *tab) document() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.loader
}

// mainFrame is the id of the tab's main frame.
func (t *tab) mainFrame() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.main
}

func routeKind(s string) player.RouteKind {
	switch s {
	case "serve":
		return player.Serve
	case "pass":
		return player.Pass
	case "stub":
		return player.Stub
	}
	return player.Block
}

// released forgets an answer that the page has given; page.mu is held.
func (p *page) released(pos int) {
	if pos < 0 {
		return
	}
	for i := range p.answers {
		if p.answers[i].Pos == pos {
			p.answers = append(p.answers[:i], p.answers[i+1:]...)
			return
		}
	}
}
