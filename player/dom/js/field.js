// Fields: which one an element stands for, how a value gets into it, and what it holds.
//
// Stands on tree.js and name.js.
if (!R.worker) {
  const textTypes = new Set(['text', 'search', 'url', 'tel', 'email', 'password', 'number']);
  const inputKinds = {
    checkbox: 'check', radio: 'check', range: 'range', file: 'file', date: 'set', 'datetime-local': 'set', month: 'set',
    week: 'set', time: 'set', color: 'set',
  };

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
      case 'input': return textTypes.has(field.type) ? 'text' : inputKinds[field.type] ?? '';
    }
    return { checkbox: 'check', switch: 'check', radio: 'check' }[R.role(field)] ?? '';
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
