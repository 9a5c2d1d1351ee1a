package recorder

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"restep/player/browser"
	"restep/player/playback"
	"restep/sources"
)

// recording is a session that is recorded while a test is the user.
type recording struct {
	t    *testing.T
	name string
	stop context.CancelFunc
	s    *session
	user *browser.Session // of the first tab
	done chan struct{}
	sum  *Summary
	err  error
}

// startRecording records a session that begins at the URL.
func startRecording(t *testing.T, o Options) *recording {
	t.Helper()
	if _, err := browser.Find(os.Getenv); err != nil {
		t.Skipf("SKIP: %v", err)
	}
	o.Headless, o.Port = true, -1
	o.Output = filepath.Join(t.TempDir(), "a.playback")
	if o.Masker == nil {
		o.Masker = sources.NewMasker([]byte("a key of this test"))
	}
	if testing.Verbose() {
		o.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	ctx, stop := context.WithCancel(t.Context())
	r := &recording{t: t, name: o.Output, stop: stop, done: make(chan struct{})}
	begun := make(chan struct{})
	o.begun = func(s *session) {
		r.s = s
		close(begun)
	}
	go func() {
		defer close(r.done)
		r.sum, r.err = Record(ctx, o)
	}()
	t.Cleanup(func() {
		stop()
		<-r.done
	})
	select {
	case <-begun:
	case <-r.done:
		t.Fatalf("the recording ended at once: %v", r.err)
	}
	r.user = r.attach(r.s.tabs[0].root)
	return r
}

// attach opens a session of the user's in a tab.
func (r *recording) attach(target string) *browser.Session {
	r.t.Helper()
	s, err := r.s.proc.Attach(r.t.Context(), target)
	if err != nil {
		r.t.Fatal(err)
	}
	s.Handle(func(browser.Event) {})
	return s
}

// eval evaluates an expression, or what its promise becomes, in the first tab.
func (r *recording) eval(expression string) string {
	r.t.Helper()
	return r.evalIn(r.user, expression)
}

func (r *recording) evalIn(s *browser.Session, expression string) string {
	r.t.Helper()
	var v struct {
		Result struct {
			Value string `json:"value"`
		} `json:"result"`
		Exception *struct {
			Text string `json:"text"`
		} `json:"exceptionDetails"`
	}
	err := s.Call(r.t.Context(), "Runtime.evaluate", params{"expression": "Promise.resolve(" + expression + ").then(String)", "awaitPromise": true, "userGesture": true}, &v)
	if err != nil || v.Exception != nil {
		r.t.Fatalf("%s: %v %v", expression, err, v.Exception)
	}
	return v.Result.Value
}

// until waits for an expression to hold in the first tab; the document may change meanwhile.
func (r *recording) until(expression string) {
	r.t.Helper()
	r.untilIn(r.user, expression)
}

func (r *recording) untilIn(s *browser.Session, expression string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		var v struct {
			Result struct {
				Value bool `json:"value"`
			} `json:"result"`
		}
		err := s.Call(ctx, "Runtime.evaluate", params{"awaitPromise": true, "expression": `new Promise((done) => {
			const look = () => { let ok = false; try { ok = !!(` + expression + `); } catch {} if (ok) done(true); else setTimeout(look, 5); };
			look();
		})`}, &v)
		if err == nil && v.Result.Value {
			return
		}
	}
	r.t.Fatalf("never came: %s", expression)
}

// click clicks on the middle of an element.
func (r *recording) click(css string) {
	r.t.Helper()
	r.clickIn(r.user, css)
}

func (r *recording) clickIn(s *browser.Session, css string) {
	r.t.Helper()
	var at [2]float64
	text := r.evalIn(s, `(() => { const b = document.querySelector('`+css+`').getBoundingClientRect(); return (b.x + b.width / 2) + ' ' + (b.y + b.height / 2); })()`)
	if _, err := fmt.Sscan(text, &at[0], &at[1]); err != nil {
		r.t.Fatal(err)
	}
	for _, typ := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		p := params{"type": typ, "x": at[0], "y": at[1]}
		if typ != "mouseMoved" {
			p["button"], p["clickCount"] = "left", 1
		}
		if typ == "mouseReleased" {
			s.Go("Input.dispatchMouseEvent", p) // a dialog would hold the reply
			continue
		}
		if err := s.Call(r.t.Context(), "Input.dispatchMouseEvent", p, nil); err != nil {
			r.t.Fatal(err)
		}
	}
}

// keys types characters.
func (r *recording) keys(text string) {
	r.t.Helper()
	for _, c := range text {
		for _, typ := range []string{"keyDown", "keyUp"} {
			p := params{"type": typ, "key": string(c)}
			if typ == "keyDown" {
				p["text"] = string(c)
			}
			if err := r.user.Call(r.t.Context(), "Input.dispatchKeyEvent", p, nil); err != nil {
				r.t.Fatal(err)
			}
		}
	}
}

// finish ends the recording and reads the file.
func (r *recording) finish() []*playback.Event {
	r.t.Helper()
	r.stop()
	<-r.done
	if r.err != nil {
		r.t.Fatal(r.err)
	}
	for _, p := range r.sum.Problems {
		r.t.Errorf("problem: %s", p)
	}
	return events(r.t, r.name)
}

// find returns the events of a kind that pass.
func find(list []*playback.Event, kind playback.Kind, pass func(*playback.Event) bool) []*playback.Event {
	var out []*playback.Event
	for _, e := range list {
		if e.Kind == kind && (pass == nil || pass(e)) {
			out = append(out, e)
		}
	}
	return out
}

// to selects requests of a path.
func to(path string) func(*playback.Event) bool {
	return func(e *playback.Event) bool {
		_, rest, _ := strings.Cut(e.URL, "://")
		_, p, _ := strings.Cut(rest, "/")
		return "/"+p == path || strings.HasPrefix("/"+p, path+"?")
	}
}

// dump prints a recording for a test that failed.
func dump(t *testing.T, list []*playback.Event) {
	t.Helper()
	if !t.Failed() {
		return
	}
	for _, e := range list {
		body := ""
		if e.Body != nil {
			body = string(e.Body.JSON)
			if e.Body.Text != nil {
				body = *e.Body.Text
			}
			body += " " + e.Body.Missing
		}
		t.Logf("%8.1f %-8s %-4s tab=%s cause=%s of=%s from=%s %s %s %d %s %s%s %s", e.T, e.Kind, e.ID, e.Tab, e.Cause, e.Of, e.From, e.Method, e.URL, e.Status, e.Resource, e.Text, e.Op, clip(body, 80))
	}
}

// site serves pages and answers for a test.
func site(t *testing.T, routes map[string]http.HandlerFunc) string {
	t.Helper()
	mux := http.NewServeMux()
	for path, f := range routes {
		mux.HandleFunc(path, f)
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

func html(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("content-type", "text/html; charset=utf-8")
		w.Write([]byte("<!doctype html><meta charset=utf-8><title>t</title>" + text))
	}
}

func says(typ, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("content-type", typ)
		w.Write([]byte(text))
	}
}

// sofar reads the file while it grows.
func (r *recording) sofar() []*playback.Event {
	r.t.Helper()
	return events(r.t, r.name)
}

// wait asks again and again until something holds, each time after a turn of the page.
func (r *recording) wait(holds func() bool) {
	r.t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); {
		if time.Now().After(end) {
			r.t.Fatal("never came")
		}
		r.eval("new Promise((f) => setTimeout(f, 10))")
	}
}
