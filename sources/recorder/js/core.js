// core.js: what the recorder's page script stands on. It comes before everything else and keeps the natives from before
// the app; it tells the time, hears the person's events before the app does, and passes entries on.
//
// An entry is a line of a playback file in the making: t is in ms since the Unix epoch, n counts the entries of this
// document, secret says which of its places hold a secret, and of which kind. Nothing here ever throws into the app.

R.later = setTimeout.bind(window);
R.never = clearTimeout.bind(window);
R.soon = queueMicrotask.bind(window);
R.idle = window.requestIdleCallback?.bind(window) ?? ((f) => R.later(f, 1));

const random = crypto.getRandomValues.bind(crypto);
/** @returns {string} so many random bytes in hex */
R.random = (n) => [...random(new Uint8Array(n))].map((b) => b.toString(16).padStart(2, '0')).join('');
/** A new trace, so that what servers log can be joined with the recording: https://www.w3.org/TR/trace-context/ */
R.traceparent = () => `00-${R.random(16)}-${R.random(8)}-01`;

const stringify = JSON.stringify;
/** JSON of a plain value. Of a toJSON that the app gives to all arrays or objects, as Prototype.js does, it knows nothing. */
R.json = (v) => {
  if (v === null || typeof v !== 'object' || !('toJSON' in [])) return stringify(v);
  if (Array.isArray(v)) return `[${v.map((x) => R.json(x) ?? 'null').join()}]`;
  return `{${R.filter(Object.entries(v), ([, x]) => x !== undefined).map(([key, x]) => `${stringify(key)}:${R.json(x)}`).join()}}`;
};

/** True in the main frame of a tab. */
R.top = window === window.top;

const origin = performance.timeOrigin, since = performance.now.bind(performance);
/** @returns {number} ms since the Unix epoch, monotonic in a document, in tenths; of an event, when it was made */
R.now = (e) => Math.round((origin + (e ? e.timeStamp : since())) * 10) / 10;

const parts = [];
let queue = [], count = 0;

/** Writes an entry down. It leaves the page before the app hears of the event that it stands for. */
R.emit = (entry) => {
  entry.t ??= R.now();
  entry.n = count++;
  if (queue.push(entry) === 1) R.soon(R.flush);
  return entry;
};
R.flush = () => {
  const entries = queue;
  queue = [];
  if (entries.length) R.deliver(entries); // which the part that takes them has set
};

/** Says what this script could not do, in words that hold nothing of the page: the first time, the tenth and so on. */
R.problem = (text) => {
  const count = problems[text] = (problems[text] ?? 0) + 1;
  if (/^10*$/.test(count)) R.emit({ ev: 'restep.problem', text, count });
};
const problems = { __proto__: null };
// Messages of errors may quote the page, and so may names that it has given: a class and a place in this script do not.
const failed = (what, e) => {
  let name = 'Error', place = '';
  try {
    name = /^(?:Type|Range|Reference)Error$/.exec(e.name) ?? name;
    place = / at .*__restep:(\d+)/.exec(e.stack)?.[1] ?? '';
  } catch { /* an app threw what cannot be looked at */ }
  R.problem(`${what}: ${name}${place && ` in line ${place}`}`);
};

/** Runs f. What goes wrong in it stays here, and is told as a problem of the kind what, else of the event's. */
R.guard = (f, what) => function(...args) {
  try {
    return f.apply(this, args);
  } catch (e) { // the app must not notice
    failed(what ?? (args[0] instanceof Event ? args[0].type : 'script'), e);
  }
};
/** Runs f, which some pages do not permit: that is no problem. */
R.attempt = (f) => function() {
  try {
    return f.apply(this, arguments);
  } catch { /* nothing, then */ }
};

const listeners = [];
/** Adds a listener to the window, which no error leaves. @param {AddEventListenerOptions|boolean} options */
R.listen = (type, f, options = true) => {
  listeners.push([type, f = R.guard(f), options]);
  addEventListener(type, f, options);
};
/** Adds all listeners of the window again: document.open() takes them away. Where they are there, nothing happens. */
R.relisten = () => {
  for (const l of listeners) addEventListener(...l);
};

/** True while the app itself does what looks like the person's doing: click(), execCommand(). */
R.scripted = 0;
/** @returns {boolean} whether an event is none of the person's work with the app */
R.marks = () => false;
/** Hears trusted events of the types before the app does. */
R.hear = (types, f, target = null) => {
  const options = { capture: true, passive: true };
  const hear = (e) => {
    try {
      if (e.isTrusted && !R.scripted && !R.marks(e)) f(e);
    } catch (error) { // the app must not notice
      failed(e.type, error);
    }
  };
  for (const type of types.split(' ')) {
    if (target) target.addEventListener(type, hear, options);
    else R.listen(type, hear, options);
  }
};

/** Adds a function that ends what is unfinished: begin(what) of every part is called before an action of the kind. */
R.part = (part) => parts.push(part);

/**
 * Says that an action begins. What was unfinished is written down first, in the order of the parts.
 * @param {string} what the kind of the action, '' when the document goes
 * @param {Element=} element
 */
R.begin = (what, element) => {
  for (const part of parts) R.guard(part, `before ${what}`)(what, element);
};

const end = () => { R.begin(''); R.flush(); };
R.listen('pagehide', end);
R.listen('visibilitychange', () => { if (document.visibilityState === 'hidden') end(); });

const names = ['alt', 'ctrl', 'meta', 'shift'];
/** The modifier keys of an event, as {modifiers} or nothing. */
R.modifiers = (e) => {
  const held = R.filter(names, (name) => e[`${name}Key`]);
  return held.length ? { modifiers: held } : {};
};
