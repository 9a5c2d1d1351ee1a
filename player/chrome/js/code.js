// code.js: tells where the app's own code does not load. What is shown then is not the app: a server that could not build it
// answers with its own page, or with none, and nothing that was recorded can occur.
if (R.top) {
  const { URL, HTMLScriptElement, performance } = globalThis;
  const entries = performance.getEntriesByType;
  const listed = (type) => Reflect.apply(entries, performance, [type]);
  const own = (url) => { try { return new URL(url).origin === R.config.app; } catch { return false; } };
  const MOST = 20; // of a document: an app may try for ever
  let loaded = 0, told = 0, over = false;
  const missing = [];
  const tell = ({ url, status, dead }) => {
    if (told++ >= MOST) return;
    R.seen({ ev: 'code', url: url.slice(0, 2000), status, dead: dead || status === 0 || status >= 500 || loaded === 0 });
  };

  /** What came in place of a script: of a module it may be one that it imports. */
  const found = (src) => {
    const all = listed('resource');
    const it = all.find((e) => e.name === src);
    if (it && it.responseStatus >= 200 && it.responseStatus < 300) { // it is there: one that it needs is not
      const other = all.find((e) => e.responseStatus >= 400 && own(e.name) && (e.initiatorType === 'script' || e.initiatorType === 'other'));
      return { url: other?.name ?? src, status: other?.responseStatus ?? 200, dead: true };
    }
    return { url: src, status: it?.responseStatus ?? 0 };
  };
  const script = (e) => e.target instanceof HTMLScriptElement && e.target.src && own(e.target.src);
  addEventListener('error', (e) => {
    if (!script(e)) return;
    const what = found(e.target.src);
    if (over) tell(what);
    else if (missing.length < MOST) missing.push(what);
  }, true);
  document.addEventListener('load', (e) => { if (script(e)) loaded++; }, true); // the window is told of none but its own
  addEventListener('load', (e) => {
    if (e.target !== document || over) return;
    over = true;
    const status = listed('navigation')[0]?.responseStatus ?? 200;
    if (status >= 400 && own(location.href)) tell({ url: location.href, status });
    missing.forEach(tell);
  }, true);
}
