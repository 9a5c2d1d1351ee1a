package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources/recorder/recordertest"
)

// exact is the folder of small apps, each full of one kind of thing that takes time, and of a recording of each.
const exact = "testdata/exact"

// exactApp is one of them, with what its user does.
type exactApp struct {
	name string
	do   func(p *person)
}

func exactApps() []exactApp {
	return []exactApp{
		{"timers", func(p *person) {
			presses(p, "burst wait wait burst every tasks wait every tasks burst every")
			p.Click("#search")
			for _, word := range []string{"ti", "m", "e"} {
				p.Type(word)
				p.Pause(30)
			}
			presses(p, "tasks wait burst every wait tasks burst")
		}},
		{"motion", func(p *person) {
			presses(p, "slide fade run slide fade twice cancel run slide fade run fade slide twice cancel fade run slide fade twice fade")
			p.Pause(200)
		}},
		{"lists", func(p *person) {
			for i := range 3 {
				p.Wheel("#box", 0, float64(200+50*i))
				presses(p, "add wide add wide top")
				p.Wheel("body", 0, 900)
				p.Pause(40)
				p.Wheel("body", 0, -900)
				presses(p, "wide add")
			}
		}},
		{"workers", func(p *person) {
			p.Wait("document.querySelector('ol').innerText.includes('up as')")
			presses(p, "ask sum tick ask module fetch ask tick again sum ask ask fetch tick module again ask sum tick ask module tick")
		}},
		{"store", func(p *person) {
			p.Wait("document.querySelector('ol').innerText.includes('open')")
			presses(p, "put race put walk both race fail put dump hash race both walk drop put fail dump race both hash walk drop dump")
		}},
		{"streams", func(p *person) {
			presses(p, "talk listen race drip talk race stop talk race listen drip race stop talk drip race listen talk race drip race")
			p.Pause(300)
		}},
		{"faults", func(p *person) {
			p.Wait("document.querySelector('ol').innerText.includes('slow')")
			presses(p, "throw later reject broken gone storm say later throw storm reject gone broken say throw later storm gone reject broken later")
			p.Pause(300)
		}},
		{"pages", visitPages},
	}
}

// presses clicks the buttons with these ids, with pauses of several lengths.
func presses(p *person, ids string) {
	for i, id := range strings.Fields(ids) {
		p.Click("#" + id)
		p.Pause([]int{0, 25, 5, 60, 12}[i%5])
	}
}

func visitPages(p *person) {
	next := func(n int) {
		p.Click("#next")
		p.Arrive(fmt.Sprintf("location.search === '?next%d' && document.querySelector('ol')", n))
	}
	presses(p, "keep cookie route keep route")
	p.Go(-1, "location.hash === '#1'")
	next(1)
	presses(p, "keep cookie")
	p.Click("#note")
	p.Type("A note")
	p.Click("#name")
	p.Type("Ana")
	p.Click("#agree")
	next(2)
	presses(p, "keep cookie cookie keep cookie keep")
	next(3)
	presses(p, "cookie keep")
}

// TestExactRecordings records the apps anew with -update. Without, it checks that the recordings are whole.
func TestExactRecordings(t *testing.T) {
	for _, app := range exactApps() {
		t.Run(app.name, func(t *testing.T) {
			name := filepath.Join(exact, app.name+".playback")
			if *update {
				os.Remove(name)
				_, url := serveExact(t)
				recordedAs(t, name, url+"/"+app.name+".html", false, app.do)
			}
			f, err := playback.OpenFile(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if n := strings.Count(recordertest.Brief(eventsOf(t, f)), "\n"); n < 20 {
				t.Errorf("%s has %d actions, want 20", name, n)
			}
		})
	}
}

// serveExact serves the apps, and the systems that they were recorded with.
func serveExact(t testing.TB) (api *systems, url string) {
	t.Helper()
	api = &systems{}
	mux := http.NewServeMux()
	mux.Handle("/api/", api)
	mux.Handle("/", http.FileServer(http.Dir(exact)))
	app := httptest.NewServer(mux)
	t.Cleanup(app.Close)
	return api, app.URL
}
