package player_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

// stream is a session with timers, a socket and an event stream whose messages come between and after actions.
const stream = `{"playback":1,"app":"https://shop.example"}
{"t":0,"ev":"open","id":"o","url":"https://shop.example/"}
{"t":2,"ev":"req","id":"ws","url":"wss://shop.example/live","method":"GET","resource":"ws"}
{"t":3,"ev":"req","id":"es","url":"https://shop.example/feed","method":"GET","resource":"sse"}
{"t":10,"ev":"res","id":"wr","of":"ws","status":101}
{"t":11,"ev":"res","id":"er","of":"es","status":200,"headers":{"content-type":"text/event-stream"}}
{"t":20,"ev":"ws","id":"w1","of":"ws","dir":"in","body":{"text":"a"}}
{"t":20,"ev":"sse","id":"s1","of":"es","text":"b"}
{"t":20,"ev":"ws","id":"w2","of":"ws","dir":"out","body":{"text":"ack a"}}
{"t":100,"ev":"click","id":"c1","on":{"testid":"go"}}
{"t":130,"ev":"ws","id":"w3","of":"ws","dir":"in","body":{"text":"c"}}
{"t":130.5,"ev":"sse","id":"s2","of":"es","text":"d"}
{"t":131,"ev":"ws","id":"w4","of":"ws","dir":"in","body":{"text":"e"}}
{"t":200,"ev":"click","id":"c2","on":{"testid":"go"}}
{"t":200,"ev":"click","id":"c3","on":{"testid":"go"}}
{"t":420,"ev":"console","id":"k","level":"log","text":"3 clicks"}
{"t":500,"ev":"reload","id":"r"}
{"t":600,"ev":"ws","id":"w5","of":"ws","dir":"in","body":{"text":"late"}}
`

func streamApp(w *playertest.World) {
	w.Show("go", "Go")
	w.Vars["log"] = ""
	add := func(s string) { w.Vars["log"] = w.Vars["log"].(string) + s }
	w.Request(player.LiveRequest{Method: "GET", URL: "ws://127.0.0.1:5173/live", Resource: "ws"}, func(a playertest.Answer) {
		if a.Kind == playback.WS {
			add(a.Text)
			w.Send("ack " + a.Text)
		}
	})
	w.Request(player.LiveRequest{Method: "GET", URL: "/feed", Resource: "sse"}, func(a playertest.Answer) { add(a.Text) })
	clicks := 0
	w.On("click go", func(*playback.Event) {
		clicks++
		w.After(220, func() {
			if clicks == 3 {
				clicks = 0
				w.Log("log", "3 clicks")
			}
		})
		add("!")
	})
	w.After(131, func() { add("T") })
}

func TestMessagesComeAtTheirLines(t *testing.T) {
	p, _ := start(t, playertest.File(stream), streamApp, player.Options{})
	run(t, p, `
		to w1 -> w1 goto
		eval log -> ""
		next -> s1 step
		eval log -> "a"
		next -> w2 step
		next -> c1 step
		eval log -> "ab"
		break w4
		continue -> w4 breakpoint #1
		eval log -> "ab!cdT"
		next -> c2 step
		eval log -> "ab!cdTe"
		back -> c1 step
		eval log -> "ab"
		continue -> w4 breakpoint #1`)
}

// Whatever the way to a position, the page there is the same.
func TestRandomWalks(t *testing.T) {
	for name, x := range map[string]struct {
		text string
		app  playertest.App
	}{"race": {playertest.RaceText, playertest.Shop}, "stream": {stream, streamApp}} {
		for seed := range uint64(20) {
			for _, memory := range []int{0, 300, 1000} {
				t.Run(fmt.Sprintf("%s %d %d MB", name, seed, memory), func(t *testing.T) {
					walk(t, playertest.File(x.text), x.app, rand.New(rand.NewPCG(seed, 1)), player.Options{CheckpointMemory: memory})
				})
			}
		}
	}
}

// settled reports whether the state at the cursor depends on the position alone: inside a stretch, a stop at an error
// or at an effect that came late may stand between two lines.
func settled(p *player.Player) bool {
	c := p.Cursor()
	return c == p.Pos() && (c == p.File().Len() || p.File().Kind(c).Action())
}

func walk(t *testing.T, f *playback.File, app playertest.App, r *rand.Rand, o player.Options) {
	p, _ := start(t, f, app, o)
	states := map[int]string{}
	kinds := []player.MoveKind{
		player.Next, player.Next, player.StepIn, player.StepIn, player.StepOut, player.Continue, player.StepBack,
		player.ReverseContinue, player.RunTo, player.Restart,
	}
	var trail []string
	for range 60 {
		if r.IntN(6) == 0 {
			setRandom(p, f, r)
		}
		m := player.Move{Kind: kinds[r.IntN(len(kinds))], Pos: r.IntN(f.Len() + 1)}
		s := do(t, p, m)
		trail = append(trail, fmt.Sprintf("%v->%d/%d %s", m, s.Pos, p.Cursor(), s.Reason))
		if !settled(p) || p.Cursor() == 0 {
			continue
		}
		page, err := p.Ready(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		h, err := page.Hash(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if was, ok := states[p.Cursor()]; ok && was != h {
			t.Fatalf("another state at %d after\n%s", p.Cursor(), strings.Join(trail, "\n"))
		}
		states[p.Cursor()] = h
	}
	if len(states) < 3 {
		t.Errorf("the walk saw %d positions only", len(states))
	}
}

func setRandom(p *player.Player, f *playback.File, r *rand.Rand) {
	var list []player.Break
	for i := range r.IntN(4) {
		b := player.Break{ID: i, Pos: r.IntN(f.Len())}
		if r.IntN(3) == 0 {
			b.Condition = "event.t > 300"
		}
		if r.IntN(3) == 0 {
			b.Hit = ">=1"
		}
		list = append(list, b)
	}
	p.SetBreaks(list)
	var filters []player.Filter
	for _, name := range player.FilterNames() {
		if r.IntN(4) == 0 {
			filters = append(filters, player.Filter{Name: name})
		}
	}
	p.SetFilters(filters)
}

// What Next visits, StepBack visits the other way round.
func TestBackMirrorsNext(t *testing.T) {
	for name, x := range map[string]struct {
		text string
		app  playertest.App
	}{"race": {playertest.RaceText, playertest.Shop}, "stream": {stream, streamApp}} {
		t.Run(name, func(t *testing.T) {
			p, _ := start(t, playertest.File(x.text), x.app, player.Options{CheckpointMemory: 500})
			forward, hashes := []int{0}, map[int]string{}
			for p.Pos() < p.File().Len() {
				s := do(t, p, player.Move{Kind: player.Next})
				forward = append(forward, s.Pos)
				hashes[s.Pos] = hash(t, p)
			}
			var back []int
			for {
				back = append(back, p.Pos())
				if p.Pos() == 0 {
					break
				}
				do(t, p, player.Move{Kind: player.StepBack})
				if p.Pos() > 0 && hash(t, p) != hashes[p.Pos()] {
					t.Errorf("another state at %d", p.Pos())
				}
			}
			slices.Reverse(back)
			if !slices.Equal(forward, back) {
				t.Errorf("forward %v\nback reversed %v", forward, back)
			}
		})
	}
}

// What Continue visits with breakpoints and filters, ReverseContinue visits the other way round.
func TestReverseMirrorsContinue(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 2))
		f := playertest.Race()
		p, _ := start(t, f, playertest.Shop, player.Options{CheckpointMemory: 500 * int(seed%2)})
		setRandom(p, f, r)
		var forward, back []string
		for {
			s := do(t, p, player.Move{Kind: player.Continue})
			if s.Reason == player.End {
				break
			}
			forward = append(forward, stopText(p, s))
		}
		for {
			s := do(t, p, player.Move{Kind: player.ReverseContinue})
			if s.Reason == player.Entry {
				break
			}
			back = append(back, stopText(p, s))
		}
		slices.Reverse(back)
		if !slices.Equal(forward, back) {
			t.Errorf("seed %d: forward %v\nback reversed %v", seed, forward, back)
		}
	}
}

func hash(t *testing.T, p *player.Player) string {
	t.Helper()
	page, err := p.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h, err := page.Hash(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h
}
