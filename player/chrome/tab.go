package chrome

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// tab is one tab of a page.
type tab struct {
	page    *page
	session *browser.Session
	target  string // target id
	leader  *tab   // a tab in the same process, whose clock is this one's too; nil: it has its own; guarded by page.mu
	name    string // as recorded; guarded by page.mu
	named   bool   // a line of the recording has meant it; guarded by page.mu

	actor       *actor           // performs the user's actions
	expired     chan struct{}    // virtual time has used up its budget
	stops       chan halt        // the page script has done what is due, and holds the clock
	nav         *browser.Pending // a Page.navigate that was not answered yet; only the caller's goroutine
	navURL      string
	draining    *inquiry  // for the journal, while a dialog holds it up; only the caller's goroutine
	settings    []setting // of the environment; from the set-up until the tab is open
	popup       bool      // the app has opened it
	own         bool      // likewise, in a process of its own
	frames      bool      // the page has something that only a frame moves; only the caller's goroutine
	animated    bool      // the page had something that only a frame moves at some time; likewise
	interrupted bool      // a dialog has stopped a stretch of virtual time; only the caller's goroutine
	halts       int       // the number of the last halt that the page script was asked for; likewise
	firstHalt   int       // the first that is meant now; likewise
	held        bool      // the page script has held the clock at some time; likewise
	freed       bool      // its clock stood for long at some time; likewise
	stopped     *halt     // where the page script holds the clock, if it does; likewise
	ahead       float64   // how far its clock went beyond the last stretch, ms; likewise
	stuck       bool      // a request of the app was found to stay open; only the caller's goroutine

	requests atomic.Bool // the browser has asked for something since the clock was last compared

	arrived chan struct{} // closed when its first document but about:blank is parsed

	mu       sync.Mutex // guards what follows
	there    bool       // arrived is closed
	loader   string     // id of the document in the main frame
	blank    bool       // that document is about:blank
	density  float64    // device pixels per CSS px, as it was told; 0: that of the screen
	loading  string     // URL of the document that the server was asked for and that has not come; "" for none
	since    time.Time  // when the server was asked for it
	wanted   *halt      // where the page script is asked to hold the clock
	dialog   *dialog    // the dialog that is open
	dialogCh chan struct{}
	crashed  bool
	workers  []*browser.Session
	update   string         // the socket on which the development server tells of changes, in the Network domain
	contexts map[string]int // frame id -> its main world's execution context
	main     string         // main frame id
}

// dialog is an open alert, confirm, prompt or beforeunload.
type dialog struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Default string `json:"defaultPrompt"`
}

// lead is how far the virtual clock is put ahead of the real one before the app starts, in ms. Virtual time overrides
// the clock of the compositor too, whose deadlines come from the real one: with a clock that is behind, a frame waits
// until virtual time has caught up, which is for ever while it stands still. Measured: frames hung in 5 to 17 of 18
// trials behind, in none ahead.
const lead = 24 * 3600 * 1000

// openTab opens a blank tab and waits until it is set up and its clock is right: see lead.
func (p *page) openTab(ctx context.Context) (*tab, error) {
	v := p.viewport
	req := params{"url": "about:blank", "browserContextId": p.context.ID, "newWindow": true}
	if v.Width > 0 && v.Height > 0 {
		req["width"], req["height"] = v.Width, v.Height
	}
	p.aside(req)
	p.mu.Lock()
	p.expects = true
	p.mu.Unlock()
	if err := p.proc.Root().Call(ctx, "Target.createTarget", req, nil); err != nil {
		return nil, fmt.Errorf("new tab: %w", err)
	}
	select {
	case t := <-p.fresh:
		if err := t.settled(ctx); err != nil {
			return nil, err
		}
		return t, t.await(ctx, lead)
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.proc.Done():
		return nil, errClosed
	}
}

// onTab sets a new tab up before its first line runs; the browser's reader calls it.
func (p *page) onTab(a attached) {
	t := &tab{
		page: p, session: p.proc.Root().Child(a.SessionID), target: a.TargetInfo.ID,
		expired: make(chan struct{}, 64), stops: make(chan halt, 16), dialogCh: make(chan struct{}, 1), arrived: make(chan struct{}), contexts: map[string]int{}, main: a.TargetInfo.ID, blank: true,
	}
	t.actor = &actor{s: &inputs{caller: t.session}, rest: t.useUp, content: p.scene.Content, uploads: uploads{base: p.proc.Profile()}}
	t.actor.aimed = t.aimed
	t.session.Handle(t.onEvent)
	p.mu.Lock()
	popup := !p.expects || a.TargetInfo.Opener != ""
	if !popup {
		p.expects = false
	} else if a.TargetInfo.Reaches {
		t.leader = p.leaderOf(a.TargetInfo.Opener)
	}
	t.popup, t.own = popup, popup && t.leader == nil
	p.tabs = append(p.tabs, t)
	p.mu.Unlock()
	if popup {
		p.note(player.Seen{Event: playback.Event{Kind: playback.Tab, Op: "open", URL: a.TargetInfo.URL}, Pos: -1})
	}
	// Commands of a session are carried out in order, so nothing needs to be waited for here.
	t.setup()
	if popup {
		return
	}
	select {
	case p.fresh <- t:
	default: // nobody waits any more
	}
}

// leaderOf returns the tab whose clock a popup of the target shares; page.mu is held.
//
// Measured on Chromium 156: pages in one process have one virtual clock. It stands still as soon as the budget of one of
// them has ended, or the set-up of a new one says so, and the budgets of the others never end then. So only one of them
// is told anything.
func (p *page) leaderOf(target string) *tab {
	for _, t := range p.tabs {
		if t.target == target {
			return cmp.Or(t.leader, t)
		}
	}
	return nil
}

// follows reports whether the tab has the clock of another one.
func (t *tab) follows() bool {
	t.page.mu.Lock()
	defer t.page.mu.Unlock()
	return t.leader != nil
}

// clockOwner is the tab whose clock this one has.
func (t *tab) clockOwner() *tab {
	t.page.mu.Lock()
	defer t.page.mu.Unlock()
	return cmp.Or(t.leader, t)
}

// setup sends everything that must be in place before the document's first line, and lets it go.
// Emulation.setFocusEmulationEnabled must not be among it: together with virtual time it crashes the renderer of
// Chromium 156 at the first navigation. A tab of its own window has the focus anyway.
func (t *tab) setup() {
	p, s := t.page, t.session
	if !t.follows() {
		begin := p.start() + p.now
		if !t.own {
			begin -= lead
		}
		s.Go("Emulation.setVirtualTimePolicy", params{"policy": "pause", "initialVirtualTime": begin / 1000})
	}
	s.Go("Page.enable", nil)
	s.Go("Runtime.enable", nil)
	s.Go("Inspector.enable", nil)
	p.watchLive(s)
	s.Go("Page.setBypassCSP", params{"enabled": true}) // the script's questions to Go must not meet the app's policy
	s.Go("Runtime.addBinding", params{"name": "__restepOut"})
	s.Go("Page.addScriptToEvaluateOnNewDocument", params{"source": p.script})
	s.Go("Fetch.enable", params{"patterns": []params{{"urlPattern": "*"}}})
	s.Go("Target.setAutoAttach", params{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true})
	t.setEnvironment()
	t.actor.setup()
	if !t.follows() && !t.own {
		s.Go("Emulation.setVirtualTimePolicy", params{"policy": "advance", "budget": lead})
	}
	s.Go("Runtime.runIfWaitingForDebugger", nil)
}

// settled waits until the set-up has taken effect. A navigation is the browser process's business and a script the
// renderer's: one that is sent right after the other may overtake it.
func (t *tab) settled(ctx context.Context) error {
	ctx, cancel := t.within(ctx)
	defer cancel()
	if err := t.session.Call(ctx, "Runtime.evaluate", params{"expression": "0"}, nil); err != nil {
		return fmt.Errorf("set up a tab: %w", err)
	}
	return nil
}

// close closes the tab as its user does.
func (t *tab) close() { t.session.Go("Page.close", nil) }

// onDetached forgets the tab of a session that has ended; the browser's reader calls it.
func (p *page) onDetached(session string) {
	var closed *tab
	p.mu.Lock()
	for _, t := range p.tabs {
		if t.session.ID() == session {
			closed = t
		}
	}
	p.mu.Unlock()
	if closed != nil {
		p.gone(closed)
	}
}

// gone forgets a tab that was closed; the browser's reader calls it.
func (p *page) gone(t *tab) {
	t.actor.close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, o := range p.tabs {
		if o == t {
			p.tabs = append(p.tabs[:i:i], p.tabs[i+1:]...)
			break
		}
	}
	var next *tab // leads those that the tab has led
	for _, o := range p.tabs {
		if o.leader == t {
			o.leader = next
			next = cmp.Or(next, o)
		}
	}
	if p.active == t {
		p.active = nil
		if n := len(p.tabs); n > 0 {
			p.active = p.tabs[n-1]
		}
	}
}
