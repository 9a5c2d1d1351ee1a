package chrome

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"restep/player"
	"restep/player/playback"
)

// moving is an app in which everything moves that virtual time has to move.
const moving = `<!doctype html><title>moving</title>
<style>
	#fade { transition: opacity .3s; } #fade.out { opacity: 0; }
	@keyframes slide { from { margin-left: 0 } to { margin-left: 50px } }
	#slide.on { animation: slide .5s; }
	@keyframes spin { to { rotate: 1turn } } #spin { animation: spin 1s infinite; width: 9px; height: 9px; }
	#far { margin-top: 3000px; height: 20px; } #scroller { height: 60px; overflow: auto; }
</style>
<div id=fade>fade</div><div id=slide>slide</div><div id=spin></div>
<div id=scroller><div style="height: 900px">tall</div></div>
<button id=go>go</button><div id=far>far</div>
<script>
	const lines = [], at = () => Date.now() - START, log = (what) => lines.push(what);
	new IntersectionObserver((list) => log('seen ' + list.at(-1).isIntersecting)).observe(far);
	new ResizeObserver((list) => log('width ' + list.at(-1).contentRect.width)).observe(go);
	scroller.onscroll = () => log('scrolled ' + scroller.scrollTop);
	let frames = 0;
	const frame = () => { if (++frames < 60) requestAnimationFrame(frame); else log('60 frames by ' + Math.round(at() / 100) * 100); };
	go.onclick = () => {
		fade.ontransitionend = () => log('faded');
		slide.onanimationend = () => log('slid');
		fade.className = 'out'; slide.className = 'on'; go.style.width = '200px';
		requestAnimationFrame(frame);
		setTimeout(() => log('timer at ' + at()), 250);
		let n = 0; const i = setInterval(() => { if (++n === 4) { clearInterval(i); log('interval at ' + at()); } }, 50);
		requestIdleCallback(() => log('idle'));
		queueMicrotask(() => log('microtask'));
		const c = new MessageChannel(); c.port1.onmessage = () => log('message'); c.port2.postMessage(0);
	};
</script>`

// Everything moves, by the recorded clock, and the same way every time.
func TestVirtualTimeMovesEverything(t *testing.T) {
	a := serve(t, map[string]string{"/": strings.ReplaceAll(moving, "START", "1795287300120")})
	b := stage(t)
	want := []string{
		"width 184", "seen false", "microtask", "message", "idle", "interval at 400", "timer at 450", "60 frames by 1200",
		"faded", "slid", "scrolled 300", "seen true",
	}
	var hashes, orders []string
	for range 3 {
		p := opened(t, b, scene(a, &router{}, nil))
		advance(t, p, player.Window{To: 200})
		act(t, p, &playback.Event{Kind: playback.Click, On: css("#go")})
		advance(t, p, player.Window{To: 1000})
		act(t, p, &playback.Event{Kind: playback.Scroll, On: css("#scroller"), X: ptr(0.0), Y: ptr(300.0)})
		advance(t, p, player.Window{To: 1500})
		act(t, p, &playback.Event{Kind: playback.Scroll, X: ptr(0.0), Y: ptr(2900.0)})
		advance(t, p, player.Window{To: 2000})
		got := text(t, p, "lines.join('|')")
		for _, w := range want {
			if !strings.Contains("|"+got+"|", "|"+w+"|") {
				t.Errorf("%q did not happen: %s", w, got)
			}
		}
		h, err := p.Hash(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		hashes, orders = append(hashes, h), append(orders, got)
	}
	if orders[0] != orders[1] || orders[1] != orders[2] {
		t.Errorf("three runs went\n%s", strings.Join(orders, "\n"))
	}
	if hashes[0] != hashes[1] || hashes[1] != hashes[2] {
		t.Errorf("three runs end in %q", hashes)
	}
}

// Chance is the same in every fresh page, and not the same number again and again.
func TestChanceIsSeeded(t *testing.T) {
	a := serve(t, map[string]string{"/": `<title>x</title>`})
	b := stage(t)
	const expr = "[Math.random(), Math.random(), crypto.randomUUID(), crypto.randomUUID(), crypto.getRandomValues(new Uint32Array(2)).join()].join(' ')"
	one := text(t, opened(t, b, scene(a, &router{}, nil)), expr)
	two := text(t, opened(t, b, scene(a, &router{}, nil)), expr)
	if one != two {
		t.Errorf("chance differs:\n%s\n%s", one, two)
	}
	if f := strings.Fields(one); f[0] == f[1] || f[2] == f[3] {
		t.Errorf("chance repeats itself: %s", one)
	}
	other := text(t, opened(t, b, scene(a, &router{}, func(h *playback.Header) { h.Seed = 8 })), expr)
	if f, g := strings.Fields(one), strings.Fields(other); f[0] == g[0] || f[2] == g[2] {
		t.Errorf("another seed gives the same: %s", other)
	}
}

// Input has the time of the recording, as apps that measure swipes and double clicks read it.
func TestInputHasTheTime(t *testing.T) {
	a := serve(t, map[string]string{"/": `<!doctype html><title>x</title><button id=go>go</button><input id=in><script>
		const lines = [];
		for (const type of ['pointerdown', 'click', 'keydown']) {
			addEventListener(type, (e) => { lines.push(type, e.timeStamp === performance.now(), Math.round(e.timeStamp + performance.timeOrigin - 1795287300120)); setTimeout(() => lines.push(e.timeStamp < performance.now()), 5); });
		}
	</script>`})
	p := opened(t, stage(t), scene(a, &router{}, nil))
	advance(t, p, player.Window{To: 400})
	act(t, p, &playback.Event{Kind: playback.Click, On: css("#go")})
	advance(t, p, player.Window{To: 650})
	act(t, p, &playback.Event{Kind: playback.Key, On: css("#in"), Key: "a"})
	advance(t, p, player.Window{To: 800})
	if got := text(t, p, "[performance.now() < 1000, performance.now() + performance.timeOrigin === Date.now()].join()"); got != "true,true" {
		t.Errorf("performance tells another time: %s", got)
	}
	const want = "pointerdown true 400 click true 400 true true keydown true 650 true"
	if got := text(t, p, "lines.join(' ')"); got != want {
		t.Errorf("the page noted %s, want %s", got, want)
	}
}

// neverLoaded begins to load a page with a script whose picture is never answered, and is not patient with it.
func neverLoaded(t *testing.T, script string) player.Page {
	t.Helper()
	block := make(chan struct{})
	a := &app{Server: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/never" {
			<-block
			return
		}
		w.Header().Set("content-type", "text/html")
		io.WriteString(w, `<!doctype html><title>x</title><img src="/never"><script>`+script+`</script>`)
	}))}
	t.Cleanup(func() { close(block); a.Close() })
	p, err := stage(t).Open(t.Context(), scene(a, &router{}, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	p.(*page).patience = time.Second / 4
	act(t, p, &playback.Event{Kind: playback.Open, URL: "https://shop.example/"})
	return p
}

// A request of the app that never ends must not stop the clock for good.
func TestARequestThatStaysOpen(t *testing.T) {
	p := neverLoaded(t, `setTimeout(() => document.title = 'later ' + Date.now(), 50)`)
	r := advance(t, p, player.Window{To: 1000})
	if got := text(t, p, "document.title.split(' ')[0] + Date.now()"); got != "later1795287301120" {
		t.Errorf("the page shows %q", got)
	}
	if !slices.ContainsFunc(r.Seen, func(s player.Seen) bool { return strings.Contains(s.Text, "stays open") }) {
		t.Error("nothing says that the clock was freed")
	}
}

// A page that loads slowly is waited for: its clock stands still meanwhile.
func TestASlowLoadTakesNoTime(t *testing.T) {
	slow := make(chan struct{})
	a := &app{Server: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow.js" {
			<-slow
			return
		}
		w.Header().Set("content-type", "text/html")
		io.WriteString(w, `<!doctype html><title>x</title><script src="/slow.js"></script><script>document.title = Date.now() < 1795287300120 + 50 ? 'in time' : 'late'</script>`)
	}))}
	t.Cleanup(a.Close)
	p, err := stage(t).Open(t.Context(), scene(a, &router{}, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	time.AfterFunc(time.Second/2, func() { close(slow) })
	act(t, p, &playback.Event{Kind: playback.Open, URL: "https://shop.example/"})
	advance(t, p, player.Window{To: 1000})
	if got := text(t, p, "document.title"); got != "in time" {
		t.Errorf("the app started %s", got)
	}
}
