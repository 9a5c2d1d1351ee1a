package recorder

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"restep/player/playback"
	"restep/sources/recorder/recordertest"
)

func TestEmbeddedNetwork(t *testing.T) {
	e := embedPage(t, "console: true", `<button id="go">Go</button><script>
const log = [];
document.getElementById('go').onclick = async () => {
  const r = await fetch('/api/json', {method: 'POST', body: JSON.stringify({a: 1})});
  log.push((await r.json()).ok);
  const f = new FormData(); f.append('x', 'y');
  log.push((await (await fetch('/api/form', {method: 'POST', body: f})).text()));
  log.push((await (await fetch('/api/moved')).text()));
  log.push((await (await fetch('/api/big')).text()).length);
  await fetch('/api/slow', {signal: AbortSignal.timeout(50)}).catch((e) => log.push(e.name));
  const x = new XMLHttpRequest(); x.open('PUT', '/api/xhr'); x.setRequestHeader('X-A', '1');
  await new Promise((done) => { x.onload = () => { log.push(x.responseText); console.warn('xhr', {done: true}); done(); }; x.send('body of xhr'); });
  const s = new XMLHttpRequest(); s.open('GET', '/api/sync', false); s.send(); log.push(s.responseText);
  navigator.sendBeacon('/api/beacon', 'ping');
  await new Promise((done) => { const es = new EventSource('/api/sse'); es.addEventListener('tick', (ev) => { log.push(ev.data); es.close(); done(); }); });
  Promise.reject(new TypeError('nobody cares'));
  setTimeout(() => { document.title = 'done'; }, 0);
  throw new RangeError('boom');
};
</script>`)
	var traced string
	answer := func(path, body string) {
		e.mux.HandleFunc(path, func(w http.ResponseWriter, q *http.Request) {
			if path == "/api/json" {
				traced = q.Header.Get("traceparent")
			}
			w.Header().Set("Content-Type", "text/plain")
			w.Write([]byte(body)) //nolint:errcheck // a test
		})
	}
	answer("/api/json", `{"ok":true}`)
	answer("/api/form", "formed")
	answer("/api/end", "moved here")
	answer("/api/big", strings.Repeat("x", 200<<10))
	answer("/api/xhr", "from xhr")
	answer("/api/sync", "in time")
	answer("/api/beacon", "")
	e.mux.Handle("/api/moved", http.RedirectHandler("/api/end", http.StatusFound))
	e.mux.HandleFunc("/api/slow", func(w http.ResponseWriter, q *http.Request) { <-q.Context().Done() })
	e.mux.HandleFunc("/api/sse", func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Write([]byte("event: tick\nid: 4\ndata: tock\n\n")) //nolint:errcheck // a test
	})
	e.Click("#go")
	e.Wait("document.title === 'done'")
	var log string
	e.Eval("JSON.stringify(log)", &log)
	if want := `[true,"formed","moved here",204800,"TimeoutError","from xhr","in time","tock"]`; log != want {
		t.Errorf("the app got %s, want %s", log, want)
	}
	var got []string
	for _, l := range e.stop() {
		content := ""
		if data, err := inline(l.Body); err == nil && data != nil {
			content = string(data)
			if strings.Contains(content, "form-data") {
				content = "multipart"
			}
		} else if l.Body.Hole() {
			content = l.Body.Missing
		}
		got = append(got, told(l, content))
		if l.Kind == playback.Req && strings.HasSuffix(l.URL, "/api/json") && (l.Trace == "" || !strings.Contains(traced, l.Trace)) {
			t.Errorf("the request has trace %q, the server got %q", l.Trace, traced)
		}
	}
	want := `open
page
click
req fetch POST {"a":1}
res {"ok":true}
req fetch POST multipart
res formed
req fetch GET
res
req fetch GET
res moved here
req fetch GET
res truncated
req fetch GET
fail aborted
req xhr PUT body of xhr
res from xhr
console warning xhr {"done":true}
req xhr GET
res in time
req beacon POST ping
req sse GET
res
sse in tick tock`
	all := strings.Join(got, "\n")
	for _, failure := range []string{"\nerror TypeError nobody cares", "\nerror RangeError boom"} {
		if !strings.Contains(all, failure) {
			t.Errorf("there is no%s", failure)
		}
		all = strings.Replace(all, failure, "", 1)
	}
	if all = strings.Split(all, "\nexpect")[0]; all != want {
		t.Errorf("recorded\n%s\nwant\n%s", all, want)
	}
}

// TestEmbeddedSockets talks over a WebSocket, in a frame whose recorder hands its entries to the page's.
func TestEmbeddedSockets(t *testing.T) {
	e := embedPage(t, "console: false", `<iframe id="inner" src="/inner"></iframe>`)
	e.mux.HandleFunc("/talk", recordertest.Talk)
	e.mux.HandleFunc("/inner", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, `<!doctype html><script src="/recorder.js"></script><script>restepRecorder.start({endpoint: "/record", key: "x"})</script>
<button onclick="ws.send('bye')">Bye</button><script>
const ws = new WebSocket('ws://' + location.host + '/talk');
ws.onopen = () => ws.send(new Uint8Array([1, 2, 255]));
ws.onmessage = (e) => { if (typeof e.data !== 'string') document.title = 'ready'; };
ws.onclose = () => { top.document.title = 'closed'; };
</script>`)
	})
	e.Open(e.app.URL + "/")
	e.Wait("document.getElementById('inner').contentDocument.title === 'ready'")
	e.Click("js:document.getElementById('inner').contentDocument.querySelector('button')")
	e.Wait("document.title === 'closed'")
	var got []string
	for _, l := range e.stop() {
		if len(l.Frame) == 0 {
			continue
		}
		if l.Frame[0].CSS != "#inner" {
			t.Errorf("%s is in frame %v", l.Kind, l.Frame)
		}
		content := ""
		if data, err := inline(l.Body); err == nil && data != nil {
			content = fmt.Sprintf("%q", data)
		}
		if l.CloseBy != 0 {
			content = fmt.Sprint(l.CloseBy)
		}
		got = append(got, told(l, content))
	}
	want := `req ws GET, ws in "hello", ws out "\x01\x02\xff", ws in "\x01\x02\xff", click, ws out "bye", ws in 4001`
	if all := strings.Join(got, ", "); all != want && all != strings.Replace(want, `ws in "hello", ws out "\x01\x02\xff"`, `ws out "\x01\x02\xff", ws in "hello"`, 1) {
		t.Errorf("recorded %s, want %s", all, want)
	}
}

// TestEmbeddedEventSource ends a stream, which the browser opens again, and refuses another.
func TestEmbeddedEventSource(t *testing.T) {
	e := embedPage(t, "", `<button id="go">Go</button><script>
		const closed = [];
		document.querySelector('#go').onclick = () => {
			const news = new EventSource('/news');
			news.onmessage = (m) => { if (m.data === '2') { news.close(); closed.push(1); } };
			const none = new EventSource('/none');
			none.onerror = () => closed.push(2);
		};
	</script>`)
	connections := 0
	e.mux.HandleFunc("/news", func(w http.ResponseWriter, _ *http.Request) {
		connections++ // one after the other
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "retry: 20\ndata: %d\n\n", connections)
	})
	e.Click("#go")
	e.Wait("closed.length === 2")
	got := map[string]string{}
	urls := map[string]string{}
	for _, l := range e.stop() {
		switch {
		case l.Kind == playback.Req:
			urls[l.ID] = strings.TrimPrefix(l.URL, e.app.URL)
			got[urls[l.ID]] += "req "
		case l.Kind == playback.Res:
			got[urls[l.Of]] += fmt.Sprint(l.Status, " ")
		case l.Kind == playback.SSE:
			got[urls[l.Of]] += fmt.Sprint(l.Text, "/", l.CloseBy, " ")
		}
	}
	if want := "req 200 1/0 /1000 req 200 2/0 "; got["/news"] != want || got["/none"] != "req 204 " {
		t.Errorf("recorded %q, want %q", got, want)
	}
}

// TestEmbeddedTransport loses answers, leaves pages in haste and is refused.
func TestEmbeddedTransport(t *testing.T) {
	e := embedPage(t, "console: true", `<button id="go" onclick="console.log('clicked ' + ++n)">Go</button>
<script>let n = Number(new URLSearchParams(location.search).get('n'))</script>`)
	e.mux.HandleFunc("/next", func(w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, "/?n=10", http.StatusFound)
	})
	first := e.posted()
	e.refuse(http.StatusServiceUnavailable, "1")
	e.Click("#go")
	if again := e.posted(); first != 204 || again != 503 {
		t.Fatalf("answered %d, then %d", first, again)
	}
	e.Click("#go") // it waits behind what was refused
	if again := e.posted(); again != 204 {
		t.Fatalf("answered %d the second time", again)
	}
	e.Click("#go")
	e.Open(e.app.URL + "/next") // at once
	e.Click("#go")
	said := map[string]int{}
	for _, l := range e.stop() {
		switch l.Kind {
		case playback.Console:
			said[l.Text]++
		case playback.Click, playback.PageCommit:
			said[string(l.Kind)]++
		case lostKind:
			t.Errorf("lost: %s", l.Extra)
		}
		if l.Tab != "A" {
			t.Errorf("%s is in tab %s", l.Kind, l.Tab)
		}
	}
	for what, n := range map[string]int{"clicked 1": 1, "clicked 2": 1, "clicked 3": 1, "clicked 11": 1, "click": 4, "page": 2} {
		if said[what] != n {
			t.Errorf("%s is there %d times, want %d (%v)", what, said[what], n, said)
		}
	}
}

// TestEmbeddedStops posts to a receiver that does not know the key any more.
func TestEmbeddedStops(t *testing.T) {
	e := embedPage(t, "console: true", `<button id="go">Go</button>`)
	e.posted()
	e.refuse(http.StatusUnauthorized, "")
	e.Click("#go")
	if status := e.posted(); status != 401 {
		t.Fatalf("answered %d", status)
	}
	e.Click("#go")
	var stopped bool
	e.Eval("restepRecorder.stop().then(() => true)", &stopped)
	select {
	case status := <-e.posts:
		t.Errorf("after 401 it posts again, which was answered %d", status)
	default:
	}
}

// TestEmbeddedOnError keeps what happens to itself until there is an error.
func TestEmbeddedOnError(t *testing.T) {
	e := embedPage(t, "mode: 'on-error'", `<button id="go">Go</button><button id="bad" onclick="throw new Error('bad')">Bad</button>`)
	e.Click("#go")
	var waited bool
	e.Eval("new Promise((done) => setTimeout(() => done(true), 2500))", &waited)
	select {
	case <-e.posts:
		t.Fatal("a batch came although nothing is wrong")
	default:
	}
	e.Click("#bad")
	if status := e.posted(); status != 204 {
		t.Fatalf("answered %d", status)
	}
	var got []string
	for _, l := range e.lines() {
		if l.Kind != playback.Expect {
			got = append(got, told(l, ""))
		}
	}
	if all := strings.Join(got, ", "); all != "open, page, click, click, error Error bad" {
		t.Errorf("recorded %s", all)
	}
}

// TestEmbeddedSampling records no session where none is to be.
func TestEmbeddedSampling(t *testing.T) {
	e := embedPage(t, "sampling: 0", `<button id="go">Go</button>`)
	var state string
	e.Eval("restepRecorder.mark('here'); restepRecorder.stop(); `${restepRecorder.start({})} ${/native/.test(fetch)}`", &state)
	if state != "false true" {
		t.Errorf("started, and fetch is native: %s", state)
	}
	select {
	case <-e.posts:
		t.Error("a batch came")
	default:
	}
}

// TestEmbeddedMasks looks at what leaves the page: the receiver of this test masks nothing.
func TestEmbeddedMasks(t *testing.T) {
	secrets := []string{"Tr0ub4dor-and-3", "ana.b@mail.example", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "sk_live_a8Zr41LmW0xT7bVn2Kd9", "q8Zr41LmW0xT7bVn2Kd9"}
	e := embedPage(t, "console: true", `<input id="pw" type="password"><input id="mail" type="email"><input id="card" autocomplete="cc-number">
<p data-private>Hidden Person</p><button id="go">Go</button><script>
document.getElementById('go').onclick = async () => {
  const password = document.getElementById('pw').value;
  await fetch('/api?token=q8Zr41LmW0xT7bVn2Kd9', {method: 'POST', headers: {Authorization: 'Bearer q8Zr41LmW0xT7bVn2Kd9'}, body: JSON.stringify({user: {password}, iban: 'DE89 3704 0044 0532 0130 00', other: password})});
  console.log('pays with 4111 1111 1111 1111', {key: 'sk_live_a8Zr41LmW0xT7bVn2Kd9', who: 'ana.b@mail.example'});
  localStorage.setItem('auth_token', 'q8Zr41LmW0xT7bVn2Kd9');
  document.title = 'done';
};
</script>`)
	e.mux.HandleFunc("/api", func(w http.ResponseWriter, q *http.Request) {
		w.Write([]byte("you said Tr0ub4dor-and-3")) //nolint:errcheck // a test
	})
	e.Click("#pw")
	e.Type("Tr0ub4dor-and-3")
	e.Click("#mail")
	e.Type("ana.b@mail.example")
	e.Click("#card")
	e.Type("4111 1111 1111 1111")
	e.Click("#go")
	e.Wait("document.title === 'done'")
	lines := e.stop()
	for _, s := range secrets {
		scan(t, e.dir, s)
	}
	stand := ""
	for _, l := range lines {
		switch {
		case l.Kind == playback.Type && l.On.Target.TestID == "" && strings.Contains(strings.Join(l.On.Target.CSS, ""), "pw"):
			stand = *l.Value
			if l.Text != stand || len(stand) != len("Tr0ub4dor-and-3") || len(l.Masked) == 0 {
				t.Errorf("the password is typed as %q, for %q, masked %v", l.Text, stand, l.Masked)
			}
		case l.Kind == playback.Req || l.Kind == playback.Res:
			if data, err := inline(l.Body); err != nil || stand == "" || !strings.Contains(string(data), stand) {
				t.Errorf("%s has %s and not the stand-in %q, %v", l.Kind, data, stand, err)
			}
		case l.Kind == playback.Console:
			if card := l.Text[len("pays with "):][:19]; !luhn(strings.ReplaceAll(card, " ", "")) {
				t.Errorf("%q is no card number", card)
			}
		}
	}
}

// TestEmbeddedDoubleClick: the second click of two is joined to the first by the receiver, in the second document of a
// tab too, where numbers go on.
func TestEmbeddedDoubleClick(t *testing.T) {
	e := embedPage(t, "console: false", `<button id="go">Go</button>`)
	e.Click("#go")
	e.Open(e.app.URL + "/?again")
	e.Press("#go", recordertest.Press{Count: 2})
	var counts []int
	for _, l := range e.stop() {
		if l.Kind != playback.Click {
			continue
		}
		n := 1
		if l.Count != nil {
			n = *l.Count
		}
		counts = append(counts, n)
	}
	if fmt.Sprint(counts) != "[1 2]" {
		t.Errorf("clicks of %v, want a click and a double click", counts)
	}
}
