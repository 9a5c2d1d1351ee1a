// dialog.js: what the page has done is told before a dialog holds it up: its journal cannot be read until the next action
// has answered that, and what was asked before would read as asked too late.
if (!R.worker) {
  for (const name of ['alert', 'confirm', 'prompt', 'print']) {
    R.replace(globalThis, name, (original) => ({
      [name]() {
        R.flush();
        R.noHalt?.();
        return Reflect.apply(original, this, arguments);
      },
    })[name]);
  }
}
