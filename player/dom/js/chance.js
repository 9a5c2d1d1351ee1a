// Chance: Math.random is seeded by a flag of V8; crypto gets its own sequence (sfc32), seeded per realm by the seed and
// the place of the realm, so that two frames do not make the same ids. The origin does not count: a replay has another.
{
  let h = 0x811c9dc5 ^ (R.config.seed | 0);
  const place = /^https?:$/.test(location.protocol) ? location.pathname + location.search : location.protocol;
  for (const c of place) h = Math.imul(h ^ c.codePointAt(0), 0x01000193);
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
