// Elements by their texts and names: what is compared, and what a search over a whole document can leave out.
//
// Stands on tree.js and name.js.
if (!R.worker) {
  /** What two names are compared by: white space and private-use characters (icon fonts) do not matter. */
  R.fold = (text) => text.replace(/[\s\u200b-\u200f\ufeff\ue000-\uf8ff]+/g, '');

  // The elements that may have a role, as CSS. Roles that are not listed come from the attribute only.
  const tagsOf = {
    __proto__: null, searchbox: 'input[type=search]', textbox: 'input', combobox: 'select,input[list]', listbox: 'select',
    link: 'a[href],area[href]', img: 'img,svg', columnheader: 'th', rowheader: 'th',
  };
  for (const [tag, role] of Object.entries(R.tagRoles)) {
    const css = tag[0] === '@' ? `input[type=${tag.slice(1)}]` : tag;
    tagsOf[role] = tagsOf[role] ? `${tagsOf[role]},${css}` : css;
  }

  /** @returns {string} CSS of all elements that may have the role; R.role decides */
  R.roleCSS = (role) => {
    const also = R.filter(Object.keys(R.roleAliases), (a) => R.roleAliases[a] === role).map((a) => `[role~=${a} i]`);
    return [tagsOf[role] ?? [], `[role~=${R.quote(role)} i]`, also].flat().join();
  };

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
   * one, and those whose name comes from elsewhere. It spares computing the names of all others; attributes, which cost
   * most, are only looked at by whoever wants more than the texts give. role: that of the CSS.
   */
  R.nameable = function* (trees, css, word, role) {
    const seen = new Set(), found = new Set();
    function* around(seeds) {
      for (const seed of seeds) {
        for (let e = seed; e && !seen.has(e); e = e.assignedSlot ?? R.parent(e)) {
          seen.add(e);
          for (const x of [e, e.localName === 'label' && e.control]) {
            if (!x || found.has(x) || !R.is(x, css)) continue;
            found.add(x);
            yield x;
          }
        }
      }
    }
    yield* around(R.texts(trees, word));
    const attributes = [...named, ...namedAs[role] ?? []].map((n) => `[${n}*=${R.quote(word)}]`);
    attributes.push('[aria-labelledby]');
    if (byDefault.test(word) && (role === 'button' || !role)) attributes.push('input:is([type=submit],[type=reset],[type=image])');
    yield* around(R.all(trees, attributes.join()));
  };
}
