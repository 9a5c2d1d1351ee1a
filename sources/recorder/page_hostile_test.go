package recorder_test

import (
	"testing"

	"restep/sources/recorder"
	"restep/sources/recorder/recordertest"
)

// TestHostilePages: an app that breaks what the platform gives, once it runs, breaks no recording of actions.
func TestHostilePages(t *testing.T) {
	const want = "click #who\ntype #who \"Ana\" = \"Ana\"\nclick #go"
	for name, spoil := range map[string]string{
		"filter":       "Array.prototype.filter = function() { throw new Error('no filter'); }",
		"other filter": "Array.prototype.filter = () => []",
		"Map":          "window.Map = function() { throw new Error('no map'); }",
		"Set":          "window.Set = class {}; window.WeakSet = window.WeakMap = undefined",
		"getRootNode":  "Node.prototype.getRootNode = () => { throw new Error('no root'); }",
		"composedPath": "Event.prototype.composedPath = () => []",
		"CSS":          "window.CSS = undefined",
	} {
		t.Run(name, func(t *testing.T) {
			p := field(t, recorder.PageConfig{}, spoil)
			p.Click("#who")
			p.Type("Ana")
			p.Pause(400) // long enough for the fingerprint of what is shown to be made
			p.Click("#go")
			if got := recordertest.Actions(p.Leave()); got != want {
				t.Errorf("recorded\n%s\nwant\n%s", got, want)
			}
			if told := p.Problems(); len(told) > 0 {
				t.Errorf("problems %q", told)
			}
		})
	}
}
