package chrome

import (
	"restep/player/browser"
)

// onWorker sets a worker up before its first line. Requests of a dedicated worker reach the net through its tab;
// those of a service worker only here.
func (t *tab) onWorker(a attached) {
	s := t.session.Child(a.SessionID)
	p := t.page
	switch a.TargetInfo.Type {
	case "worker", "shared_worker", "service_worker":
	default:
		s.Go("Runtime.runIfWaitingForDebugger", nil)
		return
	}
	s.Handle(func(e browser.Event) {
		p.onLive(e)
		switch e.Method {
		case "Fetch.requestPaused":
			p.onPaused(s, t, e)
		case "Debugger.paused":
			s.Go("Runtime.evaluate", params{"expression": pageScript(config{
				App: p.app, Start: p.start(), Seed: p.scene.Header.Seed, Ask: askURL, Worker: true, Pass: passing(p.app),
			})})
			s.Go("Debugger.disable", nil) // lets it run
		case "Runtime.bindingCalled":
			t.onBinding(e)
		case "Target.attachedToTarget":
			var child attached
			if e.Decode(&child) == nil {
				t.onWorker(child)
			}
		}
	})
	if a.TargetInfo.Type == "service_worker" { // its owner gives another one its answers
		t.mu.Lock()
		t.workers = append(t.workers, s)
		t.mu.Unlock()
	}
	s.Go("Runtime.enable", nil)
	p.watchLive(s)
	s.Go("Runtime.addBinding", params{"name": "__restepOut"})
	s.Go("Fetch.enable", params{"patterns": []params{{"urlPattern": "*"}}})
	s.Go("Target.setAutoAttach", params{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true})
	// While a worker waits, its global object has no functions yet. They are there when its first script is about to run.
	s.Go("Debugger.enable", nil)
	s.Go("Debugger.setInstrumentationBreakpoint", params{"instrumentation": "beforeScriptExecution"})
	s.Go("Runtime.runIfWaitingForDebugger", nil)
}
