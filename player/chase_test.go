package player_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

// taps is a session of n clicks, a second apart, on the third document from document on.
func taps(n, document int) string {
	var b strings.Builder
	b.WriteString("{\"playback\":1,\"app\":\"https://shop.example\"}\n{\"t\":0,\"ev\":\"open\",\"id\":\"o\",\"url\":\"https://shop.example/\"}\n")
	for i := range n {
		fmt.Fprintf(&b, "{\"t\":%d,\"ev\":\"click\",\"id\":\"c%d\",\"on\":{\"testid\":\"go\"}}\n", 1000+1000*i, i+1)
		if i+1 == document {
			fmt.Fprintf(&b, "{\"t\":%d,\"ev\":\"page\",\"id\":\"p\",\"url\":\"https://shop.example/\"}\n", 1000+1000*i+1)
		}
	}
	return b.String()
}

func counter(w *playertest.World) {
	w.Show("go", "Go")
	w.Vars["n"] = 0
	w.On("click go", func(*playback.Event) { w.Vars["n"] = w.Vars["n"].(int) + 1 })
}

// chased is a player of taps with its trace.
func chased(t *testing.T, text string, memory int) (*player.Player, *playertest.Stage, *[]string) {
	var ways []string
	hear := func(s string) { // without the time that it took
		if i := strings.LastIndexByte(s, ','); i >= 0 {
			s = s[:i]
		}
		ways = append(ways, s)
	}
	o := player.Options{CheckpointMemory: memory, Trace: hear}
	p, stage := start(t, playertest.File(text), counter, o)
	return p, stage, &ways
}

func rest(t *testing.T, p *player.Player) {
	t.Helper()
	if err := p.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What is ready behind the cursor is used, and made again.
func TestParkedPagesAreTheWayBack(t *testing.T) {
	p, stage, ways := chased(t, taps(200, 150), 2000)
	run(t, p, "to c180 -> c180 goto")
	rest(t, p)
	if n := stage.Live(); n != 8 { // the live one; 1, 3, 8, 20 and 100 before, the document's, at the start
		t.Errorf("%d pages are open", n)
	}
	run(t, p, "back -> c179 step\neval n -> 178")
	run(t, p, "to c161 -> c161 goto\neval n -> 160")
	rest(t, p)
	run(t, p, "to c155 -> c155 goto\neval n -> 154")
	near := regexp.MustCompile("^line 164 from a page parked at line 1[56][0-9], then 1?[0-9] actions$")
	for _, fits := range []func(string) bool{
		func(way string) bool { return way == "line 182 from a page that is parked there, then 0 actions" }, near.MatchString,
	} {
		if !slices.ContainsFunc(*ways, fits) {
			t.Errorf("the ways were\n%s", strings.Join(*ways, "\n"))
		}
	}
}

// A step back shows at once what was known there, and the page follows when it is asked for.
func TestStepBackFromTheJournal(t *testing.T) {
	p, stage, _ := chased(t, taps(40, 0), 100) // room for the live page alone
	run(t, p, "to c30 -> c30 goto")
	rest(t, p)
	opened := stage.Opened()
	for n := 29; n > 20; n-- {
		run(t, p, fmt.Sprintf("back -> c%d step", n))
		if p.Page() != nil || stage.Opened() != opened {
			t.Fatalf("at c%d a page was opened", n)
		}
	}
	run(t, p, "eval n -> 20\nnext -> c22 step\neval n -> 21")
	run(t, p, "back -> c21 step\nnext -> c22 step\neval n -> 21")
}

// What a journal shows is what is shown when a page comes there.
func TestTheJournalTellsWhatThePassTold(t *testing.T) {
	for name, x := range map[string]struct {
		text string
		app  playertest.App
	}{"race": {playertest.RaceText, playertest.Shop}, "stream": {stream, streamApp}} {
		t.Run(name, func(t *testing.T) {
			told := func(memory int) string {
				p, _ := start(t, playertest.File(x.text), x.app, player.Options{CheckpointMemory: memory})
				var b strings.Builder
				run := func(m player.MoveKind) player.Stop {
					s := do(t, p, player.Move{Kind: m})
					recorded, live := p.Failures()
					fmt.Fprintln(&b, s.Pos, s.Reason, p.Verdict(), p.Divergences(), len(recorded), live, p.Blocked())
					for pos := range p.File().Len() {
						fmt.Fprint(&b, p.Live(pos) != nil, len(p.Extra(pos)), " ")
					}
					return s
				}
				for run(player.Next).Reason != player.End {
				}
				for run(player.StepBack).Pos > 0 {
				}
				return b.String()
			}
			if with, without := told(90), told(0); with != without {
				t.Errorf("with\n%s\nwithout\n%s", with, without)
			}
		})
	}
}

// What a page showed before answers were changed, or before a restart, is never shown again.
func TestChangesThrowParkedPagesAway(t *testing.T) {
	p, stage, _ := chased(t, taps(40, 0), 1000)
	run(t, p, "to c30 -> c30 goto")
	rest(t, p)
	if err := p.Allow("https://shop.example/*"); err != nil {
		t.Fatal(err)
	}
	if n := stage.Live(); n != 0 {
		t.Errorf("%d pages are open after Allow", n)
	}
	run(t, p, "restart -> o entry")
	if n := stage.Live(); n != 1 {
		t.Errorf("%d pages are open after Restart", n)
	}
}

// What may reach a real server is asked only where a person goes.
func TestNothingIsChasedWithLiveRequests(t *testing.T) {
	o := player.Options{CheckpointMemory: 1000, Live: []string{"POST https://shop.example/*"}}
	p, stage := start(t, playertest.File(taps(40, 0)), counter, o)
	run(t, p, "to c30 -> c30 goto")
	rest(t, p)
	if n := stage.Opened(); n != 1 {
		t.Errorf("%d pages were opened", n)
	}
	run(t, p, "back -> c29 step\neval n -> 28")
	if n := stage.Opened(); n != 2 {
		t.Errorf("%d pages were opened after a step back", n)
	}
}

// The memory that the browser takes bounds the pages; without room for one more, none is opened.
func TestMemoryBoundsParkedPages(t *testing.T) {
	for memory, want := range map[int]int{100: 1, 250: 3, 10_000: 7} {
		p, stage, _ := chased(t, taps(200, 0), memory)
		run(t, p, "to c180 -> c180 goto")
		rest(t, p)
		if n := stage.Live(); n != want {
			t.Errorf("%d MB: %d pages, want %d", memory, n, want)
		}
	}
}

// A page that cannot be opened in the background costs nothing but speed.
func TestChasingFails(t *testing.T) {
	p, stage, _ := chased(t, taps(40, 0), 1000)
	run(t, p, "to c30 -> c30 goto")
	rest(t, p)
	stage.OnOpen = func() error { return errors.New("no memory") }
	run(t, p, "back -> c29 step\neval n -> 28\nback -> c28 step")
	rest(t, p)
	stage.OnOpen = nil
	run(t, p, "to c2 -> c2 goto\neval n -> 1\ncontinue -> end matched\nback -> c40 step\neval n -> 39")
}

// A page is kept ready where a person has named a place.
func TestNamedCheckpoints(t *testing.T) {
	text := taps(60, 0) + "{\"t\":70000,\"ev\":\"checkpoint\",\"id\":\"k\",\"name\":\"paid\"}\n{\"t\":80000,\"ev\":\"click\",\"id\":\"z\",\"on\":{\"testid\":\"go\"}}\n"
	p, _, ways := chased(t, text, 1000)
	run(t, p, "to c7 -> c7 goto")
	if err := p.SetCheckpoint("before"); err != nil {
		t.Fatal(err)
	}
	if err := p.SetCheckpoint("paid"); err == nil {
		t.Error("a checkpoint of the file was moved")
	}
	run(t, p, "to c60 -> c60 goto")
	rest(t, p)
	run(t, p, "to c7 -> c7 goto\neval n -> 6")
	if want := "line 9 from a page that is parked there, then 0 actions"; !slices.Contains(*ways, want) {
		t.Errorf("no way %q in %q", want, *ways)
	}
	var names []string
	for _, c := range p.Checkpoints() {
		names = append(names, fmt.Sprint(c.Name, " ", p.File().ID(c.Pos)))
	}
	if got := strings.Join(names, ", "); got != "before c7, paid k" {
		t.Errorf("checkpoints: %s", got)
	}
}

// gauged is a stage whose browser takes as much memory as its pages do.
type gauged struct {
	*playertest.Stage
	page int64 // bytes
}

func (g gauged) Memory() int64 { return int64(g.Live()) * g.page }

// Pages of an app that takes much are not opened and closed again at each stop.
func TestLargePagesAreNotOpenedForEver(t *testing.T) {
	stage := gauged{&playertest.Stage{App: counter}, 200 << 20}
	p, err := player.New(playertest.File(taps(60, 0)), stage, player.Options{App: local, CheckpointMemory: 1090})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if _, err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	run(t, p, "to c30 -> c30 goto")
	rest(t, p)
	opened := stage.Opened()
	for n := 31; n < 51; n++ {
		run(t, p, fmt.Sprintf("next -> c%d step", n))
		rest(t, p)
		if n := stage.Live(); n > 5 {
			t.Errorf("%d pages are open", n)
		}
	}
	if more := stage.Opened() - opened; more > 1 {
		t.Errorf("%d pages were opened in 20 steps", more)
	}
}

// Who steps back quickly has the page come all the same: what it has done on its way is kept, however little room there is.
func TestThePageOnItsWayIsKept(t *testing.T) {
	clicked := func() {}
	app := func(w *playertest.World) {
		counter(w)
		w.On("click go", func(*playback.Event) {
			w.Vars["n"] = w.Vars["n"].(int) + 1
			if w.Vars["n"] == 10 {
				clicked()
			}
		})
	}
	p, stage := start(t, playertest.File(taps(40, 0)), app, player.Options{CheckpointMemory: 1})
	run(t, p, "to c30 -> c30 goto\nback -> c29 step")
	rest(t, p)
	opened := stage.Opened()
	ctx, cancel := context.WithCancel(t.Context())
	clicked = func() { // a move comes
		cancel()
		for range 100_000 {
			runtime.Gosched() // it is heard of in a goroutine of its own
		}
	}
	if _, err := p.Ready(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("the page is there already: %v", err)
	}
	rest(t, p)
	run(t, p, "back -> c28 step")
	rest(t, p)
	run(t, p, "eval n -> 27")
	if n := stage.Opened() - opened; n != 1 {
		t.Errorf("%d pages were opened on the way", n)
	}
}

// A move does not wait for a page in the background that is slow to open when it is given up.
func TestAMoveThatIsGivenUpWaitsForNoPage(t *testing.T) {
	p, stage, _ := chased(t, taps(40, 0), 1000)
	opening, open := make(chan struct{}), make(chan struct{})
	stage.OnOpen = func() error {
		opening <- struct{}{}
		<-open
		return nil
	}
	run(t, p, "to c30 -> c30 goto")
	<-opening
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Do(ctx, player.Move{Kind: player.RunTo, Pos: 0}); !errors.Is(err, context.Canceled) && err != nil {
		t.Error(err)
	}
	if _, err := p.Ready(ctx); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, player.ErrNoPage) {
		t.Error(err)
	}
	go func() {
		for range opening {
		}
	}()
	close(open)
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	close(opening)
}

// A preview that is interrupted while the page is on its way leaves the player where it stands.
func TestAnInterruptedPreview(t *testing.T) {
	p, _, _ := chased(t, taps(40, 0), 100)
	run(t, p, "to c30 -> c30 goto\nback -> c29 step")
	p.Interrupt()
	if _, err := p.Preview(t.Context(), 10); err == nil {
		t.Fatal("it was not interrupted")
	}
	run(t, p, "eval n -> 28\nnext -> c30 step")
}

// An interrupt that comes when its move has ended is not for the next one.
func TestALateInterrupt(t *testing.T) {
	p, _, _ := chased(t, taps(40, 0), 100)
	run(t, p, "to c30 -> c30 goto\nback -> c29 step")
	p.Interrupt()
	p.Uninterrupt()
	run(t, p, "next -> c30 step\neval n -> 29")
}

// With answers of people, too, pages are ready behind the cursor.
func TestParkedPagesWithAnswersOfPeople(t *testing.T) {
	var ways []string
	app := func(w *playertest.World) {
		counter(w)
		w.Vars["status"] = 0
		w.Fetch("GET", "/new", "", func(a playertest.Answer) { w.Vars["status"] = a.Status })
	}
	o := player.Options{CheckpointMemory: 1000, Trace: func(s string) { ways = append(ways, s) }}
	p, _ := start(t, playertest.File(taps(40, 0)), app, o)
	run(t, p, "to c30 -> c30 goto\neval status -> 0")
	p.Author(&p.Blocked()[0], player.Reply{Status: 201})
	run(t, p, "to c30 -> c30 goto\neval status -> 201\nnext -> c31 step")
	rest(t, p)
	run(t, p, "back -> c30 step\neval n -> 29\neval status -> 201")
	if way := ways[len(ways)-1]; !strings.HasPrefix(way, "line 32 from a page that is parked there, ") {
		t.Errorf("the way was %s", way)
	}
}
