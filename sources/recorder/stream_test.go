package recorder

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"restep/player/playback"
	"restep/sources/recorder/recordertest"
)

func TestSocketsAndStreams(t *testing.T) {
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<script>
			const said = [];
			const a = new WebSocket('ws://' + location.host + '/talk');
			a.binaryType = 'arraybuffer';
			a.onopen = () => { a.send('{"n":1}'); a.send(new Uint8Array([1, 2, 255])); };
			let n = 0;
			a.onmessage = () => { if (++n === 3) a.send('bye'); };
			const b = new WebSocket('ws://' + location.host + '/talk');
			b.onmessage = () => b.close(4002);
			const closed = [];
			for (const [name, s] of [['a', a], ['b', b]]) s.onclose = (e) => closed.push(name + e.code);
			const e = new EventSource('/drip');
			e.addEventListener('price', (m) => said.push(m.data));
			e.onerror = () => e.close();
			fetch('/drip?fetch').then((r) => r.text()).then((t) => said.push(t));
		</script>`),
		"/talk": recordertest.Talk,
		"/drip": recordertest.Drip,
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("closed.length === 2 && said.length === 2")
	list := r.finish()
	t.Cleanup(func() { dump(t, list) })
	ws := strings.Replace(base, "http", "ws", 1)
	var got []string
	for _, q := range find(list, playback.Req, func(e *playback.Event) bool { return e.URL == ws+"/talk" }) {
		got = append(got, conversation(list, q.ID))
	}
	want := []string{
		`101 <hello >{"n":1} >AQL/ <{"n":1} <AQL/ >bye <4001`,
		`101 <hello >4002`,
	}
	// Which message of the server comes before which of the page is up to the network.
	if !same(got, want) {
		t.Errorf("sockets %q, want %q", got, want)
	}
	for _, path := range []string{"/drip", "/drip?fetch"} {
		q := find(list, playback.Req, func(e *playback.Event) bool { return e.URL == base+path })
		if len(q) != 1 {
			t.Errorf("%s: %d requests", path, len(q))
			continue
		}
		if got := conversation(list, q[0].ID); got != "200 <:one/ <price:12\n50/7 <:last/7 <1000" {
			t.Errorf("%s: %q", path, got)
		}
	}
}

// What says that it is an event stream and has no message is not lost without a word.
func TestStreamOfNoMessages(t *testing.T) {
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<script>
			let got = '';
			const stop = new AbortController();
			fetch('/words', { signal: stop.signal }).then(async (r) => {
				for await (const part of r.body) if ((got += new TextDecoder().decode(part)).includes('three')) stop.abort();
			}).catch((e) => { got = e.name; });
		</script>`),
		"/words": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			for _, word := range []string{"one ", "two ", "three "} {
				fmt.Fprint(w, word)
				w.(http.Flusher).Flush()
				select {
				case <-r.Context().Done():
				case <-time.After(100 * time.Millisecond):
				}
			}
			<-r.Context().Done()
		},
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("got === 'AbortError'")
	r.stop()
	<-r.done
	if r.err != nil {
		t.Fatal(r.err)
	}
	if told := strings.Join(r.sum.Problems, "\n"); !strings.Contains(told, "says that it is an event stream, and is none") {
		t.Errorf("problems %q", told)
	}
}

// same compares conversations but for the order of words in them.
func same(a, b []string) bool {
	for _, list := range [][]string{a, b} {
		for i := range list {
			list[i] = strings.Join(sorted(strings.Fields(list[i])), " ")
		}
	}
	return strings.Join(sorted(a), ";") == strings.Join(sorted(b), ";")
}

// conversation is what belongs to a request: status, messages with their direction, the code at the end.
func conversation(list []*playback.Event, id string) string {
	var words []string
	for _, e := range list {
		if e.Of != id {
			continue
		}
		dir := map[string]string{playback.In: "<", playback.Out: ">"}[e.Dir]
		switch {
		case e.Kind == playback.Res:
			words = append(words, fmt.Sprint(e.Status))
		case e.Kind == playback.SSE && e.CloseBy == 0:
			words = append(words, dir+e.Name+":"+e.Text+"/"+e.LastID)
		case e.CloseBy != 0:
			words = append(words, dir+fmt.Sprint(e.CloseBy))
		case e.Body != nil && e.Body.Base64 != nil:
			words = append(words, dir+*e.Body.Base64)
		default:
			words = append(words, dir+text(e.Body))
		}
	}
	return strings.Join(words, " ")
}

// TestMessagesOfAStream cuts a stream into pieces of all sizes: its lines end in LF, CR and both, and wherever it is cut
// its messages are the same.
func TestMessagesOfAStream(t *testing.T) {
	for _, end := range []string{"\n", "\r", "\r\n"} {
		text := strings.ReplaceAll("data: ä\ndata: b\n\n: nothing\n\nid: 7\nevent: price\ndata: 12\n\n", "\n", end)
		for size := 1; size <= len(text); size++ {
			x := &stream{}
			var got []string
			for at := 0; at < len(text); at += size {
				for _, m := range x.messages(text[at:min(at+size, len(text))]) {
					if e := x.parse(m); e != nil {
						got = append(got, e.Name+":"+e.Text+"/"+e.LastID)
					}
				}
			}
			if all := strings.Join(got, " "); all != ":ä\nb/ price:12/7" {
				t.Errorf("ends %q, pieces of %d bytes: %q", end, size, all)
			}
		}
	}
}

func TestWorkersAndDownloads(t *testing.T) {
	base := site(t, map[string]http.HandlerFunc{
		"/": html(`<a id=get href=/file.csv download>get</a><form action=/send method=post enctype="multipart/form-data" target=sink>
				<input name=who value=Ana><button id=send>send</button></form><iframe name=sink></iframe><script>
			const w = new Worker('/worker.js');
			w.onmessage = () => { window.worked = true; };
			navigator.serviceWorker.register('/service.js').then(() => navigator.serviceWorker.ready).then(async () => {
				if (!navigator.serviceWorker.controller) await new Promise((f) => { navigator.serviceWorker.oncontrollerchange = f; });
				window.served = await (await fetch('/through')).text();
			});
		</script>`),
		"/worker.js":  says("text/javascript", `fetch('/of-worker').then((r) => r.text()).then(() => postMessage(1)); console.log('in worker'); setTimeout(() => null.x)`),
		"/service.js": says("text/javascript", `onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => { if (e.request.url.endsWith('/through')) e.respondWith(fetch('/of-service')); }`),
		"/of-worker":  says("text/plain", "to the worker"),
		"/of-service": says("text/plain", "to the service"),
		"/file.csv":   says("text/csv", "a,b\n1,2\n"),
		"/send":       says("text/html", "<p id=sent>sent"),
	})
	r := startRecording(t, Options{URL: base + "/"})
	r.until("window.worked && window.served")
	r.click("#get")
	r.click("#send")
	r.until("window.frames.sink.document.querySelector('#sent')")
	r.wait(func() bool { return len(find(r.sofar(), playback.Download, nil)) == 1 })
	list := r.finish()
	t.Cleanup(func() { dump(t, list) })
	for path, want := range map[string][3]string{ // source, content of the answer, what is told of its way
		"/of-worker": {"worker", "to the worker", ""}, "/of-service": {"service_worker", "to the service", ""},
		"/through": {"", "to the service", `{"via":"service worker"}`},
	} {
		q := find(list, playback.Req, to(path))
		if len(q) != 1 {
			t.Errorf("%s: %d requests", path, len(q))
			continue
		}
		a := find(list, playback.Res, func(e *playback.Event) bool { return e.Of == q[0].ID })
		if len(a) != 1 || text(a[0].Body) != want[1] || q[0].Source != want[0] || string(a[0].Extra) != want[2] {
			t.Errorf("%s: %+v %+v", path, q[0], a)
		}
	}
	if d := find(list, playback.Download, nil); len(d) != 1 || d[0].Name != "file.csv" || text(d[0].Body) != "a,b\n1,2\n" {
		t.Errorf("downloads %+v", d)
	}
	if q := find(list, playback.Req, to("/send")); len(q) != 1 || q[0].Resource != "document" || !strings.Contains(text(q[0].Body), "\r\n\r\nAna\r\n") {
		t.Errorf("form %+v", q)
	}
	if e := find(list, playback.Error, nil); len(e) != 1 || e[0].Name != "TypeError" {
		t.Errorf("errors %+v", e)
	}
	if c := find(list, playback.Console, nil); len(c) != 1 || c[0].Text != "in worker" {
		t.Errorf("console %+v", c)
	}
}
