// busy.js: tells of the requests that are on their way: a page that waits for an answer has not come to rest.

const listen = EventTarget.prototype.addEventListener;

R.replace(globalThis, 'fetch', (original) => function() {
  const ends = R.request();
  // The app gets what becomes of the promise: one that somebody listens to would no longer be reported as unhandled.
  return original.apply(this, arguments).then((r) => { ends(); return r; }, (e) => { ends(); throw e; });
});
R.replace(XMLHttpRequest.prototype, 'send', (original) => function() {
  const ends = R.request();
  try {
    listen.call(this, 'loadend', ends, { once: true });
    return original.apply(this, arguments);
  } catch (e) {
    ends();
    throw e;
  }
});
