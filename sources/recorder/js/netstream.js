// netstream.js: WebSocket and EventSource as a page sees them: a line for each message, in both directions.

const numbers = new WeakMap(); // socket -> the call that opened it

const watch = (name, resource, hear) => R.watch(name, (made, on) => {
  const call = R.on && R.call(resource, 'GET', made.url, {}, null);
  if (!call) return;
  numbers.set(made, call);
  hear(made, on, call);
});

// What has no entry of its own yet keeps its place behind what has not been read.
const say = (call, entry, data) => {
  const t = R.now(), body = data === undefined ? undefined : R.body(data);
  call.then(() => {
    if (body instanceof Promise) return body.then((b) => R.emit({ t, of: call.n, ...entry, body: b }), () => {});
    return R.emit({ t, of: call.n, ...entry, ...body && { body } });
  });
};

watch('WebSocket', 'ws', (socket, on, call) => {
  on('message', (e) => say(call, { ev: 'ws', dir: 'in' }, e.data));
  on('close', (e) => say(call, { ev: 'ws', dir: 'in', close: e.code }));
});
if (window.WebSocket) {
  R.replace(WebSocket.prototype, 'send', (original) => function(data) {
    const result = original.apply(this, arguments);
    R.guard(() => { if (numbers.has(this)) say(numbers.get(this), { ev: 'ws', dir: 'out' }, data); })();
    return result;
  });
}

// The browser connects by itself again: the page hears that a stream was lost, and that one is open, not that it asks.
watch('EventSource', 'sse', (source, on, call) => {
  const names = new Set();
  let state = 0; // 1: it is open, 2: it was lost
  const tell = (entry, next) => {
    if (state > 1) call = R.on && R.call('sse', 'GET', source.url, {}, null) || call;
    state = next;
    say(call, entry);
  };
  on('open', () => tell({ ev: 'res', status: 200 }, 1));
  on('error', () => tell(state === 1 ? { ev: 'sse', dir: 'in', close: 1000 }
    : source.readyState > 1 ? { ev: 'res', status: 204, inferred: true } // an answer that is no stream
      : { ev: 'fail', text: 'net::ERR_FAILED' }, 2));
  const name = (type) => {
    if (names.has(type) || type === 'open' || type === 'error') return;
    names.add(type);
    on(type, (e) => say(call, { ev: 'sse', dir: 'in', ...type !== 'message' && { name: type }, text: e.data, ...e.lastEventId && { lastId: e.lastEventId } }));
  };
  name('message');
  const listen = source.addEventListener;
  source.addEventListener = function(type) {
    name(String(type));
    return listen.apply(this, arguments);
  };
});
