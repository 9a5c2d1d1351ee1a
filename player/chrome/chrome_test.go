package chrome

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"restep/player"
	"restep/player/browser"
	"restep/player/playback"
)

// app is a local app for a test: pages by path, and a count of everything that reached it.
type app struct {
	*httptest.Server
	mu   sync.Mutex
	hits []string
}

func serve(t *testing.T, pages map[string]string) *app {
	t.Helper()
	a := &app{}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.hits = append(a.hits, r.Method+" "+r.URL.Path)
		a.mu.Unlock()
		body, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("content-type", "text/html; charset=utf-8")
		if strings.HasSuffix(r.URL.Path, ".js") {
			w.Header().Set("content-type", "text/javascript")
		}
		w.Write([]byte(body))
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *app) reached() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.hits)
}

// router is a Router over a fixed list: it takes by exact key, and blocks the rest.
type router struct {
	mu      sync.Mutex
	left    []player.Request
	answers map[int]*player.Answer
	asked   []string
	pass    bool   // let everything through instead of blocking it
	live    string // URLs that contain it are live
	own     string // origin of the app, whose code and pictures pass
}

func (r *router) Route(q player.LiveRequest) player.Route {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, q.Method+" "+q.URL)
	contentType := ""
	if v := q.Headers["content-type"]; len(v) > 0 {
		contentType = v[0]
	}
	key := player.Key(q.Method, q.URL, contentType, q.Body)
	for i, l := range r.left {
		if l.Key == key {
			r.left = slices.Delete(r.left, i, i+1)
			return player.Route{Do: player.Serve, Pos: l.Pos, Answer: r.answers[l.Pos]}
		}
	}
	if r.live != "" && strings.Contains(q.URL, r.live) {
		return player.Route{Do: player.Pass, Live: true}
	}
	code := slices.Contains([]string{"script", "style", "image", "font", "other"}, q.Resource)
	if r.pass || code && q.Method == "GET" && strings.HasPrefix(q.URL, r.own+"/") {
		return player.Route{Do: player.Pass}
	}
	return player.Route{Do: player.Block}
}

func (r *router) Took(pos int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = slices.DeleteFunc(r.left, func(l player.Request) bool { return l.Pos == pos })
}

func (r *router) Answer(pos int) *player.Answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.answers[pos]
}

func (r *router) Left() []player.Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.left)
}

// scene is a scene for the app; more changes its header.
func scene(a *app, r *router, more func(*playback.Header)) player.Scene {
	h := &playback.Header{
		Version: 1, App: "https://shop.example", Start: time.Date(2026, 11, 21, 18, 55, 0, 120e6, time.UTC),
		Viewport: playback.Viewport{Width: 1000, Height: 700, Scale: 1}, Timezone: "Europe/Zurich", Locale: "de-CH", Seed: 7,
	}
	if more != nil {
		more(h)
	}
	r.own = a.URL
	return player.Scene{
		Header: h, App: a.URL, Router: r, Requests: r.Left(),
		LocalURL: func(u string) string { return strings.Replace(u, "https://shop.example", a.URL, 1) },
	}
}

func stage(t testing.TB) *Browser {
	t.Helper()
	if _, err := browser.Find(os.Getenv); err != nil {
		t.Skipf("SKIP: %v", err)
	}
	b, err := Start(t.Context(), Options{Headless: true, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// opened opens a page of the scene and its /, and runs until t = 100 ms.
func opened(t testing.TB, b *Browser, s player.Scene) player.Page {
	t.Helper()
	p, err := b.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	act(t, p, &playback.Event{Kind: playback.Open, URL: "https://shop.example/"})
	advance(t, p, player.Window{To: 100})
	return p
}

func act(t testing.TB, p player.Page, e *playback.Event) player.Found {
	t.Helper()
	f, err := p.Act(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func advance(t testing.TB, p player.Page, w player.Window) player.Report {
	t.Helper()
	r, err := p.Advance(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func eval(t testing.TB, p player.Page, expr string) string {
	t.Helper()
	v, err := p.Eval(t.Context(), player.Eval{Expr: expr})
	if err != nil {
		t.Fatal(err)
	}
	return v.Text
}

func TestEnvironment(t *testing.T) {
	a := serve(t, map[string]string{"/": `<title>x</title>`})
	p := opened(t, stage(t), scene(a, &router{}, func(h *playback.Header) {
		h.UserAgent = "Tester/1.0"
		h.State = &playback.State{
			Local:   map[string]playback.StorageItems{"https://shop.example": {"cart": "3"}},
			Session: map[string]playback.StorageItems{"https://shop.example": {"tab": "x"}},
			Cookies: []playback.Cookie{{Name: "sid", Value: "abc", Domain: "shop.example", Path: "/"}},
		}
	}))
	for expr, want := range map[string]string{
		"new Date().toISOString()":                         `"2026-11-21T18:55:00.220Z"`,
		"Intl.DateTimeFormat().resolvedOptions().timeZone": `"Europe/Zurich"`,
		"navigator.language":                               `"de-CH"`,
		"navigator.userAgent":                              `"Tester/1.0"`,
		"innerWidth + 'x' + innerHeight":                   `"1000x700"`,
		"localStorage.cart + sessionStorage.tab":           `"3x"`,
		"document.cookie":                                  `"sid=abc"`,
		"document.hasFocus() && !document.hidden":          "true",
		"(1.5).toString()":                                 `"1.5"`,
		"JSON.stringify":                                   "function stringify() { [native code] }",
	} {
		if got := eval(t, p, expr); got != want {
			t.Errorf("%s = %s, want %s", expr, got, want)
		}
	}
}
