package culprit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/player/playertest"
)

// TestGroups lists what is tried together in a session with a detour, a second tab and a field that is emptied again.
func TestGroups(t *testing.T) {
	s, err := newScript(playertest.File(`{"playback":1,"app":"https://shop.example"}
{"t":0,"ev":"open","id":"a0","tab":"A","url":"https://shop.example/"}
{"t":100,"ev":"type","id":"a1","tab":"A","on":{"testid":"search"},"text":"x"}
{"t":200,"ev":"click","id":"a2","tab":"A","on":{"testid":"help"}}
{"t":201,"ev":"route","id":"r1","tab":"A","url":"https://shop.example/help"}
{"t":300,"ev":"click","id":"a3","tab":"A","on":{"testid":"topic"}}
{"t":400,"ev":"back","id":"a4","tab":"A"}
{"t":401,"ev":"route","id":"r2","tab":"A","url":"https://shop.example/"}
{"t":500,"ev":"click","id":"a5","tab":"A","on":{"testid":"terms"}}
{"t":600,"ev":"click","id":"a6","tab":"B","on":{"testid":"agree"}}
{"t":700,"ev":"tab","id":"a7","tab":"A","op":"switch"}
{"t":800,"ev":"key","id":"a8","tab":"A","on":{"testid":"search"},"key":"Backspace"}
{"t":900,"ev":"click","id":"a9","tab":"A","on":{"testid":"pay"}}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	groups := s.groups(upTo(10), map[int]int{0: 1, 5: 6})
	for _, want := range [][]int{
		{2, 3, 4}, // to the help and back
		{5, 6, 7}, // the other tab, with what opened it and what left it
		{1, 8},    // what was typed, and what took it away
		{0, 1},    // what nothing goes on without, and that
		{4, 9},    // any two that the rest goes on without
	} {
		if !slices.ContainsFunc(groups, func(g []int) bool { return slices.Equal(g, want) }) {
			t.Errorf("%v is not among %v", want, groups)
		}
	}
	for _, g := range groups {
		if len(g) == 2 && (g[0] == 0 && g[1] != 1) {
			t.Errorf("without %d the rest is lost at 1, and %v is tried", g[0], g)
		}
	}
}

// TestMinimizePairs has actions that only make sense together: a box that is ticked and unticked, a dialog that is opened and
// closed, a page that is visited and left. None can go alone, and none is needed.
func TestMinimizePairs(t *testing.T) {
	app := func(w *playertest.World) {
		for _, name := range []string{"gift", "about", "close", "note", "undo", "pay"} {
			w.Show(name, name)
			w.On("click "+name, func(*playback.Event) {})
		}
		gift, open, note := false, false, ""
		w.On("click gift", func(*playback.Event) { gift = !gift })
		w.On("click about", func(*playback.Event) { open = true })
		w.On("click close", func(*playback.Event) { open = false })
		w.On("type note", func(e *playback.Event) { note += e.Text })
		w.On("click undo", func(*playback.Event) { note = strings.TrimSuffix(note, "x") })
		w.On("click pay", func(*playback.Event) {
			if !gift && !open && note == "" {
				w.Throw("TypeError", "the one")
			}
		})
	}
	f := playertest.File(`{"playback":1,"app":"https://shop.example"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/"}
{"t":100,"ev":"click","id":"e2","on":{"testid":"gift"}}
{"t":200,"ev":"type","id":"e3","on":{"testid":"note"},"text":"x"}
{"t":300,"ev":"click","id":"e4","on":{"testid":"about"}}
{"t":400,"ev":"click","id":"e5","on":{"testid":"undo"}}
{"t":500,"ev":"click","id":"e6","on":{"testid":"close"}}
{"t":600,"ev":"click","id":"e7","on":{"testid":"gift"}}
{"t":700,"ev":"click","id":"e8","on":{"testid":"pay"}}
{"t":701,"ev":"error","id":"e9","cause":"e8","name":"TypeError","message":"the one"}
`)
	for _, jobs := range []int{1, 3} {
		m, err := Minimize(t.Context(), lab(app), f, MinimizeOptions{Jobs: jobs})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := actionIDs(m.File), "e1 e8"; got != want || !m.Complete {
			t.Errorf("needed: %s, want %s", got, want)
		}
		t.Logf("%d jobs: %d runs", jobs, m.Runs)
	}
}

// TestMinimizeLostPage has parts in which the page crashes: they do not count, and the search goes on.
func TestMinimizeLostPage(t *testing.T) {
	app := func(w *playertest.World) {
		till(w)
		typed := false
		w.On("type email", func(*playback.Event) { typed = true })
		w.On("click details", func(*playback.Event) {
			if !typed {
				w.Crash()
			}
		})
	}
	stage := &playertest.Stage{App: app}
	m, err := Minimize(t.Context(), &Lab{Stage: stage}, playertest.Race(), MinimizeOptions{Jobs: 2})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := actionIDs(m.File), "e1 e6 e14"; got != want || stage.Live() != 0 {
		t.Errorf("needed: %s, want %s; %d pages are open", got, want, stage.Live())
	}
}

// TestMinimizeWithoutABrowser has a stage that opens no more pages after some time: the best part so far is there.
func TestMinimizeWithoutABrowser(t *testing.T) {
	gone := fmt.Errorf("the browser has gone")
	stage := &playertest.Stage{App: till}
	stage.OnOpen = func() error {
		if stage.Opened() > 6 {
			return gone
		}
		return nil
	}
	m, err := Minimize(t.Context(), &Lab{Stage: stage}, padded(100), MinimizeOptions{})
	if err != gone || m == nil || m.Complete || m.Actions >= 107 {
		t.Errorf("%+v, %v", m, err)
	}
}
