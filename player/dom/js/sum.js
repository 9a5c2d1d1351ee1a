// The fingerprint of what a document shows, in words that survive restyling: the sum of expect lines.
//
// Stands on tree.js and name.js.
if (!R.worker) {
  // More elements to look at, and more in the viewport, would take longer than the 2 ms that a fingerprint may cost. The
  // limits are counts, not times, so that the recorder and every replay leave out the same ones.
  const most = 800;
  const mostShown = 80;
  const interesting = 'h1,h2,h3,h4,h5,h6,a[href],button,input:not([type=hidden]),select,textarea,summary,[contenteditable=""],[contenteditable=true],'
    + '[role=heading],[role=button],[role=link],[role=checkbox],[role=radio],[role=switch],[role=tab],[role=textbox],[role=combobox],[role=slider],'
    + '[role=spinbutton],[role=menuitem],[role=menuitemcheckbox],[role=menuitemradio],[role=option],[role=treeitem],[role=searchbox],[role=listbox]';

  /** FNV-1a over UTF-16 units, twice with different seeds: 64 bits as 16 hex digits. */
  function hash(text) {
    let [a, b] = [0x811c9dc5, 0x01000193];
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      a = Math.imul(a ^ c, 0x01000193);
      b = Math.imul(b ^ c, 0x85ebca6b) ^ (b >>> 13);
    }
    return [a, b].map((n) => (n >>> 0).toString(16).padStart(8, '0')).join('');
  }

  const inView = (r) => r.width > 0 && r.height > 0 && r.bottom > 0 && r.right > 0 && r.top < innerHeight && r.left < innerWidth;

  function line(element) {
    const role = R.role(element);
    const state = R.filter([
      element.disabled ? 'disabled' : '', element.checked || R.attr(element, 'aria-checked') === 'true' ? 'checked' : '',
      R.attr(element, 'aria-expanded') && `expanded=${R.attr(element, 'aria-expanded')}`,
      R.attr(element, 'aria-selected') === 'true' ? 'selected' : '',
    ], Boolean).join(' ');
    // A password's value is never part of anything that is written down.
    const value = /^(input|select|textarea)$/.test(element.localName) && element.type !== 'password' && element.type !== 'file' ? element.value : '';
    return `${role}|${R.name(element)}|${value}|${state}`;
  }

  /** The lines that the fingerprint is made of, in document order; null where there are too many elements. */
  R.lines = () => {
    const lines = [];
    const found = R.trees().map((tree) => tree.querySelectorAll(interesting));
    if (found.reduce((n, list) => n + list.length, 0) > most) return null;
    R.forgetLabels();
    for (const list of found) {
      for (const e of list) {
        if (!inView(e.getBoundingClientRect()) || !e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        if (lines.push(line(e)) > mostShown) return null;
      }
    }
    return lines;
  };

  /** @returns {string|null} the fingerprint of the viewport; null where it would cost too much */
  R.sum = () => {
    const lines = R.lines();
    return lines && hash(lines.join('\n'));
  };
}
