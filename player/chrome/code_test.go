package chrome

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// devServer is a page that hears what its development server says, as Vite does it: on a socket with a subprotocol. The server
// says one thing at once and two when it is told to. Script is further code of the page.
func devServer(t *testing.T, saved <-chan bool, script string) *app {
	t.Helper()
	a := &app{}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" {
			w.Header().Set("content-type", "text/html")
			fmt.Fprintf(w, `<!doctype html><title>x</title><script>
				var heard = [];
				const socket = new WebSocket(location.origin.replace('http', 'ws') + '/?token=x', 'vite-hmr');
				socket.onmessage = (e) => heard.push(JSON.parse(e.data).type);
				socket.addEventListener('close', () => heard.push('lost'));
				%s
			</script>`, script)
			return
		}
		c, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		key := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) // RFC 6455, 4.2.2
		fmt.Fprintf(rw, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: vite-hmr\r\n"+
			"Sec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(key[:]))
		say := func(kind string) {
			text := fmt.Sprintf(`{"type":%q}`, kind)
			fmt.Fprintf(rw, "\x81%c%s", len(text), text) // one short text frame
			rw.Flush()
		}
		say("connected")
		<-saved
		say("full-reload")
		say("custom")
		_, _ = rw.ReadByte() // until the page is closed
	}))
	t.Cleanup(a.Close)
	return a
}

// A development server's orders reach whoever asks for them, and the page only where it is to follow them: a page that takes
// new code over, or loads itself again, in the middle of a step would be none that was played to.
func TestDevServerMessages(t *testing.T) {
	b := stage(t)
	for _, apply := range []bool{false, true} {
		t.Run(fmt.Sprint(apply), func(t *testing.T) {
			saved := make(chan bool)
			script := "" // a stream of another one beside it looks as if nobody answered
			if !apply {
				script = `new EventSource('/esbuild').onerror = () => heard.push('no stream'); new EventSource('/esbuild').close()`
			}
			s := scene(devServer(t, saved, script), &router{}, nil)
			updates := make(chan string, 100)
			s.Code = player.CodeListener{Apply: apply, Update: func(m string) { updates <- m }}
			p, err := b.Open(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { p.Close() })
			act(t, p, &playback.Event{Kind: playback.Open, URL: "https://shop.example/"})
			now := 0.0
			until := func(word string) string {
				for {
					now += 100
					advance(t, p, player.Window{To: now})
					if heard := text(t, p, "heard"); strings.Contains(heard, word) {
						return heard
					} else if now > 1e6 {
						t.Fatalf("the page heard %q and not %q", heard, word)
					}
				}
			}
			until("connected")
			close(saved)
			want := "connected,custom"
			if apply {
				want = "connected,full-reload,custom"
			}
			if heard := until("custom"); heard != want {
				t.Errorf("the page heard %s, want %s", heard, want)
			}
			var told []string
			for len(updates) > 0 {
				told = append(told, <-updates)
			}
			if got := strings.Join(told, ""); got != `{"type":"connected"}{"type":"full-reload"}{"type":"custom"}` {
				t.Errorf("told: %s", got)
			}
		})
	}
}
