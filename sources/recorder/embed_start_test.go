package recorder

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"restep/player/playback"
)

// TestEmbeddedStart: an option that is undefined or null is not there, and start throws for nothing but a missing
// endpoint.
func TestEmbeddedStart(t *testing.T) {
	t.Run("undefined", func(t *testing.T) {
		e := embedPage(t, "private: undefined, drop: null, sampling: undefined, maxQueue: undefined", `<button id="go">Go</button>`)
		e.Click("#go")
		var got []string
		for _, l := range e.stop() {
			if l.Kind == playback.Click || l.Kind == playback.Error {
				got = append(got, told(l, ""))
			}
		}
		if all := strings.Join(got, ", "); all != "click" {
			t.Errorf("recorded %q, want a click", all)
		}
	})
	for _, c := range []struct{ name, options, want string }{
		{"no endpoint", `endpoint: undefined`, "TypeError"},
		{"an endpoint that is no URL", `endpoint: 'http://['`, "false"},
		{"rules that are no list", `private: 7`, "true"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := embedPage(t, "sampling: 1", "")
			e.mux.HandleFunc("/other", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				w.Write([]byte(`<!doctype html><title>Other</title><script src="/recorder.js"></script><script>
try { window.result = String(restepRecorder.start({endpoint: "/record", key: "` + testKey + `", ` + c.options + `})); } catch (e) { window.result = e.name; }</script>`)) //nolint:errcheck // a test
			})
			e.Open(e.app.URL + "/other")
			if got := e.Text("result"); got != c.want {
				t.Errorf("start gives %s, want %s", got, c.want)
			}
		})
	}
}

// TestEmbeddedStopWithoutAnswer: stop is settled although the receiver answers nothing.
func TestEmbeddedStopWithoutAnswer(t *testing.T) {
	e := embedPage(t, `endpoint: "/silent"`, `<button id="go">Go</button>`)
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	e.mux.HandleFunc("/silent", func(http.ResponseWriter, *http.Request) { <-over })
	e.Click("#go")
	begun := time.Now()
	e.Eval("(restepRecorder.stop().then(() => { window.settled = true; }), 0)", nil)
	e.Wait("window.settled")
	if took := time.Since(begun); took > 9*time.Second {
		t.Errorf("it took %v", took)
	}
}
