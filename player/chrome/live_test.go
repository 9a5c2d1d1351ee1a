package chrome

import (
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"restep/player"
	"restep/player/browser"
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

// Preflights are told by the requests that wait for them, whichever the browser speaks of first, and are forgotten.
func TestPreflightsAreForgotten(t *testing.T) {
	p := &page{outward: newOutward()}
	sent := func(preflight, request string) {
		p.onLive(event("Network.requestWillBeSent", `{"requestId":"`+preflight+`","initiator":{"type":"preflight","requestId":"`+request+`"}}`))
	}
	live := func(preflight, url string) {
		p.goesLive(preflight, player.LiveRequest{
			Method: "OPTIONS", URL: url, Headers: playback.Headers{"access-control-request-method": {"PUT"}},
		})
	}
	ended := func(id string) {
		p.onLive(event("Network.loadingFailed", `{"requestId":"`+id+`","errorText":"net::ERR"}`))
	}
	for i := range 100 {
		id := strconv.Itoa(i)
		sent("p"+id, "r"+id)
		if i%2 == 0 {
			ended("p" + id)
			ended("r" + id)
		}
	}
	if n := len(p.outward.preflights); n != 50 {
		t.Errorf("%d preflights are kept, 50 are on their way", n)
	}
	for i := 1; i < 100; i += 2 {
		ended("p" + strconv.Itoa(i))
	}
	sent("p", "r")
	live("p", "/known first")
	live("q", "/live first")
	sent("q", "s")
	for _, id := range []string{"p", "q", "r", "s"} {
		ended(id)
	}
	var got []string
	for _, d := range p.diverged {
		got = append(got, d.Got)
	}
	if want := []string{"PUT /known first", "PUT /live first"}; !slices.Equal(got, want) {
		t.Errorf("told of %q, want %q", got, want)
	}
	if o := &p.outward; len(o.requests)+len(o.preflights)+len(o.waiting) != 0 {
		t.Errorf("kept: %+v", o)
	}
}

func event(method, params string) browser.Event {
	return browser.Event{Method: method, Params: jsontext.Value(params)}
}
