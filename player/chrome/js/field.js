// Fields: what they hold, how they are focused, and the values that no key or pointer can set. Also the ears at the
// window that make some input silent: they were there first, so that they hear before the app does.
if (!R.worker) {
  const setter = (type, name) => Object.getOwnPropertyDescriptor(type.prototype, name).set;
  // The prototypes' setters, because frameworks put their own on instances to notice what the app sets itself.
  const setInput = setter(HTMLInputElement, 'value');
  const setSelected = setter(HTMLSelectElement, 'selectedIndex');
  const setOption = setter(HTMLOptionElement, 'selected');
  const dispatch = EventTarget.prototype.dispatchEvent;

  let silent = new Set(); // types of events that the app does not hear
  let putting = null; // text on its way to the clipboard
  let drag = null; // the last dragstart since R.watchDrag
  const hear = (e) => {
    // A release of no key: sent to make the browser deliver queued pointer moves.
    if (putting !== null && e.type === 'copy') e.clipboardData.setData('text/plain', putting);
    const nothing = e.type === 'keyup' && e.isTrusted && !e.keyCode && !e.code && (!e.key || e.key === 'Unidentified');
    if (!nothing && putting === null && !(e.isTrusted && silent.has(e.type))) return;
    e.stopImmediatePropagation();
    if (e.key === 'Escape') e.preventDefault(); // meant for a popup of the browser that turned out not to be open
    // A paste that belongs to a clipboard line must not happen with the key that announced it.
    if (e.type === 'paste' || e.type === 'cut' || e.type === 'copy') e.preventDefault();
  };
  for (const type of ['keydown', 'keypress', 'keyup', 'paste', 'cut', 'copy', 'mouseup', 'pointerup', 'click']) addEventListener(type, hear, true);
  addEventListener('dragstart', (e) => { drag = e; }, true);

  /** From now on the app does not hear trusted events of these types; their default actions still happen, except those
   * of paste, cut and copy. */
  R.hush = (...types) => { silent = new Set(types); };
  R.watchDrag = () => { drag = null; };
  /** @returns {boolean} whether the browser has begun a drag that the app did not prevent */
  R.dragging = () => drag !== null && !drag.defaultPrevented;

  /** @returns {Element|null} the file input that R.found is or stands for; null: it is something to drop files on */
  R.fileInput = () => {
    const field = R.fieldOf(R.found);
    return field.localName === 'input' && field.type === 'file' ? field : null;
  };

  /** Takes the files out of the file input at R.found, as its user does by choosing none. */
  R.clearFiles = () => {
    const field = R.fieldOf(R.found);
    if (!field.files.length) return;
    setInput.call(field, '');
    changed(field);
  };

  const checkedOf = (field) => field.checked ?? (R.attr(field, 'aria-checked') === 'true');

  /**
   * The field at R.found. start and end are the selection in UTF-16 units, -1 where the field does not tell.
   * @returns {{kind: string, value: string, start: number, end: number, checked: boolean, focused: boolean,
   *   disabled: boolean, multiline: boolean}}
   */
  R.field = () => {
    const field = R.fieldOf(R.found);
    const kind = R.kindOf(field);
    const value = R.valueOf(field, kind);
    let [start, end] = [-1, -1];
    if (kind === 'text') [start, end] = [field.selectionStart ?? -1, field.selectionEnd ?? -1];
    const focused = R.focused();
    return {
      kind, value, start, end, checked: checkedOf(field), disabled: !!field.disabled || !!field.readOnly,
      focused: focused !== null && (R.contains(field, focused) || R.contains(focused, field)), multiline: field.localName === 'textarea' || kind === 'editable',
    };
  };

  /** Focuses R.found or what is focusable around it. select: 'all', 'end' or '' says where the caret goes. */
  R.focus = (select) => {
    const field = R.fieldOf(R.found);
    for (let e = field, f = R.focused(); e && f !== field && !(f && R.contains(field, f)); e = R.parent(e), f = R.focused()) {
      e.focus({ preventScroll: true });
      if (R.focused() === e) break;
    }
    if (!select) return;
    if (field.isContentEditable) {
      const selection = getSelection();
      if (select === 'end' && atEnd(field, selection)) return; // the caret may stand in a style of its own
      selection.selectAllChildren(field);
      if (select === 'end') selection.collapseToEnd();
    } else if (select === 'all') {
      field.select?.();
    } else if (typeof field.selectionEnd === 'number') {
      field.setSelectionRange(field.value.length, field.value.length);
    } else { // number and e-mail fields have a caret but do not tell
      field.select?.();
      getSelection().modify('move', 'forward', 'lineboundary');
    }
  };

  /** Whether the caret stands behind the last character of an editor. */
  function atEnd(field, selection) {
    if (!selection.isCollapsed || !field.contains(selection.anchorNode)) return false;
    const rest = document.createRange();
    rest.selectNodeContents(field);
    rest.setStart(selection.anchorNode, selection.anchorOffset);
    return rest.toString() === '';
  }

  const loose = (text) => text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase();

  /**
   * Focuses the text field at R.found and places its caret or selection so that typing makes the value. text is what
   * the user typed, value what the field held afterwards (undefined: not known). Where text fits at the caret or the
   * end it is typed there, also when the app formats it ("1234" becomes "1,234"); otherwise value replaces everything.
   * @returns {{problem: string, type: string, clear: boolean, multiline: boolean}} clear: delete the selection instead
   */
  R.aimText = (text, value) => {
    const { kind, value: now, start, end, focused, disabled, multiline } = R.field();
    const plan = (type, select) => {
      R.focus(select);
      return { problem: '', type, clear: select === 'all' && type === '' && now !== '', multiline };
    };
    if (kind !== 'text' && kind !== 'editable') return { problem: `${R.describe(R.found)} takes no text`, type: '', clear: false, multiline };
    if (disabled) return { problem: `${R.describe(R.found)} is disabled`, type: '', clear: false, multiline };
    const [from, to] = focused && start >= 0 ? [start, end] : [now.length, now.length];
    const here = kind === 'editable' && focused || focused && start < 0 ? '' : start < 0 || !focused ? 'end' : '';
    if (value === undefined) return plan(text, here);
    if (now === value && text === '') return plan('', '');
    const [at, atEnd] = [now.slice(0, from) + text + now.slice(to), now + text];
    if (text !== '') {
      if (at === value) return plan(text, from === now.length && to === from ? 'end' : '');
      if (atEnd === value) return plan(text, 'end');
      if (from === 0 && to === now.length && focused && now !== '') return plan(text, '');
      if (now === '') return plan(text, '');
      // Where the caret of an editor stands is not known; the click that was recorded before has placed it.
      if (kind === 'editable' && focused && loose(value).length === loose(now).length + loose(text).length) return plan(text, '');
      if (loose(text) && loose(at) === loose(value)) return plan(text, here);
      if (loose(text) && loose(atEnd) === loose(value)) return plan(text, 'end');
    }
    return plan(value, 'all');
  };

  function optionsFor(select, value) {
    const options = [...select.options];
    const one = options.find((o) => o.value === value) ?? options.find((o) => R.squash(o.text) === R.squash(value));
    if (one || !select.multiple) return one ? [one] : [];
    const parts = value.split(/[\n,]/).map((p) => p.trim()).filter(Boolean);
    const many = parts.map((p) => options.find((o) => o.value === p || R.squash(o.text) === p));
    return many.includes(undefined) ? [] : many;
  }

  /** What the browser does after the user has set a value without keys. */
  function changed(field) {
    dispatch.call(field, new InputEvent('input', { bubbles: true, composed: true }));
    dispatch.call(field, new Event('change', { bubbles: true }));
  }

  const bare = (option) => option && !option.disabled && !option.parentElement?.disabled && !option.hidden;

  /**
   * Prepares the select at R.found so that one arrow key chooses the value: the browser then fires trusted input and
   * change events, which no script can. The step beside it is taken silently, no task runs in between.
   * @returns {{problem: string, key: string}} key '' where the value is already there
   */
  R.aimSelect = (value) => {
    const select = R.fieldOf(R.found);
    const want = optionsFor(select, value);
    if (!want.length && value !== '') return { problem: `${R.describe(select)} has no option ${JSON.stringify(value)}`, key: '' };
    if (select.multiple || !want.length) return { problem: '', key: 'set' };
    if (want[0].selected) return { problem: '', key: '' };
    const options = [...select.options];
    const at = options.indexOf(want[0]);
    const before = options.slice(0, at).findLastIndex(bare);
    const after = options.findIndex((o, i) => i > at && bare(o));
    if (!bare(want[0]) || (before < 0 && after < 0)) return { problem: '', key: 'set' };
    R.focus('');
    setSelected.call(select, before >= 0 ? before : after);
    return { problem: '', key: before >= 0 ? 'ArrowDown' : 'ArrowUp' };
  };

  /** The same for a range. The browser steps from the value beside, towards the wanted one. */
  R.aimRange = (value) => {
    const range = R.fieldOf(R.found);
    if (range.value === value) return { problem: '', key: '' };
    const step = R.attr(range, 'step') === 'any' ? NaN : Number(R.attr(range, 'step') || 1);
    const [want, min, max] = [Number(value), Number(R.attr(range, 'min') || 0), Number(R.attr(range, 'max') || 100)];
    if (!Number.isFinite(want)) return { problem: `${JSON.stringify(value)} is not a number`, key: '' };
    if (!(step > 0) || (want - step < min && want + step > max)) return { problem: '', key: 'set' };
    R.focus('');
    const key = want - step >= min ? 'ArrowUp' : 'ArrowDown';
    setInput.call(range, String(key === 'ArrowUp' ? want - step : want + step));
    return { problem: '', key };
  };

  /** Sets the value of the field at R.found with untrusted input and change events, for what only a popup of the
   * browser could set: dates, times, colours, several options. Does nothing where it is already there.
   * @returns {string} '' or why the field refuses the value */
  R.set = (value) => {
    const field = R.fieldOf(R.found);
    if (field.localName === 'select') {
      const want = new Set(optionsFor(field, value));
      if ([...field.options].every((o) => o.selected === want.has(o))) return '';
      if (want.size) for (const o of field.options) setOption.call(o, want.has(o));
      else setSelected.call(field, -1);
      changed(field);
      return '';
    }
    if (field.localName !== 'input') return `${R.describe(field)} takes no value`;
    if (field.value === value) return '';
    const before = field.value;
    field.focus({ preventScroll: true });
    setInput.call(field, value);
    if (value !== '' && !field.value) { // the browser empties what it cannot read
      setInput.call(field, before);
      return `${R.describe(field)} does not take ${JSON.stringify(value)}`;
    }
    changed(field);
    return '';
  };

  /** Puts text on the clipboard; the app does not notice. @returns {boolean} whether it worked */
  R.putClipboard = (text) => {
    putting = text;
    const done = document.execCommand('copy');
    putting = null;
    return done;
  };

  /** Where the row that was seen first when recorded stands now, in px below its place; 0 where that cannot be told. */
  function shifted(box, anchor) {
    const rows = new Set();
    const word = anchor.text.split(' ')[0];
    for (const start of R.texts([box], word)) {
      let row = null;
      for (let e = start, up = 0; e && e !== box && up < 6; up++, e = e.parentElement) {
        if (R.squash(e.textContent).slice(0, 80) === anchor.text) row = e;
      }
      if (row) rows.add(row);
    }
    if (rows.size !== 1) return 0;
    const top = box === document.scrollingElement ? 0 : box.getBoundingClientRect().y;
    const by = [...rows][0].getBoundingClientRect().y - top - anchor.y;
    return Math.abs(by) < innerHeight ? by : 0;
  }

  /** Scrolls the element (or with element = false the document) to an offset, as far as it goes, without animation;
   * then so that the row of R.anchor, where it is there, stands where it stood: rows may have other heights now.
   * @returns {{x: number, y: number}} the offset that was reached, before rows were looked at, CSS px */
  R.scroll = (element, x, y) => {
    let box = element ? R.found : document.scrollingElement ?? document.documentElement;
    if (box === document.body) box = document.scrollingElement ?? box;
    box.scrollTo({ left: x ?? box.scrollLeft, top: y ?? box.scrollTop, behavior: 'instant' });
    const reached = { x: box.scrollLeft, y: box.scrollTop };
    const by = element && R.anchor ? shifted(box, R.anchor) : 0;
    if (Math.abs(by) > 1) box.scrollBy({ top: by, behavior: 'instant' });
    R.scrolled?.();
    return reached;
  };
}
