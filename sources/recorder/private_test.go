package recorder

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"restep/player/playback"
)

// TestPrivateTexts: what stands in elements that are private, by their attribute or by a rule, is nowhere else in the
// file: not in the document that they came with, in the answer that they were made of, in what the app logs or sends.
// What says too little to be the same elsewhere stays there.
func TestPrivateTexts(t *testing.T) {
	hidden := []string{"Anneliese Planted", "12 Orchard &amp; Sons Road", "12 Orchard & Sons Road", "+41 79 555 01 99", "Diagnosis: planted fever", "prefilled with planted words"}
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<p data-private><span>Anneliese Planted</span> <i>22.11.2026</i> <b>pending</b><button>Save all changes</button></p>
			<p class=address>12 Orchard &amp; Sons Road</p><div class=address><input value="prefilled with planted words"></div>
			<button id=go>Save all changes</button><div id=more></div><script>go.onclick = async () => {
				const a = await (await fetch('/api')).json();
				const p = more.appendChild(document.createElement('p'));
				p.dataset.private = '';
				p.textContent = a.phone;
				const inner = more.attachShadow({mode: 'closed'});
				inner.innerHTML = '<p data-private></p>';
				inner.firstChild.textContent = a.notes[0];
				console.log('shows', a);
				fetch('/save', {method: 'POST', body: 'of Anneliese Planted, ' + a.phone});
				document.title = 'done';
			};</script>`),
		"/api":  says("application/json", `{"who":"Anneliese Planted","phone":"+41 79 555 01 99","notes":["Diagnosis: planted fever"],"state":"pending","since":"22.11.2026","label":"Save all changes"}`),
		"/save": says("text/plain", "saved"),
	})
	r := startRecording(t, Options{URL: base + "/", Rules: Rules{CSS: []string{".address"}}})
	r.until("document.querySelector('#go')")
	r.click("#go")
	r.until("document.title === 'done'")
	list := r.finish()
	for _, s := range hidden {
		scan(t, filepath.Dir(r.name), s)
	}
	answer := ""
	for _, e := range find(list, playback.Res, nil) {
		if strings.Contains(fmt.Sprint(string(e.Body.JSON), text(e.Body)), `"since"`) {
			answer = string(e.Body.JSON) + text(e.Body)
		}
	}
	for _, kept := range []string{`"pending"`, `"22.11.2026"`, `"Save all changes"`} {
		if !strings.Contains(answer, kept) {
			t.Errorf("%s has no %s", answer, kept)
		}
	}
	if c := find(list, playback.Click, nil); len(c) != 1 || c[0].On.Target.Name != "Save all changes" {
		t.Errorf("clicks %+v", c)
	}
}
