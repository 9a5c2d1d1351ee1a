package chrome

import (
	"errors"
	"slices"
	"testing"

	"restep/player"
	"restep/player/playback"
)

func kinds(seen []player.Seen) []playback.Kind {
	var out []playback.Kind
	for _, s := range seen {
		out = append(out, s.Kind)
	}
	return out
}

func TestTabs(t *testing.T) {
	a := serve(t, map[string]string{
		"/":      `<!doctype html><title>one</title><a id=pop href="/two" target=_blank rel=opener>pop</a>`,
		"/two":   `<!doctype html><title>two</title><button id=b onclick="this.textContent = 'hit at ' + (Date.now() - START)">b</button><script>const START = ` + "1795287300120" + `</script>`,
		"/three": `<!doctype html><title>three</title>`,
	})
	p := opened(t, stage(t), scene(a, &router{}, nil))
	act(t, p, &playback.Event{Kind: playback.Click, On: css("#pop")})
	r := advance(t, p, player.Window{To: 500})
	if !slices.Contains(kinds(r.Seen), playback.Tab) {
		t.Errorf("the popup was not seen: %v", kinds(r.Seen))
	}
	if f := act(t, p, &playback.Event{Kind: playback.Click, Tab: "B", On: css("#b")}); f.Problem != "" {
		t.Fatalf("the popup's button: %s %s", f.Problem, f.Detail)
	}
	advance(t, p, player.Window{To: 600})
	if got := text(t, p, "document.title + ' ' + document.querySelector('#b').textContent"); got != "two hit at 500" {
		t.Errorf("the popup shows %q", got)
	}
	if f := act(t, p, &playback.Event{Kind: playback.Tab, Op: "close", Tab: "B"}); f.Problem != "" {
		t.Fatalf("closing the popup: %s %s", f.Problem, f.Detail)
	}
	advance(t, p, player.Window{To: 700})
	if got := text(t, p, "document.title"); got != "one" {
		t.Errorf("after the popup was closed, %q is shown", got)
	}
	act(t, p, &playback.Event{Kind: playback.Tab, Op: "open", Tab: "C"})
	act(t, p, &playback.Event{Kind: playback.Open, Tab: "C", URL: "https://shop.example/three"})
	advance(t, p, player.Window{To: 900})
	if got := text(t, p, "document.title + (Date.now() - 1795287300120)"); got != "three900" {
		t.Errorf("the new tab shows %q", got)
	}
	act(t, p, &playback.Event{Kind: playback.Tab, Op: "switch", Tab: ""})
	if got := text(t, p, "document.title"); got != "one" {
		t.Errorf("after switching, %q is shown", got)
	}
	if f := act(t, p, &playback.Event{Kind: playback.Tab, Op: "switch", Tab: "Z"}); f.Problem != "not found" {
		t.Errorf("a tab that is not there: %+v", f)
	}
}

// An app and its popup have one clock. Neither holds the other's, whichever of them asks for something, and both show the
// same time.
func TestPopupAndOpener(t *testing.T) {
	const script = `<script>const say = async () => { document.title = await (await fetch('/api/x')).text() + ' ' + (Date.now() - 1795287300120) }</script>`
	a := serve(t, map[string]string{
		"/": script + `<button id=pop onclick="window.open('/two', 'child', 'width=300,height=200')">pop</button>` +
			`<button id=late onclick="setTimeout(() => window.open('/two', 'late'), 50)">late</button><button id=ask onclick="say()">ask</button>`,
		"/two": script + `<button id=ask onclick="say()">ask</button><button id=done onclick="window.close()">done</button>`,
	})
	key := player.Key("GET", a.URL+"/api/x", "", nil)
	r := &router{answers: map[int]*player.Answer{}}
	var answers []player.Answer
	for i := range 3 {
		x := player.Answer{Pos: 2*i + 2, Of: 2*i + 1, T: float64(300*i + 250), Kind: playback.Res, Status: 200, Body: []byte("got")}
		r.left = append(r.left, player.Request{Pos: x.Of, Key: key})
		r.answers[x.Of] = &x
		answers = append(answers, x)
	}
	p := opened(t, stage(t), scene(a, r, nil))
	step := func(to float64, answers ...player.Answer) {
		t.Helper()
		for _, s := range advance(t, p, player.Window{To: to, Limit: 100, Answers: answers}).Seen {
			if s.Kind == playback.Console {
				t.Errorf("at %v: %s", to, s.Text)
			}
		}
	}
	click := func(tab, on string) {
		t.Helper()
		if f := act(t, p, &playback.Event{Kind: playback.Click, Tab: tab, On: css(on)}); f.Problem != "" {
			t.Fatalf("%s in %q: %s %s", on, tab, f.Problem, f.Detail)
		}
	}
	says := func(want string) {
		t.Helper()
		late := want[:len(want)-1] + "1" // timers of a popup may be a fraction of a ms late
		if got := text(t, p, "document.title"); got != want && got != late {
			t.Errorf("the title is %q, want %q", got, want)
		}
	}
	click("", "#pop")
	step(200)
	act(t, p, &playback.Event{Kind: playback.Tab, Op: "open", Tab: "B", Opener: "A"})
	click("B", "#ask")
	step(400, answers[0])
	says("got 250")
	click("", "#ask")
	step(700, answers[1])
	says("got 550")
	click("B", "#done")
	step(702)
	click("", "#late")
	step(800)
	act(t, p, &playback.Event{Kind: playback.Tab, Op: "open", Tab: "C", Opener: "A"})
	click("C", "#ask")
	step(1000, answers[2])
	says("got 850")
}

// A link to a new tab opens it in a process of its own. It has the time of the recording too.
func TestTabOfItsOwn(t *testing.T) {
	a := serve(t, map[string]string{
		"/":    `<!doctype html><a id=pop href="/two#x" target=_blank>pop</a>`,
		"/two": `<!doctype html><button id=b onclick="document.title = Date.now() - 1795287300120">b</button>`,
	})
	p := opened(t, stage(t), scene(a, &router{}, nil))
	act(t, p, &playback.Event{Kind: playback.Click, On: css("#pop")})
	seen := advance(t, p, player.Window{To: 300}).Seen
	if !slices.ContainsFunc(seen, func(s player.Seen) bool { return s.Kind == playback.PageCommit && s.URL == a.URL+"/two#x" }) {
		t.Errorf("its document was not seen: %+v", seen)
	}
	act(t, p, &playback.Event{Kind: playback.Tab, Op: "open", Tab: "B", Opener: "A"})
	if f := act(t, p, &playback.Event{Kind: playback.Click, Tab: "B", On: css("#b")}); f.Problem != "" {
		t.Fatalf("its button: %s %s", f.Problem, f.Detail)
	}
	advance(t, p, player.Window{To: 400})
	if got := text(t, p, "document.title"); got != "300" {
		t.Errorf("it shows %q", got)
	}
}

func TestHistory(t *testing.T) {
	a := serve(t, map[string]string{
		"/":    `<!doctype html><title>one</title><a id=l href="/two">l</a>`,
		"/two": `<!doctype html><title>two</title><script>history.pushState(0, '', '/two?x')</script>`,
	})
	p := opened(t, stage(t), scene(a, &router{}, nil))
	now := 100.0
	move := func(e playback.Event, want string) {
		t.Helper()
		if f := act(t, p, &e); f.Problem != "" {
			t.Fatalf("%s: %s %s", e.Kind, f.Problem, f.Detail)
		}
		now += 200
		advance(t, p, player.Window{To: now})
		if got := text(t, p, "document.title + location.search"); got != want {
			t.Errorf("after %s: %q, want %q", e.Kind, got, want)
		}
	}
	move(playback.Event{Kind: playback.Click, On: css("#l")}, "two?x")
	move(playback.Event{Kind: playback.Back}, "two")
	move(playback.Event{Kind: playback.Back}, "one")
	move(playback.Event{Kind: playback.Forward}, "two?x")
	move(playback.Event{Kind: playback.Reload}, "two?x")
	if f := act(t, p, &playback.Event{Kind: playback.Forward}); f.Problem != "not found" {
		t.Errorf("forward at the end of the history: %+v", f)
	}
}

// A dialog holds the page. The clock goes on afterwards, and the recorded answer is what the app gets.
func TestDialogs(t *testing.T) {
	a := serve(t, map[string]string{"/": `<!doctype html><title>x</title>
		<button id=b onclick="document.title = confirm('sure?') + ' ' + prompt('name?', 'ana')">b</button>
		<button id=c onclick="setTimeout(() => { alert('late'); document.title = 'after' }, 20)">c</button>`})
	p := opened(t, stage(t), scene(a, &router{}, nil))
	act(t, p, &playback.Event{Kind: playback.Click, On: css("#b")})
	advance(t, p, player.Window{To: 300})
	act(t, p, &playback.Event{Kind: playback.Dialog, Accept: ptr(false)})
	advance(t, p, player.Window{To: 400})
	act(t, p, &playback.Event{Kind: playback.Dialog, Accept: ptr(true), Text: "eva"})
	advance(t, p, player.Window{To: 500})
	if got := text(t, p, "document.title"); got != "false eva" {
		t.Errorf("the app got %q", got)
	}
	act(t, p, &playback.Event{Kind: playback.Click, On: css("#c")})
	advance(t, p, player.Window{To: 600})
	act(t, p, &playback.Event{Kind: playback.Dialog})
	advance(t, p, player.Window{To: 700})
	if got := text(t, p, "document.title"); got != "after" {
		t.Errorf("after an alert of a timer: %q", got)
	}
}

func TestAnAppThatIsNotRunning(t *testing.T) {
	a := serve(t, map[string]string{"/": "x"})
	s := scene(a, &router{}, nil)
	a.Close()
	p, err := stage(t).Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	act(t, p, &playback.Event{Kind: playback.Open, URL: "https://shop.example/"})
	_, err = p.Advance(t.Context(), player.Window{To: 100})
	var unreachable *player.UnreachableError
	if !errors.As(err, &unreachable) || unreachable.Reason != "net::ERR_CONNECTION_REFUSED" {
		t.Errorf("error %v", err)
	}
}
