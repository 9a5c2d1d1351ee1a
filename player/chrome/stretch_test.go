package chrome

import (
	"strings"
	"testing"
	"time"

	"restep/player"
	"restep/player/playback"
)

// A stop between two actions changes nothing, wherever it falls: while the document, its modules or a picture are on
// their way, or among timers.
func TestStopsLeaveNoTrace(t *testing.T) {
	a := serve(t, map[string]string{
		"/": logging(`
			for (let ms = 1; ms < 40; ms += 3) setTimeout(() => log('timer'), ms);
			const img = new Image(); img.onload = img.onerror = () => log('picture'); img.src = '/dot';
			setTimeout(() => import('/late.js').then(() => log('module')), 20);`) +
			`<script>log('script')</script><script src="/early.js"></script><script type=module src="/one.js"></script>`,
		"/early.js": "log('early'); setTimeout(() => log('early timer'), 2)", "/one.js": "import '/two.js'; log('one')", "/two.js": "log('two')", "/late.js": "log('late')",
	})
	b := stage(t)
	run := func(stops ...float64) string {
		p, err := b.Open(t.Context(), scene(a, &router{pass: true}, nil))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.Close() })
		act(t, p, &playback.Event{Kind: playback.Open, URL: "https://shop.example/"})
		for _, at := range stops {
			advance(t, p, player.Window{To: at, End: 600})
		}
		advance(t, p, player.Window{To: 600})
		return text(t, p, "out.join('|') + ' ' + at()")
	}
	want := run()
	for _, stops := range [][]float64{{1}, {3}, {7}, {12}, {17}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, {201}, {203.5}, {221, 222, 223.2}, {224, 230}, {599.5}} {
		if got := run(stops...); got != want {
			t.Errorf("with stops at %v the page logs\n%s\nwithout\n%s", stops, got, want)
		}
	}
}

// The clock stops where the app fails, and goes on from there as if it had not.
func TestStopsWhereTheAppFails(t *testing.T) {
	a := serve(t, map[string]string{"/": logging(`
		for (let ms = 0; ms < 60; ms += 7) setTimeout(() => log('timer'), ms);
		setTimeout(() => { setTimeout(() => log('next')); log('fails'); throw new Error('boom'); }, 16);
		setTimeout(() => Promise.reject('no'), 30);
		setTimeout(() => console.error('bad'), 50);
	`)})
	b := stage(t)
	without := opened(t, b, scene(a, &router{pass: true}, nil))
	advance(t, without, player.Window{To: 400})
	want := text(t, without, "out.join('|')")
	p := opened(t, b, scene(a, &router{pass: true}, nil))
	for _, at := range []float64{216, 230, 250} {
		r := advance(t, p, player.Window{To: 400, HaltOn: []string{"uncaught", "rejection", "console.error"}})
		if !r.Halted || r.Now != at {
			t.Errorf("halted: %t at %v, want at %v", r.Halted, r.Now, at)
		}
	}
	if got := text(t, p, "out.join('|')"); !strings.HasSuffix(got, "timer 249") {
		t.Errorf("at the last failure the page has logged %s", got)
	}
	if r := advance(t, p, player.Window{To: 400, HaltOn: []string{"uncaught"}}); r.Halted || r.Now != 400 {
		t.Errorf("halted: %t at %v, want to come to 400", r.Halted, r.Now)
	}
	if got := text(t, p, "out.join('|')"); got != want {
		t.Errorf("the page logs\n%s\nwithout stops\n%s", got, want)
	}
}

// What the user's action does wrong is stopped at when the clock goes on.
func TestStopsWhereAnActionFails(t *testing.T) {
	a := serve(t, map[string]string{"/": logging(`document.body.innerHTML = '<button id=go>go</button>'; go.onclick = () => { setTimeout(() => log('timer'), 3); throw new Error('boom'); };`)})
	p := opened(t, stage(t), scene(a, &router{pass: true}, nil))
	advance(t, p, player.Window{To: 300})
	act(t, p, &playback.Event{Kind: playback.Click, On: css("#go")})
	on := []string{"uncaught"}
	if r := advance(t, p, player.Window{To: 900, HaltOn: on}); !r.Halted || r.Now != 300 || len(r.Seen) != 1 {
		t.Errorf("halted: %t at %v with %d seen", r.Halted, r.Now, len(r.Seen))
	}
	if r := advance(t, p, player.Window{To: 900, HaltOn: on}); r.Halted || r.Now != 900 {
		t.Errorf("halted again: %t at %v", r.Halted, r.Now)
	}
	if got := text(t, p, "out.join()"); got != "timer 303" {
		t.Errorf("the page logs %s", got)
	}
}

// At a stop the page can be asked for what takes time, as anywhere else.
func TestAskingAtAStop(t *testing.T) {
	a := serve(t, map[string]string{"/": logging("setTimeout(() => { throw new Error('boom'); }, 50)")})
	p := opened(t, stage(t), scene(a, &router{pass: true}, nil))
	stops := []player.Window{{To: 230, End: 600}, {To: 600, HaltOn: []string{"uncaught"}}}
	for _, w := range stops {
		r := advance(t, p, w)
		if r.Now != 230 && r.Now != 250 {
			t.Fatalf("the clock is stopped at %v", r.Now)
		}
		v, err := p.Eval(t.Context(), player.Eval{Expr: "await new Promise((f) => setTimeout(() => f('done'), 5))", Await: true, Timeout: time.Second})
		if err != nil || v.Text != `"done"` {
			t.Errorf("at %v a timer gives %q, %v", r.Now, v.Text, err)
		}
	}
}

// A document that never loads to its end is stopped too, and gets what other threads do for it.
func TestStopsInALoadWithoutEnd(t *testing.T) {
	p := neverLoaded(t, `setTimeout(() => crypto.subtle.digest('SHA-1', new Uint8Array(3)).then(() => { document.title = 'digest'; }), 50)`)
	if r := advance(t, p, player.Window{To: 100, End: 1000}); r.Now != 100 {
		t.Errorf("the clock is stopped at %v", r.Now)
	}
	if got := text(t, p, "document.title"); got != "digest" {
		t.Errorf("the page shows %q", got)
	}
}
