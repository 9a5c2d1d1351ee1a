package demo

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestBuild(t *testing.T) {
	bugged, err := Build(Source(), false)
	if err != nil {
		t.Fatal(err)
	}
	mended, err := Build(Source(), true)
	if err != nil {
		t.Fatal(err)
	}
	const guard = "turn !== asked"
	if js, _ := bugged.File("/assets/main.js"); strings.Contains(js, guard) {
		t.Error("the shop with the bug contains its mending")
	}
	if js, _ := mended.File("/assets/main.js"); !strings.Contains(js, guard) {
		t.Error("the mended shop does not contain the mending")
	}
	sources, ok := bugged.File("/assets/main.js.map")
	if !ok || !strings.Contains(sources, `"../src/quote.ts"`) {
		t.Errorf("the source map does not name ../src/quote.ts: %.300s", sources)
	}
	if _, ok := bugged.File("/assets/main.css"); !ok {
		t.Error("no style sheet")
	}
}

func TestBuildReportsMistakes(t *testing.T) {
	app := fstest.MapFS{
		"index.html":  {Data: []byte("<!doctype html>")},
		"src/main.ts": {Data: []byte("import './gone';\nlet x = ;\n")},
	}
	_, err := Build(app, false)
	if err == nil || !strings.Contains(err.Error(), "src/main.ts:2") {
		t.Errorf("error %v does not name the line", err)
	}
	if _, err := Build(fstest.MapFS{}, false); err == nil {
		t.Error("a folder without index.html was bundled")
	}
}

func TestHandler(t *testing.T) {
	b, err := Build(Source(), false)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(Handler(func() (*Bundle, error) { return b, nil }))
	defer server.Close()
	for _, c := range []struct {
		method, path, host string
		status             int
		body               string
	}{
		{"GET", "/", "", 200, "<title>Halden"},
		{"GET", "/checkout", "", 200, "<title>Halden"},
		{"GET", "/assets/main.js", "", 200, "refreshQuote"},
		{"GET", "/assets/none.js", "", 404, "not found"},
		{"GET", "/api/coffees", "", 404, "no API"},
		{"POST", "/", "", 404, "no API"},
		{"GET", "/", "shop.example", 421, "loopback"},
		{"GET", "/", "127.0.0.1.shop.example:80", 421, "loopback"},
	} {
		r, err := http.NewRequest(c.method, server.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = c.host
		resp, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != c.status || !strings.Contains(string(body), c.body) {
			t.Errorf("%s %s (host %q): %d %.80q, want %d with %q", c.method, c.path, c.host, resp.StatusCode, body, c.status, c.body)
		}
	}
}
