package player_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

func TestRaceReproduces(t *testing.T) {
	p, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
	run(t, p, "continue -> end reproduced\ncontinue -> end reproduced\nnext -> end reproduced")
	r, err := p.Result(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != playback.Reproduced || r.Actions != 7 || r.Unanswered != 0 || r.Missing != 0 || len(r.Divergences) != 0 {
		t.Errorf("result: %+v", r)
	}
	if len(r.Failures.Recorded) != 2 || len(r.Failures.Live) != 2 || r.Failures.Live[0].ID != "e15" || r.Failures.Live[1].Kind != "bug" {
		t.Errorf("failures: %+v", r.Failures)
	}
}

func TestRaceIsGoneInTheFixedApp(t *testing.T) {
	p, _ := start(t, playertest.Race(), playertest.FixedShop, player.Options{})
	run(t, p, "continue -> end gone\neval paid -> true")
	for _, d := range p.Divergences() {
		if d.Blocking {
			t.Errorf("blocks: %+v", d)
		}
	}
}

// A player that awaited every answer before the next action would not see the bug: here the answer that comes too late
// is moved before the click that the recording has before it.
func TestRaceNeedsTheRecordedOrder(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(playertest.RaceText), "\n")
	var early []string
	late := ""
	for _, l := range lines {
		if strings.Contains(l, `"id":"e13"`) {
			late = strings.Replace(l, `"t":1250`, `"t":950`, 1)
		}
	}
	for _, l := range lines {
		if strings.Contains(l, `"id":"e13"`) {
			continue
		}
		early = append(early, l)
		if strings.Contains(l, `"id":"e7"`) {
			early = append(early, late)
		}
	}
	p, _ := start(t, playertest.File(strings.Join(early, "\n")+"\n"), playertest.Shop, player.Options{})
	run(t, p, "continue -> end gone")
}

func TestStepping(t *testing.T) {
	for name, script := range map[string]string{
		"next visits actions": `
			next -> e5 step
			eval cart.total -> 120
			next -> e6 step
			next -> e8 step
			next -> e11 step
			next -> e14 step
			next -> e17 step
			next -> end reproduced`,
		"in visits effects": `
			in -> e2 step
			in -> e3 step
			eval cart.total -> undefined
			in -> e4 step
			eval cart.total -> undefined
			in -> e5 step
			eval cart.total -> 120`,
		"next on an effect goes to the next effect": `
			to e12 -> e12 goto
			next -> e13 step
			next -> e14 step`,
		"out of effects to the next action, from there to the end of the page": `
			in -> e2 step
			out -> e5 step
			out -> end reproduced`,
		"back mirrors next": `
			to e14 -> e14 goto
			back -> e11 step
			back -> e8 step
			eval quote.price -> undefined
			to e13 -> e13 goto
			back -> e12 step
			back -> e11 step
			eval quote.price -> 110
			back -> e8 step
			back -> e6 step
			back -> e5 step
			back -> e1 step
			back -> e1 entry
			back -> e1 entry
			next -> e5 step`,
		"back from the end": `
			continue -> end reproduced
			back -> e17 step
			eval paid -> false
			back -> e14 step
			next -> e17 step`,
		"goto goes both ways": `
			to e13 -> e13 goto
			eval quote.price -> 110
			to e5 -> e5 goto
			to e5 -> e5 goto
			to end -> end reproduced
			to e1 -> e1 goto`,
		"skip does not run what lies between": `
			next -> e5 step
			skip e14 -> e14 goto
			touched -> true
			eval quote -> {}
			next -> e17 step
			continue -> end
			back -> e17 step
			touched -> false
			eval quote.price -> 120`,
		"skip back asks again": `
			to e11 -> e11 goto
			skip e8 -> e8 goto
			next -> e11 step
			eval quote.price -> 110`,
		"restart": `
			to e14 -> e14 goto
			restart -> e1 entry
			next -> e5 step`,
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
			run(t, p, script)
		})
	}
}

func TestBreakpoints(t *testing.T) {
	for name, script := range map[string]string{
		"on an action, an answer and an effect": `
			break e8
			break e10
			break e12
			continue -> e8 breakpoint #1
			continue -> e10 breakpoint #2
			eval quote.price -> undefined
			continue -> e12 breakpoint #3
			eval quote.price -> 110
			reverse -> e10 breakpoint #2
			eval quote.price -> undefined
			reverse -> e8 breakpoint #1
			reverse -> e1 entry
			reverse -> e1 entry`,
		"a stop on a request holds its answer": `
			break e9
			continue -> e9 breakpoint #1
			eval quote -> {}
			next -> e10 step
			next -> e11 step
			eval quote.price -> 110`,
		"conditions see the line and what was live": `
			break e10 if event.status == 500
			break e9 if live.method == 'GET' && event.id == 'e9'
			break e13 if quote.price == 110
			continue -> e9 breakpoint #2
			continue -> e13 breakpoint #3
			continue -> end reproduced
			reverse -> e13 breakpoint #3
			reverse -> e9 breakpoint #2
			reverse -> e1 entry`,
		"set later, they count when going back": `
			to e17 -> e17 goto
			break e8
			break e11 if quote.price == 110
			reverse -> e11 breakpoint #2
			reverse -> e8 breakpoint #1`,
		"mere steps are no stops": `
			next -> e5 step
			next -> e6 step
			reverse -> e1 entry`,
		"a condition that throws does not stop": `
			break e8 if nonsense.x
			break e14
			continue -> e14 breakpoint #2`,
		"a broken hit condition does not stop": `
			break e8 hit x
			continue -> end reproduced`,
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
			run(t, p, script)
		})
	}
}

// Breaks of one ID count together, from the start of the recording, whichever way the cursor came.
func TestHitCounts(t *testing.T) {
	breaks := func(p *player.Player, hit, cond string) {
		var list []player.Break
		for pos := range p.File().Len() {
			if p.File().Kind(pos) == playback.Click {
				list = append(list, player.Break{ID: 7, Pos: pos, Hit: hit, Condition: cond})
			}
		}
		p.SetBreaks(list)
	}
	for _, c := range []struct {
		hit, cond string
		want      []string // forward
	}{
		{"3", "", []string{"e11"}},
		{"==2", "", []string{"e8"}},
		{">3", "", []string{"e14", "e17"}},
		{">=4", "", []string{"e14", "e17"}},
		{"<3", "", []string{"e6", "e8"}},
		{"<=1", "", []string{"e6"}},
		{"%2", "", []string{"e8", "e14"}},
		{"2", "quote.price == 120 || quote.price == 110", []string{"e14"}},
	} {
		t.Run(c.hit+" "+c.cond, func(t *testing.T) {
			p, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
			breaks(p, c.hit, c.cond)
			for _, id := range c.want {
				run(t, p, "continue -> "+id+" breakpoint #7")
			}
			run(t, p, "continue -> end reproduced")
			for i := len(c.want) - 1; i >= 0; i-- {
				run(t, p, "reverse -> "+c.want[i]+" breakpoint #7")
			}
			run(t, p, "reverse -> e1 entry")

			late, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
			run(t, late, "to e11 -> e11 goto")
			breaks(late, c.hit, c.cond)
			want := "end reproduced"
			if i := slices.IndexFunc(c.want, func(id string) bool { return id == "e14" || id == "e17" }); i >= 0 {
				want = c.want[i] + " breakpoint #7"
			}
			run(t, late, "continue -> "+want)
		})
	}
}

func TestFilters(t *testing.T) {
	for name, script := range map[string]string{
		"uncaught stops on the failing line": `
			filter uncaught
			continue -> e15 exception uncaught
			eval paid -> false
			continue -> e16 exception uncaught
			continue -> end reproduced
			reverse -> e16 exception uncaught
			reverse -> e15 exception uncaught
			reverse -> e1 entry`,
		"back from a failure goes to its action": `
			filter uncaught
			continue -> e15 exception uncaught
			back -> e14 step
			eval quote.price -> 120
			back -> e11 step
			eval quote.price -> 110`,
		"next stops at failures too": `
			filter uncaught
			to e14 -> e14 goto
			next -> e15 exception uncaught
			next -> e16 step
			next -> e16 exception uncaught
			next -> e17 step`,
		"a condition": `
			filter uncaught event.name == 'RangeError'
			continue -> end reproduced`,
		"a breakpoint on the failing line is told in the same stop": `
			filter uncaught
			break e15
			continue -> e15 exception uncaught #1
			clear
			continue -> end reproduced`,
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
			run(t, p, script)
		})
	}
}

func TestFailureOfTheStop(t *testing.T) {
	p, _ := start(t, playertest.Race(), playertest.Shop, player.Options{})
	p.SetFilters([]player.Filter{{Name: "uncaught"}})
	s := do(t, p, player.Move{Kind: player.Continue})
	if f := s.Failure; f == nil || f.Kind != "error" || f.Name != "TypeError" || !f.Recorded || f.After != "e14" {
		t.Errorf("failure: %+v", s.Failure)
	}
	if s.Text != "TypeError: Cannot read properties of undefined (reading 'length')" {
		t.Errorf("text: %s", s.Text)
	}
}

func TestErrors(t *testing.T) {
	stage := &playertest.Stage{App: playertest.Shop}
	late := playertest.File(strings.Replace(playertest.RaceText, `"t":900,`, `"t":1e13,`, 1))
	if _, err := player.New(late, stage, player.Options{App: local}); err == nil || !strings.Contains(err.Error(), "event e6 (line 8): t is 10000000000000 ms") {
		t.Errorf("a time in 300 years: %v", err)
	}
	p, err := player.New(playertest.Race(), stage, player.Options{App: local})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Do(t.Context(), player.Move{Kind: player.Next}); err != player.ErrNotStarted {
		t.Errorf("before Start: %v", err)
	}
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Do(t.Context(), player.Move{Kind: player.RunTo, Pos: 999}); err == nil {
		t.Error("a position outside of the file is accepted")
	}
	if err := p.Override(player.Answer{Pos: 0}); err == nil {
		t.Error("an action is overridden as an answer")
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Do(context.Background(), player.Move{Kind: player.Next}); err != player.ErrClosed {
		t.Errorf("after Close: %v", err)
	}
}
