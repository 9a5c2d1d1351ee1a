import { $, log, on } from './exact.js';

const promise = (r) => new Promise((done, fail) => {
  r.onsuccess = () => done(r.result);
  r.onerror = () => fail(r.error);
});
const open = (name, version) => new Promise((done, fail) => {
  const r = indexedDB.open(name, version);
  r.onupgradeneeded = (e) => {
    log(`upgrade ${name} ${e.oldVersion}`);
    const s = r.result.createObjectStore('items', { keyPath: 'id', autoIncrement: true });
    s.createIndex('kind', 'kind');
    s.add({ kind: 'first' }).onsuccess = () => log('seeded');
  };
  r.onsuccess = () => {
    r.result.onversionchange = () => r.result.close();
    done(r.result);
  };
  r.onerror = () => fail(r.error);
});
const one = await open('one', 1), two = await open('two', 3);
log('open');
const items = (db, mode = 'readonly') => db.transaction('items', mode).objectStore('items');
const chain = (hops, what) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => { if (--hops) port2.postMessage(0); else log(what); };
  port2.postMessage(0);
};

let n = 0;
on('#put', () => {
  const s = items(one, 'readwrite');
  s.transaction.oncomplete = () => log('put complete');
  s.add({ kind: n % 2 ? 'odd' : 'even', n: ++n }).onsuccess = (e) => {
    log(`put ${e.target.result}`);
    s.count().onsuccess = (c) => log(`count ${c.target.result}`);
  };
});
// Reads beside timers and tasks.
on('#race', () => {
  for (let ms = 1; ms < 35; ms += 3) setTimeout(() => log(`timer ${ms}`), ms);
  setTimeout(() => log('zero'));
  chain(60, 'chain of 60');
  items(one).getAll().onsuccess = (e) => {
    log(`all ${e.target.result.length}`);
    chain(3, 'chain of 3');
    items(two).count().onsuccess = (c) => log(`two has ${c.target.result}`);
  };
  fetch('/api/quick?race').then((r) => r.json()).then((j) => log(`fetched ${j.query}`));
});
on('#walk', async () => {
  const r = items(one).index('kind').openCursor(null, 'prev');
  let seen = 0;
  r.onsuccess = () => {
    const cursor = r.result;
    if (!cursor) return log(`walked ${seen}`);
    seen++;
    if (seen === 2) chain(50, 'chain while walking');
    cursor.continue();
  };
});
on('#both', async () => {
  const s = items(one, 'readwrite'), t = items(two, 'readwrite');
  promise(t.put({ kind: 'two', n: ++n })).then((k) => log(`two ${k}`));
  const key = await promise(s.put({ kind: 'one', n: ++n }));
  const back = await promise(s.get(key));
  log(`one ${key} ${back.kind}`);
  await promise(s.put({ ...back, kind: 'changed' }));
  log('changed');
});
on('#fail', () => {
  const tx = one.transaction('items', 'readwrite');
  tx.objectStore('items').add({ id: 1, kind: 'twice' }).onerror = (e) => log(`refused ${e.target.error.name}`);
  chain(40, 'chain beside a failure');
  tx.onabort = () => log(`aborted ${tx.error?.name}`);
  const other = one.transaction('items', 'readwrite');
  other.objectStore('items').add({ id: 1 }).onerror = (e) => { e.preventDefault(); log('refused, and let be'); };
  other.oncomplete = () => log('other complete');
});
on('#dump', async () => {
  const all = await Promise.all([promise(items(one).getAll()), promise(items(two).getAll())]);
  $('#content').textContent = JSON.stringify([all, await indexedDB.databases()]);
});
on('#drop', async () => {
  const name = `extra${++n}`, db = await open(name);
  chain(30, 'chain beside deleting');
  const gone = indexedDB.deleteDatabase(name);
  gone.onsuccess = () => log(`deleted ${name}`);
  gone.onblocked = () => log('blocked');
  db.onversionchange = () => { log('asked to close'); setTimeout(() => db.close(), 5); };
});
on('#hash', async () => {
  chain(20, 'chain beside hashing');
  const blob = new Blob([new Uint8Array(50_000)]), reader = new FileReader();
  reader.onload = () => log(`read ${reader.result.byteLength}`);
  reader.readAsArrayBuffer(blob);
  const [a, b] = await Promise.all([crypto.subtle.digest('SHA-512', new Uint8Array(200_000)), crypto.subtle.digest('SHA-1', new Uint8Array(9))]);
  log(`hashes ${new Uint8Array(a)[0]} ${new Uint8Array(b)[0]}`);
  document.createElement('canvas').toBlob((made) => log(`a picture of ${made.size > 100}`));
  setTimeout(() => log('after hashing'), 1);
});
