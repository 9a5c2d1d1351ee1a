// target.js: the target of an action: what is known of its element by which it can be found again.

const interactive = 'a[href],button,input,select,textarea,summary,option,label,[contenteditable=""],[contenteditable=true]'
  + 'button link checkbox radio switch tab menuitem menuitemcheckbox menuitemradio option treeitem gridcell'.replace(/\w+ ?/g, ',[role=$&]');

/**
 * The element that a pointer meant: the control around what it hit, where one is near, else what it hit. The shapes of
 * a picture have no names of their own.
 */
R.meant = (hit) => {
  for (let a = hit, up = 0; a && up < 5; up++, a = R.parent(a)) if (R.is(a, interactive)) return a;
  return hit instanceof SVGElement && !R.stableID(hit) && hit.ownerSVGElement || hit;
};

const attributes = (e) => {
  const attrs = {};
  for (const a of ['id', 'name', 'type', 'placeholder', 'href', 'alt', 'title', 'aria-label', 'value']) {
    const v = a === 'id' ? R.stableID(e) : R.attr(e, a);
    if (!v || v.length > 120 || v.startsWith('javascript:')) continue;
    if (a !== 'value' || e.localName === 'input' && /^(?:radio|checkbox|submit|button|reset)$/.test(e.type)) attrs[a] = v;
  }
  return attrs;
}

/** A text with single spaces, '' where it has more characters. */
const short = (text, most) => (text.length <= most * 2 && R.squash(text).length <= most ? R.squash(text) : '');

const describe = (e) => {
  const field = R.kindOf(e) !== '', secret = R.hidden(e); // what stands in a secret is not for the file
  const testid = R.testAttributes.find((a) => e.hasAttribute(a));
  const label = (field || e.labels?.length) && R.labels(e)[0];
  const t = {
    testid: testid && R.attr(e, testid), role: R.role(e), name: !secret || field ? short(R.name(e), 120) : '',
    label: label && short(R.labelText(label), 120), css: R.css(e), tag: e.localName, attrs: attributes(e),
    text: field || secret || /^(?:body|html)$/.test(e.localName) || e.childElementCount > 9 ? '' : short(e.textContent, 80),
  };
  for (const key of Object.keys(t)) if (!t[key] || !Object.keys(t[key]).length) delete t[key];
  return t;
}

const round = (n) => Math.round(n * 10) / 10;
// Rounded up, because a point that falls short by a hair belongs to the pixel before.
const up = (n) => Math.ceil(n * 1000 - 1e-6) / 1000;

/** Counts what the selectors of a target find, where that is counted. */
R.count = () => {};

/**
 * @param {Element} e
 * @param {{clientX: number, clientY: number}=} at where the pointer is
 * @returns {object} the target, as in a playback file
 */
R.target = (e, at) => {
  R.forgetLabels();
  const t = describe(e), box = e.getBoundingClientRect();
  R.count(t, e);
  t.box = [box.x, box.y, box.width, box.height].map(round);
  if (at) t.xy = [up(at.clientX - box.x), up(at.clientY - box.y)];
  return t;
};
