// Roles and accessible names, after "HTML Accessibility API Mappings" and "Accessible Name and Description Computation
// 1.2" (W3C). Names are only compared, never shown as the truth: generated content is left out, and R.fold() removes
// white space and private-use characters (icon fonts), so that block boundaries do not matter either.
if (!R.worker) {
  // Captured before the app runs: <input name="id"> and the like hide the properties of their form.
  const getAttribute = Element.prototype.getAttribute;
  const matches = Element.prototype.matches;

  /** @returns {string} an attribute, '' where there is none */
  R.attr = (element, name) => getAttribute.call(element, name) ?? '';
  R.is = (element, css) => matches.call(element, css);
  /** What two names are compared by. */
  R.fold = (text) => text.replace(/[\s\u200b-\u200f\ufeff\ue000-\uf8ff]+/g, '');
  R.squash = (text) => text.replace(/\s+/g, ' ').trim();

  const inputRoles = {
    button: 'button', submit: 'button', reset: 'button', image: 'button', file: 'button', checkbox: 'checkbox',
    radio: 'radio', range: 'slider', number: 'spinbutton', search: 'searchbox', hidden: '', color: 'colorwell',
    date: 'date', 'datetime-local': 'datetime', month: 'date', week: 'date', time: 'inputtime',
  };
  const tagRoles = {
    article: 'article', aside: 'complementary', button: 'button', dd: 'definition', details: 'group',
    dialog: 'dialog', dt: 'term', fieldset: 'group', figure: 'figure', form: 'form', h1: 'heading', h2: 'heading',
    h3: 'heading', h4: 'heading', h5: 'heading', h6: 'heading', hr: 'separator', iframe: 'iframe', img: 'img',
    li: 'listitem', main: 'main', menu: 'list', meter: 'meter', nav: 'navigation', ol: 'list', optgroup: 'group',
    option: 'option', output: 'status', p: 'paragraph', progress: 'progressbar', search: 'search',
    section: 'region', summary: 'button', table: 'table', tbody: 'rowgroup', td: 'cell', textarea: 'textbox',
    tfoot: 'rowgroup', th: 'columnheader', thead: 'rowgroup', tr: 'row', ul: 'list',
  };
  // The elements that may have a role, as CSS. Roles that are not listed come from the attribute only.
  const tagsOf = {
    button: 'button,summary,input:is([type=button],[type=submit],[type=reset],[type=image],[type=file])',
    checkbox: 'input[type=checkbox]', radio: 'input[type=radio]', slider: 'input[type=range]',
    spinbutton: 'input[type=number]', searchbox: 'input[type=search]', textbox: 'input,textarea',
    combobox: 'select,input[list]', listbox: 'select', link: 'a[href],area[href]', colorwell: 'input[type=color]',
    date: 'input:is([type=date],[type=month],[type=week])', datetime: 'input[type=datetime-local]',
    inputtime: 'input[type=time]', img: 'img,svg', heading: 'h1,h2,h3,h4,h5,h6',
  };
  for (const [tag, role] of Object.entries(tagRoles)) {
    if (role !== 'heading' && role !== 'button' && role !== 'textbox' && role !== 'img') {
      tagsOf[role] = tagsOf[role] ? `${tagsOf[role]},${tag}` : tag;
    }
  }
  const aliases = { image: 'img', none: 'presentation', graphics: 'img', popupbutton: 'combobox' };

  /** @returns {string} the role in lower case, under one name where it has several */
  R.roleName = (role) => aliases[role.toLowerCase()] ?? role.toLowerCase();

  R.role = (element) => {
    const explicit = R.attr(element, 'role').trim().split(/\s+/)[0];
    return explicit ? R.roleName(explicit) : implicitRole(element);
  };

  function implicitRole(element) {
    const tag = element.localName;
    switch (tag) {
      case 'a': case 'area': return element.hasAttribute('href') ? 'link' : '';
      case 'input': return inputRole(element);
      case 'select': return element.multiple || element.size > 1 ? 'listbox' : 'combobox';
      case 'svg': return 'img';
      case 'summary': return element.parentElement?.localName === 'details' ? 'button' : '';
      case 'th': return R.attr(element, 'scope') === 'row' ? 'rowheader' : 'columnheader';
      case 'img': return element.hasAttribute('alt') && !R.attr(element, 'alt') ? 'presentation' : 'img';
    }
    return Object.hasOwn(tagRoles, tag) ? tagRoles[tag] : '';
  }

  function inputRole(element) {
    const type = element.type;
    if (Object.hasOwn(inputRoles, type) && type !== 'search') return inputRoles[type];
    if (element.hasAttribute('list')) return 'combobox';
    return type === 'search' ? 'searchbox' : 'textbox';
  }

  /** @returns {string} CSS of all elements that may have the role; R.role decides */
  R.roleCSS = (role) => {
    const attribute = `[role~=${R.quote(role)} i]`;
    const extra = Object.keys(aliases).filter((a) => aliases[a] === role).map((a) => `,[role~=${a} i]`).join('');
    return (Object.hasOwn(tagsOf, role) ? `${tagsOf[role]},${attribute}` : attribute) + extra;
  };

  /** A string as CSS writes it. */
  R.quote = (text) => `"${text.replace(/["\\]/g, '\\$&').replace(/[\n\r\f\0]/g, (c) => `\\${c.charCodeAt(0).toString(16)} `)}"`;

  const fromContent = new Set(['button', 'cell', 'checkbox', 'columnheader', 'gridcell', 'heading', 'link', 'menuitem',
    'menuitemcheckbox', 'menuitemradio', 'option', 'radio', 'row', 'rowheader', 'switch', 'tab', 'tooltip', 'treeitem',
    'term', 'listitem']);

  /** @returns {string} the accessible name with single spaces */
  R.name = (element) => R.squash(compute(element, { seen: new Set(), inside: false, referenced: false }));

  /** One step of the computation; how = {seen: elements on the way, inside: content of another, referenced: by id}. */
  function compute(element, how) {
    if (how.seen.has(element) || how.seen.size > 2000) return '';
    how.seen.add(element);
    if (!how.referenced && hidden(element)) return '';
    const by = how.referenced ? '' : R.attr(element, 'aria-labelledby');
    const named = by && referenced(element, by, how.seen);
    if (named) return named;
    if (how.inside) {
      const value = embedded(element);
      if (value !== null) return value;
    }
    const label = R.attr(element, 'aria-label').trim();
    if (label) return label;
    const native = nativeName(element, how);
    if (native) return native;
    if (how.inside || how.referenced || fromContent.has(R.role(element)) || R.is(element, 'label,legend,caption,figcaption')) {
      const text = content(element, how);
      if (text.trim()) return text;
    }
    return R.attr(element, 'title').trim() || R.attr(element, 'aria-placeholder').trim() || R.attr(element, 'placeholder').trim();
  }

  const hidden = (element) => R.attr(element, 'aria-hidden') === 'true' || (!element.checkVisibility({ visibilityProperty: true })
    && !element.matches('[style*="contents"]') && getComputedStyle(element).display !== 'contents');

  function referenced(element, ids, seen) {
    const root = element.getRootNode();
    if (!root.getElementById) return '';
    const found = ids.trim().split(/\s+/).map((id) => root.getElementById(id)).filter(Boolean);
    return found.map((e) => compute(e, { seen: e === element ? new Set() : new Set(seen), inside: false, referenced: true }).trim()).join(' ').trim();
  }

  // A control inside a label speaks with its value.
  function embedded(element) {
    if (element.type === 'password') return ''; // never part of anything that is written down
    switch (R.role(element)) {
      case 'textbox': case 'searchbox': return element.value ?? element.textContent;
      case 'combobox': case 'listbox':
        return element.selectedOptions ? [...element.selectedOptions].map((o) => o.text).join(' ') : element.value ?? null;
      case 'slider': case 'spinbutton':
        return R.attr(element, 'aria-valuetext') || R.attr(element, 'aria-valuenow') || (element.value ?? null);
    }
    return null;
  }

  function nativeName(element, how) {
    const child = (css) => {
      const e = [...element.children].find((c) => R.is(c, css));
      return e ? compute(e, { seen: how.seen, inside: true, referenced: false }).trim() : '';
    };
    switch (element.localName) {
      case 'input':
        if (element.type === 'image') return R.attr(element, 'alt') || R.attr(element, 'value') || 'Submit';
        if (/^(button|submit|reset)$/.test(element.type)) {
          return labels(element, how) || element.value || { submit: 'Submit', reset: 'Reset' }[element.type] || '';
        }
        return labels(element, how);
      case 'select': case 'textarea': case 'button': case 'meter': case 'output': case 'progress': return labels(element, how);
      case 'img': case 'area': return R.attr(element, 'alt');
      case 'fieldset': return child('legend');
      case 'table': return child('caption');
      case 'figure': return child('figcaption');
      case 'svg': return child('title');
      case 'optgroup': return R.attr(element, 'label');
    }
    return '';
  }

  // element.labels walks the whole tree every time; one walk for all of a find is enough.
  let labelsOf = null;
  R.forgetLabels = () => { labelsOf = null; };

  /** @returns {Element[]} the labels of a control, since the last R.forgetLabels() */
  R.labels = (element) => {
    if (!labelsOf) {
      labelsOf = new Map();
      for (const tree of R.trees()) {
        for (const l of tree.querySelectorAll('label')) {
          if (l.control) labelsOf.set(l.control, [...labelsOf.get(l.control) ?? [], l]);
        }
      }
    }
    return labelsOf.get(element) ?? [];
  };

  function labels(element, how) {
    return R.labels(element).map((l) => {
      const seen = new Set(how.seen); // the label may hold the control: it must not speak twice
      return compute(l, { seen, inside: false, referenced: false }).trim();
    }).filter(Boolean).join(' ');
  }

  function content(element, how) {
    const root = R.shadow(element);
    const nodes = root ? root.childNodes : element.localName === 'slot' && element.assignedNodes().length
      ? element.assignedNodes() : element.childNodes;
    let text = '';
    for (const node of nodes) {
      if (node.nodeType === Node.TEXT_NODE) text += node.data;
      else if (node.nodeType === Node.ELEMENT_NODE && !/^(script|style|template|noscript)$/.test(node.localName)) {
        text += ` ${compute(node, { seen: how.seen, inside: true, referenced: false })} `;
      }
    }
    return text;
  }

  // Attributes that name an element of any role, and those that only name some: a query over a document costs what its
  // selectors are.
  const named = ['aria-label', 'title', 'alt'];
  const namedAs = {
    button: ['value'], group: ['label'], textbox: ['placeholder', 'aria-placeholder'], searchbox: ['placeholder', 'aria-placeholder'],
    combobox: ['placeholder', 'aria-placeholder'], spinbutton: ['placeholder', 'aria-placeholder'], date: ['placeholder'],
    '': ['placeholder', 'aria-placeholder', 'value', 'label'],
  };
  const byDefault = /submit|reset/i; // the names of buttons that have none

  // One walk over a document's texts is enough for all selectors of a target that look for the same word.
  let cached = null;
  /** From now on, until it is called with false, R.texts may answer from memory: nothing changes the document. */
  R.cacheTexts = (on) => { cached = on ? new Map() : null; };

  /** The text nodes that hold a word, as their parent elements. */
  R.texts = (trees, word) => {
    const known = cached?.get(word);
    if (known) return known;
    const found = trees.flatMap((tree) => textsIn(tree, word));
    cached?.set(word, found);
    return found;
  };

  function textsIn(tree, word) {
    const found = [];
    const walker = document.createTreeWalker(tree, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.data.includes(word) && node.parentElement) found.push(node.parentElement);
    }
    return found;
  }

  /**
   * The elements of the CSS whose name can hold a word: those around a text or attribute with it, those labelled by
   * one, and those whose name comes from elsewhere. It spares computing the names of all others. role: that of the CSS.
   */
  R.nameable = (trees, css, word, role) => {
    const attributes = [...named, ...namedAs[role] ?? []].map((n) => `[${n}*=${R.quote(word)}]`);
    attributes.push('[aria-labelledby]');
    if (byDefault.test(word) && (role === 'button' || !role)) attributes.push('input:is([type=submit],[type=reset],[type=image])');
    const seeds = trees.flatMap((tree) => [...tree.querySelectorAll(attributes.join())]);
    const seen = new Set();
    const found = new Set();
    for (const seed of [...R.texts(trees, word), ...seeds]) {
      for (let e = seed; e && !seen.has(e); e = e.assignedSlot ?? R.parent(e)) {
        seen.add(e);
        if (R.is(e, css)) found.add(e);
        if (e.localName === 'label' && e.control && R.is(e.control, css)) found.add(e.control);
      }
    }
    return [...found];
  };
}
