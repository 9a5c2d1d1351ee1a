package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// TestExploreSockets finds that the app fails where its stream of prices begins before the list of its goods has come.
func TestExploreSockets(t *testing.T) {
	needBrowser(t)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("content-type", "text/html")
		w.Write([]byte(`<!doctype html><title>Shop</title><p id="price"></p><button>Buy</button><script>
let goods = null;
const socket = new WebSocket(location.origin.replace('http', 'ws') + '/live');
socket.onopen = () => socket.send('hello');
socket.onmessage = (e) => { const m = JSON.parse(e.data); price.textContent = goods[m.id] + ': ' + m.price; socket.send('got ' + m.id); };
fetch('/api/goods').then((r) => r.json()).then((list) => { goods = list; });
</script>`))
	}))
	defer app.Close()
	dir := t.TempDir()
	file, out := filepath.Join(dir, "live.playback"), filepath.Join(dir, "turned.playback")
	text := `{"playback":1,"app":"https://shop.example","start":"2026-11-21T18:55:00Z"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/"}
{"t":20,"ev":"req","id":"w1","cause":"e1","method":"GET","url":"wss://shop.example/live","resource":"ws"}
{"t":21,"ev":"req","id":"q1","cause":"e1","method":"GET","url":"https://shop.example/api/goods","resource":"fetch"}
{"t":40,"ev":"res","id":"w2","of":"w1","status":101}
{"t":41,"ev":"ws","id":"w3","of":"w1","dir":"out","body":{"text":"hello"}}
{"t":200,"ev":"res","id":"q2","of":"q1","status":200,"headers":{"content-type":"application/json"},"body":{"json":{"7":"Tea"}}}
{"t":300,"ev":"ws","id":"w4","of":"w1","dir":"in","body":{"json":{"id":7,"price":4}}}
{"t":301,"ev":"ws","id":"w5","of":"w1","dir":"out","body":{"text":"got 7"}}
{"t":500,"ev":"click","id":"e2","on":{"role":"button","name":"Buy","css":"button"}}
{"t":600,"ev":"ws","id":"w6","of":"w1","dir":"in","body":{"json":{"id":7,"price":5}}}
{"t":601,"ev":"ws","id":"w7","of":"w1","dir":"out","body":{"text":"got 7"}}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := command(t, "explore", "--race", file, "--app", app.URL, "--runs", "10", "-o", out)
	want := `the message "{\"id\":7,\"price\":4}" of /live (w4) before GET /api/goods (q2): fails: TypeError: `
	if status != exitFailed || !strings.HasPrefix(stdout, want) || !strings.Contains(stdout, "\nas recorded: fine\n") || !strings.Contains(stdout, ", 0 left the recording") {
		t.Errorf("status %d, want %q, got\n%s%s", status, want, stdout, stderr)
	}
	status, stdout, stderr = command(t, "play", out, "--app", app.URL, "--json")
	var run struct{ Failures struct{ Live []any } }
	if err := json.Unmarshal([]byte(stdout), &run, json.MatchCaseInsensitiveNames(true)); err != nil || len(run.Failures.Live) == 0 {
		t.Errorf("what was written plays with status %d, %v\n%s%s", status, err, stdout, stderr)
	}
}
