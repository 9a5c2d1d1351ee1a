package recorder

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"restep/player/playback"
)

func TestRequestsAndAnswers(t *testing.T) {
	var asked int
	url := site(t, map[string]http.HandlerFunc{
		"/": html(`<script src=/own.js></script><button id=go onclick="go()">go</button><script>
			async function go() {
				console.log('going', {n: 1}, [1, 'a']);
				await fetch('/api/orders', {method: 'POST', headers: {'content-type': 'application/json'}, body: '{"cart":3}'}).then((r) => r.json());
				await fetch('/old').then((r) => r.text());
				await fetch('/big').then((r) => r.text());
				await fetch('http://127.0.0.1:1/no').catch(() => {});
				navigator.sendBeacon('/beacon', 'bye');
				const x = new XMLHttpRequest();
				x.open('GET', '/xhr'); x.onload = () => { document.title = 'done'; }; x.send();
			}</script>`),
		"/own.js": says("text/javascript", "window.own = 1"),
		"/api/orders": func(w http.ResponseWriter, r *http.Request) {
			asked++
			io.Copy(io.Discard, r.Body)
			w.Header().Add("set-cookie", "a=1")
			w.Header().Add("set-cookie", "b=2; HttpOnly")
			w.Header().Set("content-type", "application/json")
			w.Write([]byte(`{"total":12.5}`))
		},
		"/old":    func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/new", http.StatusFound) },
		"/new":    says("text/plain", "new"),
		"/big":    says("text/plain", strings.Repeat("a long tale ", 21<<20/12)), // evicted from the browser's default buffer
		"/beacon": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) },
		"/xhr":    says("application/json", `{"a":[1]}`),
	})
	r := startRecording(t, Options{URL: url + "/"})
	r.until("document.readyState === 'complete' && document.querySelector('#go')")
	r.click("#go")
	r.until("document.title === 'done'")
	list := r.finish()
	defer dump(t, list)
	click := find(list, playback.Click, nil)
	if len(click) != 1 {
		t.Fatalf("%d clicks", len(click))
	}
	res := map[string]*playback.Event{}
	for _, e := range list {
		if e.Kind == playback.Res || e.Kind == playback.Fail {
			res[e.Of] = e
		}
	}
	for _, c := range []struct {
		path, method, resource, body string
		status                       int
	}{
		{"/", "GET", "document", "", 200},
		{"/api/orders", "POST", "fetch", `{"total":12.5}`, 200},
		{"/old", "GET", "fetch", "", 302},
		{"/new", "GET", "fetch", "new", 200},
		{"/beacon", "POST", "beacon", "", 204},
		{"/xhr", "GET", "xhr", `{"a":[1]}`, 200},
	} {
		req := find(list, playback.Req, to(c.path))
		if len(req) != 1 {
			t.Errorf("%s: %d requests", c.path, len(req))
			continue
		}
		q := req[0]
		if q.Method != c.method || q.Resource != c.resource {
			t.Errorf("%s: %s %s", c.path, q.Method, q.Resource)
		}
		if c.path != "/" && q.Cause != click[0].ID {
			t.Errorf("%s: caused by %q", c.path, q.Cause)
		}
		a := res[q.ID]
		if a == nil || a.Status != c.status {
			if c.path != "/beacon" { // whose answer nobody waits for
				t.Errorf("%s: answer %+v", c.path, a)
			}
			continue
		}
		if got := text(a.Body); c.body != "" && got != c.body {
			t.Errorf("%s: content %q", c.path, got)
		}
	}
	if q := find(list, playback.Req, to("/api/orders")); len(q) == 1 {
		if text(q[0].Body) != `{"cart":3}` || q[0].Trace == "" {
			t.Errorf("sent %q, trace %q", text(q[0].Body), q[0].Trace)
		}
		if cookies := res[q[0].ID].Headers["set-cookie"]; len(cookies) != 2 {
			t.Errorf("cookies %q", cookies)
		}
	}
	if q, old := find(list, playback.Req, to("/new")), find(list, playback.Req, to("/old")); len(q) == 1 && len(old) == 1 && q[0].From != old[0].ID {
		t.Errorf("redirected from %q", q[0].From)
	}
	if q := find(list, playback.Req, to("/big")); len(q) != 1 || res[q[0].ID] == nil || res[q[0].ID].Body.Size != 21<<20/12*12 {
		t.Error("the large answer is not there")
	}
	if q := find(list, playback.Req, to("/no")); len(q) != 1 || !strings.Contains(res[q[0].ID].Text, "net::ERR") {
		t.Error("the failure is not there")
	}
	if len(find(list, playback.Req, to("/own.js"))) != 0 || r.sum.LeftOut["script"] != 1 {
		t.Errorf("left out %v", r.sum.LeftOut)
	}
	if asked != 1 {
		t.Errorf("the server was asked %d times", asked)
	}
	for key, h := range r.s.heads.held {
		t.Errorf("headers of %s, of which nothing more is written, are still there: %+v", key.id, h)
	}
	if c := find(list, playback.Console, nil); len(c) != 1 || c[0].Text != "going {n: 1} [1, \"a\"]" || string(c[0].Args[1]) != `{"n":1}` {
		t.Errorf("console %+v", c)
	}
}

// text is content that stands in a line.
func text(b *playback.Body) string {
	data, err := inline(b)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// TestAnswerBeforeANavigation has answers come right before their document goes.
func TestAnswerBeforeANavigation(t *testing.T) {
	long := strings.Repeat("a long tale ", 1<<20/12)
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<button id=go onclick="go()">go</button><script>
			async function go() {
				await Promise.all(['/a', '/b', '/c'].map((u) => fetch(u).then((r) => r.text())));
				location = '/next';
			}</script>`),
		"/a": says("text/plain", "a"), "/b": says("text/plain", long), "/c": says("text/plain", "c"),
		"/next": html("<p id=next>"),
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("document.querySelector('#go')")
	r.click("#go")
	r.until("document.querySelector('#next')")
	list := r.finish()
	t.Cleanup(func() { dump(t, list) })
	for path, size := range map[string]int64{"/a": 1, "/b": int64(len(long)), "/c": 1} {
		q := find(list, playback.Req, to(path))
		if len(q) != 1 {
			t.Errorf("%s: %d requests", path, len(q))
			continue
		}
		a := find(list, playback.Res, func(e *playback.Event) bool { return e.Of == q[0].ID })
		if len(a) != 1 || a[0].Body == nil || max(a[0].Body.Size, int64(len(text(a[0].Body)))) != size {
			t.Errorf("%s: %+v", path, a)
		}
	}
}

// A fetch is answered when its headers have come, whether the app reads the content or not: what it did next must not
// stand before the answer.
func TestAnswersThatAreNotRead(t *testing.T) {
	url := site(t, map[string]http.HandlerFunc{
		"/": html(`<button id=go onclick="go()">go</button><script>
			async function go() {
				const r = await fetch('/missing');
				const stop = new AbortController();
				await fetch('/endless', {signal: stop.signal});
				stop.abort();
				localStorage.setItem('got', r.status);
				document.title = 'done';
			}</script>`),
		"/missing": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no such thing", http.StatusNotFound) },
		"/endless": func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte(strings.Repeat("on and ", 4000)))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
	})
	r := startRecording(t, Options{URL: url + "/"})
	r.until("document.readyState === 'complete' && document.querySelector('#go')")
	r.click("#go")
	r.until("document.title === 'done'")
	list := r.finish()
	defer dump(t, list)
	stored := find(list, playback.Storage, nil)
	if len(stored) != 1 {
		t.Fatalf("%d items stored", len(stored))
	}
	for path, status := range map[string]int{"/missing": 404, "/endless": 200} {
		req := find(list, playback.Req, to(path))
		if len(req) != 1 {
			t.Fatalf("%s: %d requests", path, len(req))
		}
		got := find(list, playback.Res, func(e *playback.Event) bool { return e.Of == req[0].ID })
		if len(got) != 1 || got[0].Status != status {
			t.Errorf("%s: %+v, want one answer with status %d", path, got, status)
		} else if got[0].T > stored[0].T {
			t.Errorf("%s: answered at %v, after what the app did with it at %v", path, got[0].T, stored[0].T)
		}
	}
}
