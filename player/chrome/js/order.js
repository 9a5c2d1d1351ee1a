// order.js: what comes from outside the page's own tasks comes in an order, and at a virtual time, that depend on the page
// alone.
//
// Other processes and threads (IndexedDB, workers, cryptography, decoders) answer in real time. While one of them is at it,
// the clock is kept where it is: virtual time moves only when a page has nothing to do, so a task of the lowest priority
// that posts itself again stops it, and nothing else. What has come waits until the page has done everything that it has to do
// now, and is delivered in the order in which it was asked for. So it costs no virtual time, and load of the machine changes
// nothing. A request to Go could hold the clock too, but costs 10 ms of it, synchronous or not, and stops the page's tasks
// meanwhile (measured on Chromium 156).
//
// An entry is something that was asked for:
//
//	certain()  it will come without anything else being delivered first; default: it will
//	ready      what delivers it, once it has come; else null
//	free()     it may be delivered by a task of ours; default: it may. IndexedDB delivers in its own
//	before     the entry that it goes before; default: it is the last
//	after      it waits until nothing is open that does not: the turns of workers
{
  const native = R.native;
  const entries = [];
  const most = 500; // deliveries at one time; then the clock moves on by 1 ms, or a loop of them would stop it for ever
  const lost = 1_200_000; // tasks without news, many seconds, after which what is awaited is given up
  let spinning = false, quiet = false, hops = 0, idle = 0, count = 0, time = 0, waiting = null, stopped = false, stopping = 0;

  const head = () => {
    const open = entries.find((e) => !e.after && (e.ready || e.certain()));
    return open ?? (entries.every((e) => e.after) ? entries.find((e) => e.ready || e.certain()) : undefined);
  };
  let patient = true;
  const loaded = () => R.worker || !patient || document.readyState === 'complete';
  /** Go: the document may never be complete, because a request stays open. */
  R.dontWait = () => { patient = false; };

  // news says that the page has something to do again.
  const news = () => {
    quiet = false;
    hops = idle = 0;
    if (spinning) return;
    spinning = true;
    R.rest(spin);
  };
  const spin = () => {
    // One turn more: what was posted at the lowest priority by the last of the others comes first.
    if (!quiet && ++hops >= 2 && !R.dueNow() && loaded()) quiet = true;
    if (quiet && step()) return;
    if (!head() && (quiet || !waiting)) { // what is open waits for something that the page has yet to do
      const f = waiting;
      waiting = null;
      f?.();
      if (stopped) R.rest(spin);
      else spinning = false;
      return;
    }
    if (++idle > lost) giveUp();
    R.rest(spin);
  };
  const giveUp = () => {
    idle = 0;
    R.limit('something that another thread works at for a long time');
    R.settle(head());
  };
  // step delivers what is next, if it has come; true where the clock has to move on first.
  const step = () => {
    const e = head();
    if (!e?.ready || e.free && !e.free()) return false;
    const now = native.now();
    if (now !== time) { time = now; count = 0; }
    if (++count > most && !R.worker) {
      count = 0;
      spinning = false;
      quiet = false;
      native.setTimeout(news, 1);
      return true;
    }
    const deliver = e.ready;
    R.settle(e);
    try { deliver(); } catch (x) { reportError(x); }
    return false;
  };

  /** Begins an entry; what is a part of one: see above. */
  R.issue = (part) => {
    const e = { certain: () => true, ready: null, ...part };
    const at = entries.indexOf(e.before);
    entries.splice(at < 0 ? entries.length : at, 0, e);
    news();
    return e;
  };
  /** It has come. */
  R.arrive = (e, deliver) => {
    if (!entries.includes(e)) return deliver(); // it was given up
    e.ready = deliver;
    idle = 0;
    if (!spinning) news();
    return undefined;
  };
  /** Whether it may be delivered now. */
  R.mayDeliver = (e) => quiet && count < most && head() === e;
  /** It is being delivered, or never will be. */
  R.settle = (e) => {
    const i = entries.indexOf(e);
    if (i >= 0) entries.splice(i, 1);
    news();
  };
  R.isOpen = (e) => entries.includes(e);
  /** Calls f when nothing is open and everything was done. */
  R.whenQuiet = (f) => {
    waiting = f;
    news();
  };

  /** Go: holds the clock from a time on (ms since the recording began) until R.goOn, and tells when what is due was done. */
  R.stopAt = (to, number) => {
    const stop = () => {
      stopped = true;
      R.whenQuiet(() => R.send(`!${native.stringify({ number, t: R.clock() })}`));
    };
    const wait = to - R.clock();
    native.clearTimeout(stopping);
    if (wait > 0) stopping = native.setTimeout(stop, wait);
    else stop();
    return true;
  };
  R.goOn = () => {
    native.clearTimeout(stopping);
    if (stopped) waiting = null;
    stopped = false;
  };

  /** A promise of the platform that another thread keeps, kept in order. */
  R.inOrder = (promise) => {
    const e = R.issue();
    return new native.Promise((resolve, reject) => {
      Reflect.apply(then, promise, [(v) => R.arrive(e, () => resolve(v)), (x) => R.arrive(e, () => reject(x))]);
    });
  };
  const then = native.Promise.prototype.then;

  // Promises that other threads or processes keep.
  const kept = [
    ['SubtleCrypto', ['encrypt', 'decrypt', 'sign', 'verify', 'digest', 'generateKey', 'deriveKey', 'deriveBits', 'importKey', 'exportKey', 'wrapKey', 'unwrapKey']],
    ['HTMLImageElement', ['decode']],
    ['CacheStorage', ['open', 'match', 'has', 'delete', 'keys']], ['Cache', ['match', 'matchAll', 'put', 'delete', 'keys']],
    ['StorageManager', ['estimate', 'persist', 'persisted', 'getDirectory']], ['Permissions', ['query']],
  ];
  for (const [name, methods] of kept) {
    const holder = globalThis[name]?.prototype;
    for (const m of methods) {
      if (holder && Object.hasOwn(holder, m)) R.replace(holder, m, (original) => ({ [m](...args) { return R.inOrder(Reflect.apply(original, this, args)); } })[m]);
    }
  }
  R.replace(globalThis, 'createImageBitmap', (original) => ({ createImageBitmap(...args) { return R.inOrder(Reflect.apply(original, globalThis, args)); } }).createImageBitmap);
  for (const m of ['compile', 'instantiate']) {
    if (globalThis.WebAssembly?.[m]) R.replace(WebAssembly, m, (original) => ({ [m](...args) { return R.inOrder(Reflect.apply(original, WebAssembly, args)); } })[m]);
  }
  // The browser encodes pictures when it is idle, which a page whose clock stands never is.
  const toDataURL = globalThis.HTMLCanvasElement?.prototype.toDataURL;
  R.replace(globalThis.HTMLCanvasElement?.prototype, 'toBlob', (original) => ({
    toBlob(callback, type, quality) {
      if (typeof callback !== 'function') return Reflect.apply(original, this, arguments);
      const [head, data] = Reflect.apply(toDataURL, this, [type, quality]).split(',');
      const bytes = Uint8Array.from(atob(data ?? ''), (c) => c.charCodeAt(0));
      const blob = data ? new Blob([bytes], { type: head.slice(5).split(';')[0] }) : null;
      R.arrive(R.issue(), () => callback(blob));
      return undefined;
    },
  }).toBlob);

  // FileReader tells by events, which are held and delivered as copies when the last of them has come.
  const Reader = globalThis.FileReader;
  if (Reader) {
    const open = new WeakMap(); // FileReader -> {entry, copies}
    const hold = (e) => {
      const target = e.currentTarget, o = open.get(target);
      if (!e.isTrusted || !o) return;
      e.stopImmediatePropagation();
      o.copies.push(new ProgressEvent(e.type, e));
      if (e.type !== 'loadend') return;
      open.delete(target);
      R.arrive(o.entry, () => { for (const copy of o.copies) target.dispatchEvent(copy); });
    };
    const stand = new Proxy(Reader, {
      construct(target, args, made) {
        const reader = Reflect.construct(target, args, made === stand ? target : made);
        for (const type of ['loadstart', 'progress', 'load', 'error', 'abort', 'loadend']) reader.addEventListener(type, hold);
        return reader;
      },
    });
    Object.defineProperty(Reader.prototype, 'constructor', { ...Object.getOwnPropertyDescriptor(Reader.prototype, 'constructor'), value: stand });
    Object.defineProperty(globalThis, 'FileReader', { ...Object.getOwnPropertyDescriptor(globalThis, 'FileReader'), value: stand });
    for (const m of ['readAsText', 'readAsArrayBuffer', 'readAsDataURL', 'readAsBinaryString']) {
      R.replace(Reader.prototype, m, (original) => ({
        [m](...args) {
          const result = Reflect.apply(original, this, args);
          open.set(this, { entry: R.issue(), copies: [] });
          return result;
        },
      })[m]);
    }
  }
}
