package chrome

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// The browser asks for the icon of a tab in its own time, which moves the clock: it does so once, and the app is never asked.
func TestIconsAreAskedForOnce(t *testing.T) {
	var asked atomic.Int32
	a := &app{Server: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			asked.Add(1)
		}
		w.Header().Set("content-type", "text/html")
		io.WriteString(w, strings.ReplaceAll(logging("for (let ms = 0; ms < 100; ms++) setTimeout(() => log('timer'), ms)"), "data:,", "/one.svg"))
	}))}
	t.Cleanup(a.Close)
	b := stage(t)
	log := func() string {
		p := opened(t, b, scene(a, &router{pass: true}, nil))
		advance(t, p, player.Window{To: 600})
		act(t, p, &playback.Event{Kind: playback.Reload})
		advance(t, p, player.Window{To: 1000})
		return text(t, p, "out.join()")
	}
	log() // in this one it may be asked for, and nothing says when
	want := log()
	for range 3 {
		if got := log(); got != want {
			t.Errorf("the page logs\n%s\nbefore\n%s", got, want)
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the app was asked for %d icons", n)
	}
}
