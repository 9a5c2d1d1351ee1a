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
		switch e.Method {
		case "Fetch.requestPaused":
			p.onPaused(s, t, e)
		case "Runtime.bindingCalled":
			t.onBinding(e)
		case "Target.attachedToTarget":
			var child attached
			if e.Decode(&child) == nil {
				t.onWorker(child)
			}
		}
	})
	t.mu.Lock()
	t.workers = append(t.workers, s)
	t.mu.Unlock()
	s.Go("Runtime.enable", nil)
	s.Go("Runtime.addBinding", params{"name": "__restepOut"})
	s.Go("Fetch.enable", params{"patterns": []params{{"urlPattern": "*"}}})
	s.Go("Target.setAutoAttach", params{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true})
	s.Go("Runtime.evaluate", params{"expression": pageScript(config{
		App: p.app, Start: p.start(), Seed: p.scene.Header.Seed, Ask: askURL, Worker: true, Pass: passing(p.app),
	})})
	s.Go("Runtime.runIfWaitingForDebugger", nil)
}
