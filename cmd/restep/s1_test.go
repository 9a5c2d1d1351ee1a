package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"restep/dap/daptest"
	"restep/player/playback"
)

// TestSwagger replays the session s1 against swagger-ui from npm, with no server for the API that it shows.
func TestSwagger(t *testing.T) {
	needBrowser(t)
	app := serveSwagger(t)
	for _, s := range swaggerSessions() {
		t.Run(s.name, func(t *testing.T) {
			wire := setTripwire(t)
			file, told := s.merge(t, wire.url, "19214", "19224")
			if want := "recorder step 14: waitForExpression left out"; !strings.Contains(told, want) {
				t.Errorf("merge does not tell %q:\n%s", want, told)
			}
			waits(t, file, "s2n", "s3", "s8", "s13")
			// The flow has no step for the order that the archive shows being created.
			run := playThrice(t, file, app.url, 10)
			run.differs(t, playback.RequestMissing)
			wire.untouched(t)
		})
	}
	app.servedOnly(t, "/api/", "/openapi.json", "/_sink/")
}

// TestSwaggerDebugged stops where the order that does not exist is asked for, steps back, and comes again to the same
// page.
func TestSwaggerDebugged(t *testing.T) {
	needBrowser(t)
	app := serveSwagger(t)
	wire := setTripwire(t)
	file, _ := swaggerSessions()[0].merge(t, wire.url, "19214", "19224")
	line := requestLine(t, file, "/api/orders/9999")
	c, ctx := startDap(t)
	check := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	_, err := c.Begin(ctx, map[string]any{"program": file, "app": app.url, "stopOnEntry": true, "headless": true}, func() error {
		return c.Call(ctx, "setBreakpoints", map[string]any{
			"source": map[string]any{"path": file}, "breakpoints": []map[string]any{{"line": line}},
		}, nil)
	})
	check("launch", err)
	move := func(how string, want int) {
		t.Helper()
		_, err := c.Move(ctx, how, nil)
		check(how, err)
		if got, err := c.Line(ctx); err != nil || got != want {
			t.Fatalf("%s stopped on line %d, want %d (%v)", how, got, want, err)
		}
	}
	move("continue", line)
	seen := swaggerStop(t, c, line)
	move("stepBack", line-1)
	move("stepBack", line-2)
	move("continue", line)
	if again := swaggerStop(t, c, line); again != seen {
		t.Errorf("the page is %s, and was %s at the first visit", again, seen)
	}
	end, err := c.Move(ctx, "continue", nil)
	check("continue", err)
	if text := end.Description + " " + end.Text; !strings.Contains(text, string(playback.Matched)) {
		t.Errorf("the stop at the end says %q", text)
	}
	v, err := c.Evaluate(ctx, `document.querySelector("#operations-orders-getOrder .live-responses-table tbody .response-col_status").textContent`, "hover")
	if err != nil || !strings.Contains(v.Result, "404") {
		t.Errorf("the page shows the status %q (%v)", v.Result, err)
	}
	check("disconnect", c.Disconnect(ctx))
	wire.untouched(t)
	app.servedOnly(t, "/api/", "/openapi.json", "/_sink/")
}

// swaggerStop checks what a user sees at the request for the missing order, and returns a digest of the page.
func swaggerStop(t *testing.T, c *daptest.Client, line int) string {
	t.Helper()
	ctx := t.Context()
	frames, err := c.Stack(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(frames) != 3 || frames[0].Name != "GET /api/orders/9999" || frames[1].Line != line-1 || !strings.HasPrefix(frames[2].Name, "page ") {
		t.Errorf("the stack is %+v", frames)
	}
	for scope, want := range map[string]string{
		"Event": "url", "Network": "GET /api/orders/9999", "Page": "title",
	} {
		ref, err := c.Scope(ctx, scope)
		if err != nil {
			t.Fatal(err)
		}
		vars, err := c.Variables(ctx, ref)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, v := range vars {
			names = append(names, v.Name)
		}
		if !strings.Contains(strings.Join(names, "\n"), want) {
			t.Errorf("the scope %s has %q, and not %q", scope, names, want)
		}
	}
	v, err := c.Evaluate(ctx, pageDigest, "hover")
	if err != nil {
		t.Fatal(err)
	}
	return v.Result
}

// pageDigest is a number that another document or other typed text changes. It reads one character in 64, since
// looking without side effects is slow and has half a second.
const pageDigest = `(all => Array.from({ length: all.length / 64 }, (_, i) => all.charCodeAt(i * 64))
	.reduce((h, c) => (h * 31 + c) | 0, all.length))(
	[document.documentElement.outerHTML, ...Array.from(document.querySelectorAll("input,textarea,select"), e => e.value)].join())`

func swaggerSessions() []session {
	return sessions("s1", "S1-swagger", "own-swagger-orders.flow.json")
}

// serveSwagger serves swagger-ui-dist with an initializer of our own, as the recorded site did.
func serveSwagger(t *testing.T) *site {
	t.Helper()
	return serveSite(t, swaggerFiles(t))
}

func swaggerFiles(t *testing.T) http.Handler {
	t.Helper()
	dist := filepath.Join(packages(t, "s1"), "node_modules", "swagger-ui-dist")
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(dist)))
	mux.HandleFunc("/swagger-initializer.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join("testdata", "s1", "app", "swagger-initializer.js"))
	})
	return mux
}

// waits checks that these events are what the waiting steps of a flow become, and that there are no others.
func waits(t *testing.T, file string, ids ...string) {
	t.Helper()
	f, err := playback.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, id := range ids {
		if pos, ok := f.Find(id); !ok || f.Kind(pos) != playback.Expect {
			t.Errorf("%s is no expect line", id)
		}
	}
	n := 0
	for pos := range f.Len() {
		if f.Kind(pos) == playback.Expect {
			n++
		}
	}
	if n != len(ids) {
		t.Errorf("%d expect lines, want %d", n, len(ids))
	}
}

// requestLine is the line of the request whose URL ends so.
func requestLine(t *testing.T, file, end string) int {
	t.Helper()
	f, err := playback.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for pos := range f.Len() {
		if f.Kind(pos) != playback.Req {
			continue
		}
		e, err := f.Event(pos)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(e.URL, end) {
			return f.Line(pos)
		}
	}
	t.Fatalf("no request for %s in %s", end, file)
	return 0
}
