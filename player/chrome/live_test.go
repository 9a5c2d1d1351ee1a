package chrome

import (
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// closedPort is an address at which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// What may reach a real server and does not get an answer there is told, with the reason.
func TestALiveRequestThatFails(t *testing.T) {
	a := serve(t, map[string]string{"/": `<!doctype html><title>x</title><body></body>`})
	gone := closedPort(t)
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/open" {
			w.Header().Set("access-control-allow-origin", "*")
		}
	}))
	t.Cleanup(there.Close)
	b := stage(t)
	for _, c := range []struct{ name, js, want string }{
		{"nobody listens", `fetch('http://GONE/live/a').catch(() => 0).then(done)`, "GET http://GONE/live/a may reach its server, and failed: net::ERR_CONNECTION_REFUSED"},
		{"xhr", `{const x = new XMLHttpRequest; x.open('PUT', 'http://GONE/live/b'); x.onloadend = done; x.send()}`, "PUT http://GONE/live/b may reach its server, and failed: net::ERR_CONNECTION_REFUSED"},
		{"socket", `new WebSocket('ws://GONE/live/c').onclose = done`, "GET ws://GONE/live/c may reach its server, and failed: Error in connection establishment: net::ERR_CONNECTION_REFUSED"},
		{"image", `{const i = new Image; i.onerror = done; i.src = 'http://GONE/live/d.png'}`, "GET http://GONE/live/d.png may reach its server, and failed: net::ERR_CONNECTION_REFUSED"},
		{"no CORS headers", `fetch('http://THERE/live/e').catch(() => 0).then(done)`, "GET http://THERE/live/e may reach its server, and failed: the server's CORS headers do not allow it (MissingAllowOriginHeader)"},
		{"no CORS headers, preflight", `fetch('http://THERE/live/g', {method: 'DELETE'}).catch(() => 0).then(done)`, "DELETE http://THERE/live/g may reach its server, and failed: the server's CORS headers do not allow it (PreflightMissingAllowOriginHeader)"},
		{"worker", `new Worker(URL.createObjectURL(new Blob(["fetch('http://GONE/live/f').catch(() => 0).then(() => postMessage(1))"]))).onmessage = done`, "GET http://GONE/live/f may reach its server, and failed: net::ERR_CONNECTION_REFUSED"},
		{"an answer", `fetch('http://THERE/open').then(done)`, ""},
		{"not live", `fetch('http://GONE/recorded').catch(() => 0).then(done)`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := scene(a, &router{live: "/live/"}, nil)
			if c.name == "an answer" {
				s.Router.(*router).live = "/open"
			}
			s.Live = []string{"*/live/*"}
			p := opened(t, b, s)
			names := strings.NewReplacer("GONE", gone, "THERE", there.Listener.Addr().String())
			eval(t, p, "window.done = () => { document.title = 'done' }; "+names.Replace(c.js)+"; 0")
			var got []string
			for now := 200.0; ; now += 100 {
				r := advance(t, p, player.Window{To: now})
				for _, d := range r.Divergences {
					if d.Kind != playback.LiveFailed || d.Pos != -1 {
						t.Errorf("%+v", d)
					}
					got = append(got, d.Text)
				}
				if text(t, p, "document.title") == "done" {
					break
				}
				if now > 1e5 {
					t.Fatal("the request did not end")
				}
			}
			var want []string
			if c.want != "" {
				want = []string{names.Replace(c.want)}
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
