// clock.js: what virtual time does not cover, and chance.
//
// Chromium's virtual time drives Date, performance, timers, messages and network. Frames are left out: under it
// they come in real time, whatever the virtual one does. So callbacks of requestAnimationFrame get 16⅔ ms virtual timers;
// frames.js sees to what else happens in frames.

const native = R.native;

const FRAME = 1000 / 60;

if (!R.worker) {
  // Frames stand on a grid from the start of the recording. Date counts whole ms; performance.now() differs by 0.1 ms
  // between runs, which would sometimes make another frame of it.
  const untilFrame = () => {
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

// Chance: Math.random is seeded by a flag of V8; crypto gets its own sequence (sfc32), seeded per realm by the seed and
// the place of the realm, so that two frames do not make the same ids.
{
  let h = 0x811c9dc5 ^ (R.config.seed | 0);
  for (const c of R.worker ? String(self.location) : location.href) h = Math.imul(h ^ c.codePointAt(0), 0x01000193);
  let [a, b, c, d] = [h, h ^ 0x9e3779b9, R.config.seed | 0, 1];
  const next = () => {
    const t = (a + b | 0) + d | 0;
    d = d + 1 | 0; a = b ^ b >>> 9; b = c + (c << 3) | 0; c = c << 21 | c >>> 11; c = c + t | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 16; i++) next();
  R.replace(Crypto.prototype, 'getRandomValues', (original) => function(array) {
    original.call(this, array); // checks the argument
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = next() & 255;
    return array;
  });
  R.replace(Crypto.prototype, 'randomUUID', () => function randomUUID() {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = b[6] & 15 | 64; b[8] = b[8] & 63 | 128;
    const h = [...b].map((x) => x.toString(16).padStart(2, '0')).join('');
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
  });
}
