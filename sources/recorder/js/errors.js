// errors.js: uncaught errors, and rejections that nobody handled, in the words in which a replay tells them.

// "at fn (url:line:col)" and "at url:line:col" in V8, "fn@url:line:col" elsewhere.
const frames = (stack) => R.filter(
  String(stack || '').split('\n').map((line) => /^\s*(?:at )?(?:(.*?)(?: \(|@))?(\S+?):(\d+):(\d+)\)?$/.exec(line)),
  (m) => m && !m[2].includes('__restep'),
).slice(0, 20).map(([, fn, url, line, col]) => ({ ...fn && { fn }, url, line: +line, col: +col }));
const cut = (s) => (s.length > 8192 ? `${s.slice(0, 8192)}…` : s);
const brief = (v) => {
  if (v === null || typeof v !== 'object') return typeof v === 'function' ? `ƒ ${v.name}()` : String(v);
  try {
    return JSON.stringify(v) ?? String(v);
  } catch {
    return Object.prototype.toString.call(v);
  }
};
const failed = (reason, more) => {
  const isError = reason instanceof Error || reason && typeof reason === 'object' && 'message' in reason;
  const stack = frames(isError && reason.stack);
  R.emit({
    ev: 'error', name: cut(String(isError && reason.name || 'Error')), message: cut(isError ? String(reason.message) : brief(reason)),
    ...stack[0] && { stack }, ...more,
  });
};
R.listen('error', (e) => {
  if (!(e instanceof ErrorEvent) || e.message === undefined) return; // a resource did not load
  failed(e.error ?? { name: /^Uncaught (\w+):/.exec(e.message)?.[1], message: e.message.replace(/^Uncaught (\w+: )?/, '') });
});
R.listen('unhandledrejection', (e) => failed(e.reason, { rejection: true }));
