package recorder

import (
	"context"
	"strconv"
	"strings"
	"time"

	"restep/player/browser"
	"restep/player/playback"
)

// tab is a tab of the browser.
type tab struct {
	s      *session
	name   string // "A", "B"…
	main   *target
	keeper *target // a second session, whose buffer outlives documents; nil: there is none
	frames map[string]*frame
	root   string // id of the main frame
	opener string // name of the tab that opened it
	closed bool   // by a script

	nav         *navigation // one that has begun
	walk        *navigation // a person's way through the history that has begun
	requested   string      // why the document asked for a navigation that has not begun; "" where it did not
	byScript    float64     // when a script last went through the history, in ms since the start
	history     []string    // the entries of its history, as pages name them
	at          int         // where in it the tab is
	dialogShown bool
	dialogAt    float64         // when the last dialog opened, in ms since the start
	asks        float64         // when the page has said that it is about to open one, likewise; 0: not since
	wentOn      float64         // when the page last did something, likewise, where that is known
	answer      *playback.Event // to a dialog, which is not written yet
	document    string          // URL of the last document that was requested in it
	click       lastClick
}

// lastClick is the last one in a tab that is no second of a double click.
type lastClick struct {
	n    int    // number in its document
	line string // id; "": there was none
}

// target is a page, a frame of its own process, or a worker.
type target struct {
	tab  *tab
	cdp  *browser.Session
	kind string // "page", "iframe", "worker", "service_worker", "shared_worker"
	// contexts are the execution contexts of main worlds: id -> frame id.
	contexts map[int]string
}

// frame is a frame of a tab.
type frame struct {
	id, parent string
	target     *target
	path       []playback.FrameStep // from the main frame; nil: not known yet
	next       int                  // number of the entry that comes next
}

// attached are the parameters of Target.attachedToTarget.
type attached struct {
	SessionID  string `json:"sessionId"`
	TargetInfo struct {
		ID     string `json:"targetId"`
		Type   string `json:"type"`
		URL    string `json:"url"`
		Opener string `json:"openerId"`
	} `json:"targetInfo"`
}

// onBrowser handles events of the browser itself; its reader calls it.
func (s *session) onBrowser(root *browser.Session, e browser.Event) {
	switch e.Method {
	case "Target.attachedToTarget":
		var a attached
		if e.Decode(&a) != nil {
			return
		}
		t := s.newTarget(root.Child(a.SessionID), a.TargetInfo.Type, nil)
		s.box.put(func() { s.onTab(t, a) })
	case "Target.detachedFromTarget":
		var d struct {
			SessionID string `json:"sessionId"`
		}
		if e.Decode(&d) == nil {
			s.box.put(func() { s.onGone(d.SessionID) })
		}
	case "Browser.downloadWillBegin", "Browser.downloadProgress":
		s.box.put(func() { s.onDownload(e) })
	}
}

// newTarget makes a target whose events come through the mailbox.
func (s *session) newTarget(cdp *browser.Session, kind string, t *tab) *target {
	x := &target{tab: t, cdp: cdp, kind: kind, contexts: map[int]string{}}
	x.listen(s)
	return x
}

// listen has the events of a target handled in the session's turn.
func (x *target) listen(s *session) {
	x.cdp.Handle(func(e browser.Event) {
		came := time.Now()
		s.box.put(func() {
			s.came = came
			s.on(x, e)
		})
	})
}

// onTab takes a new tab.
func (s *session) onTab(x *target, a attached) {
	if s.owners[a.TargetInfo.ID] != nil {
		return // one more session of a tab
	}
	t := &tab{s: s, name: nthTab(s.named), main: x, root: a.TargetInfo.ID, frames: map[string]*frame{}}
	x.tab = t
	t.frames[t.root] = &frame{id: t.root, target: x, path: []playback.FrameStep{}}
	s.named++
	s.tabs = append(s.tabs, t)
	s.owners[t.root] = t
	s.active = t
	if s.journal == nil {
		return // begin looks at it first
	}
	e := &playback.Event{Kind: playback.Tab, Op: "open"}
	if o := s.owners[a.TargetInfo.Opener]; o != nil {
		e.Opener, t.opener = o.name, o.name
	} else if s.opening != nil { // a link with target=_blank, "open in new tab": the tab has no opener
		e.Opener, t.opener = s.opening.name, s.opening.name
	}
	s.opening = nil
	s.add(t, s.now(), e)
	t.record()
}

// nthTab is the name of the n-th tab, from 0: A, B … Z, T27, T28 …
func nthTab(n int) string {
	if n < 26 {
		return string(rune('A' + n))
	}
	return "T" + strconv.Itoa(n+1)
}

// record sets a tab up before its document's first line, and lets it go.
func (t *tab) record() {
	t.main.observe()
	cdp := t.main.cdp
	cdp.Go("Page.enable", nil)
	cdp.Go("DOM.enable", nil)
	cdp.Go("Inspector.enable", nil)
	t.main.script()
	t.keep()
	cdp.Go("Runtime.runIfWaitingForDebugger", nil)
}

// keep opens the session that keeps content when its document goes. Measured on Chromium 156: with durable messages the
// answers before a navigation are there, but those of service workers and the beginnings of streams are not; without
// them it is the other way round.
func (t *tab) keep() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cdp, err := t.s.proc.Attach(ctx, t.root)
	if err != nil {
		t.s.o.Log.Error("second session", "error", err)
		return
	}
	cdp.Handle(func(browser.Event) {})
	t.keeper = &target{tab: t, cdp: cdp, kind: "keeper"}
	size := params{"maxTotalBufferSize": 2 * t.s.o.MaxBody, "maxResourceBufferSize": t.s.o.MaxBody}
	cdp.Go("Network.configureDurableMessages", size)
	cdp.Go("Network.enable", size)
}

// observe turns on what the browser reports of any target.
func (x *target) observe() {
	s := x.tab.s
	if x.kind == "service_worker" { // hands answers on without keeping them
		x.cdp.Go("Network.configureDurableMessages", params{"maxTotalBufferSize": s.o.MaxBody, "maxResourceBufferSize": s.o.MaxBody})
	}
	// Content is asked for when it has arrived, and must still be there. Measured: without the limits answers of 20 MB
	// were evicted.
	x.cdp.Go("Network.enable", params{
		"maxTotalBufferSize": 4 * s.o.MaxBody, "maxResourceBufferSize": s.o.MaxBody + 1, "maxPostDataSize": maxPost,
	})
	x.cdp.Go("Runtime.enable", nil)
	x.cdp.Go("Target.setAutoAttach", params{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true})
}

// script puts the page script into every document of a page or frame.
func (x *target) script() {
	s := x.tab.s
	x.cdp.Go("Runtime.addBinding", params{"name": s.binding})
	x.cdp.Go("Page.addScriptToEvaluateOnNewDocument", params{"source": s.pageScript(), "runImmediately": true})
}

// maxPost is the size of a request's content, in bytes, up to which it comes with the event.
const maxPost = 1 << 20

// on handles an event of a target, in the session's turn.
func (s *session) on(x *target, e browser.Event) {
	t := x.tab
	if t == nil || s.journal == nil && !strings.HasPrefix(e.Method, "Runtime.executionContext") {
		return
	}
	switch e.Method {
	case "Runtime.bindingCalled":
		s.onEntries(x, e)
	case "Runtime.executionContextCreated":
		x.onContext(e)
	case "Runtime.executionContextDestroyed":
		var d struct {
			ID int `json:"executionContextId"`
		}
		if e.Decode(&d) == nil {
			delete(x.contexts, d.ID)
		}
	case "Runtime.executionContextsCleared":
		clear(x.contexts)
	case "Runtime.consoleAPICalled":
		s.onConsole(x, e)
	case "Runtime.exceptionThrown":
		s.onException(x, e)
	case "Target.attachedToTarget":
		s.onChild(x, e)
	case "Inspector.targetCrashed":
		s.problem("the page in tab %s crashed after %.0f s", t.name, s.now()/1000)
	default:
		if strings.HasPrefix(e.Method, "Network.") {
			s.onNetwork(x, e)
			return
		}
		t.onPage(x, e)
	}
}

// onContext remembers which frame an execution context belongs to.
func (x *target) onContext(e browser.Event) {
	if frame, id, ok := e.MainWorld(); ok {
		x.contexts[id] = frame
	}
}

// onChild sets up a worker or a frame of another process before its first line.
func (s *session) onChild(x *target, e browser.Event) {
	var a attached
	if e.Decode(&a) != nil {
		return
	}
	child := s.newTarget(x.cdp.Child(a.SessionID), a.TargetInfo.Type, x.tab)
	child.observe()
	if a.TargetInfo.Type == "iframe" {
		child.cdp.Go("Page.enable", nil)
		child.cdp.Go("DOM.enable", nil)
		child.script()
		t := x.tab
		if f := t.frames[a.TargetInfo.ID]; f != nil {
			f.target = child
		} else {
			t.frames[a.TargetInfo.ID] = &frame{id: a.TargetInfo.ID, parent: t.root, target: child}
		}
		s.owners[a.TargetInfo.ID] = t
	}
	child.cdp.Go("Runtime.runIfWaitingForDebugger", nil)
}

// onGone handles the end of a tab.
func (s *session) onGone(sessionID string) {
	for i, t := range s.tabs {
		if t.main.cdp.ID() != sessionID {
			continue
		}
		s.tabs = append(s.tabs[:i:i], s.tabs[i+1:]...)
		if len(s.tabs) == 0 {
			s.over = "the last tab was closed"
			return
		}
		// A script that closes its window does so again in a replay.
		if s.journal != nil && !t.closed {
			s.add(t, s.now(), &playback.Event{Kind: playback.Tab, Op: "close"})
		}
		if s.active == t {
			s.active = s.tabs[len(s.tabs)-1]
		}
		return
	}
}

// flushPages has every document report what is unfinished. The event by which it is told comes from a world of its own,
// in which the app has no say.
func (s *session) flushPages(ctx context.Context) {
	for _, t := range s.tabs {
		if t.dialogShown {
			continue // the page stands still
		}
		for _, f := range t.frames {
			s.flushFrame(ctx, f)
		}
	}
}

func (s *session) flushFrame(ctx context.Context, f *frame) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var world struct {
		ID int `json:"executionContextId"`
	}
	if f.target.cdp.Call(ctx, "Page.createIsolatedWorld", params{"frameId": f.id}, &world) != nil {
		return
	}
	f.target.cdp.Call(ctx, "Runtime.evaluate", params{ //nolint:errcheck // the document has gone
		"contextId": world.ID, "expression": "window.dispatchEvent(new Event('" + s.ending + "'))",
	}, nil)
}
