package recorder

import (
	"path/filepath"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources"
)

// What is left out is named as what it is.
func TestLeftOutByName(t *testing.T) {
	const base = "https://shop.example"
	s := newSession(Options{URL: base + "/"}, nil, 1)
	s.app = base
	for url, typ := range map[string]string{"/app.json": "Manifest", "/favicon.ico": "Other", "/api": "Fetch"} {
		s.leaves(&request{event: playback.Event{Method: "GET", URL: base + url}}, typ)
	}
	if len(s.leftOut) != 2 || s.leftOut["manifest"] != 1 || s.leftOut["icon"] != 1 {
		t.Errorf("left out %v", s.leftOut)
	}
}

// Scripts that systems have made are told from parts of the app by their URLs.
func TestScriptAnswers(t *testing.T) {
	const base = "https://shop.example"
	s := newSession(Options{URL: base + "/"}, nil, 1)
	s.app = base
	for url, want := range map[string]bool{
		base + "/api/cfg.js": true, base + "/v1/REST/x": true, base + "/find?q=a&callback=jQuery_12.done": true, base + "/x?cb=f": true,
		base + "/chunk-1.js": false, base + "/rapid/api.js": false, base + "/x?callback=": false, base + "/x?callback=a(b)": false,
		base + "/capi/x": false, "https://other.example/api/x": false,
	} {
		if got := s.scriptAnswer(&playback.Event{URL: url, Resource: "script"}); got != want {
			t.Errorf("%s: %t", url, got)
		}
	}
	if s.scriptAnswer(&playback.Event{URL: base + "/api/x", Resource: "fetch"}) {
		t.Error("a fetch is taken for a script")
	}
}

// The reason with which a WebSocket was closed is in the line that ends it, masked.
func TestSocketReason(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.playback")
	j, err := NewJournal(name, &playback.Header{App: "https://shop.example"}, sources.NewMasker([]byte("a key of this test")))
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(Options{}, nil, 1)
	s.journal = j
	x := &target{kind: "page", tab: &tab{s: s, name: "A"}}
	key := call{x, "1"}
	k := &socket{target: x, url: "wss://shop.example/feed", opened: true, closed: 5}
	s.sockets[key] = k
	s.write(k)
	s.onSocketEnd(x.tab, &playback.Event{URL: k.url, CloseBy: 4001, Text: "ana.m@private.de has left"})
	if err := j.Finish(); err != nil {
		t.Fatal(err)
	}
	f, err := playback.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e, err := f.Event(f.Len() - 1)
	if err != nil || e.CloseBy != 4001 || !strings.HasSuffix(e.Text, " has left") || strings.Contains(e.Text, "private") {
		t.Errorf("%+v, %v", e, err)
	}
}
