package chrome

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
	"restep/player/playback"
)

// A scroll ends where the recorded row is, also where the rows before it have become higher; without the row, or with
// several of its text, the offset alone counts.
func TestScrollAnchor(t *testing.T) {
	var rows strings.Builder
	for i := range 60 {
		fmt.Fprintf(&rows, "<li>Row <b>number %d</b></li>", i)
	}
	a := serve(t, map[string]string{"/": `<style>li { height: 20px } li:nth-child(-n+5) { height: 30px } #list { height: 100px; overflow: auto; margin: 0 }</style>
		<ul id=list>` + rows.String() + `<li>Same</li><li>Same</li></ul>`})
	p := opened(t, stage(t), scene(a, &router{}, nil))
	for _, c := range []struct{ anchor, want string }{
		{`{"text":"Row number 20","y":0}`, "450"}, // 400 px when all rows were 20 px high
		{`{"text":"Row number 20","y":-10}`, "460"},
		{`{"text":"Row number 99","y":0}`, "400"},
		{`{"text":"Same","y":0}`, "400"},
	} {
		on := playback.Target{CSS: playback.CSS{"#list"}, Extra: jsontext.Value(`{"anchor":` + c.anchor + `}`)}
		act(t, p, &playback.Event{Kind: playback.Scroll, On: playback.On{Target: &on}, X: ptr(0.0), Y: ptr(400.0)})
		advance(t, p, player.Window{To: 100})
		if got := text(t, p, "document.querySelector('#list').scrollTop"); got != c.want {
			t.Errorf("anchor %s: scrolled to %s, want %s", c.anchor, got, c.want)
		}
	}
}
