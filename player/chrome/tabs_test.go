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
