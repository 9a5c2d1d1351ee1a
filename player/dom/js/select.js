// The selectors of a target, each a way to find its element: recorder and player count their matches by the same code.
//
// Stands on tree.js, name.js and search.js.
if (!R.worker) {
  /** @returns {Element[]} matches of a path of selectors, each but the last naming hosts of shadow roots */
  R.path = (css) => {
    const path = Array.isArray(css) ? css : [css];
    let trees = [document];
    for (const step of path.slice(0, -1)) {
      trees = R.filter(R.all(trees, step).map(R.shadow), Boolean);
    }
    return R.all(trees, path.at(-1));
  };

  /** More matches than this say nothing, and cost time. */
  const tooMany = R.tooMany = 400;

  // The part of a text that a single node holds if any does: a cheap test before a dear one.
  const firstWord = (text) => R.squash(text.replace(/[\u200b-\u200f\ufeff\ue000-\uf8ff]+/g, ' ')).split(' ')[0];

  // The word of a text that is likely to be the rarest in a document: with digits, else the longest.
  const rareWord = (text) => {
    const words = R.squash(text).split(' ');
    return words.find((w) => /\d/.test(w)) ?? words.reduce((a, b) => (b.length > a.length ? b : a));
  };

  let most = tooMany;
  /** From now on selectors stop after n matches, and look at the texts of the document once; 0: as before. */
  R.counting = (n) => {
    most = n || tooMany;
    R.cacheTexts(n > 0);
  };

  /** The elements that pass, until there are too many. */
  function some(elements, passes) {
    const found = [];
    for (const e of elements) {
      if (passes(e)) found.push(e);
      if (found.length > most) break;
    }
    return found;
  }

  function byXPath(xpath) {
    const found = document.evaluate(xpath, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    const elements = [];
    for (let i = 0; i < found.snapshotLength && i <= tooMany; i++) {
      const node = found.snapshotItem(i);
      const element = node.nodeType === Node.ELEMENT_NODE ? node : node.ownerElement ?? node.parentElement;
      if (element) elements.push(element);
    }
    return elements;
  }

  function byName(trees, role, name) {
    const key = R.fold(name);
    const css = role ? R.roleCSS(role)
      : 'a[href],button,input,select,textarea,summary,label,h1,h2,h3,h4,h5,h6,img,svg,option,[role],[aria-label],[aria-labelledby],[title],[alt]';
    const named = (word) => some(R.nameable(trees, css, word, role), (e) => (!role || R.role(e) === role) && R.fold(R.name(e)) === key);
    const [first, rare] = [firstWord(name), rareWord(name)];
    const found = named(rare); // a later word may come from the value of a control, which no text holds
    return found.length || first === rare ? found : named(first);
  }

  function byLabel(trees, label) {
    const key = R.fold(label);
    const word = firstWord(label);
    const found = new Set();
    for (const e of R.all(trees, 'label')) {
      if (!e.control || !e.textContent.includes(word)) continue;
      if (R.fold(R.labelText(e)) === key || R.fold(e.textContent) === key) found.add(e.control);
      if (found.size > most) return [...found];
    }
    const named = R.all(trees, `[aria-label*=${R.quote(word)}],[aria-labelledby]`);
    return [...found, ...some(named, (e) => !found.has(e) && R.fold(R.name(e)) === key)];
  }

  /** The smallest element around a text that holds the key: a text may go on in siblings, as in "Pay <b>now</b>". */
  function around(element, key) {
    for (let up = 0; up < 4 && element; up++, element = element.parentElement) {
      const own = R.fold(element.textContent);
      if (own.includes(key)) return element;
      if (!key.startsWith(own)) return null;
    }
    return null;
  }

  /** The smallest elements with the text; each stands for its ancestors of the same text too, see chain(). */
  function byText(trees, text) {
    const key = R.fold(text);
    if (!key) return [];
    const exact = new Set();
    const part = new Set();
    for (const start of R.texts(trees, firstWord(text))) {
      if (/^(script|style|noscript|title)$/.test(start.localName)) continue;
      const element = around(start, key);
      if (element) (R.fold(element.textContent) === key ? exact : part).add(element);
      if (exact.size > most) break;
    }
    for (const tree of trees) {
      for (const e of tree.querySelectorAll('input:is([type=button],[type=submit],[type=reset])')) {
        if (R.fold(e.value) === key) exact.add(e);
      }
    }
    return exact.size ? [...exact] : [...part];
  }

  /** @returns {Element[]} the element and its ancestors of the same text */
  R.chain = (element) => {
    const same = [element];
    const key = R.fold(element.textContent);
    for (let e = element.parentElement; key && e && e !== document.body && R.fold(e.textContent) === key; e = e.parentElement) same.push(e);
    return same;
  };

  const positional = (selector) => /:nth-|:first-|:last-|\[\d+\]/.test(selector) || !/[#.[\]@'"]/.test(selector);
  const attributeWeights = { id: 45, name: 30, placeholder: 25, 'aria-label': 30, href: 20, alt: 20, title: 20, value: 10, type: 4 };

  /**
   * The selectors of a target as {kind, weight, find, identity, same}. identity: it says what the element is, not only
   * where it stands; same: ancestors with the same text share the vote.
   */
  R.selectors = (target, trees) => {
    const list = [];
    const add = (kind, weight, identity, find, same) => list.push({ kind, weight, identity, find, same });
    if (target.testid) {
      const css = R.testAttributes.map((a) => `[${a}=${R.quote(target.testid)}]`).join(',');
      add('testid', 100, true, () => R.all(trees, css));
    }
    const role = target.role ? R.roleName(target.role) : '';
    if (target.name) add('role', 60, true, () => byName(trees, role, target.name));
    else if (role) add('role', 6, false, () => R.filter(R.all(trees, R.roleCSS(role)), (e) => R.role(e) === role));
    if (target.label) add('label', 50, true, () => byLabel(trees, target.label));
    if (target.css) {
      const loose = positional([target.css].flat().at(-1));
      add('css', loose ? 14 : 35, !loose, () => R.path(target.css));
    }
    if (target.pierce) {
      const loose = positional(target.pierce);
      add('pierce', loose ? 6 : 12, !loose, () => R.all(trees, target.pierce));
    }
    if (target.xpath) {
      const loose = positional(target.xpath);
      add('xpath', loose ? 8 : 25, !loose, () => byXPath(target.xpath));
    }
    if (target.text) add('text', 35, true, () => byText(trees, target.text), true);
    for (const [name, value] of Object.entries(target.attrs ?? {})) {
      const stable = name !== 'id' || !R.volatile(value);
      const weight = stable ? attributeWeights[name] ?? 12 : 10;
      add(name, weight, stable && weight >= 20, () => R.all(trees, `[${CSS.escape(name)}=${R.quote(String(value))}]`));
    }
    return list;
  };
}
