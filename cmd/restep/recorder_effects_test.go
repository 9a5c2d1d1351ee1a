package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources/recorder/recordertest"
)

// TestRecordedEffectsReplay records what systems answered to a page, and plays it without them: the page must come to the
// same end, and nothing may be asked.
func TestRecordedEffectsReplay(t *testing.T) {
	stage := startBrowser(t)
	for _, item := range effects() {
		t.Run(item.name, func(t *testing.T) {
			api, app, foreign := startSystems(t)
			url, want := app+"/effects.html", ""
			if item.foreign {
				url += "?other=" + foreign
			}
			f := recorded(t, url, true, func(p *person) {
				item.do(p)
				want = p.Text(pageReport)
			})
			asked := api.take()
			if item.check != nil {
				item.check(t, eventsOf(t, f))
			}
			got, told := replayed(t, stage, f, app, pageReport)
			if got != want {
				t.Errorf("the replay ended in\n%s\nand the recording in\n%s\n%s\nrecorded:\n%s", got, want, told, recordertest.Brief(eventsOf(t, f)))
			}
			if again := api.take(); len(again) > 0 {
				t.Errorf("the replay asked for %v; the recording for %v", again, asked)
			}
		})
	}
}

// effect is one thing that systems do on the torture page.
type effect struct {
	name    string
	do      func(p *person)
	foreign bool // there is another origin
	check   func(t *testing.T, list []*playback.Event)
}

// says waits until the page has said so many things.
func says(n int) func(p *person) {
	return func(p *person) { p.Wait(fmt.Sprintf("said.length >= %d", n)) }
}

func effects() []effect {
	var list []effect
	for _, c := range []struct {
		name string
		says int
	}{
		{"json", 1}, {"post", 1}, {"form", 1}, {"upload", 1}, {"xhr", 4}, {"sync", 1}, {"beacon", 2}, {"redirect", 1}, {"failing", 1}, {"broken", 1},
		{"cut", 1}, {"abort", 1}, {"cached", 3}, {"again", 2}, {"count", 3}, {"order", 2}, {"stream", 1}, {"piped", 1}, {"tokens", 4}, {"binary", 1}, {"large", 1},
		{"socket", 4}, {"events", 3}, {"news", 9}, {"lines", 1}, {"poll", 4}, {"random", 1}, {"clock", 1}, {"console", 1}, {"error", 1},
		{"reject", 1}, {"environment", 1}, {"answered", 2}, {"login", 2}, {"download", 1}, {"hash", 2},
	} {
		list = append(list, effect{name: c.name, do: func(p *person) { p.Click("#do-" + c.name); says(c.says)(p) }})
	}
	return append(list, []effect{
		{name: "foreign", foreign: true, do: func(p *person) { p.Click("#do-foreign"); says(1)(p) }},
		{name: "store", do: func(p *person) { p.Click("#do-store"); p.Wait("document.cookie.includes('taste')") }},
		{name: "feed", do: func(p *person) {
			p.Click("#do-feed")
			p.Wait("document.querySelectorAll('#feed div').length === 8")
			p.Wheel("#feed", 0, 200)
			p.Wait("document.querySelectorAll('#feed div').length === 16")
			p.Wheel("#feed", 0, 400)
			p.Wait("document.querySelectorAll('#feed div').length === 24")
		}},
		{name: "list that grows on sight", do: func(p *person) {
			p.Click("#do-sight")
			p.Wait("document.querySelectorAll('#sight div').length === 16")
			p.Wheel("#sight", 0, 400)
			p.Wait("document.querySelectorAll('#sight div').length === 24")
			p.Click("#do-fade")
			says(1)(p)
		}},
		{name: "form that leads to a page", do: func(p *person) { p.Click("#post"); p.Arrive("location.pathname === '/api/order'") }},
		{name: "form that is redirected", do: func(p *person) {
			p.Click("#buy")
			p.Arrive("location.pathname === '/second.html'")
		}},
		{name: "two pages", do: func(p *person) {
			p.Click("#do-leave")
			p.Arrive("location.pathname === '/second.html'")
			p.Click("#ask")
			says(2)(p)
		}},
		{name: "back and forward", do: func(p *person) {
			p.Click("#link")
			p.Arrive("location.pathname === '/second.html'")
			p.Go(-1, "location.pathname === '/effects.html'")
			p.Click("#do-json")
			says(1)(p)
			p.Go(1, "location.pathname === '/second.html'")
			p.Click("#ask")
			says(2)(p)
		}},
		{name: "reload", do: func(p *person) {
			p.Click("#do-store")
			p.Click("#do-json")
			says(1)(p)
			p.Reload("said.length === 0")
			p.Click("#do-count")
			says(3)(p)
		}},
		{name: "routes and back", do: func(p *person) {
			p.Click("#do-route")
			p.Wait("location.search === '?step=3'")
			p.Go(-1, "location.search === '?step=1'")
			says(1)(p)
		}},
		{name: "alert", do: func(p *person) { p.Dialogs(true, ""); p.Click("#do-alert"); says(1)(p) }},
		{name: "confirm and refuse", do: func(p *person) { p.Dialogs(false, ""); p.Click("#do-confirm"); says(1)(p) }},
		{name: "prompt", do: func(p *person) { p.Dialogs(true, "Ana"); p.Click("#do-prompt"); says(1)(p) }},
		{name: "confirm and fetch", do: func(p *person) { p.Dialogs(true, ""); p.Click("#do-agreed"); says(2)(p) }},
		{name: "prompt of a timer", do: func(p *person) {
			p.Dialogs(true, "Ana")
			p.Click("#do-later")
			says(1)(p)
			p.Click("#do-json")
			says(2)(p)
		}},
		{name: "two dialogs", do: func(p *person) { p.Dialogs(true, "Ana"); p.Click("#do-twice"); says(2)(p) }},
		{name: "alert while typing", do: func(p *person) { p.Dialogs(true, ""); p.Click("#warn"); p.Type("taxi"); says(1)(p) }},
		{name: "leave in spite of a question", do: func(p *person) {
			p.Dialogs(true, "")
			p.Click("#guard")
			p.Click("#link")
			p.Arrive("location.pathname === '/second.html'")
		}},
		{name: "stay after a question", do: func(p *person) {
			p.Dialogs(false, "")
			p.Click("#guard")
			p.Click("#link")
			p.Click("#do-json")
			says(1)(p)
		}},
		{name: "position on earth", do: func(p *person) {
			p.Call("Browser.setPermission", map[string]any{"permission": map[string]any{"name": "geolocation"}, "setting": "granted"}, nil)
			p.Call("Emulation.setGeolocationOverride", map[string]any{"latitude": 47.37, "longitude": 8.54, "accuracy": 12}, nil)
			p.Click("#do-where")
			says(1)(p)
		}},
		{name: "service worker that asks", do: func(p *person) {
			p.Click("#do-attend")
			p.Wait("navigator.serviceWorker.controller !== null")
			p.Click("#do-through")
			says(1)(p)
		}},
		{name: "popup", do: func(p *person) {
			p.Click("#do-popup")
			child := p.Tab("/child.html")
			child.Click("#tell")
			says(1)(p)
			child.ClickAway("#done")
			p.Show()
			p.Click("#do-json")
			says(2)(p)
		}},
		{name: "search while typing", do: func(p *person) { pausing(p, "#find", "re", "d", " shoe") }},
		{name: "saved while typing", do: func(p *person) { pausing(p, "#draft", "Dear", " Ana", ", I", " am") }},
		{name: "frame", do: frameTells},
		{name: "frame of another origin", foreign: true, do: frameTells},
		{
			name: "answer that is stopped", do: func(p *person) {
				p.Click("#do-generate")
				says(4)(p)
				p.Click("#do-stop")
				says(5)(p)
			}, check: func(t *testing.T, list []*playback.Event) {
				i := slices.IndexFunc(list, func(e *playback.Event) bool { return e.Kind == playback.Res && len(e.Chunks) > 0 })
				if i < 0 || list[i].Body.Text == nil || !strings.Contains(*list[i].Body.Text, "word 3") || list[i].Chunks[len(list[i].Chunks)-1][1] != 0 {
					t.Errorf("what came before it was stopped is not there: %s", recordertest.Brief(list))
				}
			},
		},
		{name: "saved file", do: func(p *person) { p.Click("#save"); p.Click("#do-json"); says(1)(p) }},
	}...)
}

// pausing types a text into a field and waits after each part until the page has said something.
func pausing(p *person, field string, parts ...string) {
	p.Click(field)
	for i, part := range parts {
		p.Type(part)
		says(i + 1)(p)
	}
}

// frameTells has a frame ask and tell the page.
func frameTells(p *person) {
	p.Click("#do-frame")
	p.Wait("document.querySelector('#child') !== null")
	p.Pause(300) // its document has loaded
	p.Press("#child", recordertest.Press{DX: 0.1, DY: 0.5})
	says(1)(p)
}
