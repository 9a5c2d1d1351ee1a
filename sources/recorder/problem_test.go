package recorder

import (
	"fmt"
	"slices"
	"testing"
)

// TestEmbeddedProblems: what fails in a page's own recorder reaches the receiver, each kind with how often it was; the
// app notices nothing.
func TestEmbeddedProblems(t *testing.T) {
	e := embedPage(t, "console: false", `<button id="go" onclick="document.title = ++n">Go</button><script>
		let n = 0; window.errors = 0; onerror = () => { errors++; };
		go.getBoundingClientRect = () => { throw new TypeError('Ana Example'); };</script>`)
	at := struct{ X, Y float64 }{}
	e.Eval(`(() => { const r = Element.prototype.getBoundingClientRect.call(go); return { X: r.x + 5, Y: r.y + 5 }; })()`, &at)
	for n := range 12 {
		for _, typ := range []string{"mousePressed", "mouseReleased"} {
			e.Call("Input.dispatchMouseEvent", map[string]any{"type": typ, "x": at.X, "y": at.Y, "button": "left", "clickCount": 1}, nil)
		}
		e.Wait(fmt.Sprintf("document.title === '%d'", n+1))
	}
	if errors := e.Text("errors"); errors != "0" {
		t.Errorf("the app saw %s errors", errors)
	}
	e.stop()
	if want := []string{"the page script in tab A: mousedown: TypeError (10 times)"}; !slices.Equal(e.counts.Problems, want) {
		t.Errorf("problems %q, want %q", e.counts.Problems, want)
	}
}
