// state.js: the state of the page as text, for comparing runs. Go adds cookies and hashes it.

const native = R.native;

if (!R.worker) {
  const escape = (s) => native.stringify(native.String(s));

  const walk = (node, out) => {
    switch (node.nodeType) {
      case 3: if (node.data.trim()) out.push(escape(node.data)); return;
      case 1: break;
      case 9: case 11: for (const c of node.childNodes) walk(c, out); return;
      default: return;
    }
    const tag = node.localName;
    if (tag === 'script' || tag === 'style' || tag === 'noscript') return; // code, not state
    out.push('<' + tag);
    for (const a of [...node.attributes].sort((x, y) => x.name < y.name ? -1 : 1)) {
      if (a.name !== 'nonce') out.push(` ${a.name}=${escape(a.value)}`);
    }
    if (tag === 'input' || tag === 'textarea' || tag === 'select') out.push(` .value=${escape(node.value)}`);
    if (tag === 'input' && node.checked) out.push(' .checked');
    if (tag === 'details' && node.open) out.push(' .open');
    if (node.scrollTop || node.scrollLeft) out.push(` .scroll=${Math.round(node.scrollLeft)},${Math.round(node.scrollTop)}`);
    out.push('>');
    const root = R.shadowOf ? R.shadowOf(node) : node.shadowRoot;
    if (root) { out.push('#shadow'); walk(root, out); }
    if (tag === 'iframe') { try { if (node.contentDocument) walk(node.contentDocument, out); } catch { /* another origin */ } }
    for (const c of node.childNodes) walk(c, out);
    out.push('</>');
  };

  const items = (s) => { try { return native.stringify(Object.entries(s()).sort((a, b) => a[0] < b[0] ? -1 : 1)); } catch { return '-'; } };

  R.state = () => {
    const out = [location.href, String(Date.now()), document.title, items(() => localStorage), items(() => sessionStorage)];
    const active = document.activeElement;
    out.push(active ? active.localName + (active.id ? '#' + active.id : '') : '');
    walk(document, out);
    return out.join('\n');
  };
}
