package chrome

import (
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// outside is a server that nothing may reach: it counts TCP connections and UDP packets.
type outside struct {
	addr string
	hits atomic.Int64
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	udp, err := net.ListenPacket("udp", tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	o := &outside{addr: tcp.Addr().String()}
	go func() {
		for {
			c, err := tcp.Accept()
			if err != nil {
				return
			}
			o.hits.Add(1)
			c.Close()
		}
	}()
	go func() {
		buf := make([]byte, 2048)
		for {
			if _, _, err := udp.ReadFrom(buf); err != nil {
				return
			}
			o.hits.Add(1)
		}
	}()
	t.Cleanup(func() { tcp.Close(); udp.Close() })
	return o
}

// leaks are the ways out of a page that are known to pass one net or another. OUT is the host outside.
var leaks = map[string]string{
	"fetch":         `fetch('http://OUT/a').catch(() => 0)`,
	"xhr":           `{const x = new XMLHttpRequest; x.open('GET', 'http://OUT/b'); x.send()}`,
	"sync xhr":      `try {const x = new XMLHttpRequest; x.open('GET', 'http://OUT/b', false); x.send()} catch {}`,
	"beacon":        `navigator.sendBeacon('http://OUT/c', 'x')`,
	"image":         `new Image().src = 'http://OUT/d.png'`,
	"websocket":     `new WebSocket('ws://OUT/e')`,
	"eventsource":   `new EventSource('http://OUT/f')`,
	"preconnect":    `document.head.insertAdjacentHTML('beforeend', '<link rel=preconnect href="http://OUT">')`,
	"dns-prefetch":  `document.head.insertAdjacentHTML('beforeend', '<link rel=dns-prefetch href="http://OUT">')`,
	"prefetch":      `document.head.insertAdjacentHTML('beforeend', '<link rel=prefetch href="http://OUT/g">')`,
	"script":        `document.head.append(Object.assign(document.createElement('script'), {src: 'http://OUT/h.js'}))`,
	"style":         `document.head.insertAdjacentHTML('beforeend', '<link rel=stylesheet href="http://OUT/h.css">')`,
	"frame":         `document.body.insertAdjacentHTML('beforeend', '<iframe src="http://OUT/i"></iframe>')`,
	"form":          `document.body.insertAdjacentHTML('beforeend', '<iframe name=f></iframe><form target=f method=post action="http://OUT/j"></form>'); document.forms[0].submit()`,
	"popup":         `window.open('http://OUT/k')`,
	"worker socket": `new Worker(URL.createObjectURL(new Blob(["new WebSocket('ws://OUT/l')"])))`,
	"worker fetch":  `new Worker(URL.createObjectURL(new Blob(["fetch('http://OUT/m').catch(() => 0)"])))`,
	"webrtc": `{const c = new RTCPeerConnection({iceServers: [{urls: 'stun:OUT'}, {urls: 'turn:OUT?transport=tcp', username: 'u', credential: 'p'}]});
		c.createDataChannel('x'); c.createOffer().then((o) => c.setLocalDescription(o))}`,
	"font":           `new FontFace('x', 'url(http://OUT/n.woff2)').load().catch(() => 0)`,
	"ping":           `{const a = Object.assign(document.createElement('a'), {href: '#', ping: 'http://OUT/o'}); document.body.append(a); a.click()}`,
	"media":          `document.body.insertAdjacentHTML('beforeend', '<video autoplay src="http://OUT/p.mp4"></video>')`,
	"service worker": `navigator.serviceWorker.register('/sw.js')`,
}

func TestNothingReachesAServerThatIsNotListed(t *testing.T) {
	o := newOutside(t)
	a := serve(t, map[string]string{
		"/":      `<!doctype html><title>x</title><body></body>`,
		"/sw.js": strings.ReplaceAll(`self.oninstall = (e) => e.waitUntil(fetch('http://OUT/sw').catch(() => 0))`, "OUT", o.addr),
	})
	b := stage(t)
	for name, js := range leaks {
		t.Run(name, func(t *testing.T) {
			p := opened(t, b, scene(a, &router{}, nil))
			before := o.hits.Load()
			if v := eval(t, p, strings.ReplaceAll(js, "OUT", o.addr)+"; 0"); v != "0" {
				t.Fatalf("the page could not try: %s", v)
			}
			for i := range 10 {
				advance(t, p, player.Window{To: 100 + float64(100*(i+1))})
			}
			act(t, p, &playback.Event{Kind: playback.Reload})
			advance(t, p, player.Window{To: 2000})
			if n := o.hits.Load() - before; n != 0 {
				t.Errorf("%d connections or packets reached a server that is not listed", n)
			}
		})
	}
}

// TestTheFenceIsWhatHoldsThem opens the fence for the host outside: the ways that pass the CDP net then do connect, so
// the test above can fail.
func TestTheFenceIsWhatHoldsThem(t *testing.T) {
	o := newOutside(t)
	a := serve(t, map[string]string{"/": `<!doctype html><title>x</title><body></body>`})
	b := stage(t)
	for _, name := range []string{"worker socket", "image"} {
		t.Run(name, func(t *testing.T) {
			s := scene(a, &router{pass: true}, nil)
			s.Live = []string{"http://" + o.addr + "/*"}
			p := opened(t, b, s)
			before := o.hits.Load()
			eval(t, p, strings.ReplaceAll(leaks[name], "OUT", o.addr)+"; 0")
			for now := 200.0; o.hits.Load() == before; now += 100 {
				if now > 1e5 {
					t.Fatal("no connection although the host is listed")
				}
				advance(t, p, player.Window{To: now})
			}
		})
	}
}

// What no net sees must not reach even the app's own server, behind which there may be a real back end.
func TestSocketsThatNoNetSees(t *testing.T) {
	a := serve(t, map[string]string{
		"/": `<!doctype html><title>x</title><script>
			try { new SharedWorker('/shared.js') } catch (e) { document.title = e.name }
			navigator.serviceWorker.register('/sw.js')</script>`,
		"/shared.js": `new WebSocket('ws://' + location.host + '/shared-socket')`,
		"/sw.js":     `self.oninstall = () => { new WebSocket('ws://' + location.host + '/sw-socket') }; fetch('/sw-ran')`,
	})
	p := opened(t, stage(t), scene(a, &router{pass: true}, nil))
	now := 100.0
	for !slices.Contains(a.reached(), "GET /sw-ran") {
		if now += 100; now > 1e5 {
			t.Fatalf("the service worker did not run: %v", a.reached())
		}
		advance(t, p, player.Window{To: now})
	}
	for range 10 {
		now += 100
		advance(t, p, player.Window{To: now})
	}
	if got := text(t, p, "document.title"); got != "ReferenceError" {
		t.Errorf("a shared worker: %q", got)
	}
	for _, hit := range a.reached() {
		if strings.HasSuffix(hit, "-socket") || hit == "GET /shared.js" {
			t.Errorf("the app's server got %s", hit)
		}
	}
}
