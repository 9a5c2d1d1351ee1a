// observers.js: IntersectionObserver and ResizeObserver report in frames, which come in real time. What they report is held
// here, the last entry of each target, until frames.js has a frame delivered.

const native = R.native;

if (R.top) {
  // Observers in order of creation, with the last entry of each target and what the app was told last.
  const observers = new native.Set();
  let observing = 0;

  const same = {
    IntersectionObserver: (a, b) => a.isIntersecting === b.isIntersecting && a.intersectionRatio === b.intersectionRatio,
    ResizeObserver: (a, b) => a.contentRect.width === b.contentRect.width && a.contentRect.height === b.contentRect.height,
  };
  for (const name of ['IntersectionObserver', 'ResizeObserver']) {
    const Native = globalThis[name];
    if (!Native) continue;
    const states = new WeakMap();
    const Stand = function(callback, options) {
      if (!new.target || typeof callback !== 'function') return Reflect.construct(Native, arguments, new.target ?? Native);
      const state = {callback, targets: new native.Set(), held: new native.Map(), told: new WeakMap(), same: same[name]};
      const keep = (entries) => { for (const e of entries) state.held.set(e.target, e); };
      const observer = state.observer = Reflect.construct(Native, [keep, options], new.target);
      states.set(observer, state);
      return observer;
    };
    Stand.prototype = Native.prototype;
    globalThis[name] = R.disguise(Stand, Native);
    Object.defineProperty(Native.prototype, 'constructor', {value: Stand, writable: true, configurable: true});

    R.replace(Native.prototype, 'observe', (original) => function(target, ...rest) {
      const result = original.call(this, target, ...rest), s = states.get(this);
      if (s && !s.targets.has(target)) {
        s.targets.add(target);
        observers.add(s);
        observing++;
        R.stir();
      }
      return result;
    });
    const forget = (s, target) => {
      if (s.targets.delete(target)) observing--;
      s.held.delete(target);
      s.told.delete(target);
      if (s.targets.size === 0) observers.delete(s);
    };
    R.replace(Native.prototype, 'unobserve', (original) => function(target) {
      const s = states.get(this);
      if (s) forget(s, target);
      return original.call(this, target);
    });
    R.replace(Native.prototype, 'disconnect', (original) => function() {
      const s = states.get(this);
      if (s) for (const target of [...s.targets]) forget(s, target);
      return original.call(this);
    });
    R.replace(Native.prototype, 'takeRecords', (original) => function() {
      const s = states.get(this);
      if (!s) return original.call(this);
      for (const e of original.call(this)) s.held.set(e.target, e);
      return changed(s);
    });
  }

  // changed takes the held entries that tell the app something new.
  const changed = (s) => {
    const entries = [...s.held.values()].filter((e) => !s.told.has(e.target) || !s.same(s.told.get(e.target), e));
    s.held.clear();
    for (const e of entries) s.told.set(e.target, e);
    return entries;
  };

  /** Whether the app observes anything. */
  R.observing = () => observing > 0;

  /** Tells the app what was held and is news to it, in the order in which the observers were made. */
  R.tellObservers = () => {
    for (const s of [...observers]) {
      if (s.held.size === 0) continue;
      const entries = changed(s);
      if (entries.length === 0) continue;
      try { s.callback.call(s.observer, entries, s.observer); } catch (e) { reportError(e); }
    }
  };
}
