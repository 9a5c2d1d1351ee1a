package recorder

import (
	"net/http"
	"slices"
	"testing"

	"restep/player/playback"
)

// TestClicksAreWrittenAtOnce: a click is in the file before the requests that it leads to, though another may follow. Two
// that do are two clicks while the recording goes on, and a double click in the end, which all that follows belongs to.
func TestClicksAreWrittenAtOnce(t *testing.T) {
	base := site(t, map[string]http.HandlerFunc{
		"/":     html(`<button id=go>Go</button><script>let n = 0; go.onclick = () => { fetch('/save?n=' + ++n); localStorage.setItem('n', n); };</script>`),
		"/save": says("text/plain", "saved"),
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("document.querySelector('#go')")
	press := func(count int) {
		for _, typ := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
			p := params{"type": typ, "x": 20, "y": 20, "button": "left", "clickCount": count}
			if err := r.user.Call(t.Context(), "Input.dispatchMouseEvent", p, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	kinds := func() (list []playback.Kind) {
		for _, e := range r.sofar() {
			if e.Kind == playback.Click || to("/save")(e) && e.Kind == playback.Req {
				list = append(list, e.Kind)
			}
		}
		return list
	}
	press(1)
	r.wait(func() bool { return slices.Contains(kinds(), playback.Req) })
	if list := kinds(); !slices.Equal(list, []playback.Kind{playback.Click, playback.Req}) {
		t.Errorf("the file has %v", list)
	}
	press(2)
	r.wait(func() bool { return len(find(r.sofar(), playback.Req, to("/save"))) == 2 })
	for _, e := range find(r.sofar(), playback.Click, nil) {
		if e.Count != nil || e.Extra != nil {
			t.Errorf("a click with %v times, %s", *e.Count, e.Extra)
		}
	}
	if n := len(find(r.sofar(), playback.Click, nil)); n != 2 {
		t.Errorf("%d clicks while it goes on", n)
	}
	list := r.finish()
	clicks := find(list, playback.Click, nil)
	if len(clicks) != 1 || clicks[0].Count == nil || *clicks[0].Count != 2 || r.sum.Actions != 2 { // open is one
		dump(t, list)
		t.Fatalf("clicks %+v, %d actions", clicks, r.sum.Actions)
	}
	for _, e := range slices.Concat(find(list, playback.Req, to("/save")), find(list, playback.Storage, nil)) {
		if e.Cause != clicks[0].ID {
			t.Errorf("%s %s is caused by %s, not %s", e.Kind, e.ID, e.Cause, clicks[0].ID)
		}
	}
	dump(t, list)
}
