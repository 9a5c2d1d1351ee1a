package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"restep/player"
	"restep/player/chrome"
	"restep/player/playback"
)

// stateful is what a page in a real browser tells beside its hash.
type stateful interface {
	State(context.Context) (string, error)
}

// TestExactWalks walks at random through the recorded apps, in every direction: whatever the way to a position, the page
// there is the same. RESTEP_EXACT is the number of stops at which states are compared, on ways that differ from run to run
// (unset: 42, on the same ways); RESTEP_SEED makes it the walks of an earlier run.
func TestExactWalks(t *testing.T) {
	stops, otherwise := fromEnv(t, "RESTEP_EXACT", 42), 12899693
	if os.Getenv("RESTEP_EXACT") != "" {
		otherwise = int(time.Now().UnixNano() & 0xffffff)
	}
	seed := fromEnv(t, "RESTEP_SEED", otherwise)
	t.Logf("RESTEP_SEED=%d", seed)
	_, url := serveExact(t)
	stage := startBrowser(t)
	apps := exactApps()
	total, revisits := 0, 0
	begin := time.Now()
	for i, app := range apps {
		t.Run(app.name, func(t *testing.T) {
			f := openExact(t, filepath.Join(exact, app.name+".playback"))
			w := &walker{t: t, r: rand.New(rand.NewPCG(uint64(seed), uint64(i))), states: map[int]string{}}
			w.walk(stage, f, url, (stops+len(apps)-1)/len(apps))
			total, revisits = total+w.stops, revisits+w.again
		})
	}
	t.Logf("%d stops over %d apps, %d at positions that were seen before, in %v", total, len(apps), revisits, time.Since(begin).Round(time.Second))
}

func fromEnv(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func openExact(t *testing.T, name string) *playback.File {
	t.Helper()
	f, err := playback.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// walker walks through one file.
type walker struct {
	t      *testing.T
	r      *rand.Rand
	p      *player.Player
	f      *playback.File
	states map[int]string // by position
	trail  []string
	stops  int // at which the state was looked at
	again  int // those of them that had been seen before
}

func (w *walker) walk(stage *chrome.Browser, f *playback.File, app string, stops int) {
	w.t.Helper()
	p, err := player.New(f, stage, player.Options{App: app})
	if err != nil {
		w.t.Fatal(err)
	}
	defer p.Close()
	w.p, w.f = p, f
	if _, err := p.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	for w.stops < stops && !w.t.Failed() {
		if w.r.IntN(5) == 0 {
			w.setRandom()
		}
		m := w.move()
		stop, err := p.Do(w.t.Context(), m)
		if err != nil {
			w.t.Fatalf("%v: %v\n%s", m, err, strings.Join(w.trail, "\n"))
		}
		w.trail = append(w.trail, fmt.Sprintf("%s %d -> %d/%d %s", moveNames[m.Kind], m.Pos, stop.Pos, p.Cursor(), stop.Reason))
		w.look()
	}
}

var moveNames = map[player.MoveKind]string{
	player.Next: "next", player.StepBack: "stepBack", player.Continue: "continue", player.ReverseContinue: "reverseContinue",
	player.RunTo: "runTo", player.Restart: "restart",
}

// move is one of all moves; going to a position is where the state is looked at, and often near by.
func (w *walker) move() player.Move {
	kinds := []player.MoveKind{
		player.Next, player.Next, player.Next, player.StepBack, player.StepBack, player.Continue, player.ReverseContinue, player.RunTo, player.RunTo,
	}
	m := player.Move{Kind: kinds[w.r.IntN(len(kinds))]}
	if w.r.IntN(25) == 0 {
		m.Kind = player.Restart
	}
	if m.Kind != player.RunTo {
		return m
	}
	m.Pos = w.r.IntN(w.f.Len() + 1)
	if near := w.p.Cursor() + w.r.IntN(40) - 20; w.r.IntN(2) == 0 && near >= 0 && near <= w.f.Len() {
		m.Pos = near
	}
	for m.Pos < w.f.Len() && !w.f.Kind(m.Pos).Action() {
		m.Pos++
	}
	return m
}

// setRandom sets other breakpoints and exception filters.
func (w *walker) setRandom() {
	var list []player.Break
	for i := range w.r.IntN(5) {
		b := player.Break{ID: i, Pos: w.r.IntN(w.f.Len())}
		switch w.r.IntN(4) {
		case 0:
			b.Condition = "event.t > 500"
		case 1:
			b.Hit = ">=1"
		}
		list = append(list, b)
	}
	w.p.SetBreaks(list)
	var filters []player.Filter
	for _, name := range player.FilterNames() {
		if w.r.IntN(4) == 0 {
			filters = append(filters, player.Filter{Name: name})
		}
	}
	w.p.SetFilters(filters)
	w.trail = append(w.trail, fmt.Sprintf("breakpoints %+v, filters %+v", list, filters))
}

// look compares the state with that of the first visit, where the position determines it: inside a stretch, a stop at an
// error or at an effect that came late may stand between two lines.
func (w *walker) look() {
	w.t.Helper()
	c := w.p.Cursor()
	if c != w.p.Pos() || c == 0 || c < w.f.Len() && !w.f.Kind(c).Action() {
		return
	}
	text := stateOf(w.t, w.p)
	was, seen := w.states[c]
	w.states[c] = text
	w.stops++
	if seen {
		w.again++
	}
	if seen && was != text {
		w.t.Errorf("another state at position %d:\n%s\nthe way there:\n%s", c, difference(was, text), strings.Join(w.trail, "\n"))
	}
}

func stateOf(t *testing.T, p *player.Player) string {
	t.Helper()
	text, err := p.Page().(stateful).State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// difference shows where two states part, with what is around it, elements on lines of their own.
func difference(a, b string) string {
	lines := func(s string) []string {
		return strings.Split(strings.NewReplacer("\n>", ">", "\n<", "<", "<li>", "\n<li>").Replace(s), "\n")
	}
	x, y := lines(a), lines(b)
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	around := func(l []string) string { return strings.Join(l[max(0, i-5):min(len(l), i+12)], "\n  ") }
	return fmt.Sprintf("first visit:\n  %s\nnow:\n  %s", around(x), around(y))
}
