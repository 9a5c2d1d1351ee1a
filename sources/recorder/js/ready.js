// ready.js: the last part. Before an action begins, all that was unfinished has been written down by the parts before
// this one: now is the time to look at what the last action led to.

const hasty = 50; // ms between two actions within which the page is not looked at

R.part((what) => {
  if (what === 'again') return;
  R.compareStorage(what ? 30 : undefined); // many items are only compared when there is time
  // The action is as old as its event, and this comes before it.
  if (what) R.expect((window.event ? R.now(window.event) : R.now()) - 0.1, hasty);
});
