package recorder_test

import (
	"testing"

	"restep/sources/recorder/recordertest"
)

// The page of the tests of hovering, and what puts a button into it.
const (
	hoverPage = `<style>html { height: 100% } body { margin: 0; height: 300px } #late { position: absolute; top: 200px; left: 300px } #menu { width: 90px; height: 50px }</style>
<div id="menu"></div>`
	addLate = `{ const b = document.createElement('button'); b.id = 'late'; document.body.append(b); }`
)

// TestHoverOfTheWholePage: below the pointer there is always the document: what opens then was not opened by pointing at it.
func TestHoverOfTheWholePage(t *testing.T) {
	for _, c := range []struct{ at, want string }{
		{"html", "click #late"},
		{"body", "click #late"},
		{"#menu", "hover #menu\nclick #late"},
	} {
		t.Run(c.at, func(t *testing.T) {
			p, _ := answerable(t, driven(), hoverPage+`<script>addEventListener('pointerover', (e) => {
				if (e.target === document.querySelector('`+c.at+`') && !document.getElementById('late')) `+addLate+` });</script>`)
			p.Move(c.at)
			p.Click("#late")
			if got := recordertest.Actions(p.Leave()); got != c.want {
				t.Errorf("recorded\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestHoverWhileThePageLoads: what a document changes because it was loaded was not opened by the pointer in it.
func TestHoverWhileThePageLoads(t *testing.T) {
	p, answers := answerable(t, driven(), hoverPage+`<script>if (location.search) { document.write('<img src="/slow">'); onload = () => `+addLate+` }</script>`)
	p.Eval("location.search = '?slow', 0", nil)
	p.Come("location.search === '?slow' && document.readyState === 'interactive'")
	p.Take()
	p.Move("#menu")
	answers <- "no picture"
	p.Wait("document.getElementById('late')")
	p.Click("#late")
	if got := recordertest.Actions(p.Leave()); got != "click #late" {
		t.Errorf("recorded\n%s\nwant the click alone", got)
	}
}
