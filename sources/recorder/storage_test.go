package recorder

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"restep/player/playback"
)

// TestStorageOfSeveralTabs: what one tab stores is one line, in that tab, though the others of its origin see it too; what
// a frame assigns is one line of its tab.
func TestStorageOfSeveralTabs(t *testing.T) {
	page := html(`<button id=go>go</button><button id=pop onclick="window.open('/other')">open</button><script>
		window.heard = 0; addEventListener('storage', () => { heard++; });
	</script>`)
	base := site(t, map[string]http.HandlerFunc{"/": page, "/other": page, "/inner": html(`<p>in a frame</p>`)})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("document.querySelector('#pop')")
	other := r.opens(func() { r.click("#pop") })
	r.untilIn(other, "document.querySelector('#go')")
	// Each look at the storage is taken before an action at the latest.
	r.evalIn(other, "new Promise((f) => requestIdleCallback(() => requestIdleCallback(f)))")
	r.evalIn(other, "localStorage.setItem('called', '1'), localStorage.assigned = '1', localStorage.gone = '1'")
	r.evalIn(other, "delete localStorage.gone")
	r.clickIn(other, "#go")
	r.until("heard >= 3")
	r.evalIn(other, "window.close()")
	r.until("document.visibilityState === 'visible'")
	r.click("#go")
	r.eval(`new Promise((f) => { const i = document.createElement('iframe'); i.src = '/inner'; i.onload = f; document.body.append(i); })`)
	r.eval("frames[0].localStorage.framed = '1'")
	r.until("heard >= 4")
	r.click("#go")
	var got []string
	for _, e := range find(r.finish(), playback.Storage, nil) {
		value := "-"
		if e.Value != nil {
			value = *e.Value
		}
		got = append(got, fmt.Sprint(e.Tab, " ", e.Key, " ", value))
	}
	slices.Sort(got)
	if want := []string{"A framed 1", "B assigned 1", "B called 1"}; !slices.Equal(got, want) {
		t.Errorf("stored %q, want %q", got, want)
	}
}
