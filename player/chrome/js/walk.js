// What bug and expect lines say of a document.
if (!R.worker) {
  const visibleText = (e) => R.squash(e.innerText ?? e.textContent);
  const valueOf = (e) => (e.type === 'checkbox' || e.type === 'radio' ? String(e.checked) : String(e.value ?? R.attr(e, 'aria-valuenow')));
  /** A URL may be written in full, or as a path with or without query and fragment. */
  function sameURL(want) {
    const here = new URL(location.href);
    const parts = [here.href, here.origin + here.pathname, here.pathname, here.pathname + here.search, here.pathname + here.search + here.hash];
    return parts.includes(want) || new URL(want, here).href === here.href;
  }

  /**
   * Says whether a bug line is true now. spec = {css?: path, text?, value?, attr?, count?, url?}: all that is given must
   * hold, of at least one of the elements; text is compared with single spaces; css alone holds where there is one.
   * @returns {{holds: boolean, got: string}} got: what is there, for people
   */
  R.bug = (spec) => {
    const got = [];
    let holds = true;
    if (spec.url !== undefined) {
      got.push(`url ${location.href}`);
      holds &&= sameURL(spec.url);
    }
    if (spec.css === undefined) return { holds: holds && spec.url !== undefined, got: got.join(', ') };
    let elements;
    try {
      elements = R.path(spec.css);
    } catch {
      return { holds: false, got: '', unknown: `${JSON.stringify(spec.css)} is not a valid selector` };
    }
    const wants = spec.text !== undefined || spec.value !== undefined || spec.attr !== undefined;
    if (spec.count !== undefined) {
      got.push(`count ${elements.length}`);
      holds &&= elements.length === spec.count;
    }
    if (wants) holds &&= elements.some((e) => fits(e, spec));
    else if (spec.count === undefined) holds &&= elements.length > 0;
    got.push(elements.length ? elements.slice(0, 3).map((e) => shown(e, spec)).join(' ') : 'no element');
    return { holds, got: got.join(', ').slice(0, 300) };
  };

  function fits(e, spec) {
    if (spec.text !== undefined && visibleText(e) !== R.squash(spec.text)) return false;
    if (spec.attr !== undefined) return spec.value === undefined ? e.hasAttribute(spec.attr) : e.getAttribute(spec.attr) === spec.value;
    return spec.value === undefined || valueOf(e) === spec.value;
  }

  function shown(e, spec) {
    if (spec.attr !== undefined) return `${spec.attr}=${JSON.stringify(e.getAttribute(spec.attr))}`;
    return JSON.stringify(spec.value !== undefined && spec.text === undefined ? valueOf(e) : visibleText(e).slice(0, 100));
  }

  /**
   * Compares an expect line with the document. spec = {url?, title?, focus?, sum?, target?, count?}; focus is the
   * accessible name, test id or CSS of the focused element, target what count counts.
   * @returns {{what: string, want: string, got: string}[]} what differs
   */
  R.expect = (spec) => {
    const differs = [];
    R.forgetLabels();
    const compare = (what, want, got, same) => { if (!same) differs.push({ what, want: String(want), got: String(got).slice(0, 300) }); };
    if (spec.url !== undefined) compare('url', spec.url, location.href, sameURL(spec.url));
    if (spec.title !== undefined) compare('title', spec.title, document.title, R.squash(spec.title) === R.squash(document.title));
    if (spec.focus !== undefined) {
      const e = R.focused();
      compare('focus', spec.focus, e ? R.describe(e) : '', e ? isFocus(e, spec.focus) : spec.focus === '');
    }
    if (spec.sum !== undefined) {
      const sum = R.sum();
      if (sum !== null) compare('sum', spec.sum, sum, sum === spec.sum);
    }
    if (spec.target !== undefined) {
      const found = R.find(spec.target, { hidden: false, last: true });
      const got = found.problem === 'not found' ? 0 : R.count(spec.target);
      const want = spec.count ?? 1;
      compare('count', spec.count === undefined ? 'at least 1' : want, got, spec.count === undefined ? got > 0 : got === want);
    }
    return differs;
  };

  function isFocus(e, want) {
    if (R.fold(R.name(e)) === R.fold(want) || R.attr(e, 'id') === want || R.attr(e, 'data-testid') === want) return true;
    try {
      return R.is(e, want);
    } catch {
      return false;
    }
  }
}
