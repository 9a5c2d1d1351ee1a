package culprit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/player/playertest"
)

// patient is the race with the answer for guests where it does no harm: before the click on the member.
func patient() *playback.File {
	lines := strings.SplitAfter(playertest.RaceText, "\n")
	at := func(id string) int {
		return slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, `"id":"`+id+`"`) })
	}
	late := strings.Replace(lines[at("e13")], `"t":1250`, `"t":950`, 1)
	lines = slices.Delete(lines, at("e13"), at("e13")+1)
	return playertest.File(strings.Join(slices.Insert(lines, at("e8"), late), ""))
}

// tell writes moves by ids.
func tell(f *playback.File, o *Order) string {
	if o == nil {
		return "none"
	}
	var out []string
	for _, m := range o.Moves {
		before := "end"
		if m.Before < f.Len() {
			before = f.ID(m.Before)
		}
		out = append(out, f.ID(m.Answer)+"<"+before)
	}
	return strings.Join(out, " ") + " " + string(o.Outcome)
}

// TestExploreRace finds that the order of the two quotes makes the failure, from the recorded order and from the harmless one.
func TestExploreRace(t *testing.T) {
	for _, c := range []struct {
		name     string
		file     *playback.File
		app      playertest.App
		recorded Outcome
		flip     string
	}{
		{"as recorded", playertest.Race(), till, Fails, "e13<e10 fine"},
		{"harmless", patient(), till, Fine, "e13<e11 fails"},
		{"mended", playertest.Race(), mendedTill, Fine, "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			stage := &playertest.Stage{App: c.app}
			x, err := Explore(t.Context(), &Lab{Stage: stage}, c.file, ExploreOptions{Runs: 30, Jobs: 2, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			if x.Recorded.Outcome != c.recorded || tell(c.file, x.Flip()) != c.flip {
				t.Errorf("recorded %s, flip %s; want %s, %s", x.Recorded.Outcome, tell(c.file, x.Flip()), c.recorded, c.flip)
			}
			seen := map[string]bool{}
			for i := range x.Orders {
				o := &x.Orders[i]
				t.Log(tell(c.file, o))
				if seen[ids(o.File)] {
					t.Errorf("%s was played twice", tell(c.file, o))
				}
				seen[ids(o.File)] = true
				if diags := written(t, o.File); diags != "" {
					t.Errorf("%s: %s", tell(c.file, o), diags)
				}
			}
			if len(x.Orders) > 29 || stage.Opened() != len(x.Orders)+1 || stage.Live() != 0 {
				t.Errorf("%d orders, %d pages, %d open", len(x.Orders), stage.Opened(), stage.Live())
			}
		})
	}
}

// TestExploreElsewhere plays an app that is not the recorded one: that no order fails there says little, and why is told.
func TestExploreElsewhere(t *testing.T) {
	x, err := Explore(t.Context(), lab(func(*playertest.World) {}), playertest.Race(), ExploreOptions{Runs: 2})
	if err != nil {
		t.Fatal(err)
	}
	if x.Recorded.Outcome != Fine || !strings.Contains(x.Left, "e5") || !strings.Contains(x.Left, "not found") {
		t.Errorf("as recorded: %s, left %q", x.Recorded.Outcome, x.Left)
	}
}

// TestExploreKnowsWhatWaits has an app that asks a second time only when it has the first answer.
func TestExploreKnowsWhatWaits(t *testing.T) {
	app := func(w *playertest.World) {
		for _, name := range []string{"a", "b", "c"} {
			w.Show(name, name)
			w.On("click "+name, func(*playback.Event) {})
		}
		w.Fetch("GET", "/api/one", "", func(playertest.Answer) {
			w.Fetch("GET", "/api/two", "", func(playertest.Answer) {})
		})
		w.After(60, func() { w.Fetch("GET", "/api/free", "", func(playertest.Answer) {}) })
	}
	f := playertest.File(`{"playback":1,"app":"https://shop.example"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/"}
{"t":1,"ev":"req","id":"e2","cause":"e1","method":"GET","url":"https://shop.example/api/one","resource":"fetch"}
{"t":40,"ev":"res","id":"e3","of":"e2","status":200}
{"t":41,"ev":"req","id":"e4","cause":"e1","method":"GET","url":"https://shop.example/api/two","resource":"fetch"}
{"t":60,"ev":"req","id":"e5","cause":"e1","method":"GET","url":"https://shop.example/api/free","resource":"fetch"}
{"t":100,"ev":"click","id":"e6","on":{"testid":"a"}}
{"t":200,"ev":"click","id":"e7","on":{"testid":"b"}}
{"t":240,"ev":"res","id":"e8","of":"e4","status":200}
{"t":260,"ev":"res","id":"e9","of":"e5","status":200}
{"t":300,"ev":"click","id":"e10","on":{"testid":"c"}}
`)
	x, err := Explore(t.Context(), lab(app), f, ExploreOptions{Runs: 40})
	if err != nil {
		t.Fatal(err)
	}
	one, _ := f.Find("e3")
	two, _ := f.Find("e4")
	if len(x.Needs) != 1 || x.Needs[one] != two {
		t.Errorf("what waits: %v", x.Needs)
	}
	impossible := 0
	for i := range x.Orders {
		o := &x.Orders[i]
		if o.Outcome == Impossible {
			impossible++
		} else if o.Outcome != Fine {
			t.Errorf("%s", tell(f, o))
		}
		for _, a := range []string{"e3", "e8", "e9"} {
			at, _ := o.File.Find(a)
			if at < o.File.Of(at) {
				t.Errorf("%s: %s comes before its request", tell(f, o), a)
			}
		}
	}
	if impossible != 1 || !x.All {
		t.Errorf("%d orders were impossible; all: %v", impossible, x.All)
	}
}

// TestExploreIsTheSameAgain draws by lot from a seed.
func TestExploreIsTheSameAgain(t *testing.T) {
	played := func(seed uint64) string {
		f := playertest.Race()
		x, err := Explore(t.Context(), lab(playertest.Shop), f, ExploreOptions{Runs: 40, Jobs: 2, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for i := range x.Orders {
			out = append(out, tell(f, &x.Orders[i]))
		}
		return fmt.Sprint(len(out), out)
	}
	if a, b := played(5), played(5); a != b {
		t.Errorf("two explorations differ:\n%s\n%s", a, b)
	}
	if played(5) == played(6) {
		t.Error("the seed makes no difference")
	}
}
