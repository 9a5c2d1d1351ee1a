// target.js: the target of an action: every way to find its element again, with the number of elements that each finds
// now. What the player would not find by it is left out.
//
// The costs are those of the counts: a selector is tried on the whole document.

const testAttributes = R.testAttributes;
const quote = R.quote;

// Words that say how an element is at the moment, not what it is.
const state = /^(?:is|has|ng|v|js|was)-|activ|hover|focus|select|open|clos|show|hid|visib|disab|enab|load|enter|leav|anim|collaps|expand|current|dirty|touch|pristine|valid|check|drag|press/i;
// Made by tools: CSS modules, CSS in JS, utility classes with signs, hashes.
const made = /[^\w-]|^(?:css|sc|jss|tss|emotion|svelte|astro|data-v|ember|radix|headlessui|mantine)-|__?[\w-]{5,}$|\d{3,}|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{6,}$|^[a-z]{1,2}[A-Z]|[a-z][A-Z][a-z][A-Z]/;

const stableID = (id) => id && !R.volatile(id) && !/^(?:radix|headlessui|mantine|ember|mui|react)-|-\d+$|^\d+$/.test(id);
const classesOf = (e) => [...e.classList].filter((c) => c.length < 40 && !state.test(c) && !made.test(c)).slice(0, 3);

/** Selectors of an element alone, the best first. */
function own(e) {
  const list = [];
  for (const a of testAttributes) {
    if (e.hasAttribute(a)) list.push(`[${a}=${quote(R.attr(e, a))}]`);
  }
  const id = R.attr(e, 'id');
  if (stableID(id)) list.push(`#${CSS.escape(id)}`);
  const tag = CSS.escape(e.localName);
  for (const a of ['name', 'aria-label', 'placeholder', 'alt', 'href', 'for']) {
    const v = R.attr(e, a);
    if (v && v.length < 80 && !(a === 'href' && /^javascript:|[?&]|\d{4,}/.test(v))) list.push(`${tag}[${a}=${quote(v)}]`);
  }
  const classes = classesOf(e).map((c) => `.${CSS.escape(c)}`);
  if (classes.length > 1) list.push(tag + classes.join(''));
  for (const c of classes) list.push(tag + c);
  return list;
}

function nth(e) {
  const tag = CSS.escape(e.localName);
  let n = 1, alone = true;
  for (let s = e.previousElementSibling; s; s = s.previousElementSibling) if (s.localName === e.localName) n++;
  if (n === 1) for (let s = e.nextElementSibling; s && alone; s = s.nextElementSibling) alone = s.localName !== e.localName;
  return n === 1 && alone ? tag : `${tag}:nth-of-type(${n})`;
}

/** @returns {string} a CSS selector of the element in its tree, with as little of its position as possible */
function css(e) {
  const root = e.getRootNode();
  const one = (s) => { const list = root.querySelectorAll(s); return list.length === 1 && list[0] === e; };
  const mine = own(e).slice(0, 6);
  for (const s of mine) if (one(s)) return s;
  const last = mine.at(-1) ?? CSS.escape(e.localName);
  let path = nth(e);
  let tries = 4;
  for (let a = e.parentElement; a; a = a.parentElement) {
    const anchor = a.localName === 'body' ? '' : own(a)[0];
    if (anchor && tries-- > 0) {
      if (one(`${anchor} ${last}`)) return `${anchor} ${last}`;
      if (one(`${anchor} > ${path}`)) return `${anchor} > ${path}`;
    }
    path = `${nth(a)} > ${path}`;
  }
  return path;
}

/** @returns {string|string[]} CSS, a path where the element is in a shadow root */
R.css = (e) => {
  const path = [];
  for (let at = e; at; at = at.getRootNode().host) path.unshift(css(at));
  return path.length === 1 ? path[0] : path;
};

function xpath(e) {
  let path = '';
  for (let at = e; at; at = at.parentElement) {
    const id = R.attr(at, 'id');
    if (stableID(id) && !id.includes('"')) return `//*[@id="${id}"]${path}`;
    let n = 1;
    for (let s = at.previousElementSibling; s; s = s.previousElementSibling) if (s.localName === at.localName) n++;
    // An element of another namespace has no name that XPath would match.
    path = (at instanceof HTMLElement ? `/${at.localName}[${n}]` : `/*[${nthOfAll(at)}]`) + path;
  }
  return path;
}

const nthOfAll = (e) => { let n = 1; for (let s = e.previousElementSibling; s; s = s.previousElementSibling) n++; return n; };

const interactive = 'a[href],button,input,select,textarea,summary,option,label,[contenteditable=""],[contenteditable=true],'
  + '[role=button],[role=link],[role=checkbox],[role=radio],[role=switch],[role=tab],[role=menuitem],[role=menuitemcheckbox],[role=menuitemradio],[role=option],[role=treeitem],[role=gridcell]';

/**
 * The element that a pointer meant: the control around what it hit, where one is near, else what it hit. The shapes of
 * a picture have no names of their own.
 */
R.meant = (hit) => {
  let e = hit;
  for (let a = hit, up = 0; a && up < 5; up++, a = R.parent(a)) {
    if (R.is(a, interactive)) return a;
  }
  if (e instanceof SVGElement && !stableID(e.id)) e = e.ownerSVGElement ?? e;
  return e;
};

const kept = ['name', 'type', 'placeholder', 'href', 'alt', 'title', 'aria-label'];

function attributes(e) {
  const attrs = {};
  const id = R.attr(e, 'id');
  if (stableID(id)) attrs.id = id;
  for (const a of kept) {
    const v = R.attr(e, a);
    if (v && v.length <= 120 && !v.startsWith('javascript:')) attrs[a] = v;
  }
  if (e.localName === 'input' && /^(?:radio|checkbox|submit|button|reset)$/.test(e.type) && R.attr(e, 'value')) attrs.value = R.attr(e, 'value');
  return attrs;
}

const short = (text, most) => (text.length <= most * 2 && R.squash(text).length <= most ? R.squash(text) : '');

function describe(e) {
  const t = {};
  const testid = testAttributes.find((a) => e.hasAttribute(a));
  if (testid) t.testid = R.attr(e, testid);
  const role = R.role(e);
  if (role) t.role = role;
  const field = R.kindOf(e) !== '';
  const secret = R.hidden(e); // what stands in it is not for the file
  const name = secret && !field ? '' : short(R.name(e), 120);
  if (name) t.name = name;
  const label = field || e.labels?.length ? R.labels(e)[0] : null;
  if (label && short(label.textContent, 120)) t.label = short(label.textContent, 120);
  t.css = R.css(e);
  if (Array.isArray(t.css)) t.pierce = t.css.at(-1);
  else t.xpath = xpath(e);
  if (!field && !secret && e.localName !== 'body' && e.localName !== 'html' && e.childElementCount < 10) {
    const text = short(e.textContent, 80);
    if (text) t.text = text;
  }
  const attrs = attributes(e);
  if (Object.keys(attrs).length) t.attrs = attrs;
  t.tag = e.localName;
  return t;
}

/** Matches above which the number no longer matters: the selector says next to nothing. */
const enough = 20;

/** Counts what each selector finds, and takes out those that do not find the element. */
function count(t, e) {
  const matches = {};
  for (const s of R.selectors(t, R.trees())) {
    let found = [];
    try {
      found = new Set(s.find());
    } catch { /* no selector at all: taken out */ }
    let at = e;
    if (s.same) for (let up = 0; up < 4 && at && !found.has(at); up++) at = at.firstElementChild; // see R.chain
    if (at && found.has?.(at) || found.size > enough) matches[s.kind] = found.size;
    else if (s.kind === 'role') delete t[t.name ? 'name' : 'role'];
    else if (t.attrs && s.kind in t.attrs) delete t.attrs[s.kind];
    else delete t[s.kind];
  }
  if (t.attrs && !Object.keys(t.attrs).length) delete t.attrs;
  t.matches = matches;
  return t;
}

/**
 * @param {Element} e
 * @param {{clientX: number, clientY: number}=} at where the pointer is
 * @returns {object} the target, as in a playback file
 */
R.target = (e, at) => {
  R.forgetLabels();
  R.counting(enough);
  const t = count(describe(e), e);
  R.counting(0);
  const box = e.getBoundingClientRect();
  const round = (n) => Math.round(n * 10) / 10;
  t.box = [box.x, box.y, box.width, box.height].map(round);
  // Rounded up, because a point that falls short by a hair belongs to the pixel before.
  const up = (n) => Math.ceil(n * 1000 - 1e-6) / 1000;
  if (at) t.xy = [up(at.clientX - box.x), up(at.clientY - box.y)];
  return t;
};
