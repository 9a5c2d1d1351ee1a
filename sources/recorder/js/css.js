// css.js: CSS selectors of elements, with as little of what may be different next time as possible.

// Words that say how an element is at the moment, not what it is.
const state = /^(?:is|has|ng|v|js|was)-|activ|hover|focus|select|open|clos|show|hid|visib|disab|enab|load|enter|leav|anim|collaps|expand|current|dirty|touch|pristine|valid|check|drag|press/i;
// Made by tools: CSS modules, CSS in JS, utility classes with signs, hashes.
const made = /[^\w-]|^(?:css|sc|jss|tss|emotion|svelte|astro|data-v|ember|radix|headlessui|mantine)-|__?[\w-]{5,}$|\d{3,}|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{6,}$|^[a-z]{1,2}[A-Z]|[a-z][A-Z][a-z][A-Z]/;
const escape = CSS.escape;

/** @returns {string} the id of an element, '' where it may be another one next time */
R.stableID = (e) => {
  const id = R.attr(e, 'id');
  return R.volatile(id) || /^(?:radix|headlessui|mantine|ember|mui|react)-|-\d+$|^\d+$/.test(id) ? '' : id;
};

/** Selectors of an element alone, the best first. */
const own = (e) => {
  const list = [], tag = escape(e.localName), id = R.stableID(e);
  for (const a of R.testAttributes) if (e.hasAttribute(a)) list.push(`[${a}=${R.quote(R.attr(e, a))}]`);
  if (id) list.push(`#${escape(id)}`);
  for (const a of ['name', 'aria-label', 'placeholder', 'alt', 'href', 'for']) {
    const v = R.attr(e, a);
    if (v && v.length < 80 && !(a === 'href' && /^javascript:|[?&]|\d{4,}/.test(v))) list.push(`${tag}[${a}=${R.quote(v)}]`);
  }
  const classes = R.filter([...e.classList], (c) => c.length < 40 && !state.test(c) && !made.test(c)).slice(0, 3).map((c) => `.${escape(c)}`);
  if (classes[1]) list.push(tag + classes.join(''));
  for (const c of classes) list.push(tag + c);
  return list;
}

/** @returns {number} the place of an element among its siblings, those of another tag left out where one is given, from 1 */
R.place = (e, tag) => {
  let n = 1;
  while ((e = e.previousElementSibling)) if (!tag || e.localName === tag) n++;
  return n;
};

/** The tag of an element, with its place where siblings have the same tag. */
const nth = (e) => {
  const tag = e.localName, n = R.place(e, tag);
  let alone = n === 1;
  for (let s = e; alone && (s = s.nextElementSibling);) alone = s.localName !== tag;
  return escape(tag) + (alone ? '' : `:nth-of-type(${n})`);
}

/** @returns {string} a CSS selector of the element in its tree */
const css = (e) => {
  const root = R.rootOf(e);
  // The first match is often another one, and found soon.
  const one = (s) => root.querySelector(s) === e && root.querySelectorAll(s).length === 1;
  const mine = own(e).slice(0, 6), last = mine.at(-1) ?? escape(e.localName);
  for (const s of mine) if (one(s)) return s;
  let path = nth(e), tries = 4;
  for (let a = e.parentElement; a; a = a.parentElement) {
    const anchor = a.localName === 'body' ? '' : own(a)[0];
    if (anchor && tries-- > 0) {
      for (const s of [`${anchor} ${last}`, `${anchor} > ${path}`]) if (one(s)) return s;
    }
    path = `${nth(a)} > ${path}`;
  }
  return path;
}

/** @returns {string|string[]} CSS, a path where the element is in a shadow root */
R.css = (e) => {
  const path = [];
  for (let at = e; at; at = R.rootOf(at).host) path.unshift(css(at));
  return path[1] ? path : path[0];
};
