// animations.js: what an app hears of animations by their objects: the promises ready and finished, and their events. These
// come in frames and by the real time too, so they wait for the frames of frames.js, and an end for the time at which it
// would have come.
if (R.top && globalThis.Animation) {
  const native = R.native, then = native.Promise.prototype.then;
  const promise = (name) => Object.getOwnPropertyDescriptor(Animation.prototype, name);
  const own = promise('finished').get, {addEventListener: listen, dispatchEvent: dispatch} = EventTarget.prototype;

  // Animation -> {told: its promise whose end the app may know, waiting: [{resolve, reject}], timer: of an end to be told,
  // end: what tells it, over: the app itself has ended it, number: of the animation}
  let count = 0;
  const known = new WeakMap();
  const know = (animation) => {
    if (!known.has(animation)) {
      known.set(animation, {told: null, waiting: [], timer: 0, end: null, over: false, number: ++count});
      for (const type of ['finish', 'cancel', 'remove']) Reflect.apply(listen, animation, [type, hold]);
    }
    return known.get(animation);
  };
  const tell = (animation, of) => {
    const k = known.get(animation), list = k.waiting;
    k.told = of;
    k.waiting = [];
    for (const w of list) w.resolve();
  };
  const hold = (e) => {
    if (!e.isTrusted) return;
    e.stopImmediatePropagation();
    const animation = e.currentTarget, copy = new e.constructor(e.type, e), of = Reflect.apply(own, animation, []);
    const k = known.get(animation);
    const deliver = () => {
      if (e.type === 'finish') {
        k.end = null;
        R.forgetAnimation(animation);
        tell(animation, of);
      }
      native.queueMicrotask(() => Reflect.apply(dispatch, animation, [copy])); // its promise goes first
    };
    const later = (wait) => {
      k.end = deliver;
      k.timer = native.setTimeout(deliver, wait);
    };
    R.holdUntilFrame({type: e.type, target: animation, order: 1e9 + k.number, run: e.type === 'finish' && !k.over ? R.runOf(animation) : undefined, deliver, later});
  };

  // A promise of the app for each of the platform's.
  const stands = new WeakMap();
  const standFor = (animation, name, real) => {
    if (stands.has(real)) return stands.get(real);
    const k = know(animation);
    const stand = new native.Promise((resolve, reject) => {
      Reflect.apply(then, real, [(v) => {
        if (name === 'ready') R.holdUntilFrame({type: name, target: animation, order: k.number, deliver: () => resolve(v)});
        else if (k.told === real) resolve(v);
        else k.waiting.push({resolve: () => resolve(v), reject});
      }, reject]);
    });
    Reflect.apply(then, stand, [undefined, () => {}]); // one that nobody has asked for is no failure
    stands.set(real, stand);
    return stand;
  };
  for (const name of ['ready', 'finished']) {
    const d = promise(name);
    const {get} = {get() { return standFor(this, name, Reflect.apply(d.get, this, [])); }};
    Object.defineProperty(Animation.prototype, name, {...d, get: R.disguise(get, d.get)});
  }

  // anew forgets an end that was not told: it will not come, or another.
  const anew = (animation) => {
    const k = know(animation);
    native.clearTimeout(k.timer);
    k.end = null;
    k.over = false;
    R.forgetAnimation(animation);
    return k;
  };
  // What the app itself ends or cancels is over at once.
  R.replace(Animation.prototype, 'finish', (original) => ({
    finish() {
      const result = Reflect.apply(original, this, arguments), k = know(this);
      k.over = true;
      R.hurryAnimation(this);
      if (k.end) {
        native.clearTimeout(k.timer);
        R.holdUntilFrame({type: 'finish', target: this, order: 1e9 + k.number, deliver: k.end});
      }
      tell(this, Reflect.apply(own, this, []));
      return result;
    },
  }).finish);
  R.replace(Animation.prototype, 'cancel', (original) => ({
    cancel() {
      const k = anew(this), list = k.waiting;
      k.waiting = [];
      for (const w of list) w.reject(new DOMException('The user aborted a request.', 'AbortError'));
      return Reflect.apply(original, this, arguments);
    },
  }).cancel);

  // Where apps get animations from, and set them going.
  R.replace(Element.prototype, 'animate', (original) => ({
    animate(keyframes) {
      const animation = Reflect.apply(original, this, arguments);
      know(animation);
      R.stir();
      return animation;
    },
  }).animate);
  for (const name of ['play', 'reverse', 'pause']) {
    R.replace(Animation.prototype, name, (original) => ({
      [name]() {
        anew(this);
        R.stir();
        return Reflect.apply(original, this, arguments);
      },
    })[name]);
  }
  const Made = globalThis.Animation, stand = new Proxy(Made, {
    construct(target, args, made) {
      const animation = Reflect.construct(target, args, made === stand ? target : made);
      know(animation); // its events come to us before the app
      return animation;
    },
  });
  Object.defineProperty(Made.prototype, 'constructor', {...Object.getOwnPropertyDescriptor(Made.prototype, 'constructor'), value: stand});
  Object.defineProperty(globalThis, 'Animation', {...Object.getOwnPropertyDescriptor(globalThis, 'Animation'), value: stand});
  for (const holder of [Element, Document, ShadowRoot]) {
    R.replace(holder.prototype, 'getAnimations', (original) => ({
      getAnimations() {
        const list = Reflect.apply(original, this, arguments);
        for (const animation of list) know(animation);
        return list;
      },
    }).getAnimations);
  }
}
