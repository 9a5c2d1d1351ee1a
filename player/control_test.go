package player_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

// A cancelled move leaves a player that goes on from where it stood.
func TestCancelledMove(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	app := func(w *playertest.World) {
		playertest.Shop(w)
		w.On("click details", func(*playback.Event) { cancel() })
	}
	p, stage := start(t, playertest.Race(), app, player.Options{})
	run(t, p, "next -> e5 step")
	if _, err := p.Do(ctx, player.Move{Kind: player.Continue}); !errors.Is(err, context.Canceled) {
		t.Fatalf("error: %v", err)
	}
	if p.Page() != nil || p.Live(2) != nil {
		t.Error("the page of a cancelled move is offered")
	}
	if p.Pos() != 4 {
		t.Errorf("the player stands at %d", p.Pos())
	}
	run(t, p, "next -> e6 step\neval cart.total -> 120\ncontinue -> end reproduced")
	if stage.Live() != 1 {
		t.Errorf("%d pages are open", stage.Live())
	}
}

func TestLostStage(t *testing.T) {
	p, stage := start(t, playertest.Race(), playertest.Shop, player.Options{})
	run(t, p, "to e11 -> e11 goto")
	gone := errors.New("browser gone")
	stage.OnOpen = func() error { return gone }
	for range 2 {
		if _, err := p.Do(t.Context(), player.Move{Kind: player.StepBack}); !errors.Is(err, gone) {
			t.Fatalf("error: %v", err)
		}
	}
	stage.OnOpen = nil
	run(t, p, "back -> e8 step\nnext -> e11 step\neval quote.price -> 110")
}

func TestInterrupt(t *testing.T) {
	var p *player.Player
	app := func(w *playertest.World) {
		playertest.Shop(w)
		w.On("click member", func(*playback.Event) { p.Interrupt() })
	}
	p, _ = start(t, playertest.Race(), app, player.Options{})
	run(t, p, `
		continue -> e11 pause
		continue -> end reproduced
		to e17 -> e11 pause
		to e17 -> e17 goto`)
}

// An interrupt while a lost page is brought back is a stop on the way, not an error.
func TestInterruptWhileRestoring(t *testing.T) {
	var p *player.Player
	on := false
	app := func(w *playertest.World) {
		playertest.Shop(w)
		w.After(850, func() {
			if on {
				p.Interrupt()
			}
		})
	}
	p, stage := start(t, playertest.Race(), app, player.Options{})
	run(t, p, "to e11 -> e11 goto")
	gone := errors.New("browser gone")
	stage.OnOpen = func() error { return gone }
	if _, err := p.Do(t.Context(), player.Move{Kind: player.StepBack}); !errors.Is(err, gone) {
		t.Fatalf("error: %v", err)
	}
	stage.OnOpen, on = nil, true
	run(t, p, "next -> e6 pause")
	on = false
	run(t, p, "next -> e8 step\ncontinue -> end reproduced")
}

func TestInterruptInRealTime(t *testing.T) {
	var p *player.Player
	app := func(w *playertest.World) {
		playertest.Shop(w)
		w.After(700, func() { p.Interrupt() })
	}
	p, _ = start(t, playertest.Race(), app, player.Options{Realtime: true})
	run(t, p, `
		continue -> e6 pause
		eval now < 900 -> true
		next -> e8 step
		continue -> end reproduced`)
}

// polling asks every second, for as long as its page lives, and remembers when.
func polling(at func(w *playertest.World)) playertest.App {
	return func(w *playertest.World) {
		w.Show("go", "Go")
		n := 0
		var poll func()
		poll = func() {
			n++
			w.Vars["polls"] = float64(n)
			at(w)
			w.After(1000, poll)
		}
		w.After(1000, poll)
	}
}

// An app that polls for hours of its clock can be interrupted on the way, forward and back, and goes on to the same end.
func TestInterruptInALongWait(t *testing.T) {
	const text = head + `{"t":0,"ev":"open","id":"o","url":"https://shop.example/"}
{"t":100,"ev":"click","id":"c","on":{"testid":"go"}}
{"t":7200000,"ev":"click","id":"a","on":{"testid":"go"}}
{"t":7200300.5,"ev":"click","id":"b","on":{"testid":"go"}}
`
	var p *player.Player
	stop := 0.0
	app := polling(func(w *playertest.World) {
		if w.Now() == stop {
			p.Interrupt()
		}
	})
	state := func() string {
		r, err := p.Result(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r.State
	}
	p, _ = start(t, playertest.File(text), app, player.Options{})
	run(t, p, "to b -> b goto\neval polls -> 7200")
	want := state()
	stop = 3_600_000
	run(t, p, `
		restart -> o entry
		next -> c step
		next -> a pause
		eval now >= 3600000 && now <= 3610000 -> true
		eval polls <= 3610 -> true`)
	stop = 0
	run(t, p, "next -> b step")
	if got := state(); got != want {
		t.Error("a run that was interrupted ends otherwise")
	}
	stop = 5_000_000
	run(t, p, "back -> a pause\neval now <= 5010000 -> true")
	stop = 0
	run(t, p, "to b -> b goto")
	if got := state(); got != want {
		t.Error("a run that was interrupted on the way back ends otherwise")
	}
	// Skipping leaves a wait to be made up for.
	stop = 4_000_000
	run(t, p, `
		restart -> o entry
		to c -> c goto
		skip a -> a goto
		next -> a pause
		eval now <= 4010000 -> true`)
	stop = 0
	run(t, p, "next -> b step\neval polls -> 7200")
}

func TestProgress(t *testing.T) {
	var got []string
	o := player.Options{Listen: player.Listener{Progress: func(done, total int) { got = append(got, fmt.Sprintf("%d/%d", done, total)) }}}
	p, _ := start(t, playertest.Race(), playertest.Shop, o)
	run(t, p, "to e11 -> e11 goto")
	if len(got) > 0 {
		t.Errorf("progress of a move forward: %v", got)
	}
	run(t, p, "back -> e8 step")
	if s := strings.Join(got, " "); s != "1/3 2/3 3/3" {
		t.Errorf("back: %s", s)
	}
	got = nil
	run(t, p, "break e6\nreverse -> e6 breakpoint #1")
	if s := strings.Join(got, " "); s != "1/2 2/2" {
		t.Errorf("reverse, where the file says where to: %s", s)
	}
	got = nil
	run(t, p, "to e11 -> e11 goto\nbreak e6 if event.t > 0\nreverse -> e6 breakpoint #1")
	if s := strings.Join(got, " "); s != "1/8 2/8 3/8 4/8 5/8 6/8" {
		t.Errorf("reverse, where the page decides: %s", s)
	}
}

// What if it had been another answer?
func TestOverride(t *testing.T) {
	p, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
	pos := posOf(t, p, "e13")
	a, err := p.Answer(pos)
	if err != nil {
		t.Fatal(err)
	}
	if string(a.Body) != `{"price":120}` || a.Latency != 349 || p.File().ID(a.Of) != "e7" {
		t.Errorf("recorded: %+v %s", a, a.Body)
	}
	a.Body = []byte(`{"price":1,"discounts":[]}`)
	run(t, p, "to e17 -> e17 goto")
	if err := p.Override(a); err != nil {
		t.Fatal(err)
	}
	if o, ok := p.Overridden(pos); !ok || string(o.Body) != string(a.Body) {
		t.Errorf("overridden: %v %+v", ok, o)
	}
	run(t, p, `
		touched -> true
		back -> e14 step
		eval quote.price -> 1
		continue -> end
		eval paid -> true
		restart -> e1 entry
		touched -> false
		continue -> end reproduced`)
}

func TestTouch(t *testing.T) {
	p, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
	p.Touch()
	run(t, p, "continue -> end\ntouched -> true")
	r, err := p.Result(t.Context())
	if err != nil || !r.Touched || r.Verdict != playback.NoVerdict {
		t.Errorf("%v %+v", err, r)
	}
	run(t, p, "back -> e17 step\ntouched -> false\ncontinue -> end reproduced")
}

func TestHolesAreFilledAndReported(t *testing.T) {
	text := strings.Replace(base, `"body":{"json":{"v":1}}`, `"headers":{"content-type":"application/json"},"body":{"$missing":"truncated","size":40}`, 1)
	got := ""
	app := clicks(func(w *playertest.World, n int) {
		if n == 1 {
			w.Fetch("GET", "/api/x?n=1", "", func(a playertest.Answer) { got = string(a.Body) })
		}
	})
	for fill, want := range map[string]string{
		"": "{}" + strings.Repeat(" ", 38), "s": `{"v":2}`, "q": `{"v":2}`, "GET https://shop.example/api/*": `{"v":2}`,
	} {
		o := player.Options{Strict: true}
		if fill != "" {
			o.Fill = map[string]jsontext.Value{fill: jsontext.Value(`{"v":2}`)}
		}
		p, _ := start(t, playertest.File(text), app, o)
		run(t, p, "continue -> end matched")
		if got != want {
			t.Errorf("fill %q: %q", fill, got)
		}
		d := p.Divergences()
		if len(d) != 1 || d[0].Kind != playback.HoleFilled || d[0].Blocking || d[0].ID != "s" || d[0].Line != 6 {
			t.Errorf("fill %q: %+v", fill, d)
		}
	}
}

func TestReload(t *testing.T) {
	p, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
	run(t, p, "to e11 -> e11 goto")
	s, err := p.Reload(t.Context(), playertest.File(base))
	if err != nil || s.Reason != player.Entry || p.File().Len() != 7 {
		t.Errorf("%v %+v", err, s)
	}
	run(t, p, "next -> a step")
}

func TestDivergenceFilter(t *testing.T) {
	app := fetches(func(w *playertest.World, n int) {
		if n == 2 {
			w.Log("error", "oh")
			w.Fetch("POST", "/api/new", "{}", func(playertest.Answer) {})
		}
	})
	p, _ := start(t, playertest.File(base), app, player.Options{})
	p.SetFilters([]player.Filter{{Name: "divergence"}})
	s := do(t, p, player.Move{Kind: player.Continue})
	if s.Divergence == nil || s.Divergence.Kind != playback.RequestUnmatched || s.Filter != "divergence" || p.File().ID(s.Pos) != "b" {
		t.Errorf("stop: %+v", s)
	}
	run(t, p, `
		continue -> end diverged
		restart -> o entry
		filter divergence kind == 'console error extra'
		continue -> b exception divergence
		continue -> end diverged`)
}

func TestHTTPAndConsoleFilters(t *testing.T) {
	text := insert(strings.Replace(base, `"status":200`, `"status":503`, 1), "z",
		`{"t":1001,"ev":"console","id":"k","level":"error","text":"oh"}`)
	app := fetches(func(w *playertest.World, n int) {
		if n == 2 {
			w.Log("error", "oh")
		}
	})
	p, _ := start(t, playertest.File(text), app, player.Options{})
	run(t, p, `
		filter http
		filter console.error
		continue -> s exception http
		continue -> k exception console.error
		continue -> end matched
		reverse -> k exception console.error
		reverse -> s exception http
		reverse -> o entry`)
}

func TestStartNamesBreakpointsThere(t *testing.T) {
	stage := &playertest.Stage{App: playertest.Shop}
	p, err := player.New(playertest.Race(), stage, player.Options{App: local})
	if err != nil {
		t.Fatal(err)
	}
	p.SetBreaks([]player.Break{{ID: 4, Pos: 0}})
	s, err := p.Start(t.Context())
	if err != nil || len(s.Breaks) != 1 || s.Breaks[0] != 4 || s.Reason != player.Entry {
		t.Errorf("%v %+v", err, s)
	}
	if err := errors.Join(p.Close(), p.Close()); err != nil {
		t.Error(err)
	}
}

func TestJournal(t *testing.T) {
	p, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
	run(t, p, "to e12 -> e12 goto\nback -> e11 step")
	j := p.Journal()
	if len(j) != 3 || j[0].Reason != player.Entry || j[1].Seen == nil || j[1].Seen.Text != "details of 1 discount" || j[1].T != 1201 || j[2].Done != 4 {
		t.Errorf("journal: %+v", j)
	}
}

func TestEmptyFile(t *testing.T) {
	p, _ := start(t, playertest.File(head), nil, player.Options{})
	run(t, p, "continue -> end\nback -> end entry\nnext -> end")
}

// A file may begin with effects, and its clock may begin late.
func TestEffectsBeforeTheFirstAction(t *testing.T) {
	text := head + `{"t":50,"ev":"console","id":"k","level":"log","text":"hi"}
{"t":60,"ev":"open","id":"o","url":"https://shop.example/"}
{"t":500,"ev":"click","id":"a","on":{"testid":"go"}}
`
	p, _ := start(t, playertest.File(text), clicks(func(*playertest.World, int) {}), player.Options{})
	run(t, p, `
		next -> o step
		next -> a step
		eval now -> 500
		back -> o step
		back -> k entry
		back -> k entry
		continue -> end matched`)
}

// Many answers between two actions take one window, and a session of thousands of events plays in no time.
func TestLongSession(t *testing.T) {
	var b strings.Builder
	b.WriteString(head + `{"t":0,"ev":"open","id":"o","url":"https://shop.example/"}` + "\n")
	at := 1000
	for i := range 1000 {
		fmt.Fprintf(&b, `{"t":%d,"ev":"click","id":"c%d","on":{"testid":"go"}}`+"\n", at, i)
		for j := range 4 {
			fmt.Fprintf(&b, `{"t":%d,"ev":"req","id":"q%d-%d","method":"GET","url":"https://shop.example/api/x?n=%d","resource":"fetch"}`+"\n", at+1, i, j, j)
			fmt.Fprintf(&b, `{"t":%d,"ev":"res","id":"s%d-%d","of":"q%d-%d","status":200,"body":{"json":%d}}`+"\n", at+2+j, i, j, i, j, i)
		}
		at += 300
	}
	answers := 0
	p, _ := start(t, playertest.File(b.String()), clicks(func(w *playertest.World, n int) {
		for j := range 4 {
			w.Fetch("GET", fmt.Sprintf("/api/x?n=%d", j), "", func(playertest.Answer) { answers++ })
		}
	}), player.Options{})
	run(t, p, "continue -> end matched")
	if d := p.Divergences(); len(d) > 0 || answers != 4000 {
		t.Errorf("%d answers, %d divergences", answers, len(d))
	}
}
