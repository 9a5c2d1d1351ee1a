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

	"restep/player/playback"
	"restep/sources/recorder/recordertest"
)

// systems are what answers while the torture page is recorded, on the page's origin and on another one, and must not be
// asked while it is replayed.
type systems struct {
	mu    sync.Mutex // guards what follows
	asked []string   // "METHOD path" of the requests so far
	count int
}

// ServeHTTP implements http.Handler.
func (s *systems) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Method+" "+r.URL.Path)
	h := w.Header()
	h.Set("X-Answer", "yes")
	h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Allow-Headers", "content-type, traceparent")
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	body, _ := io.ReadAll(r.Body)
	switch path := strings.TrimPrefix(r.URL.Path, "/api/"); path {
	case "json", "slow", "quick", "foreign":
		if path == "slow" {
			s.mu.Unlock()
			select { // the page is quicker than this, whatever the machine does
			case <-r.Context().Done():
			case <-time.After(150 * time.Millisecond):
			}
			s.mu.Lock()
		}
		h.Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"path":%q,"query":%q,"body":%q}`, path, r.URL.RawQuery, body)
	case "echo":
		h.Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"type":%q,"body":%q}`, r.Header.Get("Content-Type"), body)
	case "length":
		fmt.Fprint(w, len(body) > 100)
	case "old":
		http.Redirect(w, r, "/api/new", http.StatusFound)
	case "broken":
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, "it broke")
	case "cut":
		h.Set("Content-Length", "100")
		fmt.Fprint(w, "not all")
	case "kept":
		h.Set("Cache-Control", "max-age=600")
		s.count++
		fmt.Fprintf(w, "kept %d", s.count)
	case "tagged":
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, "tagged")
	case "count":
		s.count++
		fmt.Fprintf(w, "count %d", s.count)
	case "drip":
		for i := range 5 {
			fmt.Fprintf(w, "part %d;", i)
			w.(http.Flusher).Flush()
		}
	case "bytes":
		h.Set("Content-Type", "application/octet-stream")
		for i := range 70_000 {
			w.Write([]byte{byte(i * i)})
		}
	case "large":
		h.Set("Content-Type", "application/json")
		fmt.Fprint(w, `[`)
		for i := range 20_000 {
			fmt.Fprintf(w, `{"id":%d,"name":"number %d","tags":["a","b"]},`, i, i)
		}
		fmt.Fprint(w, `{"name":"last"}]`)
	case "dot.png":
		h.Set("Content-Type", "image/png")
		fmt.Fprint(w, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x04\x00\x00\x00\xb5\x1c\f\x02\x00\x00\x00\vIDATx\xdacd\xf8\x0f\x00\x01\x05\x01\x01'\x18\xe3f\x00\x00\x00\x00IEND\xaeB`\x82")
	case "talk":
		s.mu.Unlock()
		recordertest.Talk(w, r)
		s.mu.Lock()
	case "events":
		recordertest.Drip(w, r)
	case "rows":
		h.Set("Content-Type", "application/json")
		fmt.Fprintf(w, `["row %[1]s-1","row %[1]s-2","row %[1]s-3","row %[1]s-4","row %[1]s-5","row %[1]s-6","row %[1]s-7","row %[1]s-8"]`, r.URL.Query().Get("page"))
	case "order":
		h.Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><title>Ordered</title><p id="said">%s</p><script>window.report = () => document.title + ' ' + document.querySelector('#said').textContent + ' ' + location.pathname</script>`, body)
	case "bought":
		http.Redirect(w, r, "/second.html?bought=1", http.StatusSeeOther)
	case "secrets":
		h.Set("Content-Type", "application/json")
		echo := string(body)
		if !strings.HasPrefix(echo, "{") {
			echo = "{}"
		}
		fmt.Fprintf(w, `{"echo":%s,"jwt":%q,"bearer":%q}`, echo, plantedToken, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	case "login":
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "s3cr3t-session-0815", Path: "/", HttpOnly: true})
		http.SetCookie(w, &http.Cookie{Name: "theme", Value: "dark", Path: "/"})
		fmt.Fprint(w, "welcome")
	case "me":
		if c, err := r.Cookie("session"); err == nil && c.Value == "s3cr3t-session-0815" {
			fmt.Fprint(w, "Ana")
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
	case "list.csv":
		h.Set("Content-Type", "text/csv")
		h.Set("Content-Disposition", `attachment; filename="list.csv"`)
		fmt.Fprint(w, "a;b\n1;2\n")
	default:
		fmt.Fprintf(w, "%s %s", r.Method, path)
	}
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
			if strings.HasPrefix(r.URL.Path, "/api/") {
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

// TestRecordedEffectsReplay records what systems answered to a page, and plays it without them: the page must come to the
// same end, and nothing may be asked.
func TestRecordedEffectsReplay(t *testing.T) {
	stage := startBrowser(t)
	for _, item := range effects() {
		t.Run(item.name, func(t *testing.T) {
			api, app, foreign := startSystems(t)
			url, want := app+"/effects.html", ""
			if item.foreign {
				url += "?other=" + foreign
			}
			f := recorded(t, url, true, func(p *person) {
				item.do(p)
				want = p.Text(pageReport)
			})
			asked := api.take()
			if item.check != nil {
				item.check(t, eventsOf(t, f))
			}
			got, told := replayed(t, stage, f, app, pageReport)
			if got != want {
				t.Errorf("the replay ended in\n%s\nand the recording in\n%s\n%s\nrecorded:\n%s", got, want, told, recordertest.Brief(eventsOf(t, f)))
			}
			if again := api.take(); len(again) > 0 {
				t.Errorf("the replay asked for %v; the recording for %v", again, asked)
			}
		})
	}
}

// effect is one thing that systems do on the torture page.
type effect struct {
	name    string
	do      func(p *person)
	foreign bool // there is another origin
	check   func(t *testing.T, list []*playback.Event)
}

// says waits until the page has said so many things.
func says(n int) func(p *person) {
	return func(p *person) { p.Wait(fmt.Sprintf("said.length >= %d", n)) }
}

func effects() []effect {
	var list []effect
	for _, c := range []struct {
		name string
		says int
	}{
		{"json", 1}, {"post", 1}, {"form", 1}, {"upload", 1}, {"xhr", 4}, {"sync", 1}, {"beacon", 2}, {"redirect", 1}, {"failing", 1}, {"broken", 1},
		{"cut", 1}, {"abort", 1}, {"cached", 3}, {"again", 2}, {"count", 3}, {"order", 2}, {"stream", 1}, {"binary", 1}, {"large", 1},
		{"socket", 4}, {"events", 3}, {"poll", 4}, {"random", 1}, {"clock", 1}, {"console", 1}, {"error", 1},
		{"reject", 1}, {"login", 2}, {"download", 1}, {"hash", 2},
	} {
		list = append(list, effect{name: c.name, do: func(p *person) { p.Click("#do-" + c.name); says(c.says)(p) }})
	}
	return append(list, []effect{
		{name: "foreign", foreign: true, do: func(p *person) { p.Click("#do-foreign"); says(1)(p) }},
		{name: "store", do: func(p *person) { p.Click("#do-store"); p.Wait("document.cookie.includes('taste')") }},
		{name: "feed", do: func(p *person) {
			p.Click("#do-feed")
			p.Wait("document.querySelectorAll('#feed div').length === 8")
			p.Wheel("#feed", 0, 200)
			p.Wait("document.querySelectorAll('#feed div').length === 16")
			p.Wheel("#feed", 0, 400)
			p.Wait("document.querySelectorAll('#feed div').length === 24")
		}},
		{name: "form that leads to a page", do: func(p *person) { p.Click("#post"); p.Arrive("location.pathname === '/api/order'") }},
		{name: "form that is redirected", do: func(p *person) {
			p.Click("#buy")
			p.Arrive("location.pathname === '/second.html'")
		}},
		{name: "two pages", do: func(p *person) {
			p.Click("#do-leave")
			p.Arrive("location.pathname === '/second.html'")
			p.Click("#ask")
			says(2)(p)
		}},
		{name: "back and forward", do: func(p *person) {
			p.Click("#link")
			p.Arrive("location.pathname === '/second.html'")
			p.Go(-1, "location.pathname === '/effects.html'")
			p.Click("#do-json")
			says(1)(p)
			p.Go(1, "location.pathname === '/second.html'")
			p.Click("#ask")
			says(2)(p)
		}},
		{name: "reload", do: func(p *person) {
			p.Click("#do-store")
			p.Click("#do-json")
			says(1)(p)
			p.Reload("said.length === 0")
			p.Click("#do-count")
			says(3)(p)
		}},
		{name: "routes and back", do: func(p *person) {
			p.Click("#do-route")
			p.Wait("location.search === '?step=3'")
			p.Go(-1, "location.search === '?step=1'")
			says(1)(p)
		}},
		{name: "alert", do: func(p *person) { p.Dialogs(true, ""); p.Click("#do-alert"); says(1)(p) }},
		{name: "confirm and refuse", do: func(p *person) { p.Dialogs(false, ""); p.Click("#do-confirm"); says(1)(p) }},
		{name: "prompt", do: func(p *person) { p.Dialogs(true, "Ana"); p.Click("#do-prompt"); says(1)(p) }},
		{name: "popup", do: func(p *person) {
			p.Click("#do-popup")
			child := p.Tab("/child.html")
			child.Click("#tell")
			says(1)(p)
			child.ClickAway("#done")
			p.Show()
			p.Click("#do-json")
			says(2)(p)
		}},
		{name: "search while typing", do: func(p *person) { pausing(p, "#find", "re", "d", " shoe") }},
		{name: "saved while typing", do: func(p *person) { pausing(p, "#draft", "Dear", " Ana", ", I", " am") }},
		{name: "frame", do: frameTells},
		{name: "frame of another origin", foreign: true, do: frameTells},
		{name: "saved file", do: func(p *person) { p.Click("#save"); p.Click("#do-json"); says(1)(p) }},
	}...)
}

// pausing types a text into a field and waits after each part until the page has said something.
func pausing(p *person, field string, parts ...string) {
	p.Click(field)
	for i, part := range parts {
		p.Type(part)
		says(i + 1)(p)
	}
}

// frameTells has a frame ask and tell the page.
func frameTells(p *person) {
	p.Click("#do-frame")
	p.Wait("document.querySelector('#child') !== null")
	p.Pause(300) // its document has loaded
	p.Press("#child", recordertest.Press{DX: 0.1, DY: 0.5})
	says(1)(p)
}
