// idb.js: IndexedDB is answered by another process, in real time. Here its events come in the order of order.js.
//
// An event that comes when it is its turn goes on as it is. One that comes early is stopped, and a copy of it is delivered
// later. Meanwhile its transaction must not commit, and when the copy comes, must take new requests: so requests of our
// own keep it alive, and the copy is dispatched in the event of one of them, in which the transaction is active.
if (globalThis.indexedDB && R.rest) {
  const native = R.native;
  const { IDBTransaction, IDBDatabase, IDBObjectStore, IDBIndex, IDBCursor, IDBFactory, IDBVersionChangeEvent, Event } = globalThis;
  const on = EventTarget.prototype.addEventListener, fire = EventTarget.prototype.dispatchEvent;
  const getter = (Class, name) => { const { get } = Object.getOwnPropertyDescriptor(Class.prototype, name); return (o) => Reflect.apply(get, o, []); };
  const transactionOf = getter(IDBRequest, 'transaction'), resultOf = getter(IDBRequest, 'result'), errorOf = getter(IDBRequest, 'error');
  const storesOf = getter(IDBTransaction, 'objectStoreNames'), modeOf = getter(IDBTransaction, 'mode'), dbOf = getter(IDBTransaction, 'db');
  const nameOf = getter(IDBDatabase, 'name'), versionOf = getter(IDBDatabase, 'version'), requestOf = getter(IDBCursor, 'request');
  const plain = {}; // natives before they are replaced
  for (const [Class, names] of [[IDBTransaction, ['objectStore', 'abort']], [IDBObjectStore, ['getKey']], [IDBDatabase, ['createObjectStore', 'deleteObjectStore']]]) {
    for (const n of names) plain[n] = Class.prototype[n];
  }
  const call = (name, o, ...args) => Reflect.apply(plain[name], o, args);
  const probe = '__restep'; // a store that keeps a transaction alive whose database has none yet

  const requests = new WeakMap(); // request -> its entry
  const states = new WeakMap();   // transaction -> state
  const live = new native.Set();  // states of the transactions that the browser has not ended, in their order
  const connections = new native.Set(); // databases that are open
  const opening = new native.Set();     // {name, entry} of open and deleteDatabase

  // Whether the browser works at a transaction: those before it that it must wait for have ended.
  const runs = (s) => {
    for (const o of live) {
      if (o === s) return true;
      if (o.name === s.name && (o.mode !== 'readonly' || s.mode !== 'readonly') && (o.mode === 'versionchange' || o.stores.some((n) => s.stores.includes(n)))) return false;
    }
    return true;
  };

  function begin(tx) {
    const s = { tx, name: nameOf(dbOf(tx)), mode: modeOf(tx), stores: [...storesOf(tx)], held: [], asked: 0, kept: false, loose: false, aborted: false };
    states.set(tx, s);
    live.add(s);
    s.entry = R.issue({ certain: () => s.asked === 0 && runs(s) });
    const ended = (e) => {
      if (!e.isTrusted || e.target !== tx) return;
      live.delete(s);
      if (R.mayDeliver(s.entry) || s.aborted) return R.settle(s.entry);
      e.stopImmediatePropagation();
      if (s.asked > 0) { // it was told to commit: its requests come first
        R.settle(s.entry);
        s.entry = R.issue();
      }
      const copy = new Event(e.type, e);
      R.arrive(s.entry, () => Reflect.apply(fire, tx, [copy]));
    };
    Reflect.apply(on, tx, ['complete', ended]);
    Reflect.apply(on, tx, ['abort', ended]);
    return s;
  }

  // asked notes that a request was made, or made again by its cursor.
  function asked(request) {
    const tx = transactionOf(request), s = tx && (states.get(tx) ?? begin(tx));
    if (!s) return request;
    s.asked++;
    if (!requests.has(request)) {
      Reflect.apply(on, request, ['success', answered]);
      Reflect.apply(on, request, ['error', answered]);
    }
    requests.set(request, R.issue({ certain: () => runs(s), free: () => s.loose }));
    return request;
  }

  function answered(e) {
    const request = e.currentTarget, entry = requests.get(request), s = states.get(transactionOf(request));
    if (!e.isTrusted || !entry || !s || !R.isOpen(entry)) return;
    if (R.mayDeliver(entry) || s.aborted) {
      s.asked--;
      return R.settle(entry);
    }
    e.stopImmediatePropagation();
    e.preventDefault();
    const copy = new Event(e.type, e);
    hold(s, entry, () => {
      s.asked--;
      tell(s, request, copy);
      if (copy.type !== 'error' || copy.defaultPrevented) return;
      Object.defineProperty(s.tx, 'error', { value: errorOf(request), configurable: true });
      stop(s);
    });
  }

  // tell dispatches a copy in place of an event of the browser, which aborts the transaction where a listener throws.
  function tell(s, target, copy) {
    let threw = false;
    const mark = () => { threw = true; };
    Reflect.apply(on, globalThis, ['error', mark, true]);
    try {
      Reflect.apply(fire, target, [copy]);
    } finally {
      globalThis.removeEventListener('error', mark, true);
    }
    if (threw) stop(s);
  }
  function stop(s) {
    try {
      call('abort', s.tx);
      s.aborted = true;
    } catch { /* it has ended */ }
  }

  function hold(s, entry, deliver) {
    s.held.push(entry);
    R.arrive(entry, deliver);
    keep(s);
  }

  // keep has the transaction stay alive, from within one of its events, until what was held is delivered.
  function keep(s) {
    if (s.kept || s.loose) return;
    try {
      const r = call('getKey', call('objectStore', s.tx, storesOf(s.tx)[0]), 0);
      s.kept = true;
      Reflect.apply(on, r, ['success', () => { s.kept = false; goOn(s); }]);
      Reflect.apply(on, r, ['error', (e) => { e.stopImmediatePropagation(); e.preventDefault(); s.kept = false; s.loose = true; }]);
    } catch {
      s.loose = true; // it was committed or aborted, and takes no requests: nothing is lost
    }
  }
  function goOn(s) {
    const next = s.held[0];
    if (next && R.mayDeliver(next)) {
      s.held.shift();
      const deliver = next.ready;
      R.settle(next);
      deliver();
    }
    if (s.held.length > 0) keep(s);
  }

  // Opening and deleting.
  const sure = (o) => () => {
    if (o.upgrade && R.isOpen(o.upgrade.entry)) return false;
    for (const p of opening) {
      if (p === o) break;
      if (p.name === o.name) return false;
    }
    return !o.blocked || !stands(o);
  };
  // stands says that a connection is in the way.
  const stands = (o) => [...connections].some((db) => nameOf(db) === o.name && db !== o.db);
  function opens(request, name, version) {
    const o = { name: native.String(name), version };
    o.entry = R.issue({ certain: sure(o), free: () => !o.held || o.upgrade.loose });
    opening.add(o);
    const done = (e) => {
      if (!e.isTrusted) return;
      opening.delete(o);
      if (e.type === 'success' && resultOf(request) instanceof IDBDatabase) connected(resultOf(request));
      pass(e, o.entry, request);
    };
    Reflect.apply(on, request, ['success', done]);
    Reflect.apply(on, request, ['error', done]);
    Reflect.apply(on, request, ['blocked', (e) => { if (e.isTrusted) blocked(e, o, request); }]);
    Reflect.apply(on, request, ['upgradeneeded', (e) => { if (e.isTrusted) upgrades(e, o, request); }]);
    return request;
  }
  // causeOf is the entry of what asks a connection to close, if it was asked for here.
  const causeOf = (db) => [...opening].find((o) => o.name === nameOf(db))?.entry;
  const copyOf = (e) => (e instanceof IDBVersionChangeEvent ? new IDBVersionChangeEvent(e.type, e) : new Event(e.type, e));
  // pass lets an event go on, or holds it.
  function pass(e, entry, target) {
    if (R.mayDeliver(entry)) return R.settle(entry);
    e.stopImmediatePropagation();
    e.preventDefault();
    const copy = copyOf(e);
    return R.arrive(entry, () => Reflect.apply(fire, target, [copy]));
  }
  function blocked(e, o, request) {
    const first = o.entry;
    o.blocked = true;
    o.entry = R.issue({ certain: sure(o), free: () => !o.held || o.upgrade.loose });
    if (R.mayDeliver(first)) {
      R.settle(first);
      return;
    }
    e.stopImmediatePropagation();
    const copy = copyOf(e);
    // Who was told of the change too late for the browser may have closed its connection since.
    R.arrive(first, () => { if (stands(o)) Reflect.apply(fire, request, [copy]); });
  }
  function upgrades(e, o, request) {
    const first = o.entry, tx = transactionOf(request), now = R.mayDeliver(first);
    o.db = resultOf(request);
    connected(o.db);
    // What follows is an entry of its own, behind the transaction.
    const proceed = () => {
      o.upgrade = begin(tx);
      o.held = false;
      o.entry = R.issue({ certain: sure(o) });
      return o.upgrade;
    };
    if (now) {
      R.settle(first);
      proceed();
      return;
    }
    e.stopImmediatePropagation();
    const copy = copyOf(e), s = { tx, held: [], kept: false, loose: false };
    const bare = storesOf(tx).length === 0;
    if (bare) call('createObjectStore', resultOf(request), probe);
    o.upgrade = s;
    o.held = true;
    hold(s, first, () => {
      if (bare) call('deleteObjectStore', resultOf(request), probe);
      tell(proceed(), request, copy);
    });
  }
  function connected(db) {
    if (connections.has(db)) return;
    connections.add(db);
    Reflect.apply(on, db, ['versionchange', (e) => { if (e.isTrusted) pass(e, R.issue({ before: causeOf(db) }), db); }]);
    Reflect.apply(on, db, ['close', () => connections.delete(db)]);
  }

  const method = (Class, name, make) => R.replace(Class.prototype, name, (original) => ({ [name](...args) { return make(Reflect.apply(original, this, args), this, args); } })[name]);
  for (const n of ['add', 'put', 'get', 'getKey', 'getAll', 'getAllKeys', 'getAllRecords', 'count', 'delete', 'clear', 'openCursor', 'openKeyCursor']) method(IDBObjectStore, n, asked);
  for (const n of ['get', 'getKey', 'getAll', 'getAllKeys', 'getAllRecords', 'count', 'openCursor', 'openKeyCursor']) method(IDBIndex, n, asked);
  for (const n of ['update', 'delete']) method(IDBCursor, n, asked);
  for (const n of ['continue', 'continuePrimaryKey', 'advance']) method(IDBCursor, n, (_, cursor) => { asked(requestOf(cursor)); });
  method(IDBDatabase, 'transaction', (tx) => { begin(tx); return tx; });
  method(IDBDatabase, 'close', (_, db) => {
    connections.delete(db);
    R.settle(); // what was blocked may come now
  });
  method(IDBTransaction, 'abort', (_, tx) => { const s = states.get(tx); if (s) s.aborted = true; });
  method(IDBFactory, 'open', (r, _, [name, version]) => opens(r, name, version));
  method(IDBFactory, 'deleteDatabase', (r, _, [name]) => opens(r, name, 0));
  method(IDBFactory, 'databases', (p) => R.inOrder(p));
}
