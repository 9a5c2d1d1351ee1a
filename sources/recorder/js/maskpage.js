// maskpage.js: secrets are replaced before an entry is queued, by stand-ins of the same format: an e-mail address stays
// one, a card number and an IBAN pass their checks. Equal values have equal stand-ins within a session, whose key never
// leaves the browser. The rules are those that cost little; whoever receives the entries masks again, by all of them.

const secret = /passw|pass(?:phrase|code)|pwd|secret|token|(?:api|access|private|auth|session|signing)[_-]?key|authori[sz]ation|credential|sess(?:ion)?[_-]?id|jwt|bearer|[cx]srf|card[_-]?num|creditcard|security[_-]?code|signature|^(?:pass|pin|otp|totp|cv[vc]2?|ssn|sid|auth|sig|pan|iban|cookie|set-cookie|session)$/i;
const none = /publickey|token_?type|expir|count$|length$|name$|url$|required$|enabled$/i;
const named = (name) => secret.test(name) && !none.test(name);

// HalfSipHash (https://cr.yp.to/siphash/siphash-20120918.pdf, with 32-bit words) over UTF-16 units: 32 bits a call of
// the function that it returns, without end.
const [k0, k1] = new Uint32Array(Uint8Array.from(R.key.match(/../g), (h) => parseInt(h, 16)).buffer);
const hash = (text) => {
  let [a, b, c, d] = [k0, k1, k0 ^ 0x6c796765, k1 ^ 0x74656462];
  const rot = (x, n) => x << n | x >>> 32 - n;
  const mix = (n) => {
    while (n--) {
      a = a + b | 0; b = rot(b, 5) ^ a; a = rot(a, 16);
      c = c + d | 0; d = rot(d, 8) ^ c;
      a = a + d | 0; d = rot(d, 7) ^ a;
      c = c + b | 0; b = rot(b, 13) ^ c; c = rot(c, 16);
    }
  };
  for (let i = 0; i <= text.length; i++) {
    const m = i < text.length ? text.charCodeAt(i) : text.length << 8;
    d ^= m; mix(2); a ^= m;
  }
  c ^= 0xff;
  return () => { mix(4); return (b ^ d) >>> 0; };
}

/** Every letter and digit becomes another of its class, from the character at from on. */
const shape = (text, from = 0) => {
  const next = hash(text), hex = /^[\da-f-]*$/i.test(text) && /\d/.test(text) && /[a-f]/i.test(text);
  const pick = (set) => set[next() % set.length];
  const lower = hex ? '0123456789abcdef' : 'abcdefghijklmnopqrstuvwxyz';
  return text.slice(0, from) + text.slice(from).replace(/[\da-z]|[^\x00-\x7f]/gi, (x) => (hex ? pick(x < 'a' ? lower.toUpperCase() : lower)
    : x <= '9' ? pick('0123456789') : x >= 'a' ? pick(lower) : pick(lower.toUpperCase())));
}

const luhn = (s) => [...s].reverse().reduce((sum, x, i) => sum + (i % 2 ? (x * 2 > 9 ? x * 2 - 9 : x * 2) : +x), 0) % 10;
const mod97 = (s) => [...s.slice(4) + s.slice(0, 4)].reduce((n, x) => { const v = parseInt(x, 36); return (n * (v > 9 ? 100 : 10) + v) % 97; }, 0);
/** Puts the characters of plain back where text had its separators. */
const spaced = (text, plain) => { let i = 0; return text.replace(/[^ -]/g, () => plain[i++]); };

/** @returns {string|null} the stand-in of what is secret by its form */
const formed = (text) => {
  if (/^[^@]+@[^@]+\.\w+$/.test(text)) return text.replace(/^(.*)@(.*)(\.\w+)$/, (_, who, host, top) => `${shape(who)}@${shape(host)}${top}`);
  const bare = text.replace(/[ -]/g, '');
  if (/^\d{13,19}$/.test(bare)) {
    if (luhn(bare)) return null;
    const s = shape(bare, 1).slice(0, -1);
    return spaced(text, s + (10 - luhn(`${s}0`)) % 10);
  }
  if (/^[A-Z]{2}\d\d[A-Z\d]{10,30}$/.test(bare)) {
    if (mod97(bare) !== 1) return null;
    const s = bare.slice(0, 2) + '00' + shape(bare, 4).slice(4);
    return spaced(text, s.slice(0, 2) + String(98 - mod97(s)).padStart(2, '0') + s.slice(4));
  }
  if (/^eyJ/.test(text)) { // the header of a token says how it is made
    const [head, body, sign] = text.split('.');
    try {
      const claims = atob(body.replace(/-/g, '+').replace(/_/g, '/'))
        .replace(/("(?!(?:iss|aud|typ|alg|scope)")\w+"\s*:\s*")((?:[^"\\]|\\.)+)/g, (_, name, v) => name + shape(v));
      return `${head}.${btoa(claims).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')}.${shape(sign)}`;
    } catch { /* none that can be read */ }
  }
  return shape(text);
}

const known = new Map(); // secret -> stand-in, of those that are looked for everywhere
/** @returns {string} the stand-in of a value that is secret because of its place */
const standIn = (value) => {
  let s = known.get(value);
  if (s !== undefined) return s;
  s = formed(value) ?? shape(value);
  if (value.length >= 6 && known.size < 500) known.set(value, s);
  return s;
}

const forms = /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\b(?:[spr]k_(?:live|test)|gh[pousr]|github_pat|xox[abprs])[_-][\w-]{10,}|\bAKIA[A-Z\d]{16}|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}|\b[A-Z]{2}\d\d(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?\b|\b\d(?:[ -]?\d){12,18}\b/g;
const members = /("((?:[^"\\]|\\.){1,60})"\s*:\s*")((?:[^"\\]|\\.)+)(?=")/g;
const pairs = /((?:^|[?&;\s])([\w.[\]%-]{1,60})=)([^&#;\s"]+)/g;
const bearer = /\b(Bearer |Basic )([\w.~+/=-]{6,})/g;

const decoded = (v) => { try { return decodeURIComponent(v.replace(/\+/g, ' ')); } catch { return v; } };
/** @returns {string} a text of any kind without its secrets */
const clean = (text) => {
  let s = text;
  if (s.includes('"')) s = s.replace(members, (all, before, name, v) => (named(name) ? before + standIn(v) : all));
  if (s.includes('=')) s = s.replace(pairs, (all, before, name, v) => (named(decoded(name)) ? before + (v === decoded(v) ? standIn(v) : encodeURIComponent(standIn(decoded(v)))) : all));
  s = s.replace(bearer, (_, word, v) => word + standIn(v)).replace(forms, (m) => formed(m) ?? m);
  for (const [value, stand] of known) if (s.includes(value)) s = s.replaceAll(value, stand);
  return s;
};

/** Masks the strings in a value, in place; note is told where. */
const walk = R.walk = (v, note, secretly) => {
  for (const key of Object.keys(v)) {
    const x = v[key], hot = secretly || named(key);
    if (typeof x === 'string' && x) {
      v[key] = hot ? standIn(x) : clean(x);
      if (v[key] !== x) note(key);
    } else if (x && typeof x === 'object') walk(x, note, hot);
  }
};

const texts = ['url', 'text', 'value', 'message', 'title', 'focus', 'key'];

/** Masks an entry in place, and lists in it what was masked. */
R.mask = (e) => {
  const masked = new Set();
  for (const place of Object.keys(e.secret ?? {})) {
    if (place.startsWith('files.')) {
      const file = e.files[+place.slice(6)];
      file.name = standIn(file.name);
      if (file.body.base64) file.body.base64 = btoa('x'.repeat(file.body.size ?? 0));
      masked.add('files');
    } else if (typeof e[place] === 'string') {
      if (place === 'key') delete e.code;
      e[place] = place === 'key' ? '*' : partly(e, place) ?? standIn(e[place]);
      masked.add(place);
    }
  }
  delete e.secret;
  for (const place of texts) {
    const was = e[place];
    if (typeof was !== 'string' || masked.has(place) || place === 'key' && e.ev !== 'storage') continue;
    e[place] = place === 'value' && e.ev === 'storage' && named(e.key) ? standIn(was) : clean(was);
    if (e[place] !== was) masked.add(place);
  }
  if (e.headers) walk(e.headers, (name) => masked.add(`headers.${name}`));
  if (e.body?.text) {
    const was = e.body.text;
    if ((e.body.text = clean(was)) !== was) masked.add('body');
  }
  if (e.args) walk(e.args, () => masked.add('args'));
  if (e.on && typeof e.on === 'object') {
    for (const place of ['name', 'text', 'label']) if (e.on[place]) e.on[place] = clean(e.on[place]);
    if (e.on.attrs) walk(e.on.attrs, () => {});
  }
  if (masked.size) e.masked = [...masked];
};

/** The part of a value's stand-in that a text typed into it is, so that a replay ends with the same value. */
const partly = (e, place) => {
  if (place !== 'text' || typeof e.value !== 'string') return null;
  const at = e.value.lastIndexOf(e.text), whole = standIn(e.value);
  return at >= 0 && whole.length === e.value.length ? whole.slice(at, at + e.text.length) : null;
}
