// count.js: more selectors of a target, and the number of elements that each finds now. What does not find the element
// is left out. The costs are those of the counts: a selector is tried on the whole document.

const escape = CSS.escape; // before the app can replace it

/** The place of an element among its siblings of the same name, as XPath counts it, from 1. */
function placeOf(e) {
  let n = 1;
  for (let s = e; (s = s.previousElementSibling);) if (s.localName === e.localName && s.namespaceURI === e.namespaceURI) n++;
  return n;
}

/** @returns {[string, boolean]} an XPath of the element, and whether nothing else can match it: that costs to find out */
function xpath(e) {
  let path = '';
  for (let at = e; at; at = at.parentElement) {
    const id = R.stableID(at);
    if (id && !id.includes('"')) return [`//*[@id="${id}"]${path}`, document.querySelectorAll(`#${escape(id)}`).length === 1];
    // An element of another namespace has no name that XPath would match.
    path = (at instanceof HTMLElement ? `/${at.localName}[${placeOf(at)}]` : `/*[${R.place(at)}]`) + path;
  }
  return [path, true];
}

/** Matches above which the number no longer matters: the selector says next to nothing. */
const enough = 20;

R.count = (t, e) => {
  let sure = false; // that the XPath matches the element alone
  if (Array.isArray(t.css)) t.pierce = t.css.at(-1);
  else [t.xpath, sure] = xpath(e);
  t.matches = {};
  R.counting(enough);
  for (const s of R.selectors(t, R.trees())) {
    let found = null;
    if (sure && s.kind === 'xpath') {
      t.matches.xpath = 1;
      continue;
    }
    try {
      found = new Set(s.find());
    } catch { /* no selector at all: taken out */ }
    let at = e;
    if (s.same) for (let up = 0; up < 4 && at && !found?.has(at); up++) at = at.firstElementChild; // see R.chain
    if (found?.has(at) || found?.size > enough) t.matches[s.kind] = found.size;
    else if (s.kind === 'role') delete t[t.name ? 'name' : 'role'];
    else if (t.attrs && s.kind in t.attrs) delete t.attrs[s.kind];
    else delete t[s.kind];
  }
  R.counting(0);
  if (t.attrs && !Object.keys(t.attrs).length) delete t.attrs;
};
