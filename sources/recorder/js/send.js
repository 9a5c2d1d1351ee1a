// send.js: takes entries to the receiver: in batches with sequence numbers, compressed, again where that failed. What is
// not acknowledged when a document goes is handed to the next one of its tab, and sent as a beacon as well: the receiver
// takes a batch once however often it comes.

const own = '__restep'; // what our keys of the storage areas begin with
const c = R.config, { fetch, CompressionStream, Response, Blob } = window;
const beacon = navigator.sendBeacon.bind(navigator);
const every = 2000, full = 64 << 10, mostText = 512 << 10; // ms; characters from which a batch is sent at once, and of a batch
const mostCarried = 1 << 20, mostBeacon = 60000; // characters; browsers take 64 kB of beacons at once
const ring = 60000, after = 5000; // ms before and after an error that are sent in the mode "on-error"
const slowest = 60000; // ms between two tries

const keep = R.attempt((area, key, value) => window[area].setItem(own + key, R.json(value)));
const read = R.attempt((area, key) => JSON.parse(window[area].getItem(own + key)));

// The session of this browser ends when nothing was sent for half an hour.
const idle = 30 * 60000;
let session = read('localStorage', '');
if (!session || !(R.now() - session.seen < idle)) session = { id: R.random(16), key: R.random(8), chosen: Math.random() < c.sampling };
const seen = () => { session.seen = R.now(); keep('localStorage', '', session); };
seen();
R.key = session.key;
R.chosen = session.chosen;

// A frame hands its entries to the document around it, where that has a recorder and may be asked.
const above = R.attempt(() => parent !== window && parent.restepRecorder?.take)();
const up = above && ((entries) => above(entries, window));
const offset = Math.floor(Math.random() * 1e11); // numbers of a frame must not be those of others
R.framed = Boolean(up);

let tab, base, seq, queue, bytes, waiting, lost; // see take
let numbered = 0, acted = 0, told = () => {}, busy = false, delay = 0, timer = 0, hot = 0, dead = false;

/** Takes over what the document before this one in its tab has left. A copy of the tab finds nothing, and gets a name. */
const take = () => {
  const left = up ? null : read('sessionStorage', 'tab');
  R.attempt(() => sessionStorage.removeItem(`${own}tab`))();
  ({ tab, seq, base, waiting, queue, lost } = left ?? { tab: R.random(6), seq: 0, base: 0, waiting: [], queue: [], lost: { events: 0, bytes: 0 } });
  bytes = size(queue);
  R.before = left;
}
const size = (list) => list.reduce((n, q) => n + q.text.length, 0);
take();

const lose = (events, size) => { lost.events += events; lost.bytes += size; };

const refs = ['n', 'again', 'of', 'from'];
const shift = (e, by) => { for (const key of refs) if (e[key] >= 0) e[key] += by; };

/** Takes entries of this document or, with their window, of a frame. */
R.take = (entries, frame) => { for (const e of entries) one(e, frame); };
R.deliver = (entries) => R.take(entries);
const one = R.guard((e, frame) => {
  if (!R.on || dead || e.ev === 'storage' && e.key.startsWith(own)) return;
  if (frame) e.frame = [[R.css(frame.frameElement)].flat().at(-1), ...e.frame ?? []];
  else numbered = e.n + 1;
  if (up) {
    if (!frame) shift(e, offset);
    return up([e]);
  }
  if (!frame) shift(e, base);
  for (const key of refs.slice(2)) if (e[key] >= 0) e[key] = String(e[key]);
  R.mask(e);
  const text = R.json(e);
  if (bytes + text.length > c.maxQueue || queue.length >= 5000) return lose(1, text.length);
  queue.push({ t: e.t, text, ...e.url && /^(?:open|page|route)$/.test(e.ev) && { url: e.url } });
  bytes += text.length;
  if (/^(?:click|key|type|input|drag)$/.test(e.ev)) acted = e.t;
  if (c.mode === 'on-error') {
    if (/^(?:error|note|bug)$/.test(e.ev)) hot = e.t + after;
    if (e.t > hot) return prune(e.t - ring);
  }
  plan();
});

/** Forgets what is older; the recording then begins where the page was at that time. */
const prune = (t) => {
  let url = null, n = 0;
  while (n < queue.length && queue[n].t < t) {
    url = queue[n].url ?? url;
    bytes -= queue[n++].text.length;
  }
  if (n) queue.splice(0, n);
  if (!url) return;
  queue.unshift({ t, text: R.json({ t, ev: 'open', n: 0, url }), url });
  bytes += queue[0].text.length;
}

const plan = (ms = every) => {
  if (bytes > full && !delay) ms = 0;
  if (timer && ms) return;
  R.never(timer);
  timer = R.later(R.guard(send), Math.max(ms, delay));
};

/** Moves queued entries into batches. */
const pack = () => {
  while (queue.length) {
    let size = 0, n = 0;
    while (n < queue.length && n < 4000 && (n === 0 || size + queue[n].text.length < mostText)) size += queue[n++].text.length;
    const text = queue.splice(0, n).map((q) => q.text).join(',');
    bytes -= size;
    waiting.push({ seq: seq++, text, events: n, lost });
    lost = { events: 0, bytes: 0 };
  }
}

const spell = (b) => `${R.json({
  restep: 1, key: c.key, session: session.id, tab, seq: b.seq, sent: R.now(), lost: b.lost, head: b.seq ? R.head : { ...R.head, state: R.state },
}).slice(0, -1)},"entries":[${b.text}]}`;

async function send() {
  timer = 0;
  if (busy) return;
  if (c.mode !== 'on-error' || hot) pack();
  if (R.now() > hot) hot = 0;
  const b = waiting[0];
  if (!b) return told();
  busy = true;
  seen();
  let status = 0, wait = 0;
  try {
    let body = new Response(spell(b));
    if (CompressionStream) body = new Response(body.body.pipeThrough(new CompressionStream('gzip')));
    body = await body.arrayBuffer(); // a Blob would be dearer: the browser's process keeps those
    const r = await fetch(c.endpoint, {
      method: 'POST', body, headers: { 'Content-Type': 'text/plain' }, mode: 'cors', credentials: 'omit', keepalive: body.byteLength < mostBeacon,
    });
    status = r.status;
    wait = 1000 * (r.headers.get('retry-after') | 0);
  } catch { /* no network: later */ }
  busy = false;
  settle(b, status, wait);
}

const settle = (b, status, wait) => {
  delay = 0;
  if (/401|403|410/.test(status)) {
    dead = true;
    queue = [];
    waiting = [];
  }
  if (dead || /^2|400|413/.test(status)) {
    if (status >= 400) lose(b.events + b.lost.events, b.text.length + b.lost.bytes);
    waiting = R.filter(waiting, (w) => w !== b);
    b.delay = 0;
  } else {
    b.delay = Math.min(slowest, (b.delay || 500) * 2);
    delay = Math.max(wait, b.delay * (0.5 + Math.random() / 2));
  }
  plan(waiting.length && !delay ? 0 : every);
}

/** The document goes: beacons for what fits, and everything for the next document of the tab. */
const leave = () => {
  if (dead || up) return;
  if (c.mode !== 'on-error' || hot) pack();
  let room = mostBeacon;
  for (const b of waiting) {
    const text = spell(b);
    if ((room -= text.length) > 0) beacon(c.endpoint, new Blob([text], { type: 'text/plain' }));
  }
  const left = { tab, seq, base: base + numbered, lost, acted, waiting, queue, index: window.navigation?.currentEntry?.index };
  if (size(waiting) + size(queue) > mostCarried) {
    for (const q of [...waiting, ...queue]) lose(q.events ?? 1, q.text.length);
    left.waiting = left.queue = [];
  }
  keep('sessionStorage', 'tab', left);
}
addEventListener('pagehide', R.guard(leave));
addEventListener('pageshow', R.guard((e) => { if (e.persisted) take(); }));
addEventListener('visibilitychange', R.guard(() => { if (document.visibilityState === 'hidden' && !dead) plan(0); }));

/** Sends what there is. @returns {Promise} settled when all of it was taken, or nothing will be any more */
R.send = () => new Promise((done) => {
  told = done;
  plan(0);
});
if (waiting.length) plan();
