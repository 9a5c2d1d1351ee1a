// workers.js: the owner's side of a dedicated worker: see inworker.js. A message to a worker, or a timer of its, is an entry of
// order.js. When it comes up, the worker is given a turn, and nothing else happens here until it has told that it is done. What
// it has posted comes then, as copies of the events, one after the other.
{
  const native = R.native, Native = globalThis.Worker, prefix = 'restep worker ';
  if (Native && R.rest && (!R.worker || R.conducted)) {
    // Worker -> {worker, turn: entry that is open, out: copies of events, timers: id -> {id, repeat}, begun: it has told something,
    // closed: it has ended itself, dead}
    const workers = new native.Map();
    const post = Native.prototype.postMessage, clone = structuredClone;

    const tell = (w, ...words) => Reflect.apply(post, w.worker, [[prefix, ...words]]);
    // turn gives a worker a turn when it comes up, in which it does what give sends.
    const turn = (w, give) => {
      if (w.dead) return;
      R.arrive(R.issue({ after: true }), () => {
        if (w.dead) return;
        w.turn = R.issue();
        tell(w, 'turn');
        give();
        tell(w, 'rest');
      });
    };
    const done = (w) => {
      const list = w.out;
      w.out = [];
      for (const copy of list) R.arrive(R.issue(), () => { if (!w.dead || w.closed) show(w, copy); });
    };
    const stop = (t) => { (t.repeat ? native.clearInterval : native.clearTimeout)(t.id); };
    const ends = (w) => {
      w.dead = true;
      w.timers.forEach(stop);
      w.timers.clear();
      R.settle(w.turn);
      workers.delete(w.worker);
    };
    const setTimer = (w, timer, ms, repeat) => {
      const fire = () => {
        if (!repeat) w.timers.delete(timer);
        turn(w, () => tell(w, 'fire', timer));
      };
      w.timers.set(timer, { repeat, id: (repeat ? native.setInterval : native.setTimeout)(fire, ms) });
    };
    const heard = (w) => (e) => {
      if (!e.isTrusted) return;
      e.stopImmediatePropagation();
      w.begun = true;
      const words = e.data;
      if (!native.Array.isArray(words) || words[0] !== prefix) {
        w.out.push(new MessageEvent('message', { data: words, ports: [...e.ports] }));
        return;
      }
      const [, kind, what, ms, repeat] = words;
      switch (kind) {
        case 'done': R.arrive(w.turn, () => done(w)); break;
        case 'wants': turn(w, () => {}); break;
        case 'timer': setTimer(w, what, ms, repeat); break;
        case 'frame': setTimer(w, what, R.untilFrame?.() ?? 16, false); break;
        case 'clear':
          if (w.timers.has(what)) stop(w.timers.get(what));
          w.timers.delete(what);
          break;
        case 'error': w.out.push(mistake(what)); break;
        case 'closed': w.closed = true; R.arrive(w.turn, () => { done(w); ends(w); }); break;
      }
    };
    // What the browser tells of mistakes comes in real time; a worker that runs tells of its own in order.
    const failed = (w) => (e) => {
      if (!e.isTrusted) return;
      e.stopImmediatePropagation();
      e.preventDefault();
      if (w.begun) return;
      const copy = e instanceof ErrorEvent ? mistake(e) : new Event('error', { cancelable: true });
      R.arrive(w.turn, () => { show(w, copy); ends(w); }); // its script cannot be had, or be read
    };
    const mistake = ({ message, filename, lineno, colno }) => new ErrorEvent('error', { cancelable: true, message, filename, lineno, colno });
    // show dispatches an event; a mistake that the app does not see to is one of its owner too.
    const show = (w, copy) => {
      if (w.worker.dispatchEvent(copy) && copy instanceof ErrorEvent) globalThis.dispatchEvent(mistake(copy));
    };

    const Stand = function(...args) {
      if (!new.target || args.length === 0) return Reflect.construct(Native, args, new.target ?? Native);
      const [url, options] = args, { type, credentials, name = '' } = options ?? {};
      const worker = Reflect.construct(Native, [url, { type, credentials, name: prefix + name }], new.target === Stand ? Native : new.target);
      const w = { worker, turn: R.issue({ after: true }), out: [], timers: new native.Map(), dead: false };
      workers.set(worker, w);
      worker.addEventListener('message', heard(w));
      worker.addEventListener('error', failed(w));
      return worker;
    };
    Stand.prototype = Native.prototype;
    globalThis.Worker = R.disguise(Stand, Native);
    Object.defineProperty(Native.prototype, 'constructor', { value: Stand, writable: true, configurable: true });

    R.replace(Native.prototype, 'postMessage', (original) => ({
      postMessage(message, options) {
        const w = workers.get(this);
        if (!w) return Reflect.apply(original, this, arguments);
        const transfer = [...(native.Array.isArray(options) ? options : options?.transfer ?? [])];
        if (transfer.some((t) => t instanceof MessagePort)) R.limit('message ports of workers');
        const [data, list] = clone([message, transfer], { transfer });
        turn(w, () => Reflect.apply(original, this, [data, list]));
        return undefined;
      },
    }).postMessage);
    R.replace(Native.prototype, 'terminate', (original) => ({
      terminate() {
        const w = workers.get(this);
        if (w) ends(w);
        return Reflect.apply(original, this, []);
      },
    }).terminate);

    /** Go: answers to requests that workers may have made. */
    R.relay = (window) => {
      for (const w of workers.values()) turn(w, () => tell(w, 'window', window));
    };
  }
  R.begin?.();
}
