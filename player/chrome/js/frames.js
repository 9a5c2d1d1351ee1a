// frames.js: what happens in frames happens when the schedule says so.
//
// Frames come in real time, so without this the callbacks of observers and the events that are fired in frames (scroll,
// resize, animations, transitions) would fall between other virtual moments in every run. Here they are held, and only
// the last of each kind and target is kept. They are delivered after frames that come at virtual times which depend on the
// page alone: on the grid of requestAnimationFrame, after the document has changed, and where Go wants one, before an
// action. The events are delivered as copies, so they are not trusted.

const native = R.native;

if (R.top) {
  // Shadow roots have events and animations of their own, and tell nobody else of changes.
  const roots = new native.Set();
  const trees = () => {
    const list = [document];
    for (const ref of roots) {
      const root = ref.deref();
      if (root) list.push(root);
      else roots.delete(ref);
    }
    return list;
  };
  R.replace(Element.prototype, 'attachShadow', (original) => ({
    attachShadow() {
      const root = Reflect.apply(original, this, arguments);
      roots.add(new WeakRef(root));
      watch(root);
      return root;
    },
  }).attachShadow);

  const animationsOf = Document.prototype.getAnimations, endAnimation = Animation.prototype.finish;
  const rootAnimations = ShadowRoot.prototype.getAnimations;
  const finite = () => {
    try {
      return trees().flatMap((tree) => Reflect.apply(tree === document ? animationsOf : rootAnimations, tree, []))
        .filter((a) => a.playState === 'running' && a.effect && a.effect.getComputedTiming().endTime < Infinity);
    } catch { return []; }
  };

  // The runs of animations, by target and by what runs on it: {animation, lasts: ms from its beginning to its end, at: when
  // it was brought to its end, in ms since the epoch, ended: the browser has told of its end, cancel: takes that back}. On a
  // busy machine an animation comes to its end by itself, since its time is the real one; then at is that of the next frame.
  const runs = new WeakMap();
  const keyOf = (x, pseudo) => `${pseudo ?? ''} ${x.propertyName ?? x.transitionProperty ?? x.animationName}`;
  const scripted = new WeakMap(); // the runs of those that are no style's
  const begin = (animation) => {
    if (!animation.transitionProperty && !animation.animationName) {
      const lasts = animation.effect ? animation.effect.getComputedTiming().endTime / (Math.abs(animation.playbackRate) || 1) : 0;
      if (!scripted.has(animation)) scripted.set(animation, {animation, lasts});
      return scripted.get(animation);
    }
    const {target, pseudoElement} = animation.effect, key = keyOf(animation, pseudoElement);
    if (!target) return {};
    if (!runs.has(target)) runs.set(target, new native.Map());
    const before = runs.get(target).get(key);
    if (before?.animation === animation) return before;
    before?.cancel?.(); // another takes its place
    const run = {animation, lasts: animation.effect.getComputedTiming().endTime};
    runs.get(target).set(key, run);
    return run;
  };
  const end = (e) => {
    const run = runs.get(e.target)?.get(keyOf(e, e.pseudoElement));
    return run && !run.ended ? Object.assign(run, {ended: true}) : {lasts: e.elapsedTime * 1000};
  };
  // Whether an animation that was brought to its end early is still there when it would have come to it.
  const lives = ({target, copy}) => {
    if (!target.isConnected || !target.checkVisibility()) return false;
    return copy.type !== 'animationend' || getComputedStyle(target, copy.pseudoElement || null).animationName.split(', ').includes(copy.animationName);
  };

  let frameAt = 0; // when the last frame was made, as in a run
  let events = [], releasing = false, animated = false;
  const coalesced = new native.Set(['scroll', 'scrollend', 'resize', 'animationiteration']);
  const hold = (e) => {
    if (!e.isTrusted || releasing) return;
    e.stopImmediatePropagation();
    animated ||= /^(animation|transition)/.test(e.type);
    if (coalesced.has(e.type)) events = events.filter((h) => h.type !== e.type || h.target !== e.target);
    const held = {type: e.type, target: e.target, copy: new e.constructor(e.type, e)};
    if (e.type === 'transitionrun' || e.type === 'animationstart') {
      for (const a of finite()) if (a.effect.target === e.target && keyOf(a, a.effect.pseudoElement) === keyOf(e, e.pseudoElement)) begin(a);
    } else if (e.type === 'transitionend' || e.type === 'animationend') held.run = end(e); // what it is the end of
    events.push(held);
    R.stir();
  };
  /** Holds an event of frames.js's kind, or what has deliver() and, where it has a run, later(ms), in place of a copy; its order is behind those. */
  R.holdUntilFrame = (held) => {
    animated = true;
    events.push(held);
    R.stir();
  };
  R.runOf = begin;
  /** Its end is told in the next frame. */
  R.hurryAnimation = (animation) => {
    for (const h of events) if (h.target === animation) h.run = undefined;
  };
  /** Its end is told, or never will be. */
  R.forgetAnimation = (animation) => {
    scripted.delete(animation);
    events = events.filter((h) => h.target !== animation || h.type !== 'finish');
  };
  const deliver = ({target, copy, deliver: own}) => {
    if (own) return own();
    releasing = true;
    try { target.dispatchEvent(copy); } catch { /* the target has gone */ }
    releasing = false;
  };
  // Delivers the end of an animation in so many ms, unless it was cancelled before it would have come.
  const deliverLater = (e, wait) => {
    if (e.later) return e.later(wait);
    const cancel = () => deliver({target: e.target, copy: new e.copy.constructor(e.type.replace('end', 'cancel'), e.copy)});
    const timer = native.setTimeout(() => {
      e.run.cancel = undefined;
      if (lives(e)) deliver(e);
      else cancel();
    }, wait);
    e.run.cancel = () => {
      native.clearTimeout(timer);
      cancel();
    };
  };

  /** Whether only a frame moves something on this page. */
  R.needsFrame = () => R.observing() || events.length > 0 || finite().length > 0;

  /**
   * Brings the animations that have an end to it; a promise that the next frame settles. Where timed is set, they have
   * just begun, and the app hears of their end when it would have come.
   */
  R.nextFrame = (timed) => {
    const now = frameAt = timed ? native.now() : 0;
    const list = finite();
    for (const a of list) {
      try {
        begin(a).at = now;
        Reflect.apply(endAnimation, a, []);
      } catch { /* it became infinite or was removed */ }
    }
    // What style and animations become in a frame is told in the next one.
    animated ||= list.length > 0;
    const frame = (f) => native.requestAnimationFrame(f);
    return new native.Promise((done) => { frame(() => (animated ? frame(() => done()) : done())); });
  };

  /** Delivers what was held: events in their order, then observers in theirs. */
  R.release = () => {
    // By the real time, what Animation objects tell comes in any order.
    const list = events.sort((a, b) => (a.order ?? 0) - (b.order ?? 0)), now = native.now();
    events = [];
    for (const e of list) {
      if (e.run) e.run.at ??= frameAt; // it came to its end by itself
      const wait = e.run?.at ? e.run.at + e.run.lasts - now : 0;
      if (wait > 0) {
        deliverLater(e, wait);
        continue;
      }
      deliver(e);
    }
    R.tellObservers();
  };

  // The frames that the page has for itself. An app that changes all the time has fewer and fewer of them in a stretch of the clock.
  const every = (n) => (n < 60 ? 0 : n < 120 ? 100 : 1000); // ms
  let made = 0, wanted = false, scrolled = false;
  const frame = async () => {
    wanted = false;
    if (!scrolled && !R.needsFrame()) return;
    scrolled = false;
    made++;
    const entry = R.issue(); // the clock stands meanwhile
    await new native.Promise((done) => { R.nextFrame(true).then(() => R.arrive(entry, done)); });
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
  const mutations = new MutationObserver(R.stir);
  const inRoot = ['animationstart', 'animationend', 'animationiteration', 'animationcancel', 'transitionrun', 'transitionstart', 'transitionend',
    'transitioncancel', 'scroll', 'scrollend'];
  function watch(tree) {
    mutations.observe(tree, {subtree: true, childList: true, attributes: true, characterData: true});
    for (const type of inRoot) (tree === document ? window : tree).addEventListener(type, hold, true);
  }
  watch(document);
  addEventListener('resize', hold, true);

  /** A new stretch of the clock begins. */
  R.restFrames = () => { made = 0; };
}
