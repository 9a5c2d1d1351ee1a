package chrome

import (
	"errors"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// A file is data from elsewhere: what it names is opened only where the configuration allows it.
func TestAFileOpensOnlyTheConfiguredOrigins(t *testing.T) {
	a := serve(t, map[string]string{"/": `<!doctype html><title>app</title>`})
	o := newOutside(t)
	p := opened(t, stage(t), scene(a, &router{}, nil))
	for _, url := range []string{
		"javascript:document.title='code'", "data:text/html,<title>code</title>", "chrome://version", "file:///etc/passwd",
		"http://" + o.addr + "/", "view-source:" + a.URL, "blob:" + a.URL + "/x", "about:srcdoc", "https://shop.example.evil/",
	} {
		if f := act(t, p, &playback.Event{Kind: playback.Open, URL: url}); f.Problem == "" {
			t.Errorf("%s was opened", url)
		}
		advance(t, p, player.Window{To: 300})
		if got := text(t, p, "document.title"); got != "app" {
			t.Errorf("after %s the page is %q", url, got)
		}
	}
	if n := o.hits.Load(); n != 0 {
		t.Errorf("%d connections left the machine's app", n)
	}
}

// A session is not replayed against the server that it was recorded on.
func TestTheRecordedServerIsNotTheApp(t *testing.T) {
	s := scene(serve(t, nil), &router{}, nil)
	s.App = "https://shop.example"
	_, err := stage(t).Open(t.Context(), s)
	var refused *player.RecordedServerError
	if !errors.As(err, &refused) {
		t.Errorf("error %v", err)
	}
	s.Live = []string{"GET https://shop.example.evil/*", "https://*/shop.example"}
	if _, err = stage(t).Open(t.Context(), s); !errors.As(err, &refused) {
		t.Errorf("patterns of other servers: error %v", err)
	}
	s.Live = []string{"GET https://shop.example/*"} // the user names it, knowing what that means
	p, err := stage(t).Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	p.Close() // before anything is opened
}

// One cookie that the browser refuses does not cost the others.
func TestOddCookies(t *testing.T) {
	a := serve(t, map[string]string{"/": `<title>x</title>`})
	p := opened(t, stage(t), scene(a, &router{}, func(h *playback.Header) {
		h.State = &playback.State{Cookies: []playback.Cookie{
			{Name: "__Host-id", Value: "1", Domain: "shop.example", Path: "/", Secure: true},
			{Name: "bad\x00name", Value: "x", Domain: "shop.example", Path: "/"},
			{Name: "good", Value: "2", Domain: "shop.example", Path: "/"},
		}}
	}))
	if got := text(t, p, "document.cookie.includes('good=2')"); got != "true" {
		t.Errorf("the good cookie is not there: %s", text(t, p, "document.cookie"))
	}
}

// A selector that is none must not read as a bug that is gone.
func TestABugThatCannotBeChecked(t *testing.T) {
	a := serve(t, map[string]string{"/": `<title>x</title><p id=p>a</p>`})
	p := opened(t, stage(t), scene(a, &router{}, nil))
	if got := text(t, p, "JSON.stringify(__restep.bug({css: ['[[['], text: 'a'}).unknown ?? null)"); got == "null" {
		t.Error("a broken selector counts as checked")
	}
	if got := text(t, p, "__restep.bug({css: ['#p'], text: 'a'}).holds"); got != "true" {
		t.Errorf("a bug that is there: %s", got)
	}
}
