package recorder_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources/recorder"
	"restep/sources/recorder/recordertest"
)

// driven is the script of a recorder that drives the browser.
func driven() string {
	return recorder.PageScript(recorder.PageConfig{Binding: recordertest.Binding})
}

// answerable is a page with the script whose requests are answered when the test says so, one for each that is sent.
func answerable(t *testing.T, script, body string) (*recordertest.Person, chan<- string) {
	t.Helper()
	answers := make(chan string, 10)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte("<!doctype html><title>New</title>" + body)) //nolint:errcheck // a test
			return
		}
		if r.URL.Path == "/favicon.ico" || r.URL.Path == "/record" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		select {
		case a := <-answers:
			w.Write([]byte(a)) //nolint:errcheck // a test
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(app.Close)
	p := recordertest.Start(t, strings.TrimPrefix(app.URL, "http://"), script)
	p.Open(app.URL + "/")
	p.Take()
	return p, answers
}

// TestRestWaitsForAnswers: a page that waits for the answer to an action's request has not come to rest; one that hears
// of news by a request that stays open has.
func TestRestWaitsForAnswers(t *testing.T) {
	for name, ask := range map[string]string{
		"fetch": "fetch('/answer').then((r) => r.text()).then((s) => { document.title = s; })",
		"xhr":   "(() => { const x = new XMLHttpRequest(); x.open('GET', '/answer'); x.onload = () => { document.title = x.responseText; }; x.send(); })()",
	} {
		t.Run(name, func(t *testing.T) {
			p, answers := answerable(t, driven(), `<button id="go">Go</button><script>go.onclick = () => {`+ask+`}</script>`)
			p.Click("#go")
			p.Pause(1500) // far longer than a page that waits for nothing is at rest
			answers <- "Answered"
			p.Wait("document.title === 'Answered'")
			p.Pause(900)
			var titles []string
			for _, e := range p.Leave() {
				if e.Kind == playback.Expect {
					titles = append(titles, e.Title)
				}
			}
			if got := strings.Join(titles, ", "); got != "Answered" {
				t.Errorf("the page was looked at when it showed %q, want Answered alone", got)
			}
		})
	}
	t.Run("long poll", func(t *testing.T) {
		p, _ := answerable(t, driven(), `<button id="go">Go</button><script>fetch('/news')</script>`)
		p.Pause(1100)
		p.Click("#go")
		p.Pause(1500)
		if n := strings.Count(lines(p.Take(), playback.Expect), "expect"); n != 1 {
			t.Errorf("looked at the page %d times, want once", n)
		}
	})
}

// TestFailuresStayUnhandled: a request that fails, and that the app does not care for, is an unhandled rejection as it is
// without a recorder; one that the app cares for is none.
func TestFailuresStayUnhandled(t *testing.T) {
	for name, script := range map[string]string{
		"driven":   driven(),
		"embedded": recorder.EmbedScript() + "restepRecorder.start({endpoint: '/record', key: 'k'});",
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := answerable(t, script, "")
			p.Eval(`(window.unhandled = 0, addEventListener('unhandledrejection', () => unhandled++), fetch('http://127.0.0.1:1/').catch(() => { window.caught = true; }), 0)`, nil)
			p.Wait("window.caught")
			p.Eval(`(fetch('http://127.0.0.1:1/'), 0)`, nil)
			p.Wait("unhandled > 0")
			p.Pause(100)
			if n := p.Text("unhandled"); n != "1" {
				t.Errorf("%s requests are unhandled, want 1", n)
			}
		})
	}
}

// TestNoFingerprintOfWhatChanges: a page that is acted on while it changes, or moves, has no fingerprint; one at rest has.
func TestNoFingerprintOfWhatChanges(t *testing.T) {
	p, _ := answerable(t, driven(), `<style>@keyframes in { from { margin-left: 90px } } .in { animation: in 3s }</style><button id="still">Still</button>
		<button id="count">Count</button><button id="move">Move</button>
		<script>count.onclick = () => { setInterval(() => { count.title += '.'; }, 20); }; move.onclick = () => { move.className = 'in'; }</script>`)
	for _, click := range []string{"#still", "#move", "#count", "#count"} {
		p.Click(click)
		p.Pause(150)
	}
	var got []string
	for _, e := range p.Leave() {
		if e.Kind == playback.Expect {
			got = append(got, map[bool]string{true: "sum", false: "none"}[e.Sum != ""])
		}
	}
	if all := strings.Join(got, " "); all != "sum none none" {
		t.Errorf("fingerprints: %s", all)
	}
}
