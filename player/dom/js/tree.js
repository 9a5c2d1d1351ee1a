// The trees of a document: itself and its shadow roots, open and closed.
//
// Stands on R.replace.
if (!R.worker) {
  R.rootOf = R.method(Node.prototype, 'getRootNode');
  const path = R.method(Event.prototype, 'composedPath');
  /** @returns {EventTarget} where an event began, inside of open shadow roots too */
  R.source = (e) => path(e)[0];

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
  const scan = () => {
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
    hosts = R.filter(hosts, (h) => h.deref());
    return [document, ...R.filter(hosts.map((h) => h.deref()), (e) => e.isConnected).map(R.shadow)];
  };

  /** @returns {Element[]} the matches of a CSS selector in the trees */
  R.all = (trees, css) => trees.flatMap((tree) => [...tree.querySelectorAll(css)]);

  /** @returns {Element|null} the parent in the composed tree */
  R.parent = (node) => node.parentElement ?? (node.parentNode instanceof ShadowRoot ? node.parentNode.host : null);
  R.contains = (outer, inner) => {
    for (let e = inner; e; e = R.parent(e)) if (e === outer) return true;
    return false;
  };

  /** @returns {Element|null} the innermost element at a point, through shadow roots */
  R.at = (x, y) => {
    let hit = document.elementFromPoint(x, y);
    for (let root = hit && R.shadow(hit); root; root = R.shadow(hit)) {
      const inner = root.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
}
