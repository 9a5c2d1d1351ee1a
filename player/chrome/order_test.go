package chrome

import (
	"strings"
	"testing"

	"restep/player"
	"restep/player/playback"
)

// page wraps a script in a page that has log and at, the time since the recording began.
func logging(script string) string {
	return `<!doctype html><title>x</title><link rel=icon href="data:,"><script>
		const out = [], at = () => Date.now() - 1795287300120, log = (what) => out.push(what + ' ' + at());
		const chain = (n, f) => { const c = new MessageChannel(); c.port1.onmessage = () => { if (--n) c.port2.postMessage(0); else f(); }; c.port2.postMessage(0); };
		addEventListener('load', () => setTimeout(() => {` + script + `}, 200 - at()));
	</script>`
}

// ordered plays a page three times to t = 1000 ms and compares what it logs.
func ordered(t *testing.T, pages map[string]string, want string) {
	t.Helper()
	a, b := serve(t, pages), stage(t)
	for range 3 {
		p := opened(t, b, scene(a, &router{pass: true}, nil))
		advance(t, p, player.Window{To: 1000})
		if got := text(t, p, "out.join('|')"); got != want {
			t.Fatalf("the page logs\n%s\nwant\n%s", got, want)
		}
	}
}

// A dedicated worker has the page's clock and timers, and its messages come in an order of their own.
func TestWorkersHaveTheClock(t *testing.T) {
	ordered(t, map[string]string{
		"/": logging(`
			const w = new Worker('/w.js', {name: 'one'});
			w.onmessage = (e) => { log(e.data); };
			w.onerror = (e) => { log(e.message); e.preventDefault(); };
			w.postMessage('a');
			setTimeout(() => log('timer 1'), 1);
			chain(300, () => log('chain'));
			setTimeout(() => w.postMessage('b'), 5);`),
		"/w.js": `importScripts('/lib.js');
			const began = Date.now();
			postMessage('up ' + name + lib);
			setTimeout(() => postMessage('seven'), 7);
			let n = 0;
			const i = setInterval(() => { postMessage('tick ' + (Date.now() - began) + ' ' + Math.round(performance.now())); if (++n === 2) clearInterval(i); }, 100);
			const gone = setTimeout(() => postMessage('never'), 50);
			onmessage = ({data}) => {
				clearTimeout(gone);
				if (data === 'b') throw new Error('no b');
				setTimeout(() => postMessage('zero'));
				const end = Date.now() + 0, big = Array.from({length: 2e5}, (_, i) => i).reduce((a, b) => a + b);
				postMessage('heard ' + data + big);
			};`,
		"/lib.js": "const lib = '!';",
	}, "chain 200|up one! 200|heard a19999900000 200|zero 200|timer 1 201|Uncaught Error: no b 205|seven 207|tick 100 100 300|tick 200 200 400")
}

// A worker of a worker has them too, and a module; one that cannot be loaded is told.
func TestWorkersOfAllKinds(t *testing.T) {
	ordered(t, map[string]string{
		"/": logging(`
			for (const [name, options] of [['outer', {}], ['module', {type: 'module'}], ['missing', {}]]) {
				const w = new Worker('/' + name + '.js', options);
				w.onmessage = (e) => log(e.data);
				w.onerror = () => log('no ' + name);
			}`),
		"/outer.js":  `const w = new Worker('/inner.js'); w.onmessage = (e) => postMessage('inner ' + e.data); w.postMessage(1);`,
		"/inner.js":  `onmessage = (e) => setTimeout(() => postMessage(e.data), 30);`,
		"/module.js": `import {x} from '/x.js'; postMessage('module ' + x); setTimeout(() => { postMessage('closing'); close(); }, 10);`,
		"/x.js":      `export const x = 5;`,
	}, "module 5 200|no missing 200|closing 210|inner 1 230")
}

// IndexedDB takes no time, its events keep their order beside the page's own tasks, and its transactions stay open as
// long as they would.
func TestIndexedDBHasAnOrder(t *testing.T) {
	ordered(t, map[string]string{"/": logging(`
		setTimeout(() => log('timer 1'), 1);
		const r = indexedDB.open('x', 2);
		chain(300, () => log('chain'));
		r.onupgradeneeded = (e) => { log('upgrade ' + e.oldVersion); r.result.createObjectStore('s', {autoIncrement: true}); };
		r.onsuccess = async () => {
			const db = r.result;
			log('open ' + [...db.objectStoreNames]);
			const tx = db.transaction('s', 'readwrite'), s = tx.objectStore('s');
			tx.oncomplete = () => log('complete');
			const key = await new Promise((done) => { s.add('one').onsuccess = (e) => done(e.target.result); });
			chain(300, () => log('chain 2'));
			const back = await new Promise((done) => { s.get(key).onsuccess = (e) => done(e.target.result); });
			s.put('two', key);
			s.add('dup', key).onerror = (e) => { log(e.target.error.name); e.preventDefault(); chain(300, () => log('chain 3')); };
			const c = s.openCursor();
			c.onsuccess = () => { if (c.result) { log(back + ' ' + c.result.value); c.result.continue(); } };
			await new Promise((done) => tx.addEventListener('complete', done));
			const failing = db.transaction('s', 'readwrite');
			failing.onabort = () => log('abort ' + failing.error.name);
			failing.objectStore('s').add(1, key);
			chain(300, () => log('chain 4'));
			db.onversionchange = () => { log('versionchange'); setTimeout(() => db.close(), 4); };
			const gone = indexedDB.deleteDatabase('x');
			gone.onblocked = () => log('blocked');
			gone.onsuccess = () => log('deleted');
		};`)},
		"chain 200|upgrade 0 200|open s 200|chain 2 200|ConstraintError 200|chain 3 200|one two 200|complete 200|chain 4 200|abort ConstraintError 200|versionchange 200|blocked 200|timer 1 201|deleted 204")
}

// What other threads compute comes in order too.
func TestOtherThreadsHaveAnOrder(t *testing.T) {
	ordered(t, map[string]string{"/": logging(`
		setTimeout(() => log('timer 1'), 1);
		crypto.subtle.digest('SHA-512', new Uint8Array(3e6)).then(() => log('large'));
		crypto.subtle.digest('SHA-1', new Uint8Array(3)).then(() => log('small'));
		const reader = new FileReader();
		for (const type of ['loadstart', 'load', 'loadend']) reader.addEventListener(type, () => log(type));
		reader.readAsText(new Blob(['x']));
		document.createElement('canvas').toBlob((b) => log(b.type));
		createImageBitmap(new ImageData(2, 2)).then(() => log('bitmap'));
		WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => log('wasm'));
		chain(300, () => log('chain'));`)},
		"chain 200|large 200|small 200|loadstart 200|load 200|loadend 200|image/png 200|bitmap 200|wasm 200|timer 1 201")
}

// What goes by real time for good is said, once.
func TestWhatGoesByRealTimeIsSaid(t *testing.T) {
	a := serve(t, map[string]string{"/": `<!doctype html><title>x</title><script>
		for (let i = 0; i < 2; i++) new BroadcastChannel('x').postMessage(1);
		const w = new Worker(URL.createObjectURL(new Blob(['onmessage = () => 0']))), c = new MessageChannel();
		w.postMessage(c.port1, [c.port1]);
	</script>`})
	p, err := stage(t).Open(t.Context(), scene(a, &router{}, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	act(t, p, &playback.Event{Kind: playback.Open, URL: "https://shop.example/"})
	said := map[string]int{}
	for _, s := range advance(t, p, player.Window{To: 300}).Seen {
		if text, ok := strings.CutPrefix(s.Text, "restep: the app uses "); ok {
			said[text]++
		}
	}
	for _, what := range []string{"broadcast channels", "message ports of workers"} {
		if n := said[what+", whose time restep does not control: going back may show another state"]; n != 1 {
			t.Errorf("%s are told %d times: %v", what, n, said)
		}
	}
}
