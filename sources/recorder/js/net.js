// net.js: requests as a page sees them: fetch, XMLHttpRequest and beacons. The app gets what it would have got, when it
// would have; what the platform does not show is written down as a hole.
//
// An answer is dated when its head came, or its end where that took long: the app acts on it later, never earlier.

const { Request, Response, Headers, URL, TextDecoder, FormData, ReadableStream } = window;
const most = R.config.maxBody, long = 200; // ms
const hole = (why, size) => ({ $missing: why, ...size && { size } });

const dropped = R.config.drop.map((p) => new RegExp(`^${p.split('*').map((s) => s.replace(/[\\^$.+?()[\]{}|]/g, '\\$&')).join('.*')}$`));
/** Whether a request is left out: the recorder's own, and what was asked for. */
const leaves = (url) => !/^(?:https?|wss?):/.test(url) || url.startsWith(R.config.endpoint) || dropped.some((p) => p.test(url));
R.url = (url) => new URL(url, document.baseURI).href;

/** @returns {object} bytes as a body */
function decode(bytes) {
  if (bytes.length > most) return hole('truncated', bytes.length);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    let s = '';
    for (let i = 0; i < bytes.length; i += 8192) s += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return { base64: btoa(s) };
  }
}

/** @returns {Promise<object>} what a stream holds; nothing more is read once it is too much */
async function drain(stream, length) {
  const reader = stream.getReader(), chunks = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    chunks.push(value);
    if (size > most) {
      reader.cancel().catch(() => {});
      return hole('truncated', Math.max(size, length | 0));
    }
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const c of chunks) all.set(c, at), at += c.length;
  return decode(all);
}

/** @returns {object|Promise<object>|undefined} content that the app sends, as a body; head gets its type */
R.body = (data, head) => {
  if (data === null || data === undefined) return undefined;
  if (typeof data === 'string') return data.length > most ? hole('truncated', data.length) : { text: data };
  if (data instanceof ReadableStream) return hole('stream');
  if (data instanceof Request) return drain(data.clone().body);
  if (data instanceof Document) return { text: new XMLSerializer().serializeToString(data) };
  if (data.size > most || data.byteLength > most) return hole('truncated', data.size ?? data.byteLength);
  const r = new Response(data), type = r.headers.get('content-type');
  if (head && type && (!head['content-type'] || data instanceof FormData)) head['content-type'] = type;
  return drain(r.body);
};

const soon = (value, f) => (value instanceof Promise ? value.catch(() => hole('not readable')).then(R.guard(f)) : f(value));

/** Writes a request down. then(f) runs f once its entry is there, whose number is call.n. */
R.call = begin;
function begin(resource, method, url, head, data) {
  if (leaves(url)) return null;
  const call = { t: R.now(), n: -1, then: (f) => { call.wait = soon(call.wait, f); } };
  if (/^(?:fetch|xhr)/.test(resource)) call.ends = R.request(); // the others may stay open for good
  const trace = head.traceparent?.split('-')[1];
  call.wait = soon(R.body(data, head), (body) => {
    call.n = R.emit({ t: call.t, ev: 'req', resource, method, url, headers: head, ...body && { body }, ...trace && { trace } }).n;
  });
  return call;
}

/** Writes an answer down. */
const end = (call, entry) => {
  call.ends();
  call.then(() => R.emit({ of: call.n, ...entry }));
};

function answered(call, r) {
  const t = R.now(), headers = Object.fromEntries(r.headers), res = { t, ev: 'res', status: r.status, headers };
  if (/^opaque/.test(r.type)) return end(call, { ...res, status: 200, inferred: true, body: hole('opaque') });
  if (r.redirected) { // by what steps it came here is not shown
    call.then(() => {
      R.emit({ t, ev: 'res', of: call.n, status: 302, headers: { location: r.url }, inferred: true });
      call.n = R.emit({ t, ev: 'req', from: call.n, method: 'GET', url: r.url, resource: 'fetch', inferred: true }).n;
    });
  }
  if (!r.body) return end(call, res);
  drain(r.clone().body, r.headers.get('content-length')).then((body) => {
    const now = R.now();
    end(call, { ...res, t: now - t > long ? now : t, body });
  }, (e) => end(call, failure(e)));
}

const failure = (e) => ({ ev: 'fail', text: /^(?:Abort|Timeout)Error$/.test(e?.name) ? 'aborted' : 'net::ERR_FAILED' });

R.replace(window, 'fetch', (original) => function(input, init) {
  let call = null, args = arguments;
  R.guard(() => {
    const request = input instanceof Request ? input : null, url = request ? request.url : R.url(input);
    const headers = new Headers(init?.headers ?? request?.headers);
    const id = !request && !headers.has('traceparent') && R.trace(url);
    if (id && R.on) {
      headers.set('traceparent', id);
      args = [input, { ...init, headers }];
    }
    if (!R.on) return;
    const data = init?.body ?? (request?.body && request);
    call = begin('fetch', (init?.method ?? request?.method ?? 'GET').toUpperCase(), url, Object.fromEntries(headers), data);
  })();
  const p = original.apply(this, args);
  // The app gets what becomes of the promise: one that somebody listens to would no longer be reported as unhandled.
  return call ? p.then((r) => { R.guard(answered)(call, r); return r; }, (e) => { R.guard(end)(call, failure(e)); throw e; }) : p;
});

// A synchronous request is written down like any other: all of its events come before send() returns.
const calls = new WeakMap(), XHR = XMLHttpRequest.prototype, setHeader = XHR.setRequestHeader;
R.replace(XHR, 'open', (original) => function(method, url) {
  const result = original.apply(this, arguments);
  R.guard(() => {
    const old = calls.get(this);
    if (old?.call) end(old.call, { ev: 'fail', text: 'aborted' });
    else if (!old) this.addEventListener('readystatechange', R.guard(() => changed(this)));
    calls.set(this, { method: String(method).toUpperCase(), url: R.url(url), head: {}, call: null, t: 0 });
  })();
  return result;
});
R.replace(XHR, 'setRequestHeader', (original) => function(name, value) {
  const result = original.apply(this, arguments), head = calls.get(this)?.head, key = String(name).toLowerCase();
  if (head) head[key] = key in head ? `${head[key]}, ${value}` : String(value);
  return result;
});
R.replace(XHR, 'send', (original) => function(data) {
  R.guard(() => {
    const x = calls.get(this);
    if (!R.on || !x) return;
    const id = !x.head.traceparent && R.trace(x.url);
    if (id) setHeader.call(this, 'traceparent', x.head.traceparent = id);
    x.call = begin('xhr', x.method, x.url, x.head, /^(?:GET|HEAD)$/.test(x.method) ? null : data);
    if (x.call) this.addEventListener('abort', () => { x.why = 'aborted'; }, { once: true });
  })();
  return original.apply(this, arguments);
});

function changed(xhr) {
  const x = calls.get(xhr), call = x.call;
  if (!call) return;
  // The app hears of the end after this: what it does then must not seem to come before the answer.
  if (xhr.readyState < 4) {
    x.t = R.now();
    return;
  }
  x.call = null;
  if (!xhr.status) {
    R.soon(() => end(call, { ev: 'fail', text: x.why ?? 'net::ERR_FAILED' })); // which event follows tells why
    return;
  }
  const headers = {};
  for (const line of xhr.getAllResponseHeaders().trim().split('\r\n')) {
    const i = line.indexOf(': ');
    if (i > 0) headers[line.slice(0, i).toLowerCase()] = line.slice(i + 2);
  }
  const entry = { t: x.t || R.now(), ev: 'res', status: xhr.status, headers };
  const type = xhr.responseType, got = type === '' || type === 'text' ? xhr.responseText : xhr.response;
  const body = type === 'json' ? R.body(R.json(got)) : R.body(got);
  call.then(() => soon(body, (b) => end(call, b ? { ...entry, body: b } : entry)));
}

R.replace(Navigator.prototype, 'sendBeacon', (original) => function(url, data) {
  const done = original.apply(this, arguments);
  if (done && R.on) R.guard(() => begin('beacon', 'POST', R.url(url), {}, data))();
  return done;
});
