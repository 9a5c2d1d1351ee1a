// page.js: what the rest of the page script stands on. It keeps the natives before the app can replace them, tells the
// time of the recording, and keeps the journal of what the page does, which Go drains after each stretch of the clock.

const bound = (f) => f && f.bind(globalThis); // timers refuse another `this`
const toText = JSON.stringify;
/** JSON of a plain value. Of a toJSON that the app gives to all arrays or objects, as Prototype.js does, it knows nothing. */
const stringify = (v) => {
  if (v === null || typeof v !== 'object' || !('toJSON' in [])) return toText(v);
  if (native.Array.isArray(v)) return `[${v.map((x) => stringify(x) ?? 'null').join()}]`;
  return `{${native.Object.entries(v).filter(([, x]) => x !== undefined).map(([key, x]) => `${toText(key)}:${stringify(x)}`).join()}}`;
};
const native = R.native = {
  setTimeout: bound(setTimeout), clearTimeout: bound(clearTimeout), setInterval: bound(setInterval),
  clearInterval: bound(clearInterval), queueMicrotask: bound(queueMicrotask), MessageChannel, Promise,
  fetch: globalThis.fetch && globalThis.fetch.bind(globalThis), XMLHttpRequest: globalThis.XMLHttpRequest, WebSocket: globalThis.WebSocket,
  EventSource: globalThis.EventSource, addEventListener: EventTarget.prototype.addEventListener, Date, now: Date.now.bind(Date), performance,
  requestAnimationFrame: bound(globalThis.requestAnimationFrame),
  parse: JSON.parse.bind(JSON), stringify, console: {...console},
  Error, TypeError, String, Object, Array, Map, Set,
};

/** True in the main frame of a tab. */
R.top = !R.worker && window === window.top;

// A shared worker belongs to no tab: nothing would see or answer its requests. An app that finds none does without.
delete globalThis.SharedWorker;

/** Milliseconds since the recording began, whole: what timers count in. */
R.clock = () => native.now() - R.config.start;
/** The same, fractional. */
const perf = performance.now.bind(performance), zero = performance.timeOrigin - R.config.start;
R.now = () => Math.round((zero + perf()) * 10) / 10;

// The journal. In the main frame it is kept until Go drains it or the document goes; everywhere else it is sent at the
// end of the running task, because Go does not ask there. The binding is taken out of the app's sight.
const send = globalThis.__restepOut;
delete globalThis.__restepOut;
let journal = [], flushing = false;

R.flush = () => {
  flushing = false;
  if (journal.length && send) send(native.stringify(journal));
  journal = [];
};

/** Notes something that the page did: {ev, …} in the words of the playback file. */
R.seen = (what) => {
  if (what.t === undefined) what.t = R.now();
  journal.push(what);
  if (R.top || flushing) return;
  flushing = true;
  native.queueMicrotask(R.flush);
};

/** Tells Go something at once: see events.go. */
R.send = send;

/** Says once that the app uses something whose time cannot be controlled. */
const limits = new Set();
R.limit = (what) => {
  if (limits.has(what)) return;
  limits.add(what);
  R.seen({ev: 'console', level: 'warning', text: `restep: the app uses ${what}, whose time restep does not control: going back may show another state`});
};

/** What was noted since the last drain, and whether the page has something that only moves with frames. */
R.drain = () => {
  const seen = journal;
  journal = [];
  R.forgive?.();
  return native.stringify({seen, frames: R.needsFrame ? R.needsFrame() : false});
};

/** A short text of any value, for people: what a console would print. */
R.brief = (v, depth = 0) => {
  switch (typeof v) {
    case 'string': return depth ? native.stringify(v) : v;
    case 'function': try { return `ƒ ${v.name}()`; } catch { return 'ƒ'; }
    case 'symbol': case 'bigint': return native.String(v);
  }
  if (v === null || typeof v !== 'object') return native.String(v);
  try {
    if (v instanceof native.Error) return v.stack || `${v.name}: ${v.message}`;
    if (!R.worker && v instanceof Node) return v.nodeType === 1 ? `<${v.localName}${v.id ? '#' + v.id : ''}>` : v.nodeName;
    if (depth > 2) return native.Array.isArray(v) ? `Array(${v.length})` : '{…}';
    if (native.Array.isArray(v)) return '[' + v.slice(0, 20).map((x) => R.brief(x, depth + 1)).join(', ') + (v.length > 20 ? ', …' : '') + ']';
    const keys = native.Object.keys(v), own = native.Object.getOwnPropertyDescriptor, name = v.constructor && v.constructor !== native.Object ? v.constructor.name + ' ' : '';
    return name + '{' + keys.slice(0, 20).map((k) => `${k}: ${'value' in own(v, k) ? R.brief(v[k], depth + 1) : '(...)'}`).join(', ') + (keys.length > 20 ? ', …' : '') + '}';
  } catch {
    try {
      return native.Object.prototype.toString.call(v);
    } catch { return '[object Object]'; } // a proxy that lets nobody look
  }
};
