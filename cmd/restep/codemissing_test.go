package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/player/playertest"
)

// TestPlayWithoutTheApp plays a session that needs no element on servers that could not build the app: that its failure does
// not occur there says nothing, and git bisect must not take such a commit for a good one.
func TestPlayWithoutTheApp(t *testing.T) {
	needBrowser(t)
	stage := startBrowser(t)
	for _, c := range []struct {
		name    string
		app     http.HandlerFunc
		more    string // of the recording
		verdict playback.Verdict
		told    string // of what did not load; empty: nothing
	}{
		{"the document is an error", codeServer(500, "<pre>cannot compile</pre>"), "", playback.Diverged, "/ did not load: status 500"},
		{"the document is not there", codeServer(404, "<pre>nothing</pre>"), "", playback.Diverged, "/ did not load: status 404"},
		{"a module is an error", codeServer(200, `<script type="module" src="/app.js"></script><script type="module" src="/broken.js"></script>`), "", playback.Diverged, "/broken.js did not load: status 500"},
		{"what a module imports is an error", codeServer(200, `<script type="module" src="/app.js"></script><script type="module" src="/imports.js"></script>`), "", playback.Diverged, "/broken.js did not load: status 500"},
		{"the bundle is not there", codeServer(200, `<script src="/bundle.js"></script>`), "", playback.Diverged, "/bundle.js did not load: status 404"},
		{"the server dies", codeServer(200, `<script src="/app.js"></script><script src="/cut.js"></script>`), "", playback.Diverged, "/cut.js did not load: no answer"},
		{"one file is missing here", codeServer(200, `<script src="/app.js"></script><script src="/env.js"></script>`), "", playback.Gone, "/env.js did not load: status 404"},
		{"an app behind a missing page", codeServer(404, `<script src="/app.js"></script>`), "", playback.Gone, "/ did not load: status 404"},
		{"an app that tries for ever", codeServer(200, `<script src="/app.js"></script><script>for (let i = 0; i < 100; i++) document.head.append(Object.assign(document.createElement('script'), {src: '/env' + i % 7 + '.js'}))</script>`), "", playback.Gone, "status 404"},
		{"as recorded", codeServer(200, `<script src="/broken.js"></script>`), `{"t":20,"ev":"req","id":"q1","cause":"e1","method":"GET","url":"https://shop.example/broken.js?v=1","resource":"script"}
{"t":30,"ev":"res","id":"q2","of":"q1","status":500}
`, playback.Gone, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := httptest.NewServer(c.app)
			defer app.Close()
			f := playertest.File(`{"playback":1,"app":"https://shop.example","start":"2026-11-21T18:55:00Z"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/"}
` + c.more + `{"t":100,"ev":"error","id":"e2","cause":"e1","name":"TypeError","message":"total of null"}
{"t":300,"ev":"expect","id":"e3"}
`)
			told, times := "", 0
			run := playDemo(t, f, stage, app.URL)
			for _, d := range run.Divergences {
				if d.Kind == playback.CodeMissing {
					told, times = told+d.Text, times+1
				}
			}
			if run.Verdict != c.verdict || !strings.HasSuffix(told, c.told) || (told == "") != (c.told == "") || times > 20 {
				t.Errorf("the verdict is %s with %q, want %s with %q", run.Verdict, told, c.verdict, c.told)
			}
		})
	}
}

// codeServer serves a page of some text with a status, and scripts of which one loads, one is an error, one imports that, one is cut
// off, and all others are not there.
func codeServer(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("content-type", "text/html")
			w.WriteHeader(status)
			fmt.Fprint(w, "<!doctype html><title>Shop</title>"+text)
		case "/app.js":
			w.Header().Set("content-type", "text/javascript")
			fmt.Fprint(w, "document.title = 'Cart'")
		case "/imports.js":
			w.Header().Set("content-type", "text/javascript")
			fmt.Fprint(w, "import './broken.js'")
		case "/broken.js":
			http.Error(w, "Transform failed", http.StatusInternalServerError)
		case "/cut.js":
			panic(http.ErrAbortHandler)
		default:
			http.NotFound(w, r)
		}
	}
}
