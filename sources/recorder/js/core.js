// core.js: what the recorder's page script stands on. It comes before everything else and keeps the natives from before
// the app; it tells the time, hears the person's events before the app does, and passes entries on.
//
// An entry is a line of a playback file in the making: t is in ms since the Unix epoch, n counts the entries of this
// document, secret says which of its places hold a secret, and of which kind. Nothing here ever throws into the app.

const binding = globalThis[R.config.binding];
// A frame that is about to load begins with an empty document, whose window, bindings included, may be used again.
if (binding && location.href !== 'about:blank') delete globalThis[R.config.binding];
else if (binding) Object.defineProperty(globalThis, R.config.binding, { value: binding, enumerable: false, configurable: true });

R.native = {
  later: setTimeout.bind(window), never: clearTimeout.bind(window), soon: queueMicrotask.bind(window),
  idle: window.requestIdleCallback ? requestIdleCallback.bind(window) : (f) => setTimeout(f, 1),
  attachShadow: Element.prototype.attachShadow, random: crypto.getRandomValues.bind(crypto),
};

/** True in the main frame of a tab. */
R.top = window === window.top;

const origin = performance.timeOrigin, since = performance.now.bind(performance);
/** @returns {number} ms since the Unix epoch, monotonic in a document, in tenths */
R.now = () => Math.round((origin + since()) * 10) / 10;

const parts = [];
let queue = [], count = 0;
const stringify = JSON.stringify;

/** Where entries go. @type {(entries: object[]) => void} */
R.deliver = binding ? (entries) => binding(stringify(entries)) : () => {};

/** Writes an entry down. It leaves the page before the app hears of the event that it stands for. */
R.emit = (entry) => {
  entry.t ??= R.now();
  entry.n = count++;
  if (queue.push(entry) === 1) R.native.soon(R.flush);
  return entry;
};
R.flush = () => {
  const entries = queue;
  queue = [];
  if (entries.length) R.deliver(entries);
};

/** Runs f; what goes wrong in it stays here. */
R.guard = (f) => function(...args) {
  try {
    return f.apply(this, args);
  } catch {
    return undefined; // the app must not notice
  }
};

const listeners = [];
/** Adds a listener to the window. @param {AddEventListenerOptions} options */
R.listen = (type, f, options) => {
  listeners.push([type, f, options]);
  addEventListener(type, f, options);
};
/** Adds all listeners of the window again: document.open() takes them away. Where they are there, nothing happens. */
R.relisten = () => {
  for (const l of listeners) addEventListener(...l);
};

/** True while the app itself does what looks like the person's doing: click(), execCommand(). */
R.scripted = 0;
/** Hears trusted events of the types before the app does. */
R.hear = (types, f, target = null) => {
  const safe = R.guard(f), options = { capture: true, passive: true };
  const hear = (e) => { if (e.isTrusted && !R.scripted && !R.marks?.(e)) safe(e); };
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
  for (const part of parts) R.guard(part)(what, element);
};

const end = () => { R.begin(''); R.flush(); };
R.listen('pagehide', end, true);
R.listen('visibilitychange', () => { if (document.visibilityState === 'hidden') end(); }, true);

const names = ['alt', 'ctrl', 'meta', 'shift'];
/** The modifier keys of an event, as {modifiers} or nothing. */
R.modifiers = (e) => {
  const held = names.filter((name) => e[`${name}Key`]);
  return held.length ? { modifiers: held } : {};
};
