// ready.js: the last part. Before an action begins, all that was unfinished has been written down by the parts before
// this one: now is the time to look at what the last action led to.

R.part((what) => {
  if (what === 'again') return;
  R.compareStorage(what ? 30 : undefined); // many items are only compared when there is time
  if (what) R.lookNow();
});
