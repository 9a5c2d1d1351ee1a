package player_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"restep/player"
	"restep/player/playback"
	"restep/player/playertest"
)

// generate makes a session of n lines at random, in which answers come late, twice, or never.
func generate(r *rand.Rand, n int) string {
	var b strings.Builder
	b.WriteString("{\"playback\":1,\"app\":\"https://shop.example\"}\n")
	t, id := 0, 0
	line := func(format string, a ...any) {
		id++
		fmt.Fprintf(&b, "{\"t\":%d,\"id\":\"x%d\",%s}\n", t, id, fmt.Sprintf(format, a...))
	}
	if r.IntN(4) == 0 {
		line(`"ev":"log","text":"start"`)
	}
	line(`"ev":"open","url":"https://shop.example/"`)
	line(`"ev":"page","url":"https://shop.example/"`)
	var asked []int
	for i := range n {
		t += r.IntN(4) * r.IntN(120)
		switch k := r.IntN(18); {
		case k < 6:
			line(`"ev":"click","on":{"testid":"go"}`)
		case k < 10:
			line(`"ev":"req","method":"GET","url":"https://shop.example/api/%d","resource":"fetch"`, r.IntN(6))
			asked = append(asked, id)
		case k < 12 && len(asked) > 0:
			of := r.IntN(len(asked))
			line(`"ev":"res","of":"x%d","status":%d,"body":{"json":{"v":%d}}`, asked[of], []int{200, 200, 200, 500}[r.IntN(4)], i)
			asked = slices.Delete(asked, of, of+1)
		case k < 14:
			line(`"ev":"console","level":"%s","text":"say %d"`, []string{"log", "error"}[r.IntN(2)], r.IntN(4))
		case k == 14:
			line(`"ev":"error","name":"TypeError","message":"oops %d"`, r.IntN(3))
		case k == 15:
			line(`"ev":"checkpoint","name":"k%d"`, i)
		case k == 16:
			line(`"ev":"reload"`)
		default:
			line(`"ev":"log","text":"backend"`)
		}
	}
	return b.String()
}

// lively is an app that does this and that at random, the same in each run with a seed.
func lively(seed uint64) playertest.App {
	return func(w *playertest.World) {
		r := rand.New(rand.NewPCG(seed, 77))
		w.Show("go", "Go")
		var act func()
		fetch := func() {
			w.Fetch("GET", fmt.Sprintf("/api/%d", r.IntN(7)), "", func(playertest.Answer) {
				if r.IntN(3) == 0 {
					act()
				}
			})
		}
		act = func() {
			switch r.IntN(7) {
			case 0, 1:
				fetch()
			case 2:
				w.Log([]string{"log", "error"}[r.IntN(2)], fmt.Sprintf("say %d", r.IntN(4)))
			case 3:
				w.Throw("TypeError", fmt.Sprintf("oops %d", r.IntN(3)))
			case 4:
				w.After(float64(r.IntN(400)), act)
			case 5:
				w.Store("k", fmt.Sprint(r.IntN(5)))
			case 6:
				w.After(float64(r.IntN(60)), fetch)
			}
		}
		twice := func(*playback.Event) { act(); act() }
		twice(nil)
		w.On("click go", twice)
	}
}

// told lists what a player knows where it stands, sorted: the order of what comes at the same time depends on the windows.
func told(p *player.Player) []string {
	var out []string
	add := func(format string, a ...any) { out = append(out, fmt.Sprintf(format, a...)) }
	_, live := p.Failures()
	add("at %d: %s", p.Cursor(), p.Verdict())
	for _, d := range p.Divergences() {
		add("divergence %+v", d)
	}
	for _, f := range live {
		add("failure %+v", f)
	}
	for _, x := range p.Blocked() {
		add("blocked %s %d %v", x.String(), x.Pos, x.T)
	}
	for pos := -1; pos < p.File().Len(); pos++ {
		if s := p.Live(pos); s != nil {
			add("live %d %v %s", pos, s.T, s.Kind)
		}
		for _, s := range p.Extra(pos) {
			add("extra %d %v %s %s%s", pos, s.T, s.Kind, s.Text, s.URL)
		}
	}
	slices.Sort(out)
	return out
}

// lacks lists what a has and b has not.
func lacks(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
