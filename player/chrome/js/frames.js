// frames.js: what happens in frames happens when the schedule says so.
//
// Frames come in real time, so without this the callbacks of observers and the events that are fired in frames (scroll,
// resize, animations, transitions) would fall between other virtual moments in every run. Here they are held, and only
// the last of each kind and target is kept. They are delivered after frames that come at virtual times which depend on the
// page alone: on the grid of requestAnimationFrame, after the document has changed, and where Go wants one, before an
// action. The events are delivered as copies, so they are not trusted.

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
      const hold = (entries) => { for (const e of entries) state.held.set(e.target, e); };
      const observer = state.observer = Reflect.construct(Native, [hold, options], new.target);
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

  const finite = () => {
    try {
      return document.getAnimations().filter((a) => a.playState === 'running' && a.effect && a.effect.getComputedTiming().endTime < Infinity);
    } catch { return []; }
  };

  // Animations that have begun: for a target and name how long they last, in ms, and when they were brought to their
  // end, in ms since the epoch, if they were. On a busy machine they come to it by themselves: their time is the real one.
  const begun = new WeakMap();
  const nameOf = (x) => x.propertyName ?? x.transitionProperty ?? x.animationName;
  const begin = (a) => {
    const {target} = a.effect;
    if (!target) return {};
    if (!begun.has(target)) begun.set(target, new native.Map());
    const state = {lasts: a.effect.getComputedTiming().endTime};
    begun.get(target).set(nameOf(a), state);
    return state;
  };
  const end = (e) => {
    const names = begun.get(e.target), name = nameOf(e), state = names?.get(name);
    names?.delete(name);
    return state ?? {lasts: e.elapsedTime * 1000};
  };

  let events = [], releasing = false;
  const coalesced = new native.Set(['scroll', 'scrollend', 'resize', 'animationiteration']);
  const hold = (e) => {
    if (!e.isTrusted || releasing) return;
    e.stopImmediatePropagation();
    if (coalesced.has(e.type)) events = events.filter((h) => h.type !== e.type || h.target !== e.target);
    const held = {type: e.type, target: e.target, copy: new e.constructor(e.type, e), of: undefined};
    if (e.type === 'transitionrun' || e.type === 'animationstart') {
      for (const a of finite()) if (a.effect.target === e.target && nameOf(a) === nameOf(e)) begin(a);
    } else if (e.type === 'transitionend' || e.type === 'animationend') held.of = end(e);
    events.push(held);
    R.stir();
  };
  for (const type of ['scroll', 'scrollend', 'resize', 'animationstart', 'animationend', 'animationiteration', 'animationcancel',
    'transitionrun', 'transitionstart', 'transitionend', 'transitioncancel']) addEventListener(type, hold, true);

  const deliver = ({target, copy}) => {
    releasing = true;
    try { target.dispatchEvent(copy); } catch { /* the target has gone */ }
    releasing = false;
  };

  /** Whether only a frame moves something on this page. */
  R.needsFrame = () => observing > 0 || events.length > 0 || finite().length > 0;

  /**
   * Brings the animations that have an end to it; a promise that the next frame settles. Where timed is set, they have
   * just begun, and the app hears of their end when it would have come.
   */
  R.nextFrame = (timed) => {
    const now = timed ? native.now() : 0;
    for (const e of events) if (e.of) e.of.at ??= now;
    for (const a of finite()) {
      try {
        begin(a).at = now;
        a.finish();
      } catch { /* it became infinite or was removed */ }
    }
    return new native.Promise((done) => { native.requestAnimationFrame(() => done()); });
  };

  /** Delivers what was held: events in their order, then observers in theirs. */
  R.release = () => {
    const list = events, now = native.now();
    events = [];
    for (const e of list) {
      const wait = e.of ? (e.of.at ?? 0) + e.of.lasts - now : 0;
      if (wait > 0) {
        native.setTimeout(deliver, wait, e);
        continue;
      }
      deliver(e);
    }
    for (const s of [...observers]) {
      if (s.held.size === 0) continue;
      const entries = changed(s);
      if (entries.length === 0) continue;
      try { s.callback.call(s.observer, entries, s.observer); } catch (e) { reportError(e); }
    }
  };

  // The frames that the page has for itself. While one is made, a request that Go leaves open holds the clock; it is taken
  // back when the frame is there. An app that changes all the time has fewer and fewer of them in a stretch of the clock.
  const every = (n) => (n < 60 ? 0 : n < 120 ? 100 : 1000); // ms
  const Abort = AbortController; // before the app can replace it
  let made = 0, wanted = false, scrolled = false;
  const frame = async () => {
    wanted = false;
    if (!scrolled && !R.needsFrame()) return;
    scrolled = false;
    made++;
    const hold = new Abort(), held = R.holdClock(hold.signal);
    await native.Promise.race([R.nextFrame(true), held]); // Go ends it where no frames come
    hold.abort();
    native.setTimeout(R.release, 2); // observers report in a task, and with 1 ms the clock is sometimes before it
  };

  /** Says that something may have moved: a frame is made where it matters. */
  R.stir = () => {
    if (wanted) return;
    wanted = true;
    native.setTimeout(frame, every(made) + R.untilFrame() + 1); // after what requestAnimationFrame calls
  };
  /** The same where something was scrolled: its event is fired in the frame. */
  R.scrolled = () => {
    scrolled = true;
    R.stir();
  };
  new MutationObserver(R.stir).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});

  /** A new stretch of the clock begins. */
  R.restFrames = () => { made = 0; };
}
