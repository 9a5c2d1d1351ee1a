// inworker.js: a dedicated worker has no virtual time of its own: Chromium's timers stand still there, and its messages come
// in real time. Here it works only in turns that its owner gives it (workers.js), while the owner's clock stands: once when it
// starts, and then for each message and each timer. Timers are its owner's. What it posts is told when the turn is done.
{
  const native = R.native, prefix = 'restep worker ';
  const holderOf = (name) => { for (let o = globalThis; o; o = Object.getPrototypeOf(o)) if (Object.hasOwn(o, name)) return o; return null; };
  const told = typeof DedicatedWorkerGlobalScope === 'undefined' ? '' : globalThis.name;
  if (told.startsWith(prefix)) {
    R.conducted = true;
    const name = told.slice(prefix.length), named = holderOf('name'), d = Object.getOwnPropertyDescriptor(named, 'name');
    const get = Object.getOwnPropertyDescriptor({ get name() { return name; } }, 'name').get;
    Object.defineProperty(named, 'name', { ...d, get: R.disguise(get, d.get) });

    const post = globalThis.postMessage.bind(globalThis), end = globalThis.close.bind(globalThis), clone = structuredClone;
    const send = (...words) => post([prefix, ...words]);
    let out = [];       // what this turn has posted, in order
    let active = true;  // it has a turn
    const put = (f) => {
      out.push(f);
      if (!active && out.length === 1) send('wants');
    };
    const done = () => {
      const list = out;
      out = [];
      active = false;
      for (const f of list) f();
      send('done');
    };

    R.replace(holderOf('postMessage'), 'postMessage', () => function postMessage(message, options) {
      const transfer = [...(native.Array.isArray(options) ? options : options?.transfer ?? [])];
      if (transfer.some((t) => t instanceof MessagePort)) R.limit('message ports of workers');
      const copy = clone([message, transfer], { transfer });
      put(() => post(...copy));
    });
    R.replace(holderOf('close'), 'close', () => function close() {
      put(() => send('closed'));
      done();
      end();
    });
    // The owner hears of a mistake unless the app sees to it, which it does after this.
    addEventListener('error', (e) => {
      if (e instanceof ErrorEvent) put(() => { if (!e.defaultPrevented) send('error', { message: e.message, filename: e.filename, lineno: e.lineno, colno: e.colno }); });
    });

    // Timers: {f, args, repeat, level: how deep it was set in others}.
    const timers = new native.Map();
    let next = 1, level = 0;
    const set = (kind, f, ms, args, repeat) => {
      const timer = next++;
      timers.set(timer, { f, args, repeat, level: level + 1 });
      send(kind, timer, Math.max(level >= 5 ? 4 : 0, Math.min(ms | 0, 2 ** 31 - 1)), repeat);
      return timer;
    };
    const clear = (timer) => { if (timers.delete(timer)) send('clear', timer); };
    const fire = (timer) => {
      const t = timers.get(timer);
      if (!t) return;
      if (!t.repeat) timers.delete(timer);
      level = t.level;
      try {
        if (typeof t.f === 'function') Reflect.apply(t.f, globalThis, t.args());
        else (0, eval)(native.String(t.f));
      } catch (e) {
        reportError(e);
      } finally {
        level = 0;
      }
    };
    const stands = {
      setTimeout: (f, ms, ...args) => set('timer', f, ms, () => args, false),
      setInterval: (f, ms, ...args) => set('timer', f, ms, () => args, true),
      clearTimeout: clear, clearInterval: clear,
      requestAnimationFrame: (f) => set('frame', f, 0, () => [performance.now()], false),
      cancelAnimationFrame: clear,
    };
    for (const [key, stand] of native.Object.entries(stands)) {
      R.replace(holderOf(key), key, () => stand);
      if (key.endsWith('Timeout') || key.endsWith('Interval')) native[key] = stand;
    }

    // What its owner says, between the app's messages.
    addEventListener('message', (e) => {
      const words = e.data;
      if (!native.Array.isArray(words) || words[0] !== prefix) return;
      e.stopImmediatePropagation();
      const [, kind, what] = words;
      switch (kind) {
        case 'turn': active = true; break;
        case 'fire': fire(what); break;
        case 'window': R.window(what); break;
        case 'rest': R.whenQuiet(done); break;
      }
    });
    R.begin = () => R.whenQuiet(done);
  }
}
