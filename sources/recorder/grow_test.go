package recorder

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"restep/player/playback"
)

// TestPausesInSecrets: a person looks at the card between two halves of its number, in a field that is too narrow for it
// and does not say what it is for; the app saves what there is at once. Nothing of the number reaches the disk, then or
// later, and it is one run of typing.
func TestPausesInSecrets(t *testing.T) {
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<input id=x style="width:4em"><div style="height:3000px"></div><script>
			x.oninput = () => fetch('/save', {method: 'POST', body: JSON.stringify({draft: x.value, bare: x.value.replace(/ /g, '')})}).then((r) => r.text()).then((t) => { document.title = t; });
		</script>`),
		"/save": says("text/plain", "saved"),
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("document.querySelector('#x')")
	dir := filepath.Dir(r.name)
	r.click("#x")
	r.keys("4539 5787 ")
	r.eval("new Promise((f) => setTimeout(f, 1500))") // more than ends a run of typing
	r.wait(func() bool { return len(find(r.sofar(), playback.Req, to("/save"))) == 10 })
	// Four digits alone stand in some trace id or port now and then: they count at the border of a text.
	for _, part := range []string{"4539 57", "453957", " 5787", "5787 ", `"5787`, `5787"`} {
		scan(t, dir, part)
	}
	r.keys("6362 1486")
	r.until("document.title === 'saved'")
	list := r.finish()
	for _, part := range []string{"4539 57", "453957", "5787 6", "6362 1", "6362148"} {
		scan(t, dir, part)
	}
	typed := find(list, playback.Type, nil)
	if len(typed) != 1 || len(find(list, playback.Scroll, nil)) > 0 {
		t.Fatalf("%d runs of typing, %d scrolls", len(typed), len(find(list, playback.Scroll, nil)))
	}
	value := *typed[0].Value
	if typed[0].Text != value || !luhn(strings.ReplaceAll(value, " ", "")) {
		t.Errorf("typed %q for %q", typed[0].Text, value)
	}
	for i, e := range find(list, playback.Req, to("/save")) {
		part := value[:i+1]
		if want := `{"draft":"` + part + `","bare":"` + strings.ReplaceAll(part, " ", "") + `"}`; i >= 6 && string(e.Body.JSON) != want && text(e.Body) != want {
			t.Errorf("%s has %s%s, want %s", e.ID, e.Body.JSON, text(e.Body), want)
		}
	}
}
