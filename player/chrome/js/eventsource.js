// eventsource.js: EventSource, answered from the recording: its messages come one by one in sse lines, or as a whole in
// the content of the response.
{
  const { DOMException, Event, MessageEvent, URL } = globalThis;
  const dispatch = EventTarget.prototype.dispatchEvent;
  const CONNECTING = 0, OPEN = 1, CLOSED = 2;
  const fire = (s, event) => Reflect.apply(dispatch, s.self, [event]);

  function create(address, init) {
    let url;
    try {
      url = new URL(address, R.worker ? location.href : document.baseURI).href;
    } catch {
      throw new DOMException(`Failed to construct 'EventSource': Cannot open an EventSource to '${address}'. The URL is invalid.`, 'SyntaxError');
    }
    const silent = develops(url);
    if (!silent && R.leaves('GET', url)) return null;
    const s = { url, withCredentials: Boolean(init?.withCredentials), readyState: CONNECTING, lastId: '', retry: 3000, start() {}, exchange: { end() {}, abort() {} } };
    return silent || connect(s) ? s : null;
  }

  // A stream on which a development server tells of new code: webpack-hot-middleware, esbuild. An open request would hold
  // the clock, and what it says is not for the page: see muffle. To the app it looks like a server that does not answer.
  function develops(url) {
    const { origin, pathname } = new URL(url);
    return !R.config.apply && origin === location.origin && ['/__webpack_hmr', '/_next/webpack-hmr', '/esbuild'].includes(pathname);
  }

  // connect makes the request; false means that it may pass. A connection that comes back must not.
  function connect(s) {
    let passes = false;
    const headers = [['accept', 'text/event-stream']];
    if (s.lastId) headers.push(['last-event-id', s.lastId]);
    s.exchange = R.exchange({ method: 'GET', url: s.url, headers, type: null, content: null, resource: 'sse', now: true }, {
      pass: () => { passes = true; },
      stub: () => R.turn(() => fail(s)),
      block: () => R.turn(() => fail(s)),
      answer: (a) => answer(s, a),
    });
    return !passes;
  }

  function answer(s, a) {
    if (s.readyState === CLOSED) return;
    if (a.ev === 'fail') return lost(s);
    if (a.ev === 'res') {
      const type = a.headers?.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'text/event-stream';
      if (a.status !== 200 || !/^text\/event-stream\b/i.test(type)) return fail(s);
      open(s);
      if (R.hasContent(a)) {
        parse(s, R.decode(R.bytes(a)) ?? '');
        lost(s);
      }
      return;
    }
    if (s.readyState === CONNECTING) open(s); // the recording has no head for this stream
    if (R.saysSomething(a)) message(s, a.name, a.text, a.lastId);
    if (a.close) lost(s);
  }

  function open(s) {
    s.readyState = OPEN;
    fire(s, new Event('open'));
  }

  function message(s, name, data, id) {
    if (s.readyState !== OPEN) return; // closed by a handler
    if (id) s.lastId = id;
    fire(s, new MessageEvent(name || 'message', { data, lastEventId: s.lastId, origin: new URL(s.url).origin }));
  }

  // parse dispatches a whole stream: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
  function parse(s, text) {
    let name = '', data = [];
    for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
      if (line === '') {
        if (data.length) message(s, name, data.join('\n'), '');
        name = '';
        data = [];
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon), value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') name = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id' && !value.includes('\0')) s.lastId = value;
      else if (field === 'retry' && /^\d+$/.test(value)) s.retry = +value;
    }
  }

  // fail ends it for good.
  function fail(s) {
    s.readyState = CLOSED;
    s.exchange.end();
    fire(s, new Event('error'));
  }

  // lost is the end of a connection: the browser comes back when the recorded one did, if it did. In service
  // workers, whose timers do not run, it does so at once.
  function lost(s) {
    if (s.readyState === CLOSED) return;
    s.exchange.end();
    s.readyState = CONNECTING;
    fire(s, new Event('error'));
    const next = s.readyState === CONNECTING && R.nextRecorded('GET', s.url);
    if (!next) return;
    const again = () => { if (s.readyState === CONNECTING) connect(s); };
    if (R.worker && !R.conducted) R.turn(again);
    else R.native.setTimeout(again, next.at === undefined ? s.retry : Math.max(0, Math.ceil(next.at - 0.05) - R.clock()));
  }

  function close(s) {
    if (s.readyState !== CLOSED) s.exchange.abort();
    s.readyState = CLOSED;
  }

  const read = (name) => (s) => s[name];
  R.standIn('EventSource', {
    events: ['open', 'message', 'error'],
    fields: { url: read('url'), readyState: read('readyState'), withCredentials: read('withCredentials') },
    methods: { close },
    create,
  });
}
