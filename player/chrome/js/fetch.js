// fetch.js: fetch and sendBeacon, answered from the recording.
{
  const native = R.native, { Request, Response, URL, ReadableStream } = globalThis;
  // A worker is idle when what it has let through was read: see inworker.js.
  const nativeFetch = (...args) => {
    const response = native.fetch(...args);
    return R.conducted ? R.inOrder(response.then((r) => r.clone().arrayBuffer().then(() => r, () => r))) : response;
  };
  const isRedirect = (status) => status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
  const mostRedirects = 20;

  // R.exchange is R.call with redirects followed as recorded: sink.answer(a, url, redirected) gets the last answer, and
  // sink.redirect(), where there is one, may refuse by returning false. The result can be aborted.
  R.exchange = (request, sink) => {
    let current, hops = 0;
    const hop = (r) => {
      const url = r.url;
      current = R.call(r, {
        pass: () => sink.pass(r, hops),
        stub: () => sink.stub(r),
        block: () => sink.block(r),
        answer: (a) => {
          const next = a.ev === 'res' ? R.redirected(r, a) : null;
          if (!next || sink.redirect && !sink.redirect()) return sink.answer(a, url, hops > 0);
          R.end(current);
          if (++hops > mostRedirects) return sink.block(r);
          return hop(next);
        },
      });
    };
    hop(request);
    return { abort: () => R.abort(current), end: () => R.end(current), get call() { return current; } };
  };

  // R.redirected is the request that follows a redirect; null where the answer is none.
  R.redirected = (r, a) => {
    const location = isRedirect(a.status) && a.headers?.find(([name]) => name.toLowerCase() === 'location')?.[1];
    if (!location || !URL.canParse(location, r.url)) return null;
    const target = new URL(location, r.url);
    const toGet = a.status === 303 ? r.method !== 'HEAD' : a.status < 303 && r.method === 'POST';
    const next = { ...r, url: target.href, key: undefined };
    if (target.origin !== new URL(r.url).origin) next.headers = r.headers?.filter(([name]) => name !== 'authorization');
    if (!toGet) return next;
    return { ...next, method: 'GET', type: null, content: null, headers: next.headers?.filter(([name]) => !name.startsWith('content-')) };
  };

  // Headers of a cross-origin answer that scripts see without being allowed to.
  const safelisted = new Set(['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma']);

  const home = globalThis.origin + '/'; // that of the parent in about:blank, where location has none
  const isForeign = (url) => !url.startsWith(home);

  // R.headers are the headers of an answer that scripts may see, as pairs.
  R.headers = (a, url) => {
    const all = (a.headers ?? []).filter(([name]) => !/^set-cookie2?$/i.test(name));
    if (!isForeign(url)) return all;
    const exposed = new Set(safelisted);
    for (const [name, value] of all) {
      if (name.toLowerCase() !== 'access-control-expose-headers') continue;
      for (const h of value.split(',')) exposed.add(h.trim().toLowerCase());
    }
    return exposed.has('*') ? all : all.filter(([name]) => exposed.has(name.toLowerCase()));
  };

  // R.keepCookies sets the cookies of an answer that scripts may read. Their domain was that of the recorded host.
  R.keepCookies = (a) => {
    if (R.worker) return;
    for (const [name, value] of a.headers ?? []) {
      if (name.toLowerCase() !== 'set-cookie' || /;\s*httponly/i.test(value)) continue;
      const insecure = location.protocol === 'http:';
      try {
        document.cookie = value.replace(/;\s*domain=[^;]*/i, '').replace(insecure ? /;\s*(secure|samesite=none)\b/gi : /$^/, '');
      } catch { /* a sandboxed document has no cookies */ }
    }
  };

  // What a Response cannot be told: its url, type and whether it was redirected.
  const facts = new WeakMap();
  for (const name of ['url', 'type', 'redirected']) {
    const d = Object.getOwnPropertyDescriptor(Response.prototype, name);
    const get = { get() { const f = facts.get(this); return f ? f[name] : Reflect.apply(d.get, this, []); } }.get;
    Object.defineProperty(Response.prototype, name, { ...d, get: R.disguise(get, d.get) });
  }
  R.replace(Response.prototype, 'clone', (original) => ({
    clone() {
      const copy = Reflect.apply(original, this, []);
      if (facts.has(this)) facts.set(copy, facts.get(this));
      if (pieces.has(this)) pieces.add(copy);
      return copy;
    },
  }).clone);

  // While the browser reads a stream of the page by itself, it holds the clock, by which the stream's pieces come. Measured
  // on Chromium 156: text() of a stream that ended 30 ms later stood until the clock was freed after 20 s.
  const pieces = new WeakSet(); // responses whose content comes in pieces
  const getReader = ReadableStream.prototype.getReader;
  async function whole(response) {
    const reader = Reflect.apply(getReader, response.body, []), read = [];
    for (let r = await reader.read(); !r.done; r = await reader.read()) read.push(r.value);
    return new Response(R.concat(read), { headers: response.headers });
  }
  for (const name of ['text', 'json', 'arrayBuffer', 'blob', 'bytes', 'formData']) {
    R.replace(Response.prototype, name, (original) => ({
      [name]() {
        // Much content takes real time to be read; the clock stands meanwhile.
        if (facts.get(this)?.large) return R.inOrder(Reflect.apply(original, this, []));
        if (!pieces.has(this) || this.bodyUsed || this.body.locked) return Reflect.apply(original, this, []);
        return whole(this).then((r) => Reflect.apply(original, r, []));
      },
    })[name]);
  }

  const hasNoBody = (status) => status === 204 || status === 205 || status === 304;

  // respond makes the Response of an answer; stream is its body where that comes in pieces.
  function respond(a, url, redirected, request, stream) {
    const foreign = isForeign(url);
    const special = foreign && request.mode === 'no-cors' ? 'opaque'
      : isRedirect(a.status) && request.redirect === 'manual' ? 'opaqueredirect' : null;
    if (special) {
      const r = Response.error();
      facts.set(r, { url: special === 'opaque' ? '' : url, type: special, redirected: false });
      return r;
    }
    const headers = R.headers(a, url);
    let body = stream ?? null;
    if (!stream && !hasNoBody(a.status) && request.method !== 'HEAD') {
      // A string would give itself a content type where the recording has none.
      const typed = headers.some(([name]) => name.toLowerCase() === 'content-type');
      body = typed && !R.isBinary(a) ? a.text ?? '' : R.bytes(a);
    }
    const r = new Response(body, { status: a.status, statusText: a.statusText ?? '', headers });
    if (stream) pieces.add(r);
    facts.set(r, { url: url.replace(/#.*$/s, ''), type: foreign ? 'cors' : 'basic', redirected, large: body?.length > 64 << 10 });
    return r;
  }

  // R.eventText spells a message of an event stream as a server sends it.
  R.eventText = (a) => (a.name ? `event: ${a.name}\n` : '') + (a.lastId ? `id: ${a.lastId}\n` : '')
    + (a.text ?? '').split('\n').map((line) => `data: ${line}\n`).join('') + '\n';

  // R.saysSomething says that an sse line is a message, which its end alone is not; R.breaksOff that the stream ends there
  // without its server's doing, in the code of sockets.
  R.saysSomething = (a) => a.text !== undefined && (a.text !== '' || !a.close);
  R.breaksOff = (a) => a.close === 1006;

  // R.isStream says that the content of an answer comes in sse lines of its own.
  R.isStream = (a) => !R.hasContent(a) && (a.headers ?? []).some(([name, value]) => name.toLowerCase() === 'content-type' && /^text\/event-stream\b/i.test(value));

  const failed = () => new native.TypeError('Failed to fetch');

  // perform answers one fetch.
  function perform(request, type, content, signal) {
    return new native.Promise((resolve, reject) => {
      let stream = null, exchange;
      const open = (controller) => { stream = controller; };
      const sink = {
        pass: (r, hops) => resolve(nativeFetch(hops ? new Request(r.url, { method: r.method, headers: r.headers, body: r.content, signal }) : request)),
        stub: () => resolve(new Response(null, { status: 204 })),
        block: () => reject(failed()),
        redirect: () => request.redirect === 'follow',
        answer: (a, url, redirected) => {
          if (stream) return feed(stream, a, exchange);
          if (a.ev === 'sse') { // the recording has no head for this stream
            resolve(respond({ status: 200, headers: [['content-type', 'text/event-stream']] }, url, redirected, request, new ReadableStream({ start: open, cancel: () => exchange.end() })));
            return feed(stream, a, exchange);
          }
          if (a.ev !== 'res' || a.status < 200 || a.status > 599 || isRedirect(a.status) && request.redirect === 'error') {
            exchange.end();
            return reject(failed());
          }
          R.keepCookies(a);
          if (R.isStream(a)) {
            return resolve(respond(a, url, redirected, request, new ReadableStream({ start: open, cancel: () => exchange.end() })));
          }
          if (a.chunks && R.hasContent(a) && request.method !== 'HEAD') {
            resolve(respond(a, url, redirected, request, new ReadableStream({ start: open, cancel: () => exchange.end() })));
            return pour(stream, a, exchange);
          }
          exchange.end();
          return resolve(respond(a, url, redirected, request, null));
        },
      };
      exchange = R.exchange({ method: request.method, url: request.url, headers: [...request.headers], type, content, resource: 'fetch' }, sink);
      signal?.addEventListener('abort', () => {
        exchange.abort();
        reject(signal.reason);
        stream?.error(signal.reason);
      }, { once: true });
    });
  }

  // pour passes content on in pieces, each when it came. Their lengths are those that were recorded: what differs, because
  // secrets were replaced or somebody changed the answer, is in the last one. One without bytes at the end says that the app
  // broke the answer off: it stays open until the app does so again.
  function pour(stream, a, exchange) {
    const bytes = R.bytes(a), begun = R.clock(), open = a.chunks.at(-1)[1] === 0, count = a.chunks.length - open;
    let at = 0, next = 0;
    const more = () => {
      exchange.call.pours = false;
      if (exchange.call.ended) return;
      try {
        while (next < count && (R.worker && !R.conducted || Math.ceil(a.chunks[next][0] - 0.05) <= R.clock() - begun)) {
          const to = ++next === count ? bytes.length : Math.min(bytes.length, at + a.chunks[next - 1][1]);
          if (to > at) stream.enqueue(bytes.slice(at, to));
          at = to;
        }
        if (next === count) {
          if (open) return;
          stream.close();
          exchange.end();
        } else {
          exchange.call.pours = true;
          native.setTimeout(more, Math.max(0, begun + Math.ceil(a.chunks[next][0] - 0.05) - R.clock()));
        }
      } catch { /* the app cancelled the stream */ }
    };
    more();
  }

  // feed passes a piece of a stream on.
  function feed(stream, a, exchange) {
    try {
      if (a.ev === 'sse' && R.saysSomething(a)) stream.enqueue(R.encode(R.eventText(a)));
      if (a.ev === 'fail' || R.breaksOff(a)) stream.error(new native.TypeError('network error'));
      else if (a.close) stream.close();
      if (a.ev === 'fail' || a.close) exchange.end();
    } catch { /* the app cancelled the stream */ }
  }

  // readStream performs a request whose body can only be read in time.
  async function readStream(request, signal) {
    const content = new Uint8Array(await request.clone().arrayBuffer());
    signal?.throwIfAborted();
    return perform(request, request.headers.get('content-type'), content, signal);
  }

  // start is fetch(input, init).
  function start(args) {
    const [input, init] = args;
    let request;
    try {
      request = new Request(...args);
    } catch (e) {
      const message = native.String(e?.message).replace("construct 'Request'", "execute 'fetch' on 'Window'");
      return native.Promise.reject(e instanceof native.TypeError ? new native.TypeError(message) : e);
    }
    if (R.leaves(request.method, request.url) || request.mode === 'navigate') return nativeFetch(request);
    const signal = init?.signal || input instanceof Request ? request.signal : null;
    if (signal?.aborted) return native.Promise.reject(signal.reason);
    const given = init?.body;
    if (given === undefined || given === null) {
      return request.body ? readStream(request, signal) : perform(request, request.headers.get('content-type'), null, signal);
    }
    const body = R.body(given);
    if (body.stream) return readStream(request, signal);
    const declared = request.headers.get('content-type');
    const type = body.type?.startsWith('multipart/') && declared?.startsWith('multipart/') ? body.type : declared;
    return perform(request, type, body.content, signal);
  }

  // In a window fetch belongs to the global object, in a worker to its prototype.
  const holder = Object.hasOwn(globalThis, 'fetch') ? globalThis : globalThis.WorkerGlobalScope?.prototype;
  R.replace(holder, 'fetch', () => (...args) => start(args));

  // Beacons: the app never sees the answer.
  R.replace(globalThis.Navigator?.prototype, 'sendBeacon', (original) => ({
    sendBeacon(url, data) {
      const target = new URL(url, document.baseURI).href; // throws like the native one, with another message
      if (R.leaves('POST', target)) return Reflect.apply(original, this, arguments);
      const { type, content } = R.body(data);
      if ((content?.length ?? 0) > 64 << 10) return false;
      R.call({ method: 'POST', url: target, headers: type ? [['content-type', type]] : [], type, content, resource: 'beacon' }, {
        pass: () => Reflect.apply(original, this, [url, data]), stub() {}, block() {}, answer() {},
      });
      return true;
    },
  }).sendBeacon);
}
