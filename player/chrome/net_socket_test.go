package chrome

import (
	"testing"

	"restep/player"
	"restep/player/playback"
)

func TestWebSocket(t *testing.T) {
	in := func(pos int, t float64, text string) player.Answer { return msg(playback.WS, pos, t, text) }
	binary := in(6, 160, "")
	binary.Body = []byte{1, 255}
	end := in(7, 200, "bye")
	end.Close = 4001
	p := play(t,
		get(0, "ws:/s", res(2, 120, 20, 101, "", "sec-websocket-protocol", "v2"), in(4, 140, "one"), in(5, 150, "two"), binary, end),
		get(1, "ws:/refused", player.Answer{Pos: 3, T: 130, Latency: 10, Kind: playback.Fail, Text: "net::ERR_CONNECTION_REFUSED"}),
	)
	p.run(`
		const s = new WebSocket('/s', ['v1', 'v2']);
		log(s.readyState, s.url === 'ws://' + HOST + '/s', s instanceof WebSocket, s instanceof EventTarget, s.constructor === WebSocket, String(s));
		try { s.send('early'); } catch (e) { log(e.name); }
		s.onopen = () => { log('open', s.protocol, s.readyState); s.binaryType = 'arraybuffer'; s.send('hello'); s.send(new Uint8Array([7])); log(s.bufferedAmount); };
		s.addEventListener('message', (e) => log(typeof e.data === 'string' ? e.data : [...new Uint8Array(e.data)], e.origin === 'ws://' + HOST));
		s.onclose = (e) => log('close', e.code, e.reason, e.wasClean, s.readyState, s.bufferedAmount);
		const r = new WebSocket('ws://' + HOST + '/refused');
		r.onerror = () => log('error'); r.onclose = (e) => log('refused', e.code, e.wasClean);
		try { new WebSocket('ftp://x'); } catch (e) { log(e.name); }
		log(WebSocket.OPEN, WebSocket.name, WebSocket.length, String(WebSocket), class extends WebSocket {}.prototype instanceof WebSocket);
	`)
	p.until(145, 5)
	p.until(300, 10)
	p.wantLog(
		`0 true true true true [object WebSocket]`, `InvalidStateError`, `SyntaxError`, `1 WebSocket 1 function WebSocket() { [native code] } true`,
		`open v2 1`, `6`, `error`, `refused 1006 false`, `one true`, `two true`, `[1,255] true`, `close 4001 bye true 3 0`,
	)
	p.wantSeen("req 0 serve", "req 1 serve", "res 2", "ws -1 out", "ws -1 out", "fail 3", "ws 4", "ws 5", "ws 6", "ws 7")
	p.wantNoHits("/s")
}

func TestWebSocketClosedByApp(t *testing.T) {
	p := play(t, get(1, "ws:/s", res(2, 110, 10, 101, ""), msg(playback.WS, 3, 150, "late")))
	p.run(`
		const s = new WebSocket('/s');
		s.onmessage = (e) => log(e.data);
		s.onclose = (e) => log('close', e.code, e.reason, e.wasClean);
		s.onopen = () => { try { s.close(1001); } catch (e) { log(e.name); } s.close(3000, 'done'); log(s.readyState); };`)
	p.until(300, 4)
	p.wantLog("InvalidAccessError", "2", "close 3000 done true")
}

func TestWebSocketUnrecorded(t *testing.T) {
	p := play(t)
	p.run(`const s = new WebSocket('ws://other.test/x'); s.onerror = () => log('error'); s.onclose = (e) => log(e.code);`)
	p.until(200, 1)
	p.wantLog("error", "1006")
	p.wantSeen("req -1 block")
}

func TestEventSource(t *testing.T) {
	named := msg(playback.SSE, 5, 160, "two")
	named.Name, named.LastID = "price", "9"
	p := play(t,
		get(0, "/e", res(2, 120, 20, 200, "", "content-type", "text/event-stream"), msg(playback.SSE, 4, 150, "one\nmore"), named,
			player.Answer{Pos: 6, T: 200, Latency: 100, Kind: playback.Fail, Text: "net::ERR_INCOMPLETE_CHUNKED_ENCODING"}),
		get(7, "/e", res(8, 3300, 20, 200, "retry: 10\n: c\nevent: price\ndata: three\nid: 10\n\ndata: cut", "content-type", "text/event-stream; charset=utf-8")),
		get(1, "/gone", res(3, 130, 10, 204, "")),
	)
	p.run(`
		const s = new EventSource('/e');
		log(s.readyState, s.url === location.origin + '/e', s instanceof EventSource, EventSource.CLOSED);
		s.onopen = () => log('open', s.readyState);
		s.onmessage = (e) => log(e.data, e.lastEventId, e.origin === location.origin);
		s.addEventListener('price', (e) => log('price', e.data, e.lastEventId));
		s.onerror = () => log('error', s.readyState);
		const g = new EventSource('/gone'); g.onerror = () => log('gone', g.readyState);
	`)
	p.until(1000, 7)
	p.until(3500, 10)
	p.wantLog("0 true true 2", "open 1", "gone 2", "one\nmore  true", "price two 9", "error 0", "open 1", "price three 10", "error 0")
	p.wantSeen("req 0 serve", "req 1 serve", "res 2", "res 3", "sse 4", "sse 5", "fail 6", "req 7 serve", "res 8")
}

// TestEventSourceComesBack ends a stream as its server did: the app hears of it at the recorded time, and the browser comes
// back when the recorded one did, whatever the default is.
func TestEventSourceComesBack(t *testing.T) {
	head := res(3, 720, 20, 200, "", "content-type", "text/event-stream")
	end := msg(playback.SSE, 2, 200, "")
	end.Close = 1000
	p := play(t,
		get(0, "/e", res(1, 120, 20, 200, "", "content-type", "text/event-stream"), end),
		get(4, "/e", head, msg(playback.SSE, 5, 760, "again")),
	)
	head.Of = 4
	p.router.answers[4] = &head
	p.run(`
		const s = new EventSource('/e'), begun = performance.now();
		const at = () => Math.round((performance.now() - begun) / 10) * 10;
		s.onopen = () => log('open', at());
		s.onmessage = (e) => log(e.data, at());
		s.onerror = () => log('error', s.readyState, at());
	`)
	p.until(150, 2)
	p.until(400, 3)
	p.until(1000, 6)
	p.wantLog("open 20", "error 0 100", "open 620", "again 660")
	p.wantSeen("req 0 serve", "res 1", "sse 2", "req 4 serve", "res 3", "sse 5")
}
