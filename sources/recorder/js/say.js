// say.js: what the app says by itself: the console, uncaught errors, rejections that nobody handled.

const deep = 3, wide = 30, wordy = 2000;

/** A value as JSON, without running code of the app: no getters, no toJSON. */
const plain = (v, depth) => {
  if (typeof v === 'string') return v.slice(0, wordy);
  if (v === null || typeof v === 'boolean' || Number.isFinite(v)) return v;
  if (typeof v !== 'object') return typeof v === 'symbol' ? 'Symbol()' : typeof v === 'function' ? '[function]' : String(v);
  if (v instanceof Error) return `${own(v, 'name') ?? v.constructor?.name ?? 'Error'}: ${own(v, 'message')}`;
  if (v instanceof Node) return `<${v.nodeName.toLowerCase()}>`;
  if (depth === 0) return '…';
  const out = Array.isArray(v) ? [] : {};
  for (const key of Object.keys(v).slice(0, wide)) out[key] = plain(own(v, key), depth - 1);
  return out;
};
const own = (v, key) => Object.getOwnPropertyDescriptor(v, key)?.value;

for (const name of R.config.console ? ['debug', 'log', 'info', 'warn', 'error'] : []) {
  R.replace(console, name, (original) => function(...list) {
    if (R.on) R.guard(() => {
      const args = list.slice(0, wide).map((v) => plain(v, deep) ?? null);
      const text = args.map((v) => (typeof v === 'string' ? v : JSON.stringify(v))).join(' ').slice(0, wordy);
      R.emit({ ev: 'console', level: name === 'warn' ? 'warning' : name, text, args });
    })();
    return original.apply(this, list);
  });
}

// "at fn (url:line:col)" and "at url:line:col" in V8, "fn@url:line:col" elsewhere.
const frames = (stack) => String(stack ?? '').split('\n').slice(0, 30).map((line) => /^\s*(?:at )?(?:(.*?)(?: \(|@))?(\S+?):(\d+):(\d+)\)?$/.exec(line)).filter(Boolean)
  .map(([, fn, url, line, col]) => ({ ...fn && { fn }, url, line: +line, col: +col }));

const failed = (e, message, more) => R.emit({
  ev: 'error', name: e instanceof Error ? e.name : 'Error', message: e instanceof Error ? e.message : message, stack: frames(e?.stack), ...more,
});
const text = (v) => { const p = plain(v, deep); return typeof p === 'string' ? p : JSON.stringify(p) ?? String(p); };

addEventListener('error', R.guard((e) => {
  if (e instanceof ErrorEvent) failed(e.error, e.message.replace(/^Uncaught (?:\w*Error: )?/, ''));
}), true);
addEventListener('unhandledrejection', R.guard((e) => failed(e.reason, text(e.reason), { rejection: true })), true);
