// say.js: what the app says on the console.

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
      const text = args.map((v) => (typeof v === 'string' ? v : R.json(v))).join(' ').slice(0, wordy);
      R.emit({ ev: 'console', level: name === 'warn' ? 'warning' : name, text, args });
    })();
    return original.apply(this, list);
  });
}
