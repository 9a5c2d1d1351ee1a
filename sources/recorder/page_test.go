package recorder_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources/recorder"
	"restep/sources/recorder/recordertest"
)

// torture serves the page of traps, with the headers that every answer gets.
func torture(t *testing.T, headers ...string) *httptest.Server {
	t.Helper()
	files := http.FileServer(http.Dir("testdata/torture"))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// at starts a person on the page of traps; expose shows the script's object to the test as R.
func at(t *testing.T, app *httptest.Server, expose bool) *recordertest.Person {
	t.Helper()
	script := recorder.PageScript(recorder.PageConfig{Binding: recordertest.Binding, Private: []string{".ruled"}, Mark: true})
	if expose {
		i := strings.LastIndex(script, "})()")
		script = script[:i] + "globalThis.R = R; " + script[i:]
	}
	p := recordertest.Start(t, strings.TrimPrefix(app.URL, "http://"), script)
	p.Fresh(app.URL + "/index.html")
	return p
}

// TestTargetCost: on a page of 3,000 elements an action may cost 1 ms for its selectors and their counts.
func TestTargetCost(t *testing.T) {
	p := at(t, torture(t), true)
	p.Eval(`document.body.innerHTML = '<main>' + Array.from({ length: 300 }, (_, i) => '<div class="card"><h3>Product ' + i + '</h3><p class="text">Some words about it</p>'
		+ '<label>Amount <input name="amount' + i + '" value="1"></label><button class="add" aria-label="Add product ' + i + '"><span>Add</span></button>'
		+ '<a href="/p/' + i + '">Details</a><ul><li>one</li></ul></div>').join('') + '</main>'`, nil)
	var r struct {
		Elements int                `json:"elements"`
		Ms       map[string]float64 `json:"ms"`
	}
	p.Eval(`(() => {
		const cost = (css) => {
			const list = [...document.querySelectorAll(css)].slice(100, 140), times = [];
			for (let i = 0; i < 200; i++) { const t = performance.now(); R.target(list[i % 40]); times.push(performance.now() - t); }
			return times.sort((a, b) => a - b)[100];
		};
		return { elements: document.querySelectorAll('*').length, ms: Object.fromEntries(['.add', 'a', 'input', '.text', 'h3', 'li'].map((css) => [css, cost(css)])) };
	})()`, &r)
	t.Logf("%d elements; ms for each target: %v", r.Elements, r.Ms)
	for css, ms := range r.Ms {
		if ms > 5 { // five times the limit: other work on the machine is no fault of the script
			t.Errorf("the target of %s takes %.2f ms", css, ms)
		}
	}
}

// lines renders entries of the kinds, one to a line.
func lines(list []recordertest.Entry, kinds ...playback.Kind) string {
	var b strings.Builder
	for _, e := range list {
		if !slices.Contains(kinds, e.Kind) {
			continue
		}
		value := "-"
		if e.Value != nil {
			value = *e.Value
		}
		_, path, _ := strings.Cut(strings.TrimPrefix(e.URL, "http://"), "/")
		fmt.Fprintln(&b, strings.Join(strings.Fields(fmt.Sprint(e.Kind, " ", e.Area, " ", e.Key, " ", value, " ", path, " ", e.Text)), " "))
	}
	return b.String()
}

func compare(t *testing.T, what, got, want string) {
	t.Helper()
	if want = strings.ReplaceAll(strings.TrimLeft(want, "\n"), "\t", ""); got != want {
		t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
	}
}

// TestEffects: routes, storage and cookies, also where the app sets a property instead of calling a method.
func TestEffects(t *testing.T) {
	p := at(t, torture(t), false)
	p.Wait("document.querySelector('#store')")
	p.Pause(100) // the first look at the storage is taken when the page is idle
	p.Click("#store")
	p.Click("#route")
	p.Click("#cookie")
	p.Eval("localStorage.setItem('d', '4'), localStorage.clear()", nil)
	p.Eval("cookieStore.set('by', 'store')", nil)
	compare(t, "effects", lines(p.Leave(), playback.Storage, playback.Route), `
		storage local a 1
		storage session c 3
		storage local a -
		storage local b 2
		route - ?step=2
		route - ?step=3
		storage cookie taste sweet
		storage cookie gone -
		storage local d 4
		storage local d -
		storage local b -
		storage cookie by store
	`)
}

// TestExpect: after an action, once the page has come to rest, it is told how the page looks; not again without one.
func TestExpect(t *testing.T) {
	p := at(t, torture(t), true)
	p.Eval("document.querySelector('[data-private]').remove()", nil) // what is private is in no hash
	p.Click("#name")
	p.Eval("(window.seen = 0, R.deliver = ((send) => (list) => { seen += list.filter((e) => e.ev === 'expect').length; send(list); })(R.deliver))", nil)
	p.Wait("seen > 0")
	p.Pause(700)
	var expects []recordertest.Entry
	for _, e := range p.Leave() {
		if e.Kind == playback.Expect {
			expects = append(expects, e)
		}
	}
	if len(expects) != 1 {
		t.Fatalf("%d looks at the page, want 1", len(expects))
	}
	if e := expects[0]; e.Title != "Torture" || e.Focus != "name" || !strings.HasSuffix(e.URL, "/") || len(e.Sum) != 16 {
		t.Errorf("it looks like %+v", e.Event)
	}
}

// TestSecrets: what the page knows of secrets is said of each place; texts that are private are in no selector.
func TestSecrets(t *testing.T) {
	p := at(t, torture(t), false)
	for _, f := range []string{"#password", "#card", "#code", "#diary", "#ruled"} {
		p.Click(f)
		p.Type("4111")
	}
	p.Click("#reveal") // the field becomes one for text
	p.Click("#password")
	p.Type("x")
	p.Click("#private")
	var got strings.Builder
	for _, e := range p.Leave() {
		switch e.Kind {
		case playback.Type:
			fmt.Fprintf(&got, "%s %s %s\n", e.On.Target.Attrs["id"], e.Secret["text"], e.Secret["value"])
		case playback.Expect:
			if e.Sum != "" {
				t.Errorf("a hash over secrets: %s", e.Sum)
			}
		case playback.Click:
			if e.On.Target.Text == "My own text" || strings.Contains(e.On.Target.Name, "own") {
				t.Errorf("a private text in a selector: %+v", e.On.Target)
			}
		}
	}
	compare(t, "secrets", got.String(), `
		password password password
		card card card
		code token token
		diary private private
		ruled private private
		password password password
	`)
}
