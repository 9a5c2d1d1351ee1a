// hover.js: hovering that opened something, which the next press is on. Nothing else of the pointer's way is kept.

const soon = 300; // ms within which what changes was opened by the pointer
const most = 12; // elements on the way that are looked at, and kept
let loading = false; // the document was read or loaded, and changes by that
const over = []; // the last events of the pointer entering an element, in a ring
let entered = 0; // their number
let way = []; // where the pointer entered elements since the last action: {element, clientX, clientY, t}
let pressed = 0; // when the last press was: what changes then was not opened by pointing
let opened = []; // {by, added, changed}: elements that came, and those that got other attributes

// It comes for every other move of the pointer, so that nothing is done before somebody asks for the way.
R.listen('pointerover', (e) => { over[entered++ % most] = e; });

/** Takes the pointer's new events into the way. */
const follow = () => {
  for (let i = Math.max(0, entered - most); i < entered; i++) {
    const e = over[i % most];
    if (!e.isTrusted || e.pointerType === 'touch' || e.buttons || R.marks(e)) continue;
    way.push({ element: e.target, clientX: e.clientX, clientY: e.clientY, t: R.now(e) });
  }
  entered = over.length = 0;
  way = way.slice(-most);
}

R.hear('DOMContentLoaded load', () => {
  loading = true;
  R.later(() => { loading = false; });
});

/** Whether pointing at the element means anything: there is always something of the document below the pointer. */
const matters = (element) => element !== document.documentElement && element !== document.body;

R.onMutation((records) => {
  follow();
  const by = way.at(-1);
  if (!by || by.t < pressed || R.now() - by.t > soon || !matters(by.element) || loading || document.readyState === 'loading') return;
  if (opened.at(-1)?.by !== by && opened.push({ by, added: [], changed: [] }) > 5) opened.shift();
  const { added, changed } = opened.at(-1);
  for (const r of records.slice(0, 200)) {
    if (r.type === 'attributes') changed.push(r.target);
    else for (const node of r.addedNodes) if (node.nodeType === 1) added.push(node);
  }
});

// The rules of the style sheets that show something below the pointer, as [what is shown, what is pointed at].
let rules = null, sheets = -1;
const shows = /display|visib|opac|events|height|transform|clip|(?:^| )(?:left|top):/;

const collect = (list) => {
  for (const rule of list) {
    if (rule.cssRules?.length) collect(rule.cssRules);
    if (!rule.selectorText?.includes(':hover') || !shows.test(rule.style.cssText)) continue;
    for (const selector of rule.selectorText.split(/,(?![^(]*\))/)) {
      const i = selector.lastIndexOf(':hover');
      // Only what is beside or below the element that is pointed at can be opened by it.
      if (i >= 0 && /[\s>+~]/.test(selector.slice(i).trim())) rules.push([selector, selector.slice(0, i).trim() || '*']);
    }
  }
}

const hoverRules = () => {
  if (rules && sheets === document.styleSheets.length) return rules;
  rules = [];
  sheets = document.styleSheets.length;
  for (const sheet of document.styleSheets) {
    try {
      collect(sheet.cssRules);
    } catch { /* of another origin */ }
  }
  return rules;
}

/** The elements by which a rule of CSS shows what is around the element. */
function* byRules(element) {
  for (const [selector, pointed] of hoverRules()) {
    let shown = null;
    try {
      shown = element.closest(selector);
    } catch { /* the browser reads it, and this does not */ }
    if (!shown) continue;
    const step = way.findLast((w) => matters(w.element) && !R.contains(shown, w.element) && w.element.closest(pointed));
    if (step) yield step;
  }
}

/** Writes down what the pointer opened, before a press on the element. */
R.openers = (element) => {
  follow();
  const steps = new Set();
  for (const { by, added, changed } of opened) {
    const around = (e) => !R.contains(e, document.body) && R.contains(e, element);
    if (by.element.isConnected && (added.some(around) || changed.some((e) => e !== element && around(e)))) steps.add(by);
  }
  for (const step of byRules(element)) if (step.element.isConnected) steps.add(step);
  pressed = R.now();
  for (const step of [...steps].sort((a, b) => a.t - b.t)) {
    const on = R.meant(step.element);
    if (on !== element) R.emit({ t: step.t, ev: 'hover', on: R.target(on, step) });
  }
};
R.part((what) => {
  if (what === 'press') return; // it looks at them first
  follow();
  way = way.slice(-3);
  opened = [];
});
