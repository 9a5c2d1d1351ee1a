// session.js: what only a recorder that drives the browser asks of a page: what is unfinished at the end, secrets while
// they are typed, the fingerprint of what is shown, the size and visibility of the tab, its place in the history, what
// scripts do that looks like the person's doing, the commit of the app, how sockets end, and a trace in each request.

// The recording ends: what is unfinished is told now. The event has a name that nobody else knows.
if (R.config.ending) {
  R.listen(R.config.ending, (e) => {
    e.stopImmediatePropagation();
    R.begin('');
    // A replay goes on to the last line: what the app did since the last action takes its time there, too.
    if (R.top && document.visibilityState === 'visible') R.emit({ ev: 'expect', url: location.href });
    R.flush();
  });
}

// What a person types is written down when they have done; the app may send it before. Its secrets are told at once, and
// what may become one.
R.listen('input', R.guard((e) => {
  const field = R.source(e);
  if (!e.isTrusted || !(field instanceof Element)) return;
  const value = 'value' in field ? field.value : field.textContent;
  if (value.length < 6 || value.length > 1000) return;
  const kind = R.secret(field) || R.growing(field, value) && 'growing';
  if (kind) R.emit({ ev: 'restep.secret', value, text: kind });
}), { capture: true, passive: true });

// A hash over a secret would give it away to whoever tries all card numbers.
const shy = () => R.all(R.trees(), 'input,textarea,[data-private]').some((e) => (e.value === undefined || e.value !== '') && e.type !== 'hidden' && R.secret(e) !== '');

// A page that is just changing looks otherwise in a replay, which is never slow.
const calm = 100; // ms
let changed = 0; // when the document last did
R.onMutation(() => { changed = R.now(); });
const moves = () => R.now() - changed < calm || document.getAnimations().some((a) => a.playState === 'running' && a.effect.getComputedTiming().endTime < Infinity);
R.fingerprint = () => (shy() || moves() ? null : R.sum());

if (R.top) {
  let timer = 0, shown = `${innerWidth} ${innerHeight}`;
  R.listen('resize', () => {
    R.never(timer);
    timer = R.later(R.guard(() => {
      const size = `${innerWidth} ${innerHeight}`;
      if (size === shown || !innerWidth || !innerHeight) return;
      shown = size;
      R.emit({ ev: 'resize', width: innerWidth, height: innerHeight, scale: devicePixelRatio });
    }), 200); // where it comes to rest
  });
  R.listen('visibilitychange', () => {
    if (document.visibilityState === 'visible') R.emit({ ev: 'tab', op: 'switch' });
  });
  // Where in the history the tab is: keys stay with their entries.
  const place = R.guard((how) => {
    const key = navigation.currentEntry?.key;
    if (key) R.emit({ ev: 'restep.place', key, op: how });
  });
  if (globalThis.navigation) {
    place(navigation.activation?.navigationType ?? 'push');
    navigation.addEventListener('currententrychange', (e) => place(e.navigationType ?? 'replace'));
  }
  // A script that goes through the history, or closes its window, does so again in a replay.
  for (const name of ['back', 'forward', 'go']) {
    R.replace(History.prototype, name, (original) => function() {
      R.begin('');
      R.emit({ ev: 'restep.history' });
      R.flush();
      return original.apply(this, arguments);
    });
  }
  R.replace(globalThis, 'close', (original) => function() {
    R.begin('');
    R.emit({ ev: 'restep.close' });
    R.flush();
    return original.apply(this, arguments);
  });
  // The commit of the app, where the page says it.
  R.listen('load', () => R.idle(R.guard(() => {
    const meta = document.querySelector('meta[name=commit],meta[name=git-commit],meta[name=revision],meta[name=version]');
    const said = meta?.content || globalThis.__COMMIT__ || globalThis.__GIT_COMMIT__ || globalThis.__COMMIT_HASH__;
    if (typeof said === 'string' && said && said.length <= 100) R.emit({ ev: 'restep.commit', text: said });
  })), { once: true });
}

// Cookies that the page sets by the newer calls.
for (const name of ['set', 'delete']) {
  R.replace(globalThis.CookieStore?.prototype, name, (original) => function(key, value) {
    const given = key && typeof key === 'object' ? key : { name: key, value };
    return original.apply(this, arguments).then((result) => {
      R.emit({ ev: 'storage', area: 'cookie', key: String(given.name), ...name === 'set' && { value: String(given.value) } });
      return result;
    });
  });
}

// The protocol does not tell the code with which a socket was closed, nor by whom.
if (globalThis.WebSocket) {
  const closing = new WeakSet();
  R.replace(WebSocket.prototype, 'close', (original) => function() {
    closing.add(this);
    return original.apply(this, arguments);
  });
  R.watch('WebSocket', (socket, on) => on('close', (e) => {
    R.emit({ ev: 'restep.socket', url: socket.url, close: e.code, dir: closing.has(socket) ? 'out' : 'in', ...e.reason && { text: e.reason } });
  }));
}

// Requests to the app's own servers carry a trace.
if (R.config.trace) {
  const traceOf = R.attempt((url) => R.trace(new URL(url, document.baseURI).href));
  const traced = R.attempt((input, init) => {
    if (init !== undefined && (init === null || Object.getPrototypeOf(init) !== Object.prototype)) return undefined;
    const request = input instanceof Request;
    const id = traceOf(request ? input.url : input);
    const headers = id && new Headers(init?.headers ?? (request ? input.headers : undefined));
    if (!id || headers.has('traceparent')) return undefined;
    headers.set('traceparent', id);
    return { ...init, headers };
  });
  R.replace(globalThis, 'fetch', (original) => function(input, init) {
    const more = traced(input, init);
    return more ? original.call(this, input, more) : original.apply(this, arguments);
  });
  const named = new WeakSet(), urls = new WeakMap();
  R.replace(XMLHttpRequest.prototype, 'open', (original) => function(method, url) {
    const result = original.apply(this, arguments);
    urls.set(this, String(url));
    named.delete(this);
    return result;
  });
  const setHeader = XMLHttpRequest.prototype.setRequestHeader;
  R.replace(XMLHttpRequest.prototype, 'setRequestHeader', (original) => function(name) {
    if (String(name).toLowerCase() === 'traceparent') named.add(this);
    return original.apply(this, arguments);
  });
  const trace = R.guard((xhr) => {
    const id = urls.has(xhr) && !named.has(xhr) && traceOf(urls.get(xhr));
    if (id) setHeader.call(xhr, 'traceparent', id);
  });
  R.replace(XMLHttpRequest.prototype, 'send', (original) => function() {
    trace(this);
    return original.apply(this, arguments);
  });
}
