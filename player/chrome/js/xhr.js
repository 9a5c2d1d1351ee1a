// xhr.js: XMLHttpRequest, answered from the recording.
//
// The native object stays and does everything up to send(): it checks methods, URLs and headers, fires the first
// readystatechange, and holds responseType, timeout and handlers. From send() on its native side stays at OPENED and
// the state here counts, until the app opens it again. A request that may pass is simply sent natively.
if (globalThis.XMLHttpRequest) {
  const native = R.native, { XMLHttpRequest, DOMException, Event, ProgressEvent, Blob, DOMParser, URL } = globalThis;
  const proto = XMLHttpRequest.prototype;
  const states = new WeakMap(); // object -> its state since open()
  const nativeGet = (x, name) => Reflect.apply(getters[name], x, []);
  const getters = {};
  for (const name of ['readyState', 'timeout', 'responseType', 'upload']) getters[name] = Object.getOwnPropertyDescriptor(proto, name).get;
  const dispatch = EventTarget.prototype.dispatchEvent;
  const fire = (target, event) => Reflect.apply(dispatch, target, [event]);
  const wrongState = (method, what) => new DOMException(`Failed to execute '${method}' on 'XMLHttpRequest': ${what}`, 'InvalidStateError');
  const nextTask = () => new native.Promise((resolve) => R.turn(resolve));

  const sent = (x) => { const s = states.get(x); return s?.sent ? s : null; };
  const current = (s) => states.get(s.x) === s && !s.done;

  function setReady(s, ready) {
    s.ready = ready;
    fire(s.x, new Event('readystatechange'));
  }

  function progress(s, type, target = s.x) {
    const size = target === s.x ? s.loaded : s.uploaded;
    const computable = target === s.x ? s.computable : true;
    fire(target, new ProgressEvent(type, { lengthComputable: computable, loaded: size, total: computable ? size : 0 }));
  }

  // send, asynchronous.
  function sendAsync(s, send, body) {
    let passes = false, blocked = false;
    s.exchange = R.exchange({ ...s.request, now: true }, {
      pass: () => { passes = true; },
      stub: () => { R.turn(() => answer(s, { ev: 'res', status: 204 }, s.request.url)); },
      block: () => { blocked = true; if (s.sent) fail(s, 'error'); },
      answer: (a, url) => answer(s, a, url),
    });
    if (passes) {
      states.delete(s.x);
      return Reflect.apply(send, s.x, [body]);
    }
    s.sent = true;
    s.began = R.clock();
    armTimeout(s);
    progress(s, 'loadstart');
    if (s.uploads && current(s)) fire(s.upload, new ProgressEvent('loadstart', { lengthComputable: true, loaded: 0, total: s.uploaded }));
    if (blocked) R.turn(() => fail(s, 'error'));
    return undefined;
  }

  // send, synchronous: time stands still, so the answer is taken out of turn.
  function sendSync(s, send, body) {
    let request = { ...s.request, now: true, sync: true }, outcome = 'serve', a = null;
    do {
      outcome = 'serve';
      const call = R.call(request, { pass() { outcome = 'pass'; }, stub() { outcome = 'stub'; }, block() { outcome = 'block'; }, answer() {} });
      if (outcome === 'pass') {
        states.delete(s.x);
        return Reflect.apply(send, s.x, [body]);
      }
      a = outcome === 'serve' ? R.answerNow(call) : outcome === 'stub' ? { ev: 'res', status: 204 } : null;
      s.request = request;
      request = a && R.redirected(request, a);
    } while (request);
    s.sent = true;
    if (!a || a.ev !== 'res') {
      s.done = s.failed = true;
      s.ready = 4;
      throw new DOMException(`Failed to execute 'send' on 'XMLHttpRequest': Failed to load '${s.request.url}'.`, 'NetworkError');
    }
    receiveHead(s, a, s.request.url);
    receiveBody(s, a);
    finish(s);
    return undefined;
  }

  function receiveHead(s, a, url) {
    R.keepCookies(a);
    s.status = a.status;
    s.url = url.replace(/#.*$/s, '');
    s.headers = R.headers(a, url).map(([name, value]) => [name.toLowerCase(), value]);
    s.statusText = a.statusText ?? '';
  }

  function receiveBody(s, a) {
    if (s.request.method === 'HEAD' || a.status === 204 || a.status === 304) return;
    s.content = a;
    s.loaded = R.bytes(a).length;
    s.computable = header(s, 'content-length') !== null && header(s, 'content-encoding') === null;
  }

  function finish(s) {
    s.done = true;
    native.clearTimeout(s.timer);
    setReady(s, 4);
    if (states.get(s.x) !== s) return; // opened again by a handler
    progress(s, 'load');
    progress(s, 'loadend');
  }

  // answer delivers in tasks of their own, as a network does: headers, content, end.
  async function answer(s, a, url) {
    if (!current(s)) return;
    if (a.ev === 'fail') return fail(s, 'error');
    if (a.ev === 'sse' || s.stream) return feed(s, a, url);
    if (s.uploads) {
      s.uploads = false;
      for (const type of ['progress', 'load', 'loadend']) progress(s, type, s.upload);
    }
    receiveHead(s, a, url);
    setReady(s, 2);
    if (R.isStream(a)) {
      s.stream = true;
      return;
    }
    s.exchange.end();
    await nextTask();
    if (!current(s)) return;
    receiveBody(s, a);
    if (s.loaded > 0) {
      setReady(s, 3);
      if (!current(s)) return;
      progress(s, 'progress');
      await nextTask();
      if (!current(s)) return;
    }
    finish(s);
  }

  // feed delivers a message of an event stream.
  function feed(s, a, url) {
    if (s.ready < 2) {
      s.stream = true;
      receiveHead(s, { status: 200, headers: [['content-type', 'text/event-stream']] }, url);
      setReady(s, 2);
    }
    if (R.saysSomething(a)) {
      s.content = { text: (s.content?.text ?? '') + R.eventText(a) };
      s.loaded = s.content.text.length;
      setReady(s, 3);
      progress(s, 'progress');
    }
    if (a.close && current(s)) {
      s.exchange.end();
      if (R.breaksOff(a)) fail(s, 'error');
      else finish(s);
    }
  }

  // fail ends a request with `error`, `timeout` or `abort`.
  function fail(s, type) {
    if (!current(s)) return;
    s.done = s.failed = true;
    s.content = null;
    s.loaded = 0;
    s.computable = false;
    native.clearTimeout(s.timer);
    setReady(s, 4);
    if (states.get(s.x) !== s) return;
    if (s.uploads) for (const t of [type, 'loadend']) fire(s.upload, new ProgressEvent(t));
    progress(s, type);
    progress(s, 'loadend');
  }

  function armTimeout(s) {
    native.clearTimeout(s.timer);
    const limit = nativeGet(s.x, 'timeout');
    if (limit > 0 && !s.done) {
      s.timer = native.setTimeout(() => { s.exchange.abort(); fail(s, 'timeout'); }, Math.max(0, limit - (R.clock() - s.began)));
    }
  }

  const header = (s, name) => {
    const values = s.headers.filter(([n]) => n === name).map(([, value]) => value);
    return values.length ? values.join(', ') : null;
  };

  // What the app reads.
  const mime = (s) => s.mime ?? header(s, 'content-type') ?? 'text/xml';
  const charset = (type) => /;\s*charset="?([^";\s]+)/i.exec(type ?? '')?.[1];

  function text(s) {
    if (!s.content) return '';
    const binary = R.isBinary(s.content), wanted = charset(s.mime) ?? (binary ? charset(mime(s)) ?? 'utf-8' : null);
    if (wanted === null || !binary && /^utf-?8$/i.test(wanted)) return (s.content.text ?? '').replace(/^\ufeff/, '');
    try {
      return new TextDecoder(wanted).decode(R.bytes(s.content));
    } catch { // an unknown charset
      return new TextDecoder().decode(R.bytes(s.content));
    }
  }

  function parsed(s) {
    const type = mime(s).replace(/;.*$/s, '').trim().toLowerCase();
    const html = type === 'text/html', xml = /^(text|application)\/xml$|\+xml$/.test(type);
    if (!s.content || !DOMParser || !html && !xml || html && nativeGet(s.x, 'responseType') === '') return null;
    const doc = new DOMParser().parseFromString(text(s), html ? 'text/html' : 'application/xml');
    return doc.querySelector('parsererror') ? null : doc;
  }

  function read(s, type) {
    switch (type) {
      case 'json':
        try { return native.parse(text(s)); } catch { return null; }
      case 'arraybuffer':
        return s.content ? R.bytes(s.content).slice().buffer : new ArrayBuffer(0);
      case 'blob':
        return new Blob(s.content ? [R.bytes(s.content)] : [], { type: mime(s) });
      case 'document':
        return parsed(s);
    }
    return text(s);
  }

  function response(s) {
    const type = nativeGet(s.x, 'responseType');
    if (type === '' || type === 'text') return s.failed || s.ready < 3 ? '' : text(s);
    if (s.failed || s.ready < 4) return null;
    if (s.value === undefined) s.value = read(s, type);
    return s.value;
  }

  const headed = (s) => s.ready >= 2 && !s.failed;
  const reads = {
    readyState: (s) => s.ready,
    status: (s) => headed(s) ? s.status : 0,
    statusText: (s) => headed(s) ? s.statusText : '',
    responseURL: (s) => headed(s) ? s.url : '',
    response,
    responseText: (s) => s.failed || s.ready < 3 ? '' : text(s),
    responseXML: (s) => {
      if (s.failed || s.ready < 4) return null;
      if (s.xml === undefined) s.xml = nativeGet(s.x, 'responseType') === 'document' ? response(s) : parsed(s);
      return s.xml;
    },
  };
  for (const name in reads) {
    const d = Object.getOwnPropertyDescriptor(proto, name);
    if (!d) continue; // no responseXML in workers
    const get = { get() {
      const result = Reflect.apply(d.get, this, []); // throws where the response type forbids it
      const s = sent(this);
      return s ? reads[name](s) : result;
    } }.get;
    Object.defineProperty(proto, name, { ...d, get: R.disguise(get, d.get) });
  }

  // What the app sets, and when it may.
  const writes = {
    responseType: (s) => { if (s.ready >= 3) throw new DOMException("Failed to set the 'responseType' property on 'XMLHttpRequest': The response type cannot be set if the object's state is LOADING or DONE.", 'InvalidStateError'); },
    withCredentials: (s) => { if (s.ready !== 0) throw new DOMException("Failed to set the 'withCredentials' property on 'XMLHttpRequest': The value may only be set if the object's state is UNSENT or OPENED.", 'InvalidStateError'); },
    timeout: () => {},
  };
  for (const name in writes) {
    const d = Object.getOwnPropertyDescriptor(proto, name);
    const set = { set(value) {
      const s = sent(this);
      if (s) writes[name](s);
      Reflect.apply(d.set, this, [value]);
      if (s && name === 'timeout' && s.async) armTimeout(s);
    } }.set;
    Object.defineProperty(proto, name, { ...d, set: R.disguise(set, d.set) });
  }

  R.replace(proto, 'open', (original) => ({
    open(method, url, ...rest) {
      const old = sent(this);
      const before = old ? old.ready : 1;
      Reflect.apply(original, this, arguments);
      if (old) {
        old.exchange?.abort();
        native.clearTimeout(old.timer);
      }
      const base = R.worker ? location.href : document.baseURI, target = new URL(url, base);
      target.hash = '';
      const name = native.String(method).toUpperCase();
      states.set(this, {
        x: this, async: rest.length === 0 || Boolean(rest[0]), sent: false, ready: 1, done: false, failed: false, headers: [],
        request: {
          method: /^(DELETE|GET|HEAD|OPTIONS|POST|PUT)$/.test(name) ? name : native.String(method), url: target.href,
          headers: [], resource: 'xhr', type: null, content: null,
        },
        upload: nativeGet(this, 'upload'), uploaded: 0, loaded: 0, computable: false,
      });
      if (before !== 1) fire(this, new Event('readystatechange')); // natively it never left OPENED
    },
  }).open);

  R.replace(proto, 'setRequestHeader', (original) => ({
    setRequestHeader(name, value) {
      if (sent(this)) throw wrongState('setRequestHeader', "The object's state must be OPENED.");
      Reflect.apply(original, this, arguments);
      const headers = states.get(this)?.request.headers, key = native.String(name).toLowerCase();
      const same = headers?.find(([n]) => n === key);
      if (same) same[1] += ', ' + value;
      else headers?.push([key, native.String(value).trim()]);
    },
  }).setRequestHeader);

  R.replace(proto, 'send', (original) => ({
    send(body = null) {
      const s = states.get(this);
      if (s?.sent) throw wrongState('send', "The object's state must be OPENED.");
      if (!s || R.leaves(s.request.method, s.request.url)) {
        states.delete(this);
        return Reflect.apply(original, this, [body]);
      }
      const { request } = s, declared = request.headers.find(([name]) => name === 'content-type');
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        const { type, content } = R.body(body);
        request.content = content;
        request.type = declared && !type?.startsWith('multipart/') ? declared[1] : type;
        if (!declared && type) request.headers.push(['content-type', type]);
        s.uploaded = typeof content === 'string' ? R.encode(content).length : content?.length ?? 0;
        s.uploads = s.uploaded > 0;
      }
      return s.async ? sendAsync(s, original, body) : sendSync(s, original, body);
    },
  }).send);

  R.replace(proto, 'abort', (original) => ({
    abort() {
      const s = sent(this);
      if (!s) return Reflect.apply(original, this, []);
      s.exchange?.abort();
      fail(s, 'abort');
      if (states.get(this) === s) Object.assign(s, { ready: 0, failed: true, done: true });
      return undefined;
    },
  }).abort);

  R.replace(proto, 'overrideMimeType', (original) => ({
    overrideMimeType(type) {
      const s = states.get(this);
      if (s?.sent && s.ready >= 3) throw wrongState('overrideMimeType', 'MimeType cannot be overridden when the state is LOADING or DONE.');
      Reflect.apply(original, this, arguments);
      if (s) s.mime = native.String(type);
    },
  }).overrideMimeType);

  R.replace(proto, 'getResponseHeader', (original) => ({
    getResponseHeader(name) {
      const s = sent(this);
      return s ? headed(s) ? header(s, native.String(name).toLowerCase()) : null : Reflect.apply(original, this, arguments);
    },
  }).getResponseHeader);

  R.replace(proto, 'getAllResponseHeaders', (original) => ({
    getAllResponseHeaders() {
      const s = sent(this);
      if (!s) return Reflect.apply(original, this, []);
      if (!headed(s)) return '';
      const names = [...new Set(s.headers.map(([name]) => name))].sort();
      return names.map((name) => `${name}: ${header(s, name)}\r\n`).join('');
    },
  }).getAllResponseHeaders);
}
