// Fields: which one an element stands for, how a value gets into it, and what it holds.
//
// Stands on tree.js and name.js.
if (!R.worker) {
  const kinds = { __proto__: null }; // of inputs, by their type
  for (const line of ['text search url tel email password number', 'check checkbox radio', 'range', 'file', 'set date datetime-local month week time color']) {
    const [kind, ...types] = line.split(' ');
    for (const type of [kind, ...types]) kinds[type] = kind;
  }

  /** @returns {Element} the field that an element is or stands for: the control of a label, the editing host around it */
  R.fieldOf = (element) => {
    if (element.isContentEditable) {
      let host = element;
      while (host.parentElement?.isContentEditable) host = host.parentElement;
      return host;
    }
    const label = R.is(element, 'input,select,textarea,option') ? null : element.closest('label');
    if (element.localName === 'option') return element.closest('select') ?? element;
    return label?.control ?? element;
  };

  /** @returns {string} how a value gets into a field: 'text', 'editable', 'select', 'check', 'range', 'set', 'file', '' */
  R.kindOf = (field) => {
    if (field.isContentEditable) return 'editable';
    switch (field.localName) {
      case 'textarea': return 'text';
      case 'select': return 'select';
      case 'input': return kinds[field.type] ?? '';
    }
    return /^(?:checkbox|switch|radio)$/.test(R.role(field)) ? 'check' : '';
  };

  /** @returns {string} what a field of the kind holds */
  R.valueOf = (field, kind) => (kind === 'editable' ? field.innerText.replace(/\n$/, '') : String(field.value ?? ''));

  /** @returns {Element|null} the focused element, through shadow roots */
  R.focused = () => {
    let e = document.activeElement;
    for (let root = e && R.shadow(e); root?.activeElement; root = R.shadow(e)) e = root.activeElement;
    return e === document.body || e === document.documentElement ? null : e;
  };
}
