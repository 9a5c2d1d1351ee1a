// effects.js: what the app does to its address and its storage, as the page sees it.

const local = R.attempt(() => localStorage), session = R.attempt(() => sessionStorage);
const area = (s) => (s === local() ? 'local' : 'session');

if (R.top) {
  // The same changes as the player notes, so that it finds each of them again.
  const route = R.guard(() => R.emit({ ev: 'route', url: location.href }));
  for (const name of ['pushState', 'replaceState']) {
    R.replace(History.prototype, name, (original) => function(...args) {
      const before = location.href, result = original.apply(this, args);
      if (location.href !== before) route();
      return result;
    });
  }
  R.listen('popstate', route);
  R.listen('hashchange', () => { if (history.state === null) route(); });
}

// What the areas held when they were last looked at. Only the methods can be watched: an assignment to a property is
// found by comparing, when the page comes to rest and before the next action.
const known = { local: null, session: null };
const getItem = Storage.prototype.getItem, keyAt = Storage.prototype.key;
const mostItems = 500;

const write = R.guard((where, key, value) => {
  known[where]?.set(key, value);
  R.emit({ ev: 'storage', area: where, key, value });
});
const remove = R.guard((where, key) => {
  known[where]?.delete(key);
  R.emit({ ev: 'storage', area: where, key });
});

for (const [name, done] of [['setItem', write], ['removeItem', remove]]) {
  R.replace(Storage.prototype, name, (original) => function(...args) {
    const result = original.apply(this, args);
    R.guard(() => done(area(this), ...args.map(String)))();
    return result;
  });
}
R.replace(Storage.prototype, 'clear', (original) => function() {
  const keys = items(this) ?? [];
  const result = original.apply(this, arguments);
  for (const [key] of keys) remove(area(this), key);
  return result;
});

const items = (storage, most = mostItems) => {
  if (storage.length > most) return null;
  const all = new Map();
  for (let i = 0; i < storage.length; i++) {
    const key = keyAt.call(storage, i);
    all.set(key, getItem.call(storage, key));
  }
  return all;
}

// Frames of one origin share their areas: the outermost one compares.
const lead = R.attempt(() => R.top || window.parent.location.origin !== location.origin)() ?? true;

/** Compares the storage areas with what they held, where they have no more items, and writes down what has changed. */
R.compareStorage = (most = mostItems) => {
  if (!lead) return;
  for (const storage of [local(), session()]) {
    const now = storage && items(storage, most);
    if (!now) continue;
    const where = area(storage), before = known[where];
    known[where] = now;
    if (!before) continue;
    for (const [key, value] of now) if (before.get(key) !== value) write(where, key, value);
    for (const key of before.keys()) if (!now.has(key)) remove(where, key);
  }
};
R.idle(R.guard(() => R.compareStorage()));

// What another tab has stored, it has written down. A frame of this one leaves assignments to the outermost.
R.listen('storage', (e) => {
  if (e.storageArea !== local() || Array.from(frames).some(R.attempt((f) => f.location.href === e.url))) return;
  if (e.key === null) known.local?.clear();
  else known.local?.[e.newValue === null ? 'delete' : 'set'](e.key, e.newValue);
});

// Cookies that the page sets. Those that come with answers are in their headers.
const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
const setCookie = R.guard((text) => {
  const [, key, value, attributes] = /^\s*([^=;]*)=?([^;]*)(.*)$/s.exec(text);
  const age = /;\s*max-age\s*=\s*(-?\d+)/i.exec(attributes);
  const expires = /;\s*expires\s*=\s*([^;]+)/i.exec(attributes);
  const gone = age ? Number(age[1]) <= 0 : expires && Date.parse(expires[1]) <= Date.now();
  if (gone) remove('cookie', key.trim());
  else write('cookie', key.trim(), value.trim());
});
if (cookie?.configurable) {
  Object.defineProperty(Document.prototype, 'cookie', {
    ...cookie,
    set: R.disguise(function(text) {
      cookie.set.call(this, text);
      setCookie(String(text));
    }, cookie.set),
  });
}

// A document that is written anew keeps its window, without the listeners.
for (const name of ['open', 'write', 'writeln']) {
  R.replace(Document.prototype, name, (original) => function() {
    const result = original.apply(this, arguments);
    if (this === document) R.relisten();
    return result;
  });
}

// What the app does in the person's name must not be taken for theirs: these fire trusted events.
for (const [holder, name] of [[HTMLElement.prototype, 'click'], [Document.prototype, 'execCommand'], [HTMLFormElement.prototype, 'requestSubmit'], [HTMLFormElement.prototype, 'reset']]) {
  R.replace(holder, name, (original) => function() {
    R.scripted++;
    try {
      return original.apply(this, arguments);
    } finally {
      R.scripted--;
    }
  });
}
