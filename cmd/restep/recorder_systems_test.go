package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"restep/sources/recorder/recordertest"
)

// systems are what answers while the torture page is recorded, on the page's origin and on another one, and must not be
// asked while it is replayed.
type systems struct {
	mu    sync.Mutex // guards what follows
	asked []string   // "METHOD path" of the requests so far
	count int
}

// asking is a request to the systems.
type asking struct {
	http.ResponseWriter
	r    *http.Request
	path string // behind /api/
	sent []byte
	s    *systems
}

// ServeHTTP implements http.Handler.
func (s *systems) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.Method+" "+r.URL.Path)
	s.mu.Unlock()
	h := w.Header()
	h.Set("X-Answer", "yes")
	h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Allow-Headers", "content-type, traceparent")
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	q := asking{ResponseWriter: w, r: r, path: strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/"), "api/"), s: s}
	q.sent, _ = io.ReadAll(r.Body)
	if answer := answers[q.path]; answer != nil {
		answer(q)
		return
	}
	q.say("%s %s", r.Method, q.path)
}

// say answers with a text.
func (q asking) say(format string, args ...any) { fmt.Fprintf(q, format, args...) }

// as says of what type the answer is.
func (q asking) as(typ string) { q.Header().Set("Content-Type", typ) }

// flush sends what was said.
func (q asking) flush() { q.ResponseWriter.(http.Flusher).Flush() }

// next counts the requests that were counted.
func (q asking) next() int {
	q.s.mu.Lock()
	defer q.s.mu.Unlock()
	q.s.count++
	return q.s.count
}

// wait waits for longer than the page needs for anything else, whatever the machine does.
func (q asking) wait() {
	select {
	case <-q.r.Context().Done():
	case <-time.After(150 * time.Millisecond):
	}
}

// json tells what was asked for.
func (q asking) json() {
	q.as("application/json")
	q.say(`{"path":%q,"query":%q,"body":%q}`, q.path, q.r.URL.RawQuery, q.sent)
}

// answers are what the systems answer, by the path behind /api/.
var answers = map[string]func(asking){
	"json":    asking.json,
	"quick":   asking.json,
	"foreign": asking.json,
	"slow":    func(q asking) { q.wait(); q.json() },
	"echo": func(q asking) {
		q.as("application/json")
		q.say(`{"type":%q,"body":%q}`, q.r.Header.Get("Content-Type"), q.sent)
	},
	"length":  func(q asking) { q.say("%t", len(q.sent) > 100) },
	"old":     func(q asking) { http.Redirect(q, q.r, "/api/new", http.StatusFound) },
	"bought":  func(q asking) { http.Redirect(q, q.r, "/second.html?bought=1", http.StatusSeeOther) },
	"broken":  func(q asking) { q.WriteHeader(http.StatusInternalServerError); q.say("it broke") },
	"cut":     func(q asking) { q.Header().Set("Content-Length", "100"); q.say("not all") },
	"kept":    func(q asking) { q.Header().Set("Cache-Control", "max-age=600"); q.say("kept %d", q.next()) },
	"tagged":  tagged,
	"count":   func(q asking) { q.say("count %d", q.next()) },
	"drip":    drip,
	"bytes":   manyBytes,
	"large":   large,
	"dot.png": func(q asking) { q.as("image/png"); q.say("%s", dot) },
	"talk":    func(q asking) { recordertest.Talk(q.ResponseWriter, q.r) },
	"events":  func(q asking) { recordertest.Drip(q.ResponseWriter, q.r) },
	"news":    news,
	"tokens":  tokens,
	"words":   endless,
	"cfg.js":  func(q asking) { q.as("text/javascript"); q.say("heard({n: %d})", q.next()) },
	"answer":  func(q asking) { q.as("text/javascript"); q.say("%s([%d])", q.r.URL.Query().Get("callback"), q.next()) },
	"rows":    rows,
	"order":   ordered,
	"secrets": secrets,
	"login":   login,
	"me":      me,
	"list.csv": func(q asking) {
		q.as("text/csv")
		q.Header().Set("Content-Disposition", `attachment; filename="list.csv"`)
		q.say("a;b\n1;2\n")
	},
}

// dot is a picture of one pixel.
const dot = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x04\x00\x00\x00\xb5\x1c\f\x02\x00\x00\x00\vIDATx\xdacd\xf8\x0f\x00\x01\x05\x01\x01'\x18\xe3f\x00\x00\x00\x00IEND\xaeB`\x82"

func tagged(q asking) {
	q.Header().Set("Cache-Control", "no-cache")
	q.Header().Set("ETag", `"1"`)
	if q.r.Header.Get("If-None-Match") != "" {
		q.WriteHeader(http.StatusNotModified)
		return
	}
	q.say("tagged")
}

func drip(q asking) {
	for i := range 5 {
		q.say("part %d;", i)
		q.flush()
	}
}

// tokens says its words one by one.
func tokens(q asking) {
	for _, word := range []string{"one ", "two ", "three"} {
		q.say("%s", word)
		q.flush()
		q.wait()
	}
}

// endless says words until nobody listens.
func endless(q asking) {
	for n := 0; q.r.Context().Err() == nil; n++ {
		q.say("word %d ", n)
		q.flush()
		q.wait()
	}
}

func manyBytes(q asking) {
	q.as("application/octet-stream")
	for i := range 70_000 {
		q.Write([]byte{byte(i * i)})
	}
}

func large(q asking) {
	q.as("application/json")
	q.say(`[`)
	for i := range 20_000 {
		q.say(`{"id":%d,"name":"number %d","tags":["a","b"]},`, i, i)
	}
	q.say(`{"name":"last"}]`)
}

// news is a stream that ends after a message, breaks off after the next one, and has its last one in the third connection.
func news(q asking) {
	q.as("text/event-stream")
	n := q.next()
	q.say("retry: 120\nid: %[1]d\ndata: %[1]d after %[2]s\n\n", n, q.r.Header.Get("Last-Event-ID"))
	q.flush()
	if n == 2 {
		q.wait()
		panic(http.ErrAbortHandler)
	}
}

func rows(q asking) {
	q.as("application/json")
	q.say(`["row %[1]s-1","row %[1]s-2","row %[1]s-3","row %[1]s-4","row %[1]s-5","row %[1]s-6","row %[1]s-7","row %[1]s-8"]`, q.r.URL.Query().Get("page"))
}

func ordered(q asking) {
	q.as("text/html; charset=utf-8")
	q.say(`<!doctype html><title>Ordered</title><p id="said">%s</p><script>window.report = () => document.title + ' ' + document.querySelector('#said').textContent + ' ' + location.pathname</script>`, q.sent)
}

func secrets(q asking) {
	q.as("application/json")
	echo := string(q.sent)
	if !strings.HasPrefix(echo, "{") {
		echo = "{}"
	}
	q.say(`{"echo":%s,"jwt":%q,"bearer":%q}`, echo, plantedToken, strings.TrimPrefix(q.r.Header.Get("Authorization"), "Bearer "))
}

func login(q asking) {
	http.SetCookie(q, &http.Cookie{Name: "session", Value: "s3cr3t-session-0815", Path: "/", HttpOnly: true})
	http.SetCookie(q, &http.Cookie{Name: "theme", Value: "dark", Path: "/"})
	q.say("welcome")
}

func me(q asking) {
	if c, err := q.r.Cookie("session"); err == nil && c.Value == "s3cr3t-session-0815" {
		q.say("Ana")
		return
	}
	q.WriteHeader(http.StatusUnauthorized)
}

// take returns what was asked since the last time.
func (s *systems) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked, s.count = nil, 0
	slices.Sort(asked)
	return asked
}

// startSystems serves the torture page on two origins, with the same systems behind both.
func startSystems(t *testing.T) (api *systems, app, foreign string) {
	t.Helper()
	api = &systems{}
	files := http.FileServer(http.Dir(torture))
	site := func() string {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/api/") || r.URL.Path == "/answer" {
				api.ServeHTTP(w, r)
				return
			}
			files.ServeHTTP(w, r)
		}))
		t.Cleanup(srv.Close)
		return srv.URL
	}
	return api, site(), strings.Replace(site(), "127.0.0.1", "localhost", 1)
}
