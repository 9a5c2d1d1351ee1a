// rest.js: when a page has come to rest after an action, and how it looked then: the expect entries. Also the one
// observer of the document, whose records the parts share, and the requests that are on their way.

const quiet = 300; // ms without a change of the document that count as rest
const longest = 5000; // ms after which a page that never rests is no longer waited for
let active = 0; // when the document last changed
let acted = 0; // when the last action was; 0: the page was looked at since
let timer = 0;

const listeners = [];
/** Adds a function that gets the records of changes of the document: children and attributes. */
R.onMutation = (f) => listeners.push(R.guard(f));
/** True while something of the last action is still to be written down, so that the page is not looked at yet. */
R.holding = () => false;
R.compareStorage = () => {};
/** The fingerprint of what is shown, where it may be told: session.js. */
R.fingerprint = () => null;

const pending = new Set(); // when the requests that are on their way began
const before = 1000; // ms before an action was done within which a request may be of it
/** Says that the app makes a request. @returns {() => void} says that it has ended */
R.request = () => {
  const began = { t: R.now() };
  pending.add(began);
  return () => {
    if (pending.delete(began)) active = R.now();
  };
};
// What is open for longer, to hear of news, is nothing that the action waits for.
const waits = () => [...pending].some((r) => r.t > acted - before);

new MutationObserver((records) => {
  active = R.now();
  for (const f of listeners) f(records);
}).observe(document, { subtree: true, childList: true, attributes: true, attributeOldValue: true });

R.onMutation((records) => {
  for (const r of records) if (r.oldValue === 'password' && r.attributeName === 'type') R.wasPassword(r.target);
});

/** Says that an action was written down, which took place at t. */
R.acted = (t = R.now()) => {
  if (!R.top) return;
  acted = active = t;
  if (!timer) timer = R.later(look, quiet);
};

const look = () => {
  timer = 0;
  if (!acted) return;
  const now = R.now();
  const rests = now - active >= quiet && !R.holding() && !R.typing() && !waits();
  if (rests) R.idle(R.guard(() => R.expect()), { timeout: 500 });
  else if (now - acted < longest) timer = R.later(look, Math.max(quiet - (now - active), 50));
}

const focus = () => {
  const e = R.focused();
  if (!e) return '';
  const id = R.attr(e, 'id');
  if (id && !R.volatile(id)) return id;
  return R.attr(e, 'data-testid') || (R.hidden(e) ? '' : R.squash(R.name(e)).slice(0, 120));
}

/** Writes down how the page looks at t, where nobody has looked since the last action and that is older than hasty ms. */
R.expect = (t = R.now(), hasty) => {
  if (!acted || R.now() - acted <= hasty) return;
  acted = 0;
  R.compareStorage();
  const entry = { t, ev: 'expect', url: location.href };
  if (document.title) entry.title = document.title;
  const on = focus();
  if (on) entry.focus = on;
  const sum = R.fingerprint();
  if (sum) entry.sum = sum;
  R.emit(entry);
};
