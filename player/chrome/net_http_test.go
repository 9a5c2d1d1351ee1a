package chrome

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"restep/player"
	"restep/player/playback"
)

// workerJS fetches what it is told and says what it got.
const workerJS = `onmessage = async (e) => {
	try {
		const r = await fetch(e.data);
		postMessage(r.status + ' ' + await r.text());
	} catch (err) { postMessage(String(err)); }
};`

func TestAnswersComeInFileOrder(t *testing.T) {
	p := play(t,
		get(1, "/a", res(6, 300, 200, 200, "first a")), get(2, "/b", res(4, 150, 50, 200, "b")),
		get(3, "/a", res(5, 150, 50, 200, "second a")), get(7, "/never", res(8, 310, 10, 200, "x")),
	)
	p.run(`for (const url of ['/a', '/b', '/a']) fetch(url).then((r) => r.json().catch(() => 0) && r.clone).catch(log);
		for (const [i, url] of ['/a', '/b', '/a'].entries()) 0;`)
	p.until(120, 1)
	p.wantSeen("req 1 serve", "req 2 serve", "req 3 serve")
	p.until(200, 6)
	p.until(400, 9)
	p.wantSeen("req 1 serve", "req 2 serve", "req 3 serve", "res 4", "res 5", "res 6")
	for _, s := range p.seen {
		if s.Pos == 4 && (s.T < 149 || s.T > 152) || s.Pos == 6 && (s.T < 299 || s.T > 302) {
			t.Errorf("answer %d came at %v", s.Pos, s.T)
		}
	}
}

// The effects of one answer, timers of 0 ms and a state update through several promises included, come before the next.
func TestPageHasItsTurnBetweenAnswers(t *testing.T) {
	p := play(t, get(1, "/a", res(3, 150, 50, 200, `{"n":1}`)), get(2, "/b", res(4, 150, 50, 200, `{"n":2}`)))
	p.run(`for (const url of ['/a', '/b']) fetch(url).then((r) => r.json()).then((v) => v).then((v) => {
			log('state', v.n);
			const c = new MessageChannel();
			c.port1.onmessage = () => log('rendered', v.n);
			c.port2.postMessage(0);
		});`)
	p.until(200, 5)
	p.wantLog("state 1", "rendered 1", "state 2", "rendered 2")
}

func TestLateRequestGetsItsLatency(t *testing.T) {
	p := play(t, get(1, "/a", res(2, 150, 40, 200, "a")))
	p.run(`setTimeout(async () => { let t = performance.now(); await fetch('/a'); t = performance.now() - t; log(t >= 39.5 && t < 43 || t); }, 400)`)
	p.until(200, 3)
	p.wantLog()
	p.until(700, 3)
	p.wantLog("true")
}

func TestUnrecordedRequestIsBlocked(t *testing.T) {
	p := play(t, get(1, "/a", res(2, 150, 40, 200, "a")))
	p.run(`try { await fetch('/secret', {method: 'POST', body: 'x'}); } catch (e) { log(e.constructor === TypeError, e.message); }`)
	p.until(200, 3)
	p.wantLog("true Failed to fetch")
	p.wantSeen("req -1 block")
	p.wantNoHits("secret")
}

func TestHaltHoldsAnswersBack(t *testing.T) {
	p := play(t, get(1, "/a", res(3, 150, 50, 200, "a")), get(2, "/b", res(4, 160, 60, 200, "b")))
	p.run(`fetch('/a').then(() => { setTimeout(() => { throw new Error('boom'); }); }); fetch('/b').then(() => log('b'));`)
	a := p.answers
	p.advance(player.Window{To: 200, Limit: 5, Answers: a, HaltOn: []string{"uncaught"}})
	p.wantLog()
	p.wantSeen("req 1 serve", "req 2 serve", "res 3")
	p.advance(player.Window{To: 220, Limit: 5})
	p.wantLog("b")
}

func TestFetchResponse(t *testing.T) {
	p := play(t,
		get(1, "/json", res(20, 110, 1, 201, `{"a":[1]}`, "content-type", "application/json", "x-trace", "7", "set-cookie", "k=v; Path=/; Domain=shop.example; Secure")),
		get(2, "/none", res(21, 111, 1, 204, "")),
		get(3, "/bin", player.Answer{Pos: 22, T: 112, Latency: 1, Kind: playback.Res, Status: 200, Headers: playback.Headers{"content-type": {"image/x"}}, Body: []byte{0xff, 0, 1}}),
		get(4, "/lost", player.Answer{Pos: 23, T: 113, Latency: 1, Kind: playback.Fail, Text: "net::ERR_CONNECTION_RESET"}),
		get(5, "/old", res(24, 114, 1, 302, "", "location", "/json")),
		get(6, "/json", res(25, 115, 1, 200, `moved`)),
		get(7, "https://other.test/x", res(26, 116, 1, 200, "other", "x-hidden", "1")),
		get(8, "https://other.test/y", res(27, 117, 1, 200, "other", "x-shown", "1", "access-control-expose-headers", "x-shown")),
		get(9, "/bare", player.Answer{Pos: 28, T: 118, Latency: 1, Kind: playback.Res, Status: 200, Body: []byte("bare")}),
		recorded{pos: 10, method: "HEAD", url: "/head", answers: []player.Answer{res(29, 119, 1, 200, "ignored")}},
	)
	p.run(`
		let r = await fetch('/json#top');
		log(r.status, r.ok, r.type, r.redirected, r.url === location.origin + '/json', r.headers.get('x-trace'), r.headers.get('set-cookie'), document.cookie);
		const c = r.clone();
		log(c.url === r.url, await r.json(), await c.text(), r.bodyUsed, r instanceof Response, Object.hasOwn(r, 'url'));
		r = await fetch('/none'); log(r.status, r.body);
		log([...new Uint8Array(await (await fetch('/bin')).arrayBuffer())]);
		await fetch('/lost').catch((e) => log(e.message));
		r = await fetch('/old'); log(r.redirected, r.url === location.origin + '/json', await r.text());
		r = await fetch('https://other.test/x'); log(r.type, r.headers.get('x-hidden'), r.headers.get('content-type'));
		r = await fetch('https://other.test/y', {mode: 'no-cors'}); log(r.type, r.status, r.url, await r.text());
		r = await fetch('/bare'); log(r.headers.get('content-type'), await r.text());
		r = await fetch('/head', {method: 'HEAD'}); log(r.status, await r.text());
		log(fetch.name, fetch.length, String(fetch), 'prototype' in fetch);
		log(await fetch('http://[').catch((e) => e.message));
	`)
	p.until(300, 30)
	p.wantLog(
		`201 true basic false true 7 null k=v`, `true {"a":[1]} {"a":[1]} true true false`, `204 null`, `[255,0,1]`, `Failed to fetch`,
		`true true moved`, `cors null text/plain`, `opaque 0  `, `null bare`, `200 `,
		`fetch 1 function fetch() { [native code] } false`,
		`Failed to execute 'fetch' on 'Window': Failed to parse URL from http://[`,
	)
}

// Whatever an app passes as a body is found by its content.
func TestFetchBodies(t *testing.T) {
	post := func(pos int, kind, body string) recorded {
		return recorded{pos: pos, method: "POST", url: "/p", kind: kind, body: body, answers: []player.Answer{res(pos+20, 110, 1, 200, string(rune('a'+pos)))}}
	}
	const crlf = "\r\n"
	p := play(t,
		post(0, "application/json", `{"b":1,"a":2}`), post(1, "application/x-www-form-urlencoded", "y=2&x=1+1"),
		post(2, "multipart/form-data; boundary=zz", "--zz"+crlf+`content-disposition: form-data; name="f"; filename="n.bin"`+crlf+crlf+"\xff\x00"+crlf+"--zz"+crlf+
			`content-disposition: form-data; name="a"`+crlf+crlf+"1"+crlf+"--zz--"+crlf),
		post(3, "application/octet-stream", "\xff\x01"), post(4, "text/x", "blob"), post(5, "text/plain", "stream"), post(6, "text/plain;charset=UTF-8", "request"),
	)
	p.run(`
		const send = async (body, headers, more) => log(await (await fetch('/p', {method: 'POST', body, headers, ...more})).text());
		await send('{"a":2, "b":1}', {'content-type': 'application/json'});
		await send(new URLSearchParams('x=1 1&y=2'));
		const form = new FormData();
		form.append('a', '1'); form.append('f', new File([new Uint8Array([255, 0])], 'other.bin'));
		await send(form);
		await send(new Uint8Array([0, 255, 1, 9]).subarray(1, 3));
		await send(new Blob(['blob'], {type: 'text/x'}));
		await send(new Blob(['stream']).stream(), {}, {duplex: 'half'});
		const request = new Request('/p', {method: 'POST', body: 'request'});
		const r = await fetch(request); log(await r.text(), request.bodyUsed);
	`)
	p.until(300, 40)
	p.wantLog("a", "b", "c", "d", "e", "f", "g true")
}

func TestFetchAborts(t *testing.T) {
	p := play(t, get(1, "/a", player.Answer{Pos: 3, T: 500, Latency: 400, Kind: playback.Fail, Text: "net::ERR_ABORTED"}), get(2, "/b", res(4, 600, 500, 200, "b")))
	p.run(`
		const c = new AbortController();
		fetch('/a', {signal: c.signal}).catch((e) => log(e.name));
		fetch('/b', {signal: AbortSignal.timeout(50)}).catch((e) => log(e.name));
		setTimeout(() => c.abort(), 20);
		fetch('/c', {signal: AbortSignal.abort('why')}).catch(log);`)
	p.until(700, 5)
	p.wantLog("why", "AbortError", "TimeoutError")
	p.wantSeen("req 1 serve", "req 2 serve", "fail 3", "fail -1", "res 4")
}

func TestEventStreamByFetch(t *testing.T) {
	last := msg(playback.SSE, 5, 300, "three\nlines")
	last.Close = 1
	p := play(t, get(1, "/s", res(2, 120, 1, 200, "", "content-type", "text/event-stream"), msg(playback.SSE, 3, 150, "one"), msg(playback.SSE, 4, 200, "two"), last))
	p.run(`
		const r = await fetch('/s'), text = r.body.pipeThrough(new TextDecoderStream()).getReader();
		for (;;) { const {value, done} = await text.read(); if (done) break; log(value); }
		log('end');`)
	p.until(180, 4)
	p.wantLog("data: one\n\n")
	p.until(400, 6)
	p.wantLog("data: one\n\n", "data: two\n\n", "data: three\ndata: lines\n\n", "end")
}

func TestBeacon(t *testing.T) {
	p := play(t, recorded{pos: 1, method: "POST", url: "/_b", kind: "text/plain", body: "x", answers: []player.Answer{res(2, 150, 10, 204, "")}})
	p.run(`log(navigator.sendBeacon('/_b', 'x'), navigator.sendBeacon('/_b', 'other'), navigator.sendBeacon.name)`)
	p.until(200, 3)
	p.wantLog("true true sendBeacon")
	p.wantSeen("req 1 serve", "req -1 block", "res 2")
	p.wantNoHits("_b")
}

// A frame has no table: each of its requests is asked about, and unrecorded ones are blocked there too.
func TestFrameAsks(t *testing.T) {
	p := play(t, get(1, "/f", res(2, 150, 10, 200, "in a frame", "x-a", "1")))
	p.run(`
		const frame = document.body.appendChild(document.createElement('iframe')).contentWindow;
		const r = await frame.fetch('/f');
		log(r instanceof frame.Response, r.type, r.headers.get('x-a'), await r.text());
		await frame.fetch('/unknown').catch((e) => log(e.name));`)
	p.until(300, 3)
	p.wantLog("true basic 1 in a frame", "TypeError")
	p.wantNoHits("/unknown")
}

// A redirect is a request of its own in the recording; a post becomes a get.
func TestXHRFollowsRedirectOfPost(t *testing.T) {
	p := play(t,
		recorded{pos: 1, method: "POST", url: "/login", kind: "text/plain", body: "x", answers: []player.Answer{res(2, 120, 20, 303, "", "location", "/home#top")}},
		get(3, "/home", res(4, 140, 20, 200, "home")),
	)
	p.run(`const x = new XMLHttpRequest(); x.open('POST', '/login'); x.onload = () => log(x.responseText, x.responseURL === location.origin + '/home'); x.send('x');`)
	p.until(300, 5)
	p.wantLog("home true")
	p.wantSeen("req 1 serve", "res 2", "req 3 serve", "res 4")
}

func BenchmarkFetch(b *testing.B) {
	for _, size := range []int{1 << 10, 100 << 10} {
		b.Run(strconv.Itoa(size>>10)+"KB", func(b *testing.B) { benchmarkFetch(b, size) })
	}
}

// benchmarkFetch makes fetches one after the other in one stretch of the clock; an operation is one of them.
func benchmarkFetch(b *testing.B, size int) {
	const each = 200
	content := `{"text":"` + strings.Repeat("x", size) + `"}`
	a := &app{Server: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("content-type", "text/html")
	}))}
	b.Cleanup(a.Close)
	r := &router{}
	w := player.Window{To: 150, Limit: 1e9}
	for i := range b.N + each {
		r.left = append(r.left, player.Request{Pos: 2 * i, Key: player.Key("GET", a.URL+"/x", "", nil)})
	}
	p := opened(b, stage(b), scene(a, r, nil))
	eval(b, p, `globalThis.go = async (n) => { for (let i = 0; i < n; i++) await (await fetch('/x')).json(); globalThis.done = (globalThis.done ?? 0) + n; }; fetch('/x'); 0`)
	for done := 0; done < b.N; done += each {
		n := min(each, b.N-done)
		w.Answers = w.Answers[:0]
		for i := range n {
			answer := res(2*(done+i+1)+1, w.To-40, 0, 200, content, "content-type", "application/json")
			answer.Of = 2 * (done + i + 1)
			w.Answers = append(w.Answers, answer)
		}
		eval(b, p, fmt.Sprintf("go(%d); 0", n))
		advance(b, p, w)
		if got := eval(b, p, "done"); got != strconv.Itoa(done+n) {
			b.Fatalf("%s of %d fetches are done", got, done+n)
		}
		w.To += 50
	}
}

// TestEventStreamAsText reads a stream to its end by text(), which the browser does in its own time.
func TestEventStreamAsText(t *testing.T) {
	end := msg(playback.SSE, 4, 150, "")
	end.Close = 1000
	p := play(t, get(1, "/s", res(2, 120, 1, 200, "", "content-type", "text/event-stream"), msg(playback.SSE, 3, 120, "one"), end))
	p.run(`log(await (await fetch('/s')).text());`)
	begun := time.Now()
	p.until(180, 5)
	p.wantLog("data: one\n\n")
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("the clock was held for %v", took)
	}
}

// TestFetchInPieces reads an answer while it comes: each piece comes when it did, and the last one has what is left.
func TestFetchInPieces(t *testing.T) {
	a := res(3, 120, 20, 200, "Hello, wörld!")
	a.Chunks = [][2]float64{{0, 5}, {100, 4}, {250, 2}}
	text := res(4, 120, 20, 200, "in one")
	text.Chunks = [][2]float64{{50, 2}, {90, 4}}
	p := play(t, get(1, "/a", a), get(2, "/b", text))
	p.run(`
		const begun = performance.now(), at = () => Math.floor((performance.now() - begun) / 50) * 50;
		fetch('/b').then((r) => r.text()).then((t) => log(t, at()));
		const r = await fetch('/a'), reader = r.body.getReader(), all = [];
		log('head', at());
		for (let x = await reader.read(); !x.done; x = await reader.read()) { all.push(...x.value); log(x.value.length, at()); }
		log(new TextDecoder().decode(new Uint8Array(all)), at());`)
	p.until(200, 5)
	p.until(600, 6)
	p.wantLog("head 0", "5 0", "in one 100", "4 100", "5 250", "Hello, wörld! 250")
}

// TestFetchInPiecesStops cancels an answer while it comes.
func TestFetchInPiecesStops(t *testing.T) {
	a := res(2, 120, 20, 200, "Hello")
	a.Chunks = [][2]float64{{0, 2}, {100, 3}}
	p := play(t, get(1, "/a", a))
	p.run(`
		const stop = new AbortController(), r = await fetch('/a', {signal: stop.signal});
		setTimeout(() => stop.abort(), 50);
		r.text().then(log, (e) => log(e.name));`)
	p.until(400, 3)
	p.wantLog("AbortError")
}

// TestFetchInPiecesToTheEnd: a run does not end before the last piece of an answer.
func TestFetchInPiecesToTheEnd(t *testing.T) {
	a := res(2, 120, 20, 200, "Hello")
	a.Chunks = [][2]float64{{0, 2}, {700, 3}}
	p := play(t, get(1, "/a", a))
	p.run(`fetch('/a').then((r) => r.text()).then(log);`)
	p.advance(player.Window{To: 300, Limit: 3, Answers: []player.Answer{p.answers[0]}, Drain: true})
	p.wantLog("Hello")
}
