package chrome

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"restep/player"
	"restep/player/playback"
)

// A page whose app runs for ever says so, and can be looked at afterwards: what ran was ended, and its clock stands still.
func TestAnEndlessLoop(t *testing.T) {
	const loops = `<!doctype html><title>x</title>
		<button id=click onclick="document.title = 'began'; for (;;);">click</button>
		<button id=timer onclick="document.title = 'began'; setInterval(() => { for (;;); }, 20)">timer</button>
		<button id=micro onclick="document.title = 'began'; (function f() { Promise.resolve().then(f) })()">micro</button>
		<input id=key onkeydown="document.title = 'began'; for (;;);">`
	a := serve(t, map[string]string{"/": loops})
	b := stage(t)
	for _, c := range []struct {
		name string
		e    *playback.Event
	}{
		{"in a click", &playback.Event{Kind: playback.Click, On: css("#click")}},
		{"in a timer", &playback.Event{Kind: playback.Click, On: css("#timer")}},
		{"in a microtask", &playback.Event{Kind: playback.Click, On: css("#micro")}},
		{"in a key", &playback.Event{Kind: playback.Key, Key: "a", On: css("#key")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := opened(t, b, scene(a, &router{}, nil))
			p.(*page).hangTime, p.(*page).patience = time.Second/2, time.Second/2
			_, err := p.Act(t.Context(), c.e)
			if err == nil {
				_, err = p.Advance(t.Context(), player.Window{To: 500})
			}
			if !errors.Is(err, player.ErrHangs) {
				t.Fatalf("error %v, want %v", err, player.ErrHangs)
			}
			if got := text(t, p, "document.title"); got != "began" {
				t.Errorf("the page shows %q", got)
			}
			begin := time.Now()
			if err := p.Close(); err != nil {
				t.Error(err)
			}
			t.Logf("closed in %v", time.Since(begin))
		})
	}
}

// A loop that waits for the clock is none: it ends, and the clock does not go back afterwards.
func TestALoopThatWaits(t *testing.T) {
	p := play(t)
	p.run(`
		const wait = (now, ms) => { const begin = now(); while (now() - begin < ms); return now() - begin; };
		const before = Date.now();
		log(wait(() => Date.now(), 40) >= 40, wait(() => performance.now(), 25) >= 25, Date.now() - before < 100);
		const after = [Date.now(), performance.now()];
		setTimeout(() => log(Date.now() >= after[0], performance.now() >= after[1], Date.now() - before < 200, Date.now.toString()), 100);
		try { Performance.prototype.now.call({}); } catch (e) { log(e.name); }
		log(wait(() => new Date().getTime(), 20) >= 20, typeof Date(), new Date(0) instanceof Date, new Date(5).constructor === Date,
			new (class extends Date { ms() { return +this; } })(7).ms(), Date.UTC(1970, 0), Date.length, Date.name, String(Date), JSON.stringify(structuredClone(new Date(0))));
	`)
	p.until(500, 1)
	p.wantLog("true true true", "TypeError",
		`true string true true 7 0 7 Date function Date() { [native code] } "1970-01-01T00:00:00.000Z"`,
		"true true true function now() { [native code] }")
}

// A document that never gets past its own script is no other case.
func TestAnEndlessLoopWhileLoading(t *testing.T) {
	a := serve(t, map[string]string{"/": `<!doctype html><title>x</title><script>for (;;);</script>`})
	p, err := stage(t).Open(t.Context(), scene(a, &router{}, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	p.(*page).hangTime, p.(*page).patience = time.Second/2, time.Second/2
	act(t, p, &playback.Event{Kind: playback.Open, URL: "https://shop.example/"})
	if _, err := p.Advance(t.Context(), player.Window{To: 500}); !errors.Is(err, player.ErrHangs) {
		t.Errorf("error %v, want %v", err, player.ErrHangs)
	}
}

// The browser holds every question back while a document is on its way: a slow server is no endless loop.
func TestASlowDocumentIsNoHang(t *testing.T) {
	slow := make(chan struct{})
	a := &app{Server: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-slow
		}
		w.Header().Set("content-type", "text/html")
		io.WriteString(w, `<!doctype html><title>`+r.URL.Path+`</title><a id=a href="/slow">slow</a>`)
	}))}
	t.Cleanup(a.Close)
	p := opened(t, stage(t), scene(a, &router{}, nil))
	p.(*page).hangTime, p.(*page).patience = time.Second, time.Second
	time.AfterFunc(5*time.Second/2, func() { close(slow) })
	act(t, p, &playback.Event{Kind: playback.Click, On: css("#a")})
	advance(t, p, player.Window{To: 300})
	for now := 400.0; text(t, p, "document.title") != "/slow"; now += 100 {
		if now > 1e5 {
			t.Fatal("the document did not come")
		}
		advance(t, p, player.Window{To: now})
	}
}
