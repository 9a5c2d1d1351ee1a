package chrome

import (
	"testing"

	"restep/player"
	"restep/player/playback"
)

const watchXHR = `
	const watch = (x, upload) => {
		for (const type of ['readystatechange', 'loadstart', 'progress', 'load', 'loadend', 'error', 'abort', 'timeout']) {
			x.addEventListener(type, (e) => log(type, type === 'readystatechange' ? x.readyState : e.loaded + '/' + e.total));
			if (upload) x.upload.addEventListener(type, (e) => log('upload', type, e.loaded + '/' + e.total));
		}
	};
`

func TestXHREvents(t *testing.T) {
	p := play(t, recorded{pos: 1, method: "POST", url: "/x", kind: "text/plain", body: "hé", answers: []player.Answer{res(2, 150, 50, 200, "answer", "content-length", "6", "x-b", "2", "x-a", "1")}})
	p.run(watchXHR + `
		const x = new XMLHttpRequest();
		watch(x, true);
		x.open('post', '/x');
		x.setRequestHeader('X-One', 'a'); x.setRequestHeader('x-one', 'b');
		x.send('hé');
		try { x.send(); } catch (e) { log(e.name); }
		x.onloadend = () => log(x.status, x.responseText, x.response, x.responseURL === location.origin + '/x', x.getResponseHeader('X-A'), x.getAllResponseHeaders());
	`)
	p.until(300, 3)
	p.wantLog("readystatechange 1", "loadstart 0/0", "upload loadstart 0/3", "InvalidStateError",
		"upload progress 3/3", "upload load 3/3", "upload loadend 3/3",
		"readystatechange 2", "readystatechange 3", "progress 6/6", "readystatechange 4", "load 6/6", "loadend 6/6",
		"200 answer answer true 1 content-length: 6\r\ncontent-type: text/plain\r\nx-a: 1\r\nx-b: 2\r\n")
	for _, s := range p.seen {
		if s.Kind == playback.Req && s.Headers["x-one"][0] != "a, b" {
			t.Errorf("headers %v", s.Headers)
		}
	}
}

func TestXHRResponseTypes(t *testing.T) {
	p := play(t,
		get(1, "/j", res(11, 110, 1, 200, `{"a":1}`)), get(2, "/j", res(12, 111, 1, 200, `broken`)),
		get(3, "/b", player.Answer{Pos: 13, T: 112, Latency: 1, Kind: playback.Res, Status: 200, Headers: playback.Headers{"content-type": {"a/b"}}, Body: []byte{200, 1}}),
		get(4, "/b", player.Answer{Pos: 14, T: 113, Latency: 1, Kind: playback.Res, Status: 200, Headers: playback.Headers{"content-type": {"a/b"}}, Body: []byte{200, 1}}),
		get(5, "/h", res(15, 114, 1, 200, `<p>é`, "content-type", "text/html")), get(6, "/m", res(16, 115, 1, 200, `<a><b/></a>`, "content-type", "application/xml")),
		get(7, "/l", player.Answer{Pos: 17, T: 116, Latency: 1, Kind: playback.Res, Status: 200, Body: []byte{0xe9, 0x80}}),
		get(8, "/old", res(18, 117, 1, 301, "", "location", "/j?2")), get(9, "/j?2", res(19, 118, 1, 200, "moved")),
	)
	p.run(`
		const load = (url, type, before) => new Promise((done) => {
			const x = new XMLHttpRequest();
			x.responseType = type; x.open('GET', url); before?.(x); x.onloadend = () => done(x); x.send();
		});
		let x = await load('/j', 'json'); log(x.response, x.response === x.response);
		try { x.responseText; } catch (e) { log(e.name); }
		try { x.responseType = 'text'; log('set when done'); } catch (e) { log(e.name); }
		x = await load('/j', 'json'); log(x.response);
		x = await load('/b', 'arraybuffer'); log([...new Uint8Array(x.response)]);
		x = await load('/b', 'blob'); log(x.response.size, x.response.type, x.response instanceof Blob);
		x = await load('/h', 'document'); log(x.response.querySelector('p').textContent, x.responseXML === x.response);
		x = await load('/m', ''); log(x.responseXML.documentElement.nodeName, x.responseText.length);
		x = await load('/l', '', (x) => x.overrideMimeType('text/plain; charset=x-user-defined')); log([...x.responseText].map((c) => c.charCodeAt(0) & 255));
		x = await load('/old', ''); log(x.status, x.responseText, x.responseURL.endsWith('/j?2'));
		log(Object.prototype.toString.call(x), String(XMLHttpRequest.prototype.open), XMLHttpRequest.prototype.open.length);
	`)
	p.until(400, 20)
	p.wantLog(`{"a":1} true`, `InvalidStateError`, `InvalidStateError`, `null`, `[200,1]`, `2 a/b true`, `é true`, `a 11`, `[233,128]`, `200 moved true`,
		`[object XMLHttpRequest] function open() { [native code] } 2`)
}

func TestXHREnds(t *testing.T) {
	p := play(t, get(1, "/slow", res(11, 900, 800, 200, "x")), get(2, "/slow", res(12, 901, 800, 200, "x")),
		get(3, "/lost", player.Answer{Pos: 13, T: 902, Latency: 10, Kind: playback.Fail, Text: "net::ERR_FAILED"}), get(4, "/again", res(14, 903, 1, 200, "again")))
	p.run(watchXHR + `
		const x = new XMLHttpRequest(); x.open('GET', '/slow'); x.timeout = 50; x.send();
		for (const type of ['timeout', 'load']) x.addEventListener(type, () => log('1', type, Math.round(performance.now() - t0), x.status, x.readyState));
		const t0 = performance.now();
		const y = new XMLHttpRequest(); y.open('GET', '/slow'); watch(y); y.send(); y.abort(); log(y.readyState);
		const z = new XMLHttpRequest(); z.open('GET', '/lost'); z.onerror = () => {
			log('lost', z.readyState, z.status);
			z.onerror = null; z.onreadystatechange = () => log('z', z.readyState); z.onload = () => log(z.responseText);
			z.open('GET', '/again'); z.send();
		}; z.send();
		const b = new XMLHttpRequest(); b.open('GET', '/blocked'); b.onerror = () => log('blocked', b.readyState); b.send();
	`)
	p.until(1200, 20)
	p.wantLog("loadstart 0/0", "readystatechange 4", "abort 0/0", "loadend 0/0", "0", "blocked 4", "1 timeout 50 0 4",
		"lost 4 0", "z 1", "z 2", "z 3", "z 4", "again")
	p.wantNoHits("blocked")
}

func TestXHRSynchronous(t *testing.T) {
	p := play(t, get(1, "/s", res(2, 150, 50, 200, "now")))
	p.until(100, 3) // the answer is at hand before its time, and cannot wait
	p.run(`
		setTimeout(() => {
			const x = new XMLHttpRequest(); x.open('GET', '/s', false); x.send(); log(x.status, x.responseText, x.readyState);
			const y = new XMLHttpRequest(); y.open('GET', '/unknown', false);
			try { y.send(); } catch (e) { log(e.name); }
		});`)
	p.until(200, 3)
	p.wantLog("200 now 4", "NetworkError")
	p.wantSeen("req 1 serve", "res 2", "req -1 block")
}
