package culprit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/player/playertest"
)

// padded is the race with n irrelevant actions between its own, each with an effect or two.
func padded(n int) *playback.File {
	var b strings.Builder
	lines := strings.SplitAfter(playertest.RaceText, "\n")
	pads, t := 0, 0.0
	for _, line := range lines {
		var next float64
		if _, err := fmt.Sscanf(line, `{"t":%g,`, &next); err == nil && t > 0 && pads < n {
			room := min(n/8+1, n-pads)
			for i := range room {
				at := t + (next-t)*float64(i+1)/float64(room+1)
				id := fmt.Sprintf("p%d", pads)
				switch pads % 3 {
				case 0:
					fmt.Fprintf(&b, `{"t":%g,"ev":"click","id":"%s","on":{"testid":"details"}}`+"\n", at, id)
				case 1:
					fmt.Fprintf(&b, `{"t":%g,"ev":"hover","id":"%s","on":{"testid":"pay"}}`+"\n", at, id)
				default:
					fmt.Fprintf(&b, `{"t":%g,"ev":"type","id":"%s","on":{"testid":"email"},"text":"x%d"}`+"\n", at, id, pads)
				}
				fmt.Fprintf(&b, `{"t":%g,"ev":"expect","id":"%sx","cause":"%s","title":"Cart"}`+"\n", at, id, id)
				pads++
			}
		}
		b.WriteString(line)
		if next > 0 {
			t = next
		}
	}
	return playertest.File(b.String())
}

// till is the app of the race, whose button does nothing before there is a price.
func till(w *playertest.World) { payLater(w, playertest.Shop) }

// mendedTill is till without the bug.
func mendedTill(w *playertest.World) { payLater(w, playertest.FixedShop) }

func payLater(w *playertest.World, shop playertest.App) {
	shop(w)
	w.On("click pay", func(*playback.Event) {
		quote := w.Vars["quote"].(map[string]any)
		if _, ok := quote["discounts"]; ok || len(quote) == 0 {
			return
		}
		w.Show("#total", "NaN")
		w.Throw("TypeError", "Cannot read properties of undefined (reading 'length')")
	})
}

func lab(app playertest.App) *Lab { return &Lab{Stage: &playertest.Stage{App: app}} }

func ids(f *playback.File) string {
	var out []string
	for pos := range f.Len() {
		out = append(out, f.ID(pos))
	}
	return strings.Join(out, " ")
}

func actionIDs(f *playback.File) string {
	var out []string
	for pos := range f.Len() {
		if f.Kind(pos).Action() {
			out = append(out, f.ID(pos))
		}
	}
	return strings.Join(out, " ")
}

// TestMinimizeRace leaves what the failure needs: the question whose answer is the wrong one, and the click that reads it.
func TestMinimizeRace(t *testing.T) {
	for _, jobs := range []int{1, 3} {
		f := padded(200)
		stage := &playertest.Stage{App: till}
		m, err := Minimize(t.Context(), &Lab{Stage: stage}, f, MinimizeOptions{Jobs: jobs})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := actionIDs(m.File), "e1 e6 e14"; got != want {
			t.Errorf("needed: %s, want %s", got, want)
		}
		// What the actions caused is there, at its time; what nothing takes is not.
		if got, want := ids(m.File), "e1 e2 e3 e4 e6 e7 b1 e13 e14 e15 e16"; got != want {
			t.Errorf("lines: %s, want %s", got, want)
		}
		if !m.Complete || m.Actions != 3 || m.Of != 207 || len(m.Failures) != 2 {
			t.Errorf("%+v", m)
		}
		if m.Runs > 60 || stage.Live() != 0 {
			t.Errorf("%d runs; %d pages are open", m.Runs, stage.Live())
		}
		t.Logf("%d jobs: %d runs", jobs, m.Runs)
	}
}

// TestMinimizeOnly looks for one failure of two, or for the caller's own.
func TestMinimizeOnly(t *testing.T) {
	for _, c := range []struct{ only, failIf, want string }{
		{"e15", "", "e1 e6 e14"},
		{"", "email == \"ana@example.com\"", "e1 e5"},
	} {
		l := lab(till)
		l.Options.FailIf = c.failIf
		m, err := Minimize(t.Context(), l, padded(30), MinimizeOptions{Only: c.only, Jobs: 2})
		if err != nil {
			t.Fatal(err)
		}
		if got := actionIDs(m.File); got != c.want || len(m.Failures) != 1 {
			t.Errorf("%+v: %s with %+v", c, got, m.Failures)
		}
	}
}

func TestMinimizeNothing(t *testing.T) {
	_, err := Minimize(t.Context(), lab(playertest.FixedShop), playertest.Race(), MinimizeOptions{})
	var nothing *NothingError
	if !errors.As(err, &nothing) || nothing.Verdict != playback.Gone {
		t.Errorf("the error is %v", err)
	}
}

// TestMinimizeInterrupted has the best so far.
func TestMinimizeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := padded(100)
	m, err := Minimize(ctx, lab(till), f, MinimizeOptions{Jobs: 2, Progress: func(p Progress) {
		if p.Left < 60 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || m == nil || m.Complete || m.Actions >= 60 || m.Actions < 3 {
		t.Fatalf("%+v, %v", m, err)
	}
	run, err := lab(till).play(t.Context(), m.File, nil, true)
	if err != nil || run.run.Verdict != playback.Reproduced {
		t.Errorf("it plays as %+v, %v", run.run, err)
	}
}

// TestMinimizeTimer keeps the requests of a timer although the actions that they were recorded after go.
func TestMinimizeTimer(t *testing.T) {
	app := func(w *playertest.World) {
		for _, name := range []string{"a", "b", "pay"} {
			w.Show(name, name)
			w.On("click "+name, func(*playback.Event) {})
		}
		w.Vars["ok"] = true
		w.After(150, func() {
			w.Fetch("GET", "/api/news", "", func(a playertest.Answer) { w.Vars["ok"] = a.Status == 200 })
		})
		w.On("click pay", func(*playback.Event) {
			if w.Vars["ok"] != true {
				w.Throw("Error", "another one")
				return
			}
			w.Throw("TypeError", "the one")
		})
	}
	f := playertest.File(`{"playback":1,"app":"https://shop.example"}
{"t":0,"ev":"open","id":"e1","url":"https://shop.example/"}
{"t":100,"ev":"click","id":"e2","on":{"testid":"a"}}
{"t":150,"ev":"req","id":"e3","cause":"e2","method":"GET","url":"https://shop.example/api/news","resource":"fetch"}
{"t":160,"ev":"res","id":"e4","of":"e3","status":200}
{"t":200,"ev":"click","id":"e5","on":{"testid":"b"}}
{"t":300,"ev":"click","id":"e6","on":{"testid":"pay"}}
{"t":301,"ev":"error","id":"e7","cause":"e6","name":"TypeError","message":"the one"}
`)
	m, err := Minimize(t.Context(), lab(app), f, MinimizeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := ids(m.File), "e1 e3 e4 e6 e7"; got != want {
		t.Errorf("lines: %s, want %s", got, want)
	}
	e, err := m.File.Event(1)
	if err != nil || e.Cause != "e1" {
		t.Errorf("the cause of the request is %q, %v", e.Cause, err)
	}
	if diags := written(t, m.File); diags != "" {
		t.Errorf("the file that is written: %s", diags)
	}
}

// written writes a view, and returns what is wrong with the text.
func written(t *testing.T, f *playback.File) string {
	t.Helper()
	var b bytes.Buffer
	w := playback.NewWriter(&b, f.Header())
	if err := errors.Join(f.Write(w), w.Close()); err != nil {
		t.Fatal(err)
	}
	diags, err := playback.Check(bytes.NewReader(b.Bytes()), "x.playback")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range diags {
		if d.Severity != playback.SeverityInfo {
			out = append(out, fmt.Sprintf("%d: %s", d.Line, d.Message))
		}
	}
	return strings.Join(out, "\n")
}
