// What systems answer. Each button does one thing and says what came of it; a replay must come to the same report, though
// nobody answers then.
const said = [];
window.said = said;
const say = (...what) => said.push(what.join(' '));
const out = document.querySelector('#out');
const text = async (url, options) => (await fetch(url, options)).text();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const digest = async (buffer) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', buffer))].slice(0, 4).join('.');
const post = (body, type = 'application/json') => ({ method: 'POST', headers: { 'content-type': type }, body });
const other = new URLSearchParams(location.search).get('other') ?? '';

let stopping = null; // what breaks the answer off that is read

const things = {
  async json() { say(await text('/api/json?a=1')); },
  async post() { say(await text('/api/echo', post(JSON.stringify({ name: 'Ana', list: [1, 2, { x: null }] })))); },
  async form() { say(await text('/api/echo', post(new URLSearchParams({ a: '1 2', b: 'ü' }), 'application/x-www-form-urlencoded'))); },
  async upload() {
    const form = new FormData();
    form.set('note', 'hello');
    form.set('file', new File(['some text'], 'a.txt', { type: 'text/plain' }));
    say(await text('/api/length', { method: 'PUT', body: form }));
  },
  xhr() {
    const x = new XMLHttpRequest();
    x.open('POST', '/api/echo');
    x.responseType = 'json';
    x.setRequestHeader('x-thing', 'xhr');
    x.onreadystatechange = () => say('state', x.readyState);
    x.onload = () => say('loaded', x.status, JSON.stringify(x.response), x.getResponseHeader('x-answer'));
    x.send('{"by":"xhr"}');
  },
  sync() {
    const x = new XMLHttpRequest();
    x.open('GET', '/api/json?sync', false);
    x.send();
    say(x.status, x.responseText);
  },
  async beacon() { say(navigator.sendBeacon('/api/beacon', 'seen')); await sleep(50); say('sent'); },
  async redirect() { const r = await fetch('/api/old'); say(r.redirected, new URL(r.url).pathname, await r.text()); },
  async failing() { try { await fetch('http://127.0.0.1:9/'); } catch (e) { say(e.name); } },
  async broken() { const r = await fetch('/api/broken'); say(r.status, await r.text()); },
  async cut() { try { say(await text('/api/cut')); } catch (e) { say('cut', e.name); } },
  async abort() {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 40);
    try { await text('/api/slow', { signal: stop.signal }); } catch (e) { say(e.name); }
  },
  async cached() { say(await text('/api/kept')); say(await text('/api/kept')); say(await text('/api/kept', { cache: 'reload' })); },
  async again() { say(await text('/api/tagged')); say(await text('/api/tagged', { cache: 'no-cache' })); },
  async count() { for (let i = 0; i < 3; i++) say(await text('/api/count')); },
  async order() { await Promise.all(['slow', 'quick'].map(async (way) => say(await text(`/api/${way}`)))); },
  async stream() {
    const reader = (await fetch('/api/drip')).body.getReader();
    let all = 0;
    for (let r = await reader.read(); !r.done; r = await reader.read()) all += r.value.length;
    say('streamed', all);
  },
  async piped() {
    let all = '';
    for await (const part of (await fetch('/api/tokens')).body.pipeThrough(new TextDecoderStream())) all += part;
    say(all);
  },
  async tokens() {
    const reader = (await fetch('/api/tokens')).body.pipeThrough(new TextDecoderStream()).getReader();
    let shown = '', other = Promise.resolve();
    for (let r = await reader.read(); !r.done; r = await reader.read()) {
      shown += r.value;
      if (shown.endsWith('two ')) other = text('/api/quick?while');
      say(shown);
    }
    await other;
    say('done');
  },
  async generate() {
    stopping = new AbortController();
    let words = '';
    try {
      for await (const part of (await fetch('/api/words', { signal: stopping.signal })).body) {
        words += new TextDecoder().decode(part);
        if (said.length < 4) say(words);
      }
      say('ended');
    } catch (e) { say(e.name); }
  },
  stop() { stopping.abort(); },
  async binary() { say(await digest(await (await fetch('/api/bytes')).arrayBuffer())); },
  async large() { const list = await (await fetch('/api/large')).json(); say(list.length, list.at(-1).name); },
  async picture() {
    const img = new Image();
    img.onload = () => say('picture', img.naturalWidth, img.naturalHeight);
    img.onerror = () => say('no picture');
    img.src = '/api/dot.png';
  },
  socket() {
    const ws = new WebSocket(`${location.origin.replace('http', 'ws')}/api/talk`);
    ws.onopen = () => say('open');
    ws.onmessage = (e) => { say('got', e.data); if (e.data === 'hello') ws.send('ping'); if (e.data === 'ping') ws.send('bye'); };
    ws.onclose = (e) => say('closed', e.code);
  },
  events() {
    const es = new EventSource('/api/events');
    es.onmessage = (e) => { say('event', e.data); if (e.data === 'last') es.close(); };
    es.addEventListener('price', (e) => say('price', e.data.replace('\n', '/'), e.lastEventId));
  },
  news() {
    const es = new EventSource('/api/news');
    es.onopen = () => say('open', es.readyState);
    es.onmessage = (e) => {
      say('news', e.data);
      if (!e.data.startsWith('3')) return;
      es.close();
      say('closed', es.readyState);
    };
    es.onerror = () => say('lost', es.readyState);
  },
  async lines() { say((await text('/api/events')).split(/\r?\n/).filter((line) => line.startsWith('data: ')).join()); },
  async poll() { for (let i = 0; i < 4; i++) { say(await text(`/api/count?poll=${i}`)); await sleep(60); } },
  async random() { say(await text('/api/echo', post(JSON.stringify({ r: Math.random(), u: crypto.randomUUID(), b: [...crypto.getRandomValues(new Uint8Array(4))] })))); },
  async clock() {
    const at = Date.now(), since = performance.now();
    await sleep(100);
    say(Math.round((Date.now() - at) / 50), Math.round((performance.now() - since) / 50), new Date(at).getFullYear());
  },
  async environment() {
    const d = await navigator.userAgentData.getHighEntropyValues(['platformVersion', 'fullVersionList']);
    say(JSON.stringify(d), navigator.languages, navigator.hardwareConcurrency, devicePixelRatio, new Date().getTimezoneOffset(), matchMedia('(prefers-color-scheme: dark)').matches);
  },
  where() { navigator.geolocation.getCurrentPosition(({ coords }) => say('at', coords.latitude, coords.longitude, coords.altitude), (e) => say('nowhere', e.code)); },
  async answered() {
    window.heard = (what) => say('heard', JSON.stringify(what));
    for (const src of ['/api/cfg.js', '/answer?callback=heard']) {
      await new Promise((onload) => document.head.append(Object.assign(document.createElement('script'), { src, onload })));
    }
  },
  async foreign() { say(await text(`${other}/api/foreign`, { credentials: 'include', ...post('{"a":1}') })); },
  frame() {
    const f = document.createElement('iframe');
    f.id = 'child';
    f.src = other ? `${other}/child.html` : 'child.html';
    out.append(f);
  },
  worker() {
    const w = new Worker('worker.js');
    w.onmessage = (e) => say('worker', e.data);
    w.postMessage('7');
  },
  async service() {
    await navigator.serviceWorker.register('sw.js');
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done));
    say(await text('/api/made'), await text('/api/passed'));
  },
  attend() { navigator.serviceWorker.register('sw.js'); },
  async through() { say(await text('/api/passed')); },
  console() {
    console.log('plain', 1, { a: [1, { b: 2 }] }, null, undefined, -0, 12n, Symbol('s'), new Error('in a line'));
    console.warn('%cstyled %d', 'color: red', 4);
    console.table([{ a: 1 }]);
    say('logged');
  },
  error() { setTimeout(() => say('went on'), 10); throw new TypeError('nothing there'); },
  reject() { setTimeout(() => say('went on'), 10); Promise.reject(new RangeError('too far')); },
  alert() { alert('Hello'); say('heard'); },
  confirm() { say(confirm('Sure?')); },
  async agreed() {
    const before = text('/api/quick?before');
    if (confirm('Sure?')) say(await text('/api/json?agreed'));
    await before;
    say('done');
  },
  later() {
    setTimeout(async () => {
      const name = prompt('Name?');
      say(name, await text(`/api/json?name=${name}`));
    }, 60);
  },
  async twice() { say(confirm('One?'), prompt('Two?')); say(await text('/api/json?twice')); },
  prompt() { say(prompt('Name?', 'nobody')); },
  popup() { window.open('child.html', 'child', 'width=300,height=200'); },
  route() { history.pushState({ n: 1 }, '', '?step=1'); history.pushState({ n: 2 }, '', '?step=2'); history.replaceState({ n: 3 }, '', '?step=3'); },
  hash() { location.hash = 'one'; location.hash = 'two'; },
  store() {
    localStorage.setItem('kept', 'yes');
    localStorage.setItem('long', 'a long value. '.repeat(8000));
    sessionStorage.setItem('left', 'here');
    document.cookie = 'taste=sweet; path=/';
  },
  async login() { say(await text('/api/login', { method: 'POST' })); say(await text('/api/me')); },
  async database() {
    const done = (request) => new Promise((f, g) => { request.onsuccess = () => f(request.result); request.onerror = g; });
    const open = indexedDB.open('shop', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('items', { keyPath: 'id', autoIncrement: true });
    const db = await done(open);
    const items = () => db.transaction('items', 'readwrite').objectStore('items');
    const name = (await (await fetch('/api/json?db')).json()).path;
    await done(items().put({ name }));
    say(JSON.stringify(await done(items().getAll())));
  },
  leave() { fetch('/api/json?leaving', { keepalive: true }); sessionStorage.setItem('left', 'by script'); location.href = 'second.html?left=1'; },
  download() {
    const a = document.createElement('a');
    a.href = URL.createObjectURL(new Blob(['a;b\n1;2\n'], { type: 'text/csv' }));
    a.download = 'made.csv';
    a.click();
    say('made');
  },
  feed() {
    const box = document.createElement('div');
    box.id = 'feed';
    let page = 0, busy = false;
    const more = async () => {
      if (busy || page > 3 || box.scrollTop + box.clientHeight < box.scrollHeight - 20) return;
      busy = true;
      for (const row of await (await fetch(`/api/rows?page=${page++}`)).json()) box.append(Object.assign(document.createElement('div'), { textContent: row }));
      busy = false;
    };
    box.addEventListener('scroll', more);
    out.append(box);
    more();
  },
  sight() {
    const box = document.createElement('div'), end = document.createElement('p');
    box.id = 'sight';
    end.textContent = 'more';
    box.append(end);
    let page = 0;
    const observer = new IntersectionObserver(async (entries) => {
      if (!entries.at(-1).isIntersecting || page > 4) return;
      observer.unobserve(end);
      for (const row of await (await fetch(`/api/rows?page=${page++}`)).json()) end.before(Object.assign(document.createElement('div'), { textContent: row }));
      observer.observe(end);
    }, { root: box });
    out.append(box);
    observer.observe(end);
  },
  fade() {
    const box = document.createElement('div');
    box.id = 'fade';
    box.textContent = 'fades';
    box.ontransitionend = async () => { box.remove(); say('faded', await text('/api/json?faded')); };
    out.append(box);
    setTimeout(() => { box.className = 'out'; }, 50);
  },
};

for (const [name, f] of Object.entries(things)) {
  const b = Object.assign(document.createElement('button'), { id: `do-${name}`, textContent: `Do ${name}`, onclick: f });
  document.querySelector('main').append(b);
}
addEventListener('popstate', (e) => say('popstate', JSON.stringify(e.state), location.search + location.hash));
addEventListener('hashchange', () => say('hash', location.hash));
addEventListener('message', (e) => { if (typeof e.data === 'string') say(e.data); });
addEventListener('storage', (e) => say('storage', e.key));

// What is asked while somebody types, each time they pause.
const paused = (css, ms, f) => {
  let timer = 0;
  document.querySelector(css).addEventListener('input', (e) => {
    clearTimeout(timer);
    timer = setTimeout(() => f(e.target.value), ms);
  });
};
paused('#find', 200, async (value) => say(await text(`/api/json?find=${value}`)));
paused('#draft', 300, async (value) => say(await text('/api/echo', post(JSON.stringify({ value })))));

// What interrupts somebody who types.
document.querySelector('#warn').addEventListener('input', (e) => { if (e.target.value.endsWith('x')) { alert('No x'); say('warned', e.target.value); } });
document.querySelector('#guard').addEventListener('change', (e) => { onbeforeunload = e.target.checked ? (u) => u.preventDefault() : null; });

window.report = () => JSON.stringify({
  said, path: location.pathname, hash: location.hash, cookie: document.cookie,
  storage: [JSON.stringify({ ...localStorage, ...localStorage.long && { long: localStorage.long.length } }), JSON.stringify(sessionStorage)],
  lists: ['#feed', '#sight'].map((css) => [document.querySelectorAll(css + ' div').length, document.querySelector(css)?.scrollTop ?? 0]),
});
