// clock.js: what virtual time does not cover.
//
// Chromium's virtual time drives Date, performance, timers, messages and network, between tasks. Frames are left out: under it
// they come in real time, whatever the virtual one does. So callbacks of requestAnimationFrame get 16⅔ ms virtual timers;
// frames.js sees to what else happens in frames.

const native = R.native;

const FRAME = 1000 / 60;

// The clock stands still while a task runs. An app that waits by looking at it again and again sees it move after a
// while, and never back.
const PATIENCE = 20_000; // times that it may be read in vain
const moving = (read, step) => {
  let seen = 0, told = 0, times = 0;
  return () => {
    const now = read();
    if (now !== seen) {
      seen = now;
      times = 0;
      if (now > told) told = now;
    } else if (++times > PATIENCE) told += step;
    return told;
  };
};
const readDate = moving(Date.now, 1);
R.replace(Date, 'now', () => ({ now() { return readDate(); } }).now);
const NativeDate = Date;
const StandDate = function(...args) {
  if (!new.target) return new StandDate().toString();
  return Reflect.construct(NativeDate, args.length ? args : [readDate()], new.target === StandDate ? NativeDate : new.target);
};
for (const key of Reflect.ownKeys(NativeDate)) {
  const d = Object.getOwnPropertyDescriptor(NativeDate, key);
  if (key !== 'name' && key !== 'length') Object.defineProperty(StandDate, key, d);
}
globalThis.Date = R.disguise(StandDate, NativeDate);
Object.defineProperty(NativeDate.prototype, 'constructor', {value: StandDate, writable: true, configurable: true});
// The browser says when a navigation began, in real time: so the time of a document begins with its script.
const zero = R.worker ? native.now() - Math.round(performance.now()) : native.now();
R.replace(Performance.prototype, 'now', (original) => {
  // In whole ms, in which virtual time moves: the fraction of the native one differs by 0.1 ms between runs.
  const read = moving(() => native.now() - zero, 0.1);
  return ({ now() { return this === performance ? read() : original.call(this); } }).now;
});

if (!R.worker) {
  const {get, ...rest} = Object.getOwnPropertyDescriptor(Performance.prototype, 'timeOrigin');
  const {get: stand} = Object.getOwnPropertyDescriptor({
    get timeOrigin() { return this === performance ? zero : Reflect.apply(get, this, []); },
  }, 'timeOrigin');
  Object.defineProperty(Performance.prototype, 'timeOrigin', {...rest, get: R.disguise(stand, get)});
}

// The browser gives input the real time, which lies a day before the virtual one. While a task runs its clock stands, so that
// the first who asks an event gets the time at which it came.
if (!R.worker) {
  const came = new WeakMap(), {get, ...rest} = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp');
  const {get: stand} = Object.getOwnPropertyDescriptor({
    get timeStamp() {
      const told = Reflect.apply(get, this, []);
      if (!this.isTrusted || !(this instanceof UIEvent)) return told;
      if (!came.has(this)) came.set(this, performance.now());
      return came.get(this);
    },
  }, 'timeStamp');
  Object.defineProperty(Event.prototype, 'timeStamp', {...rest, get: R.disguise(stand, get)});
}

if (!R.worker) {
  // Frames stand on a grid from the start of the recording.
  const untilFrame = R.untilFrame = () => {
    const now = native.now() - R.config.start;
    return Math.max(1, Math.ceil((Math.floor(now / FRAME + 0.001) + 1) * FRAME - now));
  };
  let next = 1, queue = new native.Map(), timer = 0;
  const tick = () => {
    timer = 0;
    const run = queue, now = performance.now();
    queue = new native.Map();
    for (const [id, f] of run) {
      if (!run.has(id)) continue;
      try { f(now); } catch (e) { reportError(e); }
    }
  };
  const dropped = (id) => { queue.delete(id); };
  R.replace(globalThis, 'requestAnimationFrame', () => function requestAnimationFrame(f) {
    if (typeof f !== 'function') throw new native.TypeError("Failed to execute 'requestAnimationFrame' on 'Window': parameter 1 is not of type 'Function'.");
    const id = next++;
    queue.set(id, f);
    if (!timer) timer = native.setTimeout(tick, untilFrame());
    return id;
  });
  R.replace(globalThis, 'cancelAnimationFrame', () => function cancelAnimationFrame(id) { dropped(id); });

  // Idle time does not exist in virtual time: what waits for it runs after everything that is due.
  R.replace(globalThis, 'requestIdleCallback', () => function requestIdleCallback(f) {
    return native.setTimeout(() => f({didTimeout: false, timeRemaining: () => 10}), 1);
  });
  R.replace(globalThis, 'cancelIdleCallback', () => function cancelIdleCallback(id) { native.clearTimeout(id); });
}
