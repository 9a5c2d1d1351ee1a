// Roles and accessible names, after "HTML Accessibility API Mappings" and "Accessible Name and Description Computation
// 1.2" (W3C). Names are only compared, never shown as the truth: generated content is left out.
if (!R.worker) {
  // Captured before the app runs: <input name="id"> and the like hide the properties of their form.
  const getAttribute = Element.prototype.getAttribute;
  const matches = Element.prototype.matches;

  /** @returns {string} an attribute, '' where there is none */
  const attr = R.attr = (element, name) => getAttribute.call(element, name) ?? '';
  const is = R.is = (element, css) => matches.call(element, css);
  R.squash = (text) => text.replace(/\s+/g, ' ').trim();
  /** A string as CSS writes it. */
  R.quote = (text) => `"${text.replace(/["\\]/g, '\\$&').replace(/[\n\r\f\0]/g, (c) => `\\${c.charCodeAt(0).toString(16)} `)}"`;

  R.testAttributes = 'data-testid data-test-id data-test data-qa data-cy data-e2e data-pw data-automation-id data-test-selector data-testing testid test-id qa-id'.split(' ');
  /** Whether an id looks as if it were another one next time. */
  R.volatile = (id) => /\d{3,}|[0-9a-f]{8}|^_?r_?\d|[:«]/.test(id);

  /** The roles that elements have by their tags; inputs by their types, as @type. */
  const roles = R.tagRoles = { __proto__: null };
  // Roles with their tags, or alone where both have one name. As text, since every app that includes the recorder loads it.
  for (const line of ('article;complementary aside;button button summary @button @submit @reset @image @file;definition dd;group details fieldset optgroup;dialog;term dt;figure;form;'
    + 'heading h1 h2 h3 h4 h5 h6;separator hr;iframe;listitem li;main;list menu ol ul;meter;navigation nav;option;status output;paragraph p;progressbar progress;search;'
    + 'region section;table;rowgroup tbody tfoot thead;cell td;textbox textarea;row tr;checkbox @checkbox;radio @radio;slider @range;spinbutton @number; @hidden;'
    + 'colorwell @color;date @date @month @week;datetime @datetime-local;inputtime @time').split(';')) {
    const [role, ...tags] = line.split(' ');
    for (const tag of tags[0] ? tags : [role]) roles[tag] = role;
  }
  /** Roles that are the same under another name. */
  const aliases = R.roleAliases = { __proto__: null, image: 'img', none: 'presentation', graphics: 'img', popupbutton: 'combobox' };

  /** @returns {string} the role in lower case, under one name where it has several */
  R.roleName = (role) => aliases[role.toLowerCase()] ?? role.toLowerCase();

  R.role = (element) => {
    const explicit = attr(element, 'role').trim().split(/\s+/)[0];
    return explicit ? R.roleName(explicit) : implicitRole(element);
  };

  const implicitRole = (element) => {
    const tag = element.localName;
    switch (tag) {
      case 'a': case 'area': return element.hasAttribute('href') ? 'link' : '';
      case 'input': return roles[`@${element.type}`] ?? (element.hasAttribute('list') ? 'combobox' : element.type === 'search' ? 'searchbox' : 'textbox');
      case 'select': return element.multiple || element.size > 1 ? 'listbox' : 'combobox';
      case 'svg': return 'img';
      case 'summary': return element.parentElement?.localName === 'details' ? 'button' : '';
      case 'th': return attr(element, 'scope') === 'row' ? 'rowheader' : 'columnheader';
      case 'img': return element.hasAttribute('alt') && !attr(element, 'alt') ? 'presentation' : 'img';
    }
    return roles[tag] ?? '';
  }

  const fromContent = /^(?:button|(?:grid)?cell|(?:column|row)header|row|heading|link|menuitem(?:checkbox|radio)?|checkbox|radio|switch|option|tab|tooltip|treeitem|term|listitem)$/;

  // Where an element is on the way of the computation.
  const itself = 0, inside = 1, referenced = 2;

  /** @returns {string} the accessible name with single spaces */
  R.name = (element) => R.squash(compute(element, new Set(), itself));

  /**
   * One step of the computation.
   * @param {Set<Element>} seen elements on the way
   * @param {number} how the element itself, inside: content of another, referenced: by id
   */
  const compute = (element, seen, how) => {
    if (seen.has(element) || seen.size > 2000) return '';
    seen.add(element);
    if (how !== referenced) {
      if (hidden(element)) return '';
      const by = byIds(element, attr(element, 'aria-labelledby'), seen);
      if (by) return by;
    }
    if (how === inside) {
      const value = embedded(element);
      if (value !== null) return value;
    }
    const name = attr(element, 'aria-label').trim() || nativeName(element, seen);
    if (name) return name;
    if (how || fromContent.test(R.role(element)) || is(element, 'label,legend,caption,figcaption')) {
      const text = content(element, seen);
      if (text.trim()) return text;
    }
    return ['title', 'aria-placeholder', 'placeholder'].map((a) => attr(element, a).trim()).find(Boolean) ?? '';
  }

  const hidden = (element) => attr(element, 'aria-hidden') === 'true' || (!element.checkVisibility({ visibilityProperty: true })
    && !is(element, '[style*="contents"]') && getComputedStyle(element).display !== 'contents');

  /** @returns {string} the names of elements, each by itself, in one */
  const all = (elements, seen, how) => R.filter(elements.map((e) => compute(e, new Set(seen), how).trim()), Boolean).join(' ');

  const byIds = (element, ids, seen) => {
    const root = R.rootOf(element);
    if (!ids || !root.getElementById) return '';
    const found = R.filter(ids.trim().split(/\s+/).map((id) => root.getElementById(id)), Boolean);
    return found.map((e) => all([e], e === element ? [] : seen, referenced)).join(' ').trim();
  }

  // A control inside a label speaks with its value.
  const embedded = (element) => {
    if (element.type === 'password') return ''; // never part of anything that is written down
    switch (R.role(element)) {
      case 'textbox': case 'searchbox': return element.value ?? element.textContent;
      case 'combobox': case 'listbox':
        return element.selectedOptions ? [...element.selectedOptions].map((o) => o.text).join(' ') : element.value ?? null;
      case 'slider': case 'spinbutton':
        return attr(element, 'aria-valuetext') || attr(element, 'aria-valuenow') || (element.value ?? null);
    }
    return null;
  }

  const titles = { fieldset: 'legend', table: 'caption', figure: 'figcaption', svg: 'title' }; // children that name their parent

  const nativeName = (element, seen) => {
    const tag = element.localName, type = element.type;
    if (Object.hasOwn(titles, tag)) {
      const title = [...element.children].find((c) => is(c, titles[tag]));
      return title ? compute(title, seen, inside).trim() : '';
    }
    if (/^(?:img|area)$/.test(tag)) return attr(element, 'alt');
    if (tag === 'optgroup') return attr(element, 'label');
    if (tag !== 'input') return /^(?:select|textarea|button|meter|output|progress)$/.test(tag) ? labels(element, seen) : '';
    if (type === 'image') return attr(element, 'alt') || attr(element, 'value') || 'Submit';
    return labels(element, seen) || /^(?:button|submit|reset)$/.test(type) && (element.value || { submit: 'Submit', reset: 'Reset' }[type]) || '';
  }

  // element.labels walks the whole tree every time; one walk for all of a find is enough.
  let labelsOf = null;
  R.forgetLabels = () => { labelsOf = null; };

  /** @returns {string} the text of a label, without that of the control in it: the options of a select */
  R.labelText = (label) => {
    const control = label.control?.textContent;
    return control && label.contains(label.control) ? label.textContent.replace(control, ' ') : label.textContent;
  };

  /** @returns {Element[]} the labels of a control, since the last R.forgetLabels() */
  R.labels = (element) => {
    if (!labelsOf) {
      labelsOf = new Map();
      for (const l of R.all(R.trees(), 'label')) {
        if (l.control) labelsOf.set(l.control, [...labelsOf.get(l.control) ?? [], l]);
      }
    }
    return labelsOf.get(element) ?? [];
  };

  const labels = (element, seen) => all(R.labels(element), seen, itself); // a label may hold the control, which must not speak twice

  const content = (element, seen) => {
    const assigned = element.localName === 'slot' ? element.assignedNodes() : [];
    let text = '';
    for (const node of assigned.length ? assigned : (R.shadow(element) ?? element).childNodes) {
      if (node.nodeType === Node.TEXT_NODE) text += node.data;
      else if (node.nodeType === Node.ELEMENT_NODE && !/^(script|style|template|noscript)$/.test(node.localName)) {
        text += ` ${compute(node, seen, inside)} `;
      }
    }
    return text;
  }
}
