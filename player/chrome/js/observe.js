// observe.js: notes what the app does without a request: documents, routes, errors, console lines, storage.

const native = R.native;

const MAX_TEXT = 8192; // of a console line, message or key
const cut = (s) => s.length > MAX_TEXT ? s.slice(0, MAX_TEXT) + '…' : s;

// "    at fn (url:line:col)" and "    at url:line:col", as V8 prints them.
const frames = (stack) => {
  const out = [];
  for (const line of String(stack || '').split('\n')) {
    const m = /^\s+at (?:(.*?) \()?(.*?):(\d+):(\d+)\)?$/.exec(line);
    if (m && !m[2].includes('__restep')) out.push({...(m[1] && {fn: m[1]}), url: m[2], line: +m[3], col: +m[4]});
    if (out.length === 20) break;
  }
  return out;
};

const failure = (reason, extra) => {
  const isError = reason instanceof native.Error || reason && typeof reason === 'object' && 'message' in reason;
  R.seen({
    ev: 'error', name: cut(native.String(isError ? reason.name || 'Error' : 'Error')),
    message: cut(isError ? native.String(reason.message) : R.brief(reason)), stack: frames(isError && reason.stack), ...extra,
  });
  R.onFailure?.(extra?.rejection ? 'rejection' : 'uncaught');
};

// Registered before the app's first line, so also before an app that stops the event.
addEventListener('error', (e) => {
  if (R.worker || e.target === window || e instanceof ErrorEvent) {
    if (e.message === undefined) return; // a resource did not load
    if (e.error === null || e.error === undefined) return failure({name: /^Uncaught (\w+):/.exec(e.message)?.[1], message: e.message.replace(/^Uncaught (\w+: )?/, '')});
    failure(e.error);
  }
}, true);
addEventListener('unhandledrejection', (e) => failure(e.reason, {rejection: true}), true);

// Console: %-formats as in https://console.spec.whatwg.org/#formatter.
const format = (args) => {
  if (typeof args[0] !== 'string' || !args[0].includes('%')) return args.map((a) => R.brief(a)).join(' ');
  let i = 1;
  const text = args[0].replace(/%([sdifoOc%])/g, (all, f) => {
    if (f === '%') return '%';
    if (i >= args.length) return all;
    const v = args[i++];
    switch (f) {
      case 'd': case 'i': return native.String(parseInt(v, 10));
      case 'f': return native.String(parseFloat(v));
      case 'c': return '';
      case 's': return typeof v === 'string' ? v : R.brief(v);
    }
    return R.brief(v, 1);
  });
  return [text, ...args.slice(i).map((a) => R.brief(a))].join(' ');
};
for (const [method, level] of [['log', 'log'], ['info', 'info'], ['warn', 'warning'], ['error', 'error'], ['debug', 'debug'], ['assert', 'assert']]) {
  R.replace(console, method, (original) => function(...args) {
    if (level !== 'assert' || !args[0]) {
      const said = level === 'assert' ? ['Assertion failed:', ...args.length > 1 ? args.slice(1) : ['console.assert']] : args; // as the browser says it
      R.seen({ev: 'console', level: level === 'assert' ? 'error' : level, text: cut(format(said))});
      if (level === 'error' || level === 'assert') R.onFailure?.('console.error');
    }
    return original.apply(this, args);
  });
}

if (!R.worker) {
  if (R.top) {
    R.seen({ev: 'page', url: location.href});
    // The first document of a popup gets the window of the empty one before it, where this script has run: it does not
    // run again.
    const empty = document;
    if (location.href === 'about:blank') {
      addEventListener('readystatechange', () => { if (document !== empty) R.seen({ev: 'page', url: location.href}); }, {capture: true, once: true});
    }
    const route = () => R.seen({ev: 'route', url: location.href});
    for (const name of ['pushState', 'replaceState']) {
      R.replace(History.prototype, name, (original) => function(...args) {
        const before = location.href, result = original.apply(this, args);
        if (location.href !== before) route();
        return result;
      });
    }
    addEventListener('popstate', route, true);
    addEventListener('hashchange', (e) => { if (history.state === null) route(); }, true);
    // The document goes: what was noted must not go with it.
    addEventListener('pagehide', R.flush, true);
  }
  // A value is told whole, since it is compared, up to what tells more about the page than about the app; where it is longer,
  // nothing is, which says nothing.
  const MAX_VALUE = 1 << 20;
  const area = (s) => { try { return s === localStorage ? 'local' : 'session'; } catch { return 'session'; } };
  R.replace(Storage.prototype, 'setItem', (original) => function(key, value) {
    const result = original.apply(this, arguments);
    const text = native.String(value);
    if (text.length <= MAX_VALUE) R.seen({ev: 'storage', area: area(this), key: cut(native.String(key)), value: text});
    return result;
  });
  R.replace(Storage.prototype, 'removeItem', (original) => function(key) {
    const result = original.apply(this, arguments);
    R.seen({ev: 'storage', area: area(this), key: cut(native.String(key))});
    return result;
  });
}
