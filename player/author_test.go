package player_test

import (
	"fmt"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

// curious is the shop of a fix that asks more than was recorded: on "details" it saves something, twice.
func curious(w *playertest.World) {
	playertest.Shop(w)
	w.Vars["saved"] = []any{}
	w.On("click details", func(*playback.Event) {
		w.Log("log", "details of 1 discount")
		for range 2 {
			w.Fetch("POST", "/api/save", `{"n":1}`, func(a playertest.Answer) {
				w.Vars["saved"] = append(w.Vars["saved"].([]any), fmt.Sprint(a.Status, string(a.Body), " at ", int(w.Now())))
			})
		}
	})
}

func TestAuthor(t *testing.T) {
	var told []string
	o := player.Options{Listen: player.Listener{Output: func(o player.Output) { told = append(told, o.Text) }}}
	p, _ := start(t, playertest.Race(), curious, o)
	run(t, p, `
		filter divergence
		continue -> e11 exception divergence
		eval saved[0] -> "0 at 1200"`)
	b := p.Blocked()
	if len(b) != 2 || p.File().ID(b[0].Pos) != "e11" || b[0].T != 1200 || string(b[0].Body) != `{"n":1}` ||
		b[0].String() != p.At().Divergence.Got {
		t.Fatalf("blocked: %+v", b)
	}
	if u := b[0].Recorded; u != "https://shop.example/api/save" {
		t.Errorf("the recording would say %s", u)
	}
	p.Author(&b[0], player.Reply{Status: 201, Body: []byte("first")})
	p.Author(&b[0], player.Reply{Status: 202, Body: []byte("yes")}) // in its place
	told = nil
	run(t, p, `
		to e11 -> e11 goto
		touched -> true
		eval saved.length -> 0
		next -> e14 step
		eval saved[0] -> "202yes at 1250"
		eval saved[1] -> "202yes at 1250"`)
	if n := len(p.Divergences()); n != 0 {
		t.Errorf("%d divergences with the answer", n)
	}
	if s := strings.Join(told, ""); !strings.Contains(s, "details of 1 discount") {
		t.Errorf("the other way is not told: %q", s)
	}
	// It holds on every way there, until the restart.
	run(t, p, `
		to e17 -> e17 goto
		back -> e14 step
		eval saved.length -> 2
		restart -> e1 entry
		touched -> false
		to e14 -> e14 goto
		eval saved[0] -> "0 at 1200"`)
}

func TestAllow(t *testing.T) {
	p, stage := start(t, playertest.Race(), curious, player.Options{})
	run(t, p, "to e14 -> e14 goto")
	if err := p.Allow("nothing"); err == nil || !strings.Contains(err.Error(), "METHOD URL") {
		t.Errorf("a pattern that fits nothing: %v", err)
	}
	if err := p.Allow("POST " + local + "/api/save"); err != nil {
		t.Fatal(err)
	}
	if stage.Live() != 0 {
		t.Error("the page that may not reach the server is still open")
	}
	run(t, p, `
		to e11 -> e11 goto
		touched -> true
		next -> e14 step
		eval saved[0] -> "204 at 1200"`)
	if n := len(p.Blocked()); n != 0 {
		t.Errorf("%d requests are blocked", n)
	}
	run(t, p, "restart -> e1 entry\nto e14 -> e14 goto\neval saved[0] -> \"204 at 1200\"\ntouched -> false")
}

// What was recorded goes before what a person says.
func TestAuthorAfterRecorded(t *testing.T) {
	p, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
	p.Author(&player.Blocked{LiveRequest: player.LiveRequest{Method: "GET", URL: local + "/api/cart"}}, player.Reply{Status: 500})
	run(t, p, "to e11 -> e11 goto\neval cart.total -> 120")
}
