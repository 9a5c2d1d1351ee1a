// popup.js: the document of a tab that the app opens comes while the clock of the app stands, as documents do: else it would
// come sooner or later than what the app does meanwhile, from run to run.

if (R.top) {
  R.replace(window, 'open', (original) => ({
    open(...args) {
      const made = Reflect.apply(original, this, args), url = String(args[0] ?? '');
      if (url && !/^(about:|javascript:)/i.test(url)) R.holdClock(undefined, 'popup');
      return made;
    },
  }).open);
}
