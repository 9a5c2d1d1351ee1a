package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"restep/player/playback"
)

// TestAnswerInChromium answers a request that was never recorded, in a real browser: for the run, then in the file, which
// is in order afterwards. Only a live request reaches the server.
func TestAnswerInChromium(t *testing.T) {
	needBrowser(t)
	var asked atomic.Int32
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/api/save" {
			asked.Add(1)
			fmt.Fprint(w, "from the server")
			return
		}
		w.Header().Set("content-type", "text/html")
		fmt.Fprint(w, `<!doctype html><title>save</title><button id="go">Save</button><p id="out"></p><script>
			document.querySelector('#go').onclick = async () => {
				const r = await fetch('/api/save', { method: 'POST', body: '{"n":1}', headers: { 'content-type': 'application/json' } });
				document.querySelector('#out').textContent = r.status + ' ' + await r.text();
			};
		</script>`)
	}))
	defer app.Close()
	file := filepath.Join(t.TempDir(), "save.playback")
	text := fmt.Sprintf(`{"playback":1,"title":"save","app":%q,"start":"2026-11-21T18:55:00Z"}
{"t":0,"ev":"open","id":"e1","url":%q}
{"t":500,"ev":"click","id":"e2","on":{"css":["#go"]}}
{"t":1000,"ev":"click","id":"e3","on":{"css":["#out"]}}
`, app.URL, app.URL+"/")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	client, ctx := startDap(t)
	filters := func() error {
		return client.Call(ctx, "setExceptionBreakpoints", map[string]any{"filters": []string{"divergence"}}, nil)
	}
	if _, err := client.Begin(ctx, map[string]any{"program": file, "app": app.URL, "headless": true}, filters); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ command, shows string }{
		{`:answer 201 {"id":7}`, `"201 {\"id\":7}"`},
		{`:answer --save 202 saved`, `"202 saved"`},
		{`:live POST ` + app.URL + `/api/*`, `"200 from the server"`},
	} {
		if _, err := client.Evaluate(ctx, c.command, "repl"); err != nil {
			t.Fatalf("%s: %v", c.command, err)
		}
		if _, err := client.Stopped(ctx); err != nil {
			t.Fatal(err)
		}
		// Back to the start of the page, in case the command did not go there: nothing is blocked any more.
		if _, err := client.Move(ctx, "stepBack", nil); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := client.Move(ctx, "next", nil); err != nil {
				t.Fatal(err)
			}
		}
		v, err := client.Evaluate(ctx, `document.querySelector("#out").textContent`, "watch")
		if err != nil || v.Result != c.shows {
			t.Errorf("%s: the page shows %s, want %s; %v", c.command, v.Result, c.shows, err)
		}
		if live := strings.HasPrefix(c.command, ":live"); (asked.Load() > 0) != live {
			t.Errorf("%s: the server was asked %d times", c.command, asked.Load())
		}
		if strings.HasPrefix(c.command, ":answer 201") { // which ends with the run
			for _, again := range []string{"restart", "continue"} {
				if _, err := client.Move(ctx, again, nil); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	diags, err := playback.CheckFile(file)
	if err != nil || len(diags) > 0 {
		t.Errorf("the file with the answer: %v, %v", diags, err)
	}
}
