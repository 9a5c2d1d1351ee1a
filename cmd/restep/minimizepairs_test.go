package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// pairsApp fails when a person pays whose basket is as it was: what is done must be undone.
const pairsApp = `<!doctype html><title>Till</title>
<label><input type="checkbox" data-testid="gift">Gift</label> <input data-testid="note"> <button data-testid="pay">Pay</button>
<script>
const by = (id) => document.querySelector('[data-testid=' + id + ']');
by('pay').onclick = () => { if (!by('gift').checked && !by('note').value) null.total; };
</script>`

// pairsSession ticks and unticks a box, types and takes it back, and pays.
const pairsSession = `{"playback":1,"app":"https://shop.example","start":"2026-11-21T18:55:00Z"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/"}
{"t":100,"ev":"click","id":"e2","on":{"testid":"gift"}}
{"t":200,"ev":"type","id":"e3","on":{"testid":"note"},"text":"hm","value":"hm"}
{"t":300,"ev":"click","id":"e4","on":{"testid":"gift"}}
{"t":400,"ev":"input","id":"e5","on":{"testid":"note"},"value":""}
{"t":500,"ev":"click","id":"e6","on":{"testid":"pay"}}
{"t":501,"ev":"error","id":"e7","cause":"e6","name":"TypeError","message":"Cannot read properties of null (reading 'total')"}
`

func pairsFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pairs.playback")
	if err := os.WriteFile(file, []byte(pairsSession), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestMinimizePairs leaves out what was done and undone, of which neither can go alone.
func TestMinimizePairs(t *testing.T) {
	needBrowser(t)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("content-type", "text/html")
		w.Write([]byte(pairsApp))
	}))
	defer app.Close()
	status, stdout, stderr := command(t, "minimize", pairsFile(t), "--app", app.URL)
	want := "2 of 6 actions are needed\n     0.0 s  Open /\n     0.5 s  Click the element at pay\n"
	if status != exitOK || !strings.HasPrefix(stdout, want) {
		t.Errorf("status %d, want %q, got %s%s", status, want, stdout, stderr)
	}
}

// TestMinimizeOutlivesTheApp has an app that ends after some parts: what was found until then is written.
func TestMinimizeOutlivesTheApp(t *testing.T) {
	needBrowser(t)
	var served atomic.Int64
	var app *httptest.Server
	app = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" && served.Add(1) > 4 {
			go app.CloseClientConnections()
			app.Listener.Close()
			return
		}
		w.Header().Set("content-type", "text/html")
		w.Write([]byte(strings.Replace(pairsApp, "!by('gift').checked && !by('note').value", "true", 1)))
	}))
	defer app.Close()
	file := pairsFile(t)
	status, stdout, stderr := command(t, "minimize", file, "--app", app.URL, "--jobs", "1")
	if status != exitCannot || !strings.Contains(stdout, " of 6 actions are left\n") || !strings.Contains(stderr, "the best so far") {
		t.Errorf("status %d, %s%s", status, stdout, stderr)
	}
	if !exists(minimalName(file)) {
		t.Error("nothing was written")
	}
}
