// Element finding: every recorded selector votes, the element with the most votes wins, and a close second makes the
// outcome ambiguous. No selector is trusted alone, because the app that is debugged is not the one that was recorded.
if (!R.worker) {
  // Closed shadow roots can only be known where they are made; and a list of the hosts spares a look at every element.
  const closed = new WeakMap();
  let anyClosed = false;
  let hosts = []; // weak references, outer hosts before inner ones where the page made them so
  let scanned = ''; // document.readyState at the last look at every element
  R.replace(Element.prototype, 'attachShadow', (original) => function attachShadow(init) {
    const root = original.call(this, init);
    if (root.mode === 'closed') {
      closed.set(this, root);
      anyClosed = true;
    }
    hosts.push(new WeakRef(this));
    return root;
  });

  /** @returns {ShadowRoot|null} the shadow root of an element, open or closed, not the browser's own */
  R.shadow = (element) => element.shadowRoot ?? (anyClosed ? closed.get(element) ?? null : null);

  /** Looks at every element for the roots that the parser or a clone has made, which no script has seen. */
  function scan() {
    scanned = document.readyState;
    const known = new Set(hosts.map((h) => h.deref()));
    const trees = [document];
    for (const tree of trees) { // grows while it is walked
      for (const e of tree.querySelectorAll('*')) {
        const root = R.shadow(e);
        if (!root) continue;
        trees.push(root);
        if (!known.has(e)) hosts.push(new WeakRef(e));
      }
    }
  }

  /** @returns {(Document|ShadowRoot)[]} all trees of this document; thorough: look at every element for them */
  R.trees = (thorough) => {
    if (thorough || scanned !== document.readyState) scan();
    hosts = hosts.filter((h) => h.deref());
    return [document, ...hosts.map((h) => h.deref()).filter((e) => e.isConnected).map(R.shadow)];
  };

  const testAttributes = ['data-testid', 'data-test-id', 'data-test', 'data-qa', 'data-cy', 'data-e2e', 'data-pw',
    'data-automation-id', 'data-test-selector', 'data-testing', 'testid', 'test-id', 'qa-id'];
  // Too many matches say nothing, and cost time.
  const tooMany = 400;

  // The part of a text that a single node holds if any does: a cheap test before a dear one.
  const firstWord = (text) => R.squash(text.replace(/[\u200b-\u200f\ufeff\ue000-\uf8ff]+/g, ' ')).split(' ')[0];

  /** The elements that pass, until there are too many. */
  function some(elements, passes) {
    const found = [];
    for (const e of elements) {
      if (passes(e)) found.push(e);
      if (found.length > tooMany) break;
    }
    return found;
  }

  const byCSS = (css) => (tree) => [...tree.querySelectorAll(css)];
  const everywhere = (trees, find) => trees.flatMap(find);

  /** @returns {Element[]} matches of a path of selectors, each but the last naming hosts of shadow roots */
  R.path = (css) => {
    const path = Array.isArray(css) ? css : [css];
    let trees = [document];
    for (const step of path.slice(0, -1)) {
      trees = everywhere(trees, byCSS(step)).map(R.shadow).filter(Boolean);
    }
    return everywhere(trees, byCSS(path.at(-1)));
  };

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
    const word = firstWord(name);
    return some(R.nameable(trees, css, word), (e) => (!role || R.role(e) === role) && R.fold(R.name(e)) === key);
  }

  function byLabel(trees, label) {
    const key = R.fold(label);
    const word = firstWord(label);
    const found = new Set();
    for (const e of everywhere(trees, byCSS('label'))) {
      if (e.textContent.includes(word) && R.fold(e.textContent) === key && e.control) found.add(e.control);
      if (found.size > tooMany) return [...found];
    }
    const named = everywhere(trees, byCSS('[aria-label],[aria-labelledby]'));
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
      if (exact.size > tooMany) break;
    }
    for (const tree of trees) {
      for (const e of tree.querySelectorAll('input:is([type=button],[type=submit],[type=reset])')) {
        if (R.fold(e.value) === key) exact.add(e);
      }
    }
    return exact.size ? [...exact] : [...part];
  }

  function chain(element) {
    const same = [element];
    const key = R.fold(element.textContent);
    for (let e = element.parentElement; key && e && e !== document.body && R.fold(e.textContent) === key; e = e.parentElement) same.push(e);
    return same;
  }

  const positional = (selector) => /:nth-|:first-|:last-|\[\d+\]/.test(selector) || !/[#.[\]@'"]/.test(selector);
  const volatile = (id) => /\d{3,}|[0-9a-f]{8}|^:?r[0-9a-z]+:?$|[:«]/.test(id);
  const attributeWeights = { id: 45, name: 30, placeholder: 25, 'aria-label': 30, href: 20, alt: 20, title: 20, value: 10, type: 4 };

  /** The selectors of a target as {kind, weight, find, identity, same}. identity: it says what the element is, not only
   * where it stands; same: ancestors with the same text share the vote. */
  function selectors(target, trees) {
    const list = [];
    const add = (kind, weight, identity, find, same) => list.push({ kind, weight, identity, find, same });
    if (target.testid) {
      const css = testAttributes.map((a) => `[${a}=${R.quote(target.testid)}]`).join(',');
      add('testid', 100, true, () => everywhere(trees, byCSS(css)));
    }
    const role = target.role ? R.roleName(target.role) : '';
    if (target.name) add('role', 60, true, () => byName(trees, role, target.name));
    else if (role) add('role', 6, false, () => everywhere(trees, byCSS(R.roleCSS(role))).filter((e) => R.role(e) === role));
    if (target.label) add('label', 50, true, () => byLabel(trees, target.label));
    if (target.css) {
      const loose = positional([target.css].flat().at(-1));
      add('css', loose ? 14 : 35, !loose, () => R.path(target.css));
    }
    if (target.pierce) {
      const loose = positional(target.pierce);
      add('pierce', loose ? 6 : 12, !loose, () => everywhere(trees, byCSS(target.pierce)));
    }
    if (target.xpath) {
      const loose = positional(target.xpath);
      add('xpath', loose ? 8 : 25, !loose, () => byXPath(target.xpath));
    }
    if (target.text) add('text', 35, true, () => byText(trees, target.text), true);
    for (const [name, value] of Object.entries(target.attrs ?? {})) {
      const stable = name !== 'id' || !volatile(value);
      const weight = stable ? attributeWeights[name] ?? 12 : 10;
      add(name, weight, stable && weight >= 20, () => everywhere(trees, byCSS(`[${CSS.escape(name)}=${R.quote(String(value))}]`)));
    }
    return list;
  }

  /** @returns {Element|null} the parent in the composed tree */
  R.parent = (node) => node.parentElement ?? (node.parentNode instanceof ShadowRoot ? node.parentNode.host : null);
  R.contains = (outer, inner) => {
    for (let e = inner; e; e = R.parent(e)) if (e === outer) return true;
    return false;
  };

  const recordedCount = (target, kind) => {
    const m = target.matches;
    return Math.max(1, typeof m === 'object' && m !== null ? m[kind] ?? 1 : m ?? 1);
  };

  /** Lets every selector vote. @returns {{ranked: object[], total: number, counts: string[], candidates: number}}
   *  the best candidates, best first */
  function poll(target, options) {
    const candidates = new Map();
    const counts = [];
    let total = 0;
    R.forgetLabels();
    for (const s of selectors(target, R.trees(options.thorough))) {
      const was = recordedCount(target, s.kind);
      total += s.weight / was;
      let found;
      try {
        found = [...new Set(s.find())];
      } catch {
        counts.push(`${s.kind} is not valid`);
        continue;
      }
      counts.push(`${s.kind} ${found.length}`);
      if (found.length > tooMany) continue;
      // A selector that has become less specific than it was deserves less trust than its share.
      const vote = s.weight / Math.max(found.length, was) * (found.length > was ? was / found.length : 1) ** 0.5;
      for (const element of found) {
        for (const e of s.same ? chain(element) : [element]) {
          const c = candidates.get(e) ?? { element: e, votes: 0, by: [], identity: false };
          candidates.set(e, c);
          if (c.by.includes(s.kind)) continue;
          c.votes += vote;
          c.by.push(s.kind);
          c.identity ||= s.identity;
        }
      }
    }
    // Only the best can win; looking at all of a long list would take longer than the vote.
    const ranked = [...candidates.values()].sort((a, b) => b.votes - a.votes).slice(0, 50);
    for (const c of ranked) {
      if (target.tag && c.element.localName === target.tag.toLowerCase()) c.votes += 3;
      if (target.role && R.role(c.element) === R.roleName(target.role)) c.votes += 3;
      if (!options.hidden && !R.visible(c.element)) c.votes *= 0.3;
    }
    ranked.sort((a, b) => b.votes - a.votes);
    if (target.tag) total += 3;
    if (target.role) total += 3;
    return { ranked, total, counts, candidates: candidates.size };
  }

  // Candidates with at least this share of the best one's votes count as equally good.
  const close = 0.85;

  /** Of equally good candidates, the one that stands clearly nearest to where it was recorded; null: none does. */
  function nearest(group, box) {
    if (!box) return null;
    const far = group.map((c) => {
      const r = c.element.getBoundingClientRect();
      return Math.hypot(r.x - box[0], r.y - box[1]) + Math.abs(r.width - box[2]) + Math.abs(r.height - box[3]);
    });
    const order = far.map((_, i) => i).sort((a, b) => far[a] - far[b]);
    return far[order[1]] > 2 * far[order[0]] + 8 ? group[order[0]] : null;
  }

  /**
   * Finds the element that the target describes and keeps it as R.found.
   * options: last = true: no further try follows, weak evidence is accepted; hidden = true: invisible elements count
   * in full (file inputs); thorough = true: look for shadow roots in every element; point = true: also bring it into
   * view and look for a point that receives events; enabled = true: with point, a disabled control is not there yet.
   * @returns {{problem: string, detail: string, by: string[], candidates: number, score: number, x?: number,
   *   y?: number, scrolled?: boolean}} problem is '', 'not found', 'ambiguous', 'covered' or 'moving'
   */
  R.find = (target, options = {}) => {
    R.found = null;
    const { ranked, total, counts, candidates } = poll(target, options);
    const result = { problem: '', detail: counts.join(', '), by: [], candidates, score: 0 };
    const fail = (problem, why) => ({ ...result, problem, detail: why ? `${why} (${result.detail})` : result.detail });
    if (!ranked.length) return options.thorough ? fail('not found', '') : R.find(target, { ...options, thorough: true });
    let best = ranked[0];
    // An element and its ancestor are the same to a pointer; only unrelated rivals make it ambiguous.
    const rivals = ranked.filter((c) => c !== best && c.votes >= close * best.votes
      && !R.contains(c.element, best.element) && !R.contains(best.element, c.element));
    if (rivals.length) {
      best = nearest([best, ...rivals], target.box);
      if (!best) return fail('ambiguous', `${rivals.length + 1} elements fit equally well`);
      result.by.push('box');
    }
    result.by.unshift(...best.by);
    result.score = Math.min(1, Math.round(best.votes / total * 1000) / 1000);
    const weak = weakness(target, best, result.score, options);
    if (weak) return fail('not found', weak);
    R.found = best.element;
    return options.point ? { ...result, ...R.point(best.element, target, options) } : result;
  };

  /** @returns {number} how many elements fit the target as well as the best one */
  R.count = (target) => {
    const { ranked } = poll(target, { thorough: true });
    const fitting = ranked.filter((c) => c.votes >= close * ranked[0].votes);
    return fitting.filter((c) => !fitting.some((d) => d !== c && R.contains(c.element, d.element))).length;
  };

  /** Keeps the frame element that a step names as R.found. step: CSS or the index among the document's frames.
   * @returns {Element|null} */
  R.frame = (step) => {
    const frames = everywhere(R.trees(), byCSS('iframe,frame'));
    if (typeof step === 'number') return R.found = frames[step] ?? null;
    try {
      return R.found = R.path(step).find((e) => frames.includes(e)) ?? null;
    } catch {
      return R.found = null;
    }
  };

  /** Why the evidence for a candidate is too weak, '' where it is not. */
  function weakness(target, best, score, options) {
    const named = target.testid || target.name || target.label || target.text;
    if (best.identity || !named) return '';
    if (!options.last) return 'only its position matches so far';
    if (target.testid) return 'only its position matches';
    const roleFits = !target.role || R.role(best.element) === R.roleName(target.role);
    const tagFits = !target.tag || best.element.localName === target.tag.toLowerCase();
    return roleFits && tagFits && score >= 0.15 ? '' : 'only its position matches';
  }
}
