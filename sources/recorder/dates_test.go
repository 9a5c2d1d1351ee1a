package recorder

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"restep/player/playback"
)

// datesPage sends the dates that are entered into it, after it has checked them as apps do.
const datesPage = `<form id=f><input name=end autocomplete=cc-exp><input name=month autocomplete=cc-exp-month>
	<input name=year autocomplete=cc-exp-year><input name=csc autocomplete=cc-csc><input name=until type=month autocomplete="billing cc-exp">
	<input name=born type=date autocomplete=bday><p data-private><input name=day type=date><input name=time type=time></p></form>
	<button id=go>send</button><script>
	f.end.oninput = () => { const d = f.end.value.replace(/\D/g, ''); f.end.value = d.length > 2 ? d.slice(0, 2) + '/' + d.slice(2, 4) : d; };
	go.onclick = async () => {
		await fetch('/pay', {method: 'POST', body: JSON.stringify(Object.fromEntries(new FormData(f)))});
		document.title = 'done';
	};</script>`

// TestSecretDates: the dates of cards and people, typed in fields of all types, become dates of the same form; no key of
// them is left, and what is sent is what a replay enters.
func TestSecretDates(t *testing.T) {
	base := site(t, map[string]http.HandlerFunc{"/": html(datesPage), "/pay": says("text/plain", "paid")})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("document.querySelector('#go')")
	for _, in := range []struct{ field, keys string }{
		{"end", "1239"}, {"month", "12"}, {"year", "2039"}, {"csc", "1239"}, {"until", ""}, {"born", "03151979"}, {"day", "04161981"}, {"time", "1037p"},
	} {
		r.eval("f." + in.field + ".focus()")
		if in.field == "until" {
			r.keys("nov")
			p := params{"type": "rawKeyDown", "key": "ArrowRight", "code": "ArrowRight", "windowsVirtualKeyCode": 39}
			if err := r.user.Call(t.Context(), "Input.dispatchKeyEvent", p, nil); err != nil {
				t.Fatal(err)
			}
			r.keys("2039")
			continue
		}
		r.keys(in.keys)
	}
	was := map[string]string{}
	if err := json.Unmarshal([]byte(r.eval("JSON.stringify(Object.fromEntries(new FormData(f)))")), &was); err != nil {
		t.Fatal(err)
	}
	r.click("#go")
	r.until("document.title === 'done'")
	list := r.finish()
	held := map[string]string{}
	for _, e := range list {
		if e.Kind == playback.Key && len(e.Key) == 1 && e.Key != "*" {
			t.Errorf("%s has the key %s", e.ID, e.Key)
		}
		if (e.Kind == playback.Type || e.Kind == playback.Input) && e.Value != nil {
			held[e.On.Target.Attrs["name"]] = *e.Value
		}
		if e.Kind == playback.Type && strings.HasPrefix(*e.Value, e.Text[:2]+"/") && e.Text[2:] != (*e.Value)[3:] {
			t.Errorf("%s types %q, which gives %q", e.ID, e.Text, *e.Value)
		}
	}
	sent := map[string]string{}
	if err := json.Unmarshal([]byte(text(find(list, playback.Req, to("/pay"))[0].Body)), &sent); err != nil {
		t.Fatal(err)
	}
	for name, layout := range map[string]string{"end": "01/06", "month": "01", "year": "2006", "until": "2006-01", "born": "2006-01-02", "day": "2006-01-02", "time": "15:04", "csc": ""} {
		_, err := time.Parse(layout, held[name])
		if held[name] == was[name] || layout != "" && err != nil || len(held[name]) != len(was[name]) || was[name] == "" {
			t.Errorf("%s: %q became %q: %v", name, was[name], held[name], err)
		}
		if sent[name] != held[name] && name != "month" { // two digits may be anything
			t.Errorf("%s: %q was sent, for %q", name, sent[name], held[name])
		}
	}
	for _, part := range []string{"2039-11", "1979-03", "1981-04"} {
		scan(t, filepath.Dir(r.name), part)
	}
}
