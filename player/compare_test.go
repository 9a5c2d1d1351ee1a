package player_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

const head = `{"playback":1,"app":"https://shop.example"}` + "\n"

// base is a session that the app base plays without a divergence.
const base = head + `{"t":0,"ev":"open","id":"o","url":"https://shop.example/"}
{"t":1,"ev":"page","id":"p","url":"https://shop.example/"}
{"t":500,"ev":"click","id":"a","on":{"testid":"go"}}
{"t":501,"ev":"req","id":"q","method":"GET","url":"https://shop.example/api/x?n=1","resource":"fetch"}
{"t":600,"ev":"res","id":"s","of":"q","status":200,"body":{"json":{"v":1}}}
{"t":1000,"ev":"click","id":"b","on":{"testid":"go"}}
{"t":1500,"ev":"click","id":"z","on":{"testid":"go"}}
`

// clicks makes an app whose n-th click on go, from 1, does what do says.
func clicks(do func(w *playertest.World, n int)) playertest.App {
	return func(w *playertest.World) {
		w.Show("go", "Go")
		n := 0
		w.On("click go", func(*playback.Event) { n++; do(w, n) })
	}
}

// fetches makes the request of base on the first click, then what more says.
func fetches(more func(w *playertest.World, n int)) playertest.App {
	return clicks(func(w *playertest.World, n int) {
		if n == 1 {
			w.Fetch("GET", "/api/x?n=1", "", func(playertest.Answer) {})
		}
		if more != nil {
			more(w, n)
		}
	})
}

// insert adds lines before the event with an id.
func insert(text, id string, lines ...string) string {
	mark := `"id":"` + id + `"`
	var out []string
	for l := range strings.Lines(text) {
		if strings.Contains(l, mark) {
			for _, x := range lines {
				out = append(out, x+"\n")
			}
		}
		out = append(out, l)
	}
	return strings.Join(out, "")
}

func TestVerdict(t *testing.T) {
	const recordedError = `{"t":1001,"ev":"error","id":"e","name":"Error","message":"order 17 failed"}`
	const bug = `{"t":1400,"ev":"bug","id":"g","on":"b","css":"#sum","text":"NaN"}`
	throws := func(at int, message string) func(*playertest.World, int) {
		return func(w *playertest.World, n int) {
			if n == at {
				w.Throw("Error", message)
			}
		}
	}
	for _, c := range []struct {
		name string
		text string
		app  playertest.App
		o    player.Options
		want playback.Verdict
		kind []playback.DivergenceKind // in order, without duplicates
	}{
		{"as recorded", base, fetches(nil), player.Options{}, playback.Matched, nil},
		{"the error occurs", insert(base, "z", recordedError), fetches(throws(2, "order 17 failed")), player.Options{}, playback.Reproduced, nil},
		{"with other digits", insert(base, "z", recordedError), fetches(throws(2, "order 9 failed")), player.Options{}, playback.Reproduced, nil},
		{"another error", insert(base, "z", recordedError), fetches(throws(2, "no such thing")), player.Options{}, playback.Diverged,
			[]playback.DivergenceKind{playback.ErrorNew, playback.ErrorGone}},
		{"after another action", insert(base, "z", recordedError), fetches(throws(3, "order 17 failed")), player.Options{}, playback.Diverged,
			[]playback.DivergenceKind{playback.ErrorGone, playback.ErrorNew}},
		{"gone", insert(base, "z", recordedError), fetches(nil), player.Options{}, playback.Gone, []playback.DivergenceKind{playback.ErrorGone}},
		{"a new error", base, fetches(throws(2, "x")), player.Options{}, playback.Diverged, []playback.DivergenceKind{playback.ErrorNew}},
		{"reproduced before diverged", insert(base, "z", recordedError), fetches(func(w *playertest.World, n int) {
			throws(2, "order 17 failed")(w, n)
			throws(3, "another")(w, n)
		}), player.Options{}, playback.Reproduced, []playback.DivergenceKind{playback.ErrorNew}},
		{"the bug shows", insert(base, "z", bug), fetches(func(w *playertest.World, n int) { w.Show("#sum", "NaN") }), player.Options{},
			playback.Reproduced, nil},
		{"the bug is gone", insert(base, "z", bug), fetches(func(w *playertest.World, n int) { w.Show("#sum", "3") }), player.Options{},
			playback.Gone, nil},
		{"no element", base, func(w *playertest.World) {}, player.Options{}, playback.Diverged,
			[]playback.DivergenceKind{playback.ElementNotFound, playback.RequestMissing}},
		{"ambiguous", base, func(w *playertest.World) { w.Copies("go", 2) }, player.Options{}, playback.Diverged,
			[]playback.DivergenceKind{playback.ElementAmbiguous, playback.RequestMissing}},
		{"dialogs keep the actions", base, func(w *playertest.World) { w.Keep("go") }, player.Options{}, playback.Diverged,
			[]playback.DivergenceKind{playback.ActionLost, playback.RequestMissing}},
		{"the element comes a little late", base, func(w *playertest.World) {
			w.After(520, func() { fetches(nil)(w) })
		}, player.Options{}, playback.Matched, nil},
		{"not made", base, clicks(func(*playertest.World, int) {}), player.Options{}, playback.Matched,
			[]playback.DivergenceKind{playback.RequestMissing}},
		{"not made, strict", base, clicks(func(*playertest.World, int) {}), player.Options{Strict: true}, playback.Diverged,
			[]playback.DivergenceKind{playback.RequestMissing}},
		{"unrecorded", base, fetches(func(w *playertest.World, n int) {
			if n == 2 {
				w.Fetch("POST", "/api/new", "{}", func(playertest.Answer) {})
			}
		}), player.Options{}, playback.Diverged, []playback.DivergenceKind{playback.RequestUnmatched}},
		{"unrecorded but live", base, fetches(func(w *playertest.World, n int) {
			w.Fetch("POST", "https://cdn.example/new", "{}", func(playertest.Answer) {})
		}), player.Options{Live: []string{"POST https://cdn.example/*"}}, playback.Matched, nil},
		{"a live request fails", base, fetches(liveFails), player.Options{}, playback.Matched, []playback.DivergenceKind{playback.LiveFailed}},
		{"a live request fails, strict", base, fetches(liveFails), player.Options{Strict: true}, playback.Diverged,
			[]playback.DivergenceKind{playback.LiveFailed}},
		{"console error extra", base, fetches(func(w *playertest.World, n int) {
			if n == 2 {
				w.Log("error", "oh")
			}
		}), player.Options{}, playback.Matched, []playback.DivergenceKind{playback.ConsoleExtra}},
		{"what the browser writes", base, fetches(func(w *playertest.World, n int) {
			w.Log("error", "Failed to load resource: the server responded with a status of 404")
		}), player.Options{}, playback.Matched, nil},
		{"console error missing", insert(base, "z", `{"t":1002,"ev":"console","id":"k","level":"error","text":"oh"}`), fetches(nil),
			player.Options{}, playback.Matched, []playback.DivergenceKind{playback.ConsoleMissing}},
		{"console error fails", base, fetches(func(w *playertest.World, n int) {
			if n == 2 {
				w.Log("error", "oh")
			}
		}), player.Options{FailOn: player.FailOn{Console: true}}, playback.Diverged,
			[]playback.DivergenceKind{playback.ErrorNew, playback.ConsoleExtra}},
		{"a status is no failure", strings.Replace(base, `"status":200`, `"status":500`, 1), fetches(nil), player.Options{}, playback.Matched, nil},
		{"a status fails", strings.Replace(base, `"status":200`, `"status":500`, 1), fetches(nil),
			player.Options{FailOn: player.FailOn{HTTP: true}}, playback.Reproduced, nil},
		{"what an observer's browser says", insert(base, "z", `{"t":1002,"ev":"error","id":"k","name":"Error","message":"ResizeObserver loop completed with undelivered notifications."}`),
			fetches(nil), player.Options{}, playback.Matched, nil},
		{"fail-if holds", base, fetches(func(w *playertest.World, n int) { w.Vars["n"] = n }), player.Options{FailIf: "location.href != '' && n == 2"},
			playback.Reproduced, nil},
		{"fail-if never holds", base, fetches(func(w *playertest.World, n int) { w.Vars["n"] = n }), player.Options{FailIf: "n == 4"},
			playback.Gone, nil},
		{"another URL", insert(base, "z", `{"t":1002,"ev":"route","id":"r","url":"https://shop.example/cart"}`),
			fetches(func(w *playertest.World, n int) {
				if n == 2 {
					w.Go("/basket")
				}
			}), player.Options{}, playback.Matched, []playback.DivergenceKind{playback.URLDiffers}},
		{"the mapped URL", insert(base, "z", `{"t":1002,"ev":"route","id":"r","url":"https://shop.example/cart"}`),
			fetches(func(w *playertest.World, n int) {
				if n == 2 {
					w.Go("/cart")
				}
			}), player.Options{}, playback.Matched, nil},
		{"another storage value", insert(base, "z", `{"t":1002,"ev":"storage","id":"r","area":"local","key":"k","value":"a"}`),
			fetches(func(w *playertest.World, n int) { w.Store("k", "b") }), player.Options{}, playback.Matched,
			[]playback.DivergenceKind{playback.StorageDiffers}},
		{"an expectation", insert(base, "z", `{"t":1400,"ev":"expect","id":"x","title":"Cart"}`), fetches(nil), player.Options{Strict: true},
			playback.Matched, []playback.DivergenceKind{playback.FingerprintDiffer}},
		{"what the app does after the end", base, fetches(func(w *playertest.World, n int) {
			if n == 3 {
				w.After(50, func() {
					w.Fetch("GET", "/api/poll", "", func(playertest.Answer) { w.Throw("Error", "poll failed") })
				})
			}
		}), player.Options{}, playback.Matched, []playback.DivergenceKind{playback.ErrorNew, playback.RequestUnmatched}},
		{"what failed before the app asked more", base + `{"t":1600,"ev":"expect","id":"x","title":""}`, fetches(func(w *playertest.World, n int) {
			if n == 3 {
				w.Throw("Error", "on the click")
				w.After(50, func() { w.Fetch("GET", "/api/poll", "", func(playertest.Answer) {}) })
			}
		}), player.Options{}, playback.Diverged, []playback.DivergenceKind{playback.ErrorNew, playback.RequestUnmatched}},
		{"nothing is typed", insert(base, "z", `{"t":1002,"ev":"type","id":"t","on":{"testid":"go"},"text":"","rhythm":[]}`), fetches(nil),
			player.Options{}, playback.Matched, nil},
		{"the field goes while a text is typed", insert(base, "z", `{"t":1002,"ev":"type","id":"t","on":{"testid":"go"},"text":"abc","rhythm":[0,100,300]}`),
			func(w *playertest.World) {
				fetches(nil)(w)
				w.On("type go", func(e *playback.Event) {
					if strings.Contains(e.Text, "b") {
						w.Remove("go")
						w.After(1000, func() { w.Show("go", "Go") })
					}
				})
			}, player.Options{}, playback.Diverged, []playback.DivergenceKind{playback.ElementNotFound}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _ := start(t, playertest.File(c.text), c.app, c.o)
			run(t, p, "to end -> end "+string(c.want))
			var kinds []playback.DivergenceKind
			for _, d := range p.Divergences() {
				if !slices.Contains(kinds, d.Kind) {
					kinds = append(kinds, d.Kind)
				}
			}
			if !slices.Equal(kinds, c.kind) {
				t.Errorf("divergences %q, want %q\n%+v", kinds, c.kind, p.Divergences())
			}
		})
	}
}

// liveFails is what a page reports when a request that may reach a real server fails there.
func liveFails(w *playertest.World, n int) {
	if n == 2 {
		w.Diverge(playback.LiveFailed, "GET https://cdn.example/x may reach its server, and failed: net::ERR_FAILED")
	}
}

// A request that comes late is answered after its recorded latency, and what was said about it is put right.
func TestLateRequest(t *testing.T) {
	got := 0.0
	p, _ := start(t, playertest.File(base), clicks(func(w *playertest.World, n int) {
		if n == 2 {
			w.Fetch("GET", "/api/x?n=1", "", func(playertest.Answer) { got = w.Now() })
		}
	}), player.Options{})
	run(t, p, "continue -> end matched")
	if got != 1099 {
		t.Errorf("answered at %v, want 1099: 99 ms after the request", got)
	}
	d := p.Divergences()
	if len(d) != 1 || d[0].Kind != playback.RequestMissing || !strings.Contains(d[0].Text, "late") {
		t.Errorf("divergences: %+v", d)
	}
	if p.Live(posOf(t, p, "q")) == nil {
		t.Error("the late request is not known as the recorded one")
	}
}

func TestResponseOrder(t *testing.T) {
	text := insert(base, "b",
		`{"t":610,"ev":"req","id":"q2","method":"GET","url":"https://shop.example/api/y","resource":"fetch"}`,
		`{"t":620,"ev":"res","id":"s2","of":"q2","status":200}`)
	p, _ := start(t, playertest.File(text), clicks(func(w *playertest.World, n int) {
		if n == 1 {
			w.Fetch("GET", "/api/y", "", func(playertest.Answer) {
				w.Fetch("GET", "/api/x?n=1", "", func(playertest.Answer) {})
			})
		}
	}), player.Options{})
	run(t, p, "continue -> end matched")
	if d := p.Divergences(); len(d) != 1 || d[0].Kind != playback.ResponseOrder || d[0].ID != "s" {
		t.Errorf("divergences: %+v", d)
	}
}

// An effect at the border of two actions may fall on either side.
func TestBorderIsTolerant(t *testing.T) {
	text := insert(base, "z", `{"t":1499,"ev":"console","id":"k","level":"error","text":"slow"}`)
	p, _ := start(t, playertest.File(text), fetches(func(w *playertest.World, n int) {
		if n == 2 {
			w.After(502, func() { w.Log("error", "slow") })
		}
	}), player.Options{})
	run(t, p, "continue -> end matched")
	if d := p.Divergences(); len(d) != 0 {
		t.Errorf("divergences: %+v", d)
	}
}

func TestBreakpointOnWhatIsNotSeen(t *testing.T) {
	var out strings.Builder
	o := player.Options{Listen: player.Listener{Output: func(x player.Output) { out.WriteString(x.Text) }}}
	p, _ := start(t, playertest.File(base), clicks(func(*playertest.World, int) {}), o)
	run(t, p, `
		break q
		break b
		continue -> b breakpoint #2`)
	if !strings.Contains(out.String(), "req q (line 5) was not seen in this run before the next action") {
		t.Errorf("output: %s", out.String())
	}
}

// A breakpoint on a request that comes after its line stops when it comes, and its answer waits.
func TestBreakpointOnLateEffect(t *testing.T) {
	text := insert(base, "b", `{"t":700,"ev":"console","id":"k","level":"log","text":"tick"}`)
	answered := false
	p, _ := start(t, playertest.File(text), clicks(func(w *playertest.World, n int) {
		if n == 1 {
			w.After(250, func() { w.Fetch("GET", "/api/x?n=1", "", func(playertest.Answer) { answered = true }) })
			w.After(150, func() { w.Log("log", "tick") })
		}
	}), player.Options{})
	run(t, p, "break q\ncontinue -> q breakpoint #1")
	if answered {
		t.Error("the answer did not wait")
	}
	run(t, p, "next -> b step")
	if !answered {
		t.Error("the answer was lost")
	}
}

func TestExtra(t *testing.T) {
	p, _ := start(t, playertest.File(base), fetches(func(w *playertest.World, n int) {
		if n == 2 {
			w.Log("info", "hello")
		}
	}), player.Options{})
	run(t, p, "continue -> end matched")
	x := p.Extra(posOf(t, p, "b"))
	if len(x) != 1 || x[0].Text != "hello" {
		t.Errorf("extra: %+v", x)
	}
	if s := p.Live(posOf(t, p, "s")); s == nil || s.Status != 200 {
		t.Errorf("live answer: %+v", s)
	}
}

// Nothing is told twice, whatever way the player goes.
func TestOutputIsToldOnce(t *testing.T) {
	var out []string
	o := player.Options{Listen: player.Listener{Output: func(x player.Output) { out = append(out, fmt.Sprint(x.Pos, x.Text)) }}}
	p, _ := start(t, playertest.Race(), playertest.Shop, o)
	run(t, p, `
		break e11 log total {cart.total} at {event.id}
		continue -> end reproduced
		back -> e17 step
		reverse -> e1 entry
		to e13 -> e13 goto
		continue -> end reproduced`)
	seen := map[string]bool{}
	for _, l := range out {
		if seen[l] {
			t.Errorf("told twice: %s", l)
		}
		seen[l] = true
	}
	all := strings.Join(out, "")
	for _, want := range []string{"total 120 at e11", "details of 1 discount", "Uncaught TypeError", "the bug is there"} {
		if !strings.Contains(all, want) {
			t.Errorf("not told: %s\n%s", want, all)
		}
	}
	run(t, p, "restart -> e1 entry\nclear\ncontinue -> end reproduced")
	if strings.Count(strings.Join(out, ""), "Uncaught TypeError") != 2 {
		t.Errorf("a new run tells again: %q", out)
	}
}

// A line may expect a number of elements, as many or more, or as many or fewer.
func TestExpectedCount(t *testing.T) {
	for _, c := range []struct {
		op    string
		count int
		text  string // of the divergence; empty: as expected
	}{
		{"", 3, ""},
		{"==", 3, ""},
		{"", 2, `count is "3" instead of "2"`},
		{"==", 4, `count is "3" instead of "4"`},
		{">=", 2, ""},
		{">=", 3, ""},
		{">=", 4, `count is "3" instead of >= "4"`},
		{"<=", 4, ""},
		{"<=", 3, ""},
		{"<=", 2, `count is "3" instead of <= "2"`},
	} {
		t.Run(fmt.Sprint(c.op, c.count), func(t *testing.T) {
			line := fmt.Sprintf(`{"t":1400,"ev":"expect","id":"x","on":{"css":[".row"]},"count":%d,"op":%q}`, c.count, c.op)
			p, _ := start(t, playertest.File(insert(base, "z", line)), func(w *playertest.World) {
				w.Copies(".row", 3)
				fetches(nil)(w)
			}, player.Options{})
			run(t, p, "continue -> end matched")
			text := ""
			for _, d := range p.Divergences() {
				text += d.Text
			}
			if text != c.text {
				t.Errorf("divergences %q, want %q", text, c.text)
			}
		})
	}
}
