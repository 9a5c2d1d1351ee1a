package chrome

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// Pictures leave no trace: an app with timers, animations, observers and scrolling, whose log says what happened when, ends
// as it does without them.
func TestPicturesChangeNothing(t *testing.T) {
	a := serve(t, map[string]string{"/": strings.ReplaceAll(moving, "START", "1795287300120") + scrolling})
	b := stage(t)
	run := func(pictures bool) (hash, log string, taken int) {
		p := opened(t, b, scene(a, &router{}, nil))
		if pictures {
			p.(player.Picturer).Aim(320, func(*player.Picture) { taken++ })
		}
		for i, e := range []*playback.Event{
			{Kind: playback.Click, On: css("#go")},
			{Kind: playback.Scroll, On: css("#scroller"), X: ptr(0.0), Y: ptr(300.0)},
			{Kind: playback.Click, On: css("#below")}, // which has to be scrolled to
			{Kind: playback.Type, On: css("#field"), Text: "abc"},
			{Kind: playback.Hover, On: css("#go")},
		} {
			if pictures {
				if _, err := p.(player.Picturer).Picture(t.Context(), 320); err != nil {
					t.Fatal(err)
				}
			}
			if f := act(t, p, e); f.Problem != "" {
				t.Fatalf("%s: %+v", e.Kind, f)
			}
			advance(t, p, player.Window{To: 300 + 137*float64(i)})
		}
		advance(t, p, player.Window{To: 2500})
		hash, err := p.Hash(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return hash, text(t, p, "lines.join('|')"), taken
	}
	wantHash, wantLog, _ := run(false)
	for range 3 {
		hash, log, taken := run(true)
		if hash != wantHash || log != wantLog {
			t.Errorf("with pictures the page went\n%s\nand without\n%s", log, wantLog)
		}
		if taken != 4 {
			t.Errorf("%d pictures of elements; want 4: scrolling takes none", taken)
		}
	}
}

// scrolling adds to [moving] what is out of sight, and says when it was scrolled to.
const scrolling = `<div style="height: 1500px"></div><button id=below>below</button><input id=field>
<script>
	addEventListener('scroll', () => lines.push('scrolled at ' + Math.floor(Date.now() - 1795287300120)));
	below.onclick = () => lines.push('below at ' + Math.floor(Date.now() - 1795287300120));
</script>`

// A picture has the size that was asked for, whatever the density of the screen, shows the viewport where it is, and says where
// the action went.
func TestPicture(t *testing.T) {
	a := serve(t, map[string]string{"/": `<!doctype html><body style="margin: 0"><div style="height: 2000px"></div><button id=b style="width: 100px; height: 40px">b</button><div style="height: 2000px"></div>`})
	p := opened(t, stage(t), scene(a, &router{}, func(h *playback.Header) { h.Viewport.Scale = 2 }))
	var got []*player.Picture
	look := p.(player.Picturer)
	look.Aim(400, func(x *player.Picture) { got = append(got, x) })
	f := act(t, p, &playback.Event{Kind: playback.Click, On: css("#b")})
	if len(got) != 1 || got[0].Target == nil || got[0].Pointer == nil {
		t.Fatalf("pictures %+v", got)
	}
	x := got[0]
	if x.Width != 1000 && x.Width != 985 || x.Height != 700 || x.Type != "image/webp" {
		t.Errorf("%s of %v × %v", x.Type, x.Width, x.Height)
	}
	if w, h := webpSize(t, x.Data); w != 400 || math.Abs(float64(h)-400*x.Height/x.Width) > 1 {
		t.Errorf("%d × %d pixels", w, h)
	}
	top := text(t, p, "String(b.getBoundingClientRect().top)")
	if box := *x.Target; box[0] != 0 || box[2] != 100 || box[3] != 40 || top != js(box[1]) {
		t.Errorf("the button is at %v, and its top at %s", box, top)
	}
	if *x.Pointer != [2]float64{f.X, f.Y} {
		t.Errorf("the pointer went to %v and not to %v,%v", *x.Pointer, f.X, f.Y)
	}
	look.Aim(0, nil)
	act(t, p, &playback.Event{Kind: playback.Click, On: css("#b")})
	if len(got) != 1 {
		t.Error("a picture was taken though nobody asks for any")
	}
	eval(t, p, "alert(1)")
	if x, err := look.Picture(t.Context(), 400); x != nil || err != nil {
		t.Errorf("behind a dialog there is a picture: %v", err)
	}
}

// webpSize reads the size of a picture out of its head: https://developers.google.com/speed/webp/docs/riff_container.
func webpSize(t *testing.T, data []byte) (width, height int) {
	t.Helper()
	switch {
	case len(data) > 30 && string(data[12:16]) == "VP8 ":
		return int(binary.LittleEndian.Uint16(data[26:]) & 0x3fff), int(binary.LittleEndian.Uint16(data[28:]) & 0x3fff)
	case len(data) > 30 && string(data[12:16]) == "VP8X":
		return 1 + int(data[24]) + int(data[25])<<8, 1 + int(data[27]) + int(data[28])<<8
	}
	t.Fatalf("no WebP picture: %.20q", data)
	return 0, 0
}
