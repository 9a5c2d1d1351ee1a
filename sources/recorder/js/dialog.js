// dialog.js: when a dialog was opened and answered, which only the page can tell exactly: what it does next follows at once.
for (const name of ['alert', 'confirm', 'prompt']) {
  R.replace(window, name, (original) => function() {
    R.guard(() => {
      R.emit({ ev: 'restep.asks' });
      R.flush(); // what came before must not wait for the person
    })();
    const result = original.apply(this, arguments);
    R.guard(() => {
      R.emit({ ev: 'restep.answered' });
      R.flush();
    })();
    return result;
  });
}
