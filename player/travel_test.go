package player_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

// What is shown before the page is there is what the page has brought when it comes, whatever was found out later.
func TestTheJournalShowsWhatThePageBrings(t *testing.T) {
	kinds := []player.MoveKind{
		player.Next, player.Next, player.Next, player.StepIn, player.Continue, player.StepBack, player.StepBack, player.StepBack,
		player.RunTo, player.ReverseContinue,
	}
	shown := 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 5))
		f := playertest.File(generate(r, 40))
		p, _ := start(t, f, lively(seed), player.Options{CheckpointMemory: []int{1, 100, 1000}[r.IntN(3)]})
		var trail []string
		for range 60 {
			if r.IntN(8) == 0 {
				setRandom(p, f, r)
			}
			m := player.Move{Kind: kinds[r.IntN(len(kinds))], Pos: r.IntN(f.Len() + 1)}
			s := do(t, p, m)
			trail = append(trail, fmt.Sprintf("%v -> %d/%d %s", m, s.Pos, p.Cursor(), s.Reason))
			if p.Page() != nil || r.IntN(3) == 0 {
				continue
			}
			journal := told(p)
			if _, err := p.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			page := told(p)
			if len(lacks(journal, page))+len(lacks(page, journal)) > 0 {
				t.Fatalf("seed %d\n%s\nthe journal alone has\n%s\nthe page alone has\n%s", seed, strings.Join(trail, "\n"),
					strings.Join(lacks(journal, page), "\n"), strings.Join(lacks(page, journal), "\n"))
			}
			shown++
		}
	}
	if shown < 100 {
		t.Errorf("the journal was shown %d times", shown)
	}
}

// Breakpoints that are set while the page is on its way count.
func TestBreakpointsAreSetWhileThePageIsOnItsWay(t *testing.T) {
	p, _, _ := chased(t, taps(40, 0), 100)
	run(t, p, "to c30 -> c30 goto\nback -> c29 step")
	if p.Page() != nil {
		t.Fatal("the page is there already")
	}
	run(t, p, "break c28\nbreak c20 hit >=1\nback -> c28 step #1\nreverse -> c20 breakpoint #2")
}

// Where only the file decides, going back to a breakpoint leads to where a run with conditions that hold would stop.
func TestReverseGoesWhereARunStops(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 6))
		f := playertest.File(generate(r, 30))
		app := lively(seed)
		if seed%2 == 0 { // nothing that a filter stops for
			app = func(w *playertest.World) { w.Show("go", "Go") }
		}
		plain, _ := start(t, f, app, player.Options{CheckpointMemory: 1000 * int(seed%3)})
		asked, _ := start(t, f, app, player.Options{})
		var trail []string
		for range 20 {
			if r.IntN(3) == 0 {
				list := anywhere(f, r)
				plain.SetBreaks(list)
				for i := range list {
					if list[i].Pos > 0 { // nothing is asked there
						list[i].Condition = "true"
					}
				}
				asked.SetBreaks(list)
				trail = append(trail, fmt.Sprintf("%+v", list))
			}
			m := player.Move{Kind: []player.MoveKind{player.Next, player.RunTo, player.StepIn, player.ReverseContinue}[r.IntN(4)], Pos: r.IntN(f.Len() + 1)}
			a, b := do(t, plain, m), do(t, asked, m)
			if m.Kind != player.ReverseContinue || a.Reason == player.Entry {
				a.Breaks, b.Breaks = nil, nil // those with conditions do not stand
			}
			trail = append(trail, fmt.Sprintf("%v -> %s, %s", m, stopText(plain, a), stopText(asked, b)))
			if stopText(plain, a) != stopText(asked, b) || plain.Cursor() != asked.Cursor() {
				t.Fatalf("seed %d\n%s", seed, strings.Join(trail, "\n"))
			}
		}
	}
}

// anywhere sets breakpoints at random: most of them where the file alone says when they stop.
func anywhere(f *playback.File, r *rand.Rand) []player.Break {
	var list []player.Break
	for i := range r.IntN(5) {
		b := player.Break{ID: i % 3, Pos: []int{0, f.Len() - 1, r.IntN(f.Len()), r.IntN(f.Len())}[r.IntN(4)]}
		b.Hit = []string{"", "", "", "1", ">1", "%2", ">=2", "<2"}[r.IntN(8)]
		if r.IntN(4) == 0 {
			b.Log = "here"
		}
		for r.IntN(4) > 0 && b.Pos > 0 && f.Kind(b.Pos).Effect() && f.Kind(b.Pos) != playback.Res {
			b.Pos--
		}
		list = append(list, b)
	}
	return list
}

// Event breakpoints stand on any number of lines; counted anew at each of them, these would take 20 s.
func TestReverseOverManyBreakpoints(t *testing.T) {
	const n = 50_000
	p, _, _ := chased(t, taps(100, 0), 100)
	run(t, p, "to c60 -> c60 goto")
	list := make([]player.Break, n)
	for i := range list {
		list[i] = player.Break{ID: 1, Pos: 1 + i%99, Hit: fmt.Sprint(n)} // all of them are counted at each
	}
	p.SetBreaks(list)
	run(t, p, "reverse -> o entry")
}
