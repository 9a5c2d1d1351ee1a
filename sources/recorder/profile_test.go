package recorder

import (
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"

	"restep/player/playback"
	"restep/sources"
)

// TestProfile logs in in one session and records another one in the same profile: its header has what the browser held,
// and to find that out no request was made.
func TestProfile(t *testing.T) {
	const token = "q7Zr41LmW0xT7bVn2Kd9"
	var asked atomic.Int64
	base := site(t, map[string]http.HandlerFunc{
		"/": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" { // and no icon
				asked.Add(1)
			}
			http.SetCookie(w, &http.Cookie{Name: "sid", Value: token, Path: "/", HttpOnly: true, MaxAge: 3600})
			html(`<p id=ready><script>localStorage.setItem('theme', 'dark'); localStorage.setItem('token', '`+token+`')</script>`)(w, r)
		},
	})
	profile := filepath.Join(t.TempDir(), "profile")
	var header *playback.Header
	for range 2 {
		r := startRecording(t, Options{URL: base + "/", Profile: profile})
		r.until("document.querySelector('#ready') && document.readyState === 'complete'")
		list := r.finish()
		if got := outline(list, base); got != "A open /\nA page /\n" {
			t.Errorf("recorded\n%s", got)
		}
		scan(t, filepath.Dir(r.name), token)
		f, err := playback.OpenFile(r.name)
		if err != nil {
			t.Fatal(err)
		}
		header = f.Header()
		f.Close()
	}
	s := header.State
	if s == nil || len(s.Cookies) != 1 || s.Cookies[0].Name != "sid" || !s.Cookies[0].HTTPOnly || s.Cookies[0].Expires == 0 || s.Local[base]["theme"] != "dark" {
		t.Fatalf("state %+v", s)
	}
	masker := sources.NewMasker([]byte("a key of this test"))
	e := &playback.Event{Kind: playback.Req, Headers: playback.Headers{"cookie": {"sid=" + token}}}
	if masker.Event(e, nil); e.Headers.Get("cookie") != "sid="+s.Cookies[0].Value {
		t.Errorf("the cookie stands as %q in the header, and would be sent as %q", s.Cookies[0].Value, e.Headers.Get("cookie"))
	}
	if asked.Load() != 2 {
		t.Errorf("the server was asked %d times in two sessions", asked.Load())
	}
}
