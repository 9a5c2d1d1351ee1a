package chrome

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// Content of any size and kind reaches the app as it was recorded, also where it goes by file; nothing of it stays on
// disk. The clock of the app does not notice.
func TestLargeContent(t *testing.T) {
	text := strings.Repeat("Größe €, \U0001F600 and \"quotes\"\n", leastParcel/32) // of 25 UTF-16 units each
	binary := bytes.Repeat([]byte{0, 0xff, 0xfe, '\n', 0xc3}, leastParcel/5)
	of := func(pos int, t float64, body []byte, media string) player.Answer {
		return player.Answer{Pos: pos, T: t, Latency: 1, Kind: playback.Res, Status: 200, Headers: playback.Headers{"content-type": {media}}, Body: body}
	}
	p := play(t,
		get(1, "/text", of(20, 110, []byte(text), "text/plain")),
		get(2, "/binary", of(21, 111, binary, "application/octet-stream")),
		get(3, "/small", res(22, 112, 1, 200, "small")),
		get(4, "/empty", of(23, 113, []byte{}, "text/plain")),
		get(5, "/xhr", of(24, 114, binary, "application/octet-stream")),
		get(6, "/xhr-text", of(25, 115, []byte("\ufeff"+text), "text/plain")),
		recorded{pos: 7, method: "GET", url: "/sync", answers: []player.Answer{of(26, 116, []byte(text), "text/plain")}},
	)
	p.run(`
		const begin = Date.now();
		const sum = (bytes) => [...new Uint8Array(bytes)].reduce((a, b) => Math.imul(a, 31) + b | 0, 0);
		const text = await (await fetch('/text')).text();
		log(text.length / 25, text.slice(0, 25).trimEnd(), text.endsWith('"quotes"\n'));
		const bytes = await (await fetch('/binary')).arrayBuffer();
		log(bytes.byteLength, [...new Uint8Array(bytes, 0, 6)]);
		log(await (await fetch('/small')).text(), (await (await fetch('/empty')).text()).length);
		const get = (url, type) => new Promise((resolve) => {
			const x = new XMLHttpRequest();
			x.open('GET', url);
			if (type) x.responseType = type;
			x.onload = () => resolve(x.response);
			x.send();
		});
		const buffer = await get('/xhr', 'arraybuffer');
		log(buffer.byteLength, sum(buffer) === sum(bytes), buffer.constructor === ArrayBuffer);
		log(await get('/xhr-text') === text);
		const x = new XMLHttpRequest();
		x.open('GET', '/sync', false);
		x.send();
		log(x.responseText === text, Date.now() - begin < 20);`)
	p.until(200, 30)
	p.wantLog(
		"8192 Größe €, 😀 and \"quotes\" true", "262140 [0,255,254,10,195,0]", "small 0", "262140 true true", "true", "true true",
	)
	profile := p.page.(*page).proc.Profile()
	left, err := filepath.Glob(filepath.Join(profile, "answers-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left on disk: %v %v", left, err)
	}
	if _, err := os.Stat(profile); err != nil {
		t.Fatal(err)
	}
}

// What a Blob holds is there at once: a timer that is due comes after it, in every run.
func TestBlobsAreReadAtOnce(t *testing.T) {
	p := play(t, get(1, "/a", res(2, 110, 1, 200, "answer")))
	p.run(`
		const answer = await (await fetch('/a')).blob();
		const all = Promise.all([
			answer.text().then((s) => log(s)),
			new Blob(['\ufeffGröße']).text().then((s) => log(s)),
			answer.slice(1, 4).arrayBuffer().then((b) => log(b.byteLength, b.constructor === ArrayBuffer)),
			Blob.prototype.text.call({}).catch((e) => log(e.constructor === TypeError)),
		]);
		setTimeout(() => log('timer'));
		await all;
		const stream = new Blob([new Uint8Array([0, 255, 128, 127])]).stream();
		log(stream instanceof ReadableStream, [...new Uint8Array(await new Response(stream).arrayBuffer())]);`)
	p.until(200, 9)
	p.wantLog("answer", "Größe", "3 true", "true", "timer", "true [0,255,128,127]")
}
