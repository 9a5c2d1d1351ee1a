(() => {
  // Evaluates a bug or expect line (spec) and returns a Check as JSON. The page script's functions know more: shadow
  // roots, accessible names, the fingerprint.
  const R = globalThis.__restep;
  if (spec.ev === 'bug' && R?.bug) return JSON.stringify(R.bug(spec));
  if (spec.ev === 'expect' && R?.expect) return JSON.stringify({ differs: R.expect(spec) });
  const squash = (s) => String(s ?? '').replace(/\s+/g, ' ').trim();
  const path = [].concat(spec.css ?? []);
  const all = (selectors, roots) => {
    const found = roots.flatMap((r) => [...r.querySelectorAll(selectors[0])]);
    return selectors.length > 1 ? all(selectors.slice(1), found.map((e) => e.shadowRoot).filter(Boolean)) : found;
  };
  const here = spec.url === undefined || new URL(spec.url, location.href).href === location.href;
  if (spec.ev === 'expect') {
    const differs = [];
    if (!here) differs.push({ what: 'url', want: spec.url, got: location.href });
    if (spec.title !== undefined && squash(spec.title) !== squash(document.title)) {
      differs.push({ what: 'title', want: spec.title, got: document.title });
    }
    return JSON.stringify({ differs });
  }
  if (!path.length) return JSON.stringify({ holds: spec.url !== undefined && here, got: location.href });
  const elements = all(path, [document]);
  const fits = (e) => (spec.text === undefined || squash(e.innerText ?? e.textContent) === squash(spec.text)) &&
    (spec.attr === undefined ? spec.value === undefined || String(e.value ?? '') === spec.value
      : spec.value === undefined ? e.hasAttribute(spec.attr) : e.getAttribute(spec.attr) === spec.value);
  const counted = spec.count === undefined || elements.length === spec.count;
  const plain = spec.text === undefined && spec.attr === undefined && spec.value === undefined;
  const holds = here && counted && (plain ? spec.count !== undefined || elements.length > 0 : elements.some(fits));
  return JSON.stringify({ holds, got: elements.slice(0, 3).map((e) => squash(e.textContent).slice(0, 100)).join(' ') });
})()
