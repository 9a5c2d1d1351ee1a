// websocket.js: WebSocket, answered from the recording; and what it shares with EventSource.

// What development servers say to have the page take new code over, show an error or load itself again: Vite,
// webpack-dev-server, Next.js. Such a page would be none that was played to here; the player opens a new one.
const orders = new Set([
  'update', 'prune', 'full-reload', 'error', 'ok', 'warnings', 'errors', 'static-changed', 'invalid',
  'built', 'reloadPage', 'serverComponentChanges', 'serverOnlyChanges',
]);

// muffle keeps them from the app, and the end of the connection, after which it would load itself again, too.
function muffle(connection) {
  if (R.config.apply || R.worker) return connection;
  const { pathname } = new URL(connection.url);
  let greeted = /webpack[-_]hmr/.test(pathname);
  const theirs = () => greeted || connection.protocol?.startsWith('vite-');
  const on = (type, f) => Reflect.apply(R.native.addEventListener, connection, [type, f]);
  on('message', (e) => {
    let m;
    try { m = R.native.parse(e.data); } catch { return; }
    const kind = m?.type ?? m?.action;
    greeted ||= pathname === '/ws' && ['hot', 'liveReload', 'hash'].includes(kind); // it may be the app's own
    if (theirs() && orders.has(kind)) e.stopImmediatePropagation();
  });
  for (const type of ['close', 'error']) on(type, (e) => { if (theirs()) e.stopImmediatePropagation(); });
  return connection;
}

// R.standIn replaces a constructor of connections. An instance is a real EventTarget with the native prototype, whose
// accessors and methods find its state here; instances that may pass are native ones.
//
//	kind  {events: […], fields: {name: (state) => value}, methods: {name(state, …args)}, create(args)}
//	      create checks the arguments like the native constructor and returns the state, or null for a native instance;
//	      state.self is set to the instance afterwards, and state.start() called
R.standIn = (name, kind) => {
  const Native = R.native[name];
  if (!Native) return;
  if (!R.syncXHR) { // a service worker cannot ask in time, and no net below sees its sockets to the app's own host
    if (name === 'WebSocket') delete globalThis.WebSocket;
    return;
  }
  const proto = Native.prototype, states = new WeakMap();
  const patch = (field, make) => {
    const d = Object.getOwnPropertyDescriptor(proto, field);
    const made = make(d);
    for (const key of ['get', 'set']) if (made[key] && d[key]) made[key] = R.disguise(made[key], d[key]);
    Object.defineProperty(proto, field, { ...d, ...made });
  };
  for (const type of kind.events) {
    patch('on' + type, (d) => ({
      get() {
        const s = states.get(this);
        return s ? s.handlers[type] ?? null : Reflect.apply(d.get, this, []);
      },
      set(f) {
        const s = states.get(this);
        if (!s) return Reflect.apply(d.set, this, [f]);
        if (!(type in s.handlers)) this.addEventListener(type, (e) => s.handlers[type]?.call(this, e));
        s.handlers[type] = typeof f === 'function' ? f : null;
      },
    }));
  }
  for (const field in kind.fields) {
    patch(field, (d) => ({
      get() {
        const s = states.get(this);
        return s ? kind.fields[field](s) : Reflect.apply(d.get, this, []);
      },
      ...(d.set && { set(value) {
        const s = states.get(this);
        if (s) s[field] = kind.set(field, value, s[field]);
        else Reflect.apply(d.set, this, [value]);
      } }),
    }));
  }
  for (const method in kind.methods) {
    R.replace(proto, method, (original) => ({
      [method](...args) {
        const s = states.get(this);
        return s ? kind.methods[method](s, ...args) : Reflect.apply(original, this, args);
      },
    })[method]);
  }
  const Stand = new Proxy(Native, {
    construct(target, args, newTarget) {
      if (args.length === 0) return Reflect.construct(target, args, newTarget); // throws
      const s = kind.create(...args);
      if (!s) return muffle(Reflect.construct(target, args, newTarget));
      s.self = Reflect.construct(EventTarget, [], newTarget);
      s.handlers = {};
      states.set(s.self, s);
      s.start();
      return s.self;
    },
  });
  R.disguise(Stand, Native);
  for (const [holder, key] of [[globalThis, name], [proto, 'constructor']]) {
    Object.defineProperty(holder, key, { ...Object.getOwnPropertyDescriptor(holder, key), value: Stand });
  }
};

{
  const { DOMException, Event, MessageEvent, CloseEvent, Blob, URL } = globalThis;
  const dispatch = EventTarget.prototype.dispatchEvent;
  const CONNECTING = 0, OPEN = 1, CLOSING = 2, CLOSED = 3;
  const fail = (message, name) => { throw new DOMException(message, name); };
  const fire = (s, event) => Reflect.apply(dispatch, s.self, [event]);

  function create(address, protocols = []) {
    let url;
    try {
      url = new URL(address, R.worker ? location.href : document.baseURI);
    } catch {
      fail(`Failed to construct 'WebSocket': The URL '${address}' is invalid.`, 'SyntaxError');
    }
    url.protocol = url.protocol.replace(/^http/, 'ws');
    url.hash = '';
    if (!/^wss?:$/.test(url.protocol)) fail(`Failed to construct 'WebSocket': The URL's scheme must be either 'http', 'https', 'ws', or 'wss'. '${url.protocol}' is not allowed.`, 'SyntaxError');
    const wanted = typeof protocols === 'string' ? [protocols] : Array.from(protocols, String);
    for (const p of wanted) {
      if (!/^[!#$%&'*+\-.^`|~\w]+$/.test(p)) fail(`Failed to construct 'WebSocket': The subprotocol '${p}' is invalid.`, 'SyntaxError');
    }
    if (new Set(wanted.map((p) => p.toLowerCase())).size < wanted.length) fail(`Failed to construct 'WebSocket': The subprotocol '${wanted[0]}' is duplicated.`, 'SyntaxError');
    if (R.leaves('GET', url.href)) return null;
    const s = { url: url.href, readyState: CONNECTING, protocol: '', extensions: '', bufferedAmount: 0, binaryType: 'blob', early: null };
    let native = false;
    s.call = R.call({ method: 'GET', url: url.href, headers: wanted.length ? [['sec-websocket-protocol', wanted.join(', ')]] : [], type: null, content: null, resource: 'ws', now: true }, {
      pass: () => { native = true; },
      stub: () => R.turn(() => end(s, 1006, '')),
      block: () => R.turn(() => end(s, 1006, '')),
      answer: (a) => answer(s, a),
    });
    s.start = () => {};
    return native ? null : s;
  }

  function answer(s, a) {
    if (a.ev === 'fail') return end(s, 1006, '');
    if (a.ev === 'res') return a.status === 101 ? open(s, a.headers ?? []) : end(s, 1006, '');
    if (s.readyState === CONNECTING) open(s, []); // the recording has no handshake
    if (a.close) return end(s, a.close, a.text ?? '');
    if (s.readyState !== OPEN) return undefined;
    const data = !R.isBinary(a) ? a.text ?? '' : s.binaryType === 'blob' ? new Blob([R.bytes(a)]) : R.bytes(a).slice().buffer;
    fire(s, new MessageEvent('message', { data, origin: new URL(s.url).origin }));
    return undefined;
  }

  function open(s, headers) {
    for (const [name, value] of headers) {
      if (/^sec-websocket-protocol$/i.test(name)) s.protocol = value;
      if (/^sec-websocket-extensions$/i.test(name)) s.extensions = value;
    }
    s.readyState = OPEN;
    fire(s, new Event('open'));
  }

  function end(s, code, reason) {
    if (s.readyState === CLOSED) return;
    s.readyState = CLOSED;
    R.end(s.call);
    if (code === 1006) fire(s, new Event('error'));
    fire(s, new CloseEvent('close', { code, reason, wasClean: code !== 1006 }));
  }

  function send(s, data) {
    if (s.readyState === CONNECTING) fail("Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.", 'InvalidStateError');
    const binary = data instanceof Blob || data instanceof ArrayBuffer || ArrayBuffer.isView(data);
    const { content } = R.body(binary ? data : String(data));
    const size = typeof content === 'string' ? R.encode(content).length : content?.length ?? 0;
    s.bufferedAmount += size;
    if (s.readyState !== OPEN) return;
    const { size: left, ...body } = R.shown(content, 64 << 10);
    R.seen({ ev: 'ws', dir: 'out', pos: -1, live: s.call.live, body: left ? { $missing: 'too large', size: left } : size ? body : { text: '' } });
    R.turn(() => { s.bufferedAmount -= size; });
  }

  function close(s, code, reason = '') {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      fail(`Failed to execute 'close' on 'WebSocket': The close code must be either 1000, or between 3000 and 4999. ${code} is neither.`, 'InvalidAccessError');
    }
    if (R.encode(String(reason)).length > 123) fail("Failed to execute 'close' on 'WebSocket': The close reason must not be greater than 123 UTF-8 bytes.", 'SyntaxError');
    if (s.readyState >= CLOSING) return;
    const wasOpen = s.readyState === OPEN;
    s.readyState = CLOSING;
    if (wasOpen) R.seen({ ev: 'ws', dir: 'out', pos: -1, live: s.call.live, close: code ?? 1005 });
    R.turn(() => end(s, wasOpen ? code ?? 1005 : 1006, wasOpen ? String(reason) : ''));
  }

  const read = (name) => (s) => s[name];
  R.standIn('WebSocket', {
    events: ['open', 'message', 'error', 'close'],
    fields: Object.fromEntries(['url', 'readyState', 'protocol', 'extensions', 'bufferedAmount', 'binaryType'].map((n) => [n, read(n)])),
    set: (field, value, old) => value === 'blob' || value === 'arraybuffer' ? value : old,
    methods: { send, close },
    create,
  });
}
