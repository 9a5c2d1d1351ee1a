// net.js: matches the app's requests with the recorded ones and releases the recorded answers.
//
// File order is the schedule. Go hands over the table of recorded requests and, before each stretch of the clock, the
// answers of that stretch. An answer is released when virtual time has reached its own, one at a time, and the page
// gets its turn in between. One whose request has not come holds up nothing; if the request comes later, it is answered
// after the recorded latency. What the table does not know is asked of Go.
//
// fetch, XMLHttpRequest, WebSocket and EventSource stand on R.call; the words are those of player.Page:
//
//	request  {method, url, headers: [[name, value]…], type, content, resource, now, sync}; content as in R.body;
//	         now: decided before R.call returns; sync: the answer too is needed at once (R.answerNow)
//	sink     {answer(a), pass(), stub(), block()}: what becomes of it. answer may return a promise: nothing else is
//	         released until it is settled. pass, stub and block may come before R.call returns
//	answer   {pos, of, t, latency, ev, status, headers, text | base64 | span, name, lastId, close}
{
  const native = R.native, config = R.config;
  const nativeFetch = native.fetch.bind(globalThis);
  const mostShown = 64 << 10, mostAsked = 4 << 20; // bytes of a request body

  // Requests.
  const table = new Map(); // key -> positions of recorded requests that nobody took, in file order
  const calls = new Map(); // position of a recorded request -> the call that took it
  let greeted = false;     // Go has given a table, or was asked for one
  let lives = 0;
  let took = [];           // positions taken since the last question
  // Answers.
  const have = new Set();  // positions of the answers that were handed over
  const early = new Map(); // position of a request that has not come -> its answers
  const ready = [];        // answers whose request has come, by due time, then file order
  // The stretch of the clock, and for what it stops before its end: haltBy of stretch.go.
  let span = { to: 0, halt: { number: 0, last: 0, on: null } };
  const missed = new Set(); // filters of failures that came when the clock stood, or was about to
  let halted = false, calm = false, busy = false, waits = 0, resting = 0;

  // turn runs f as a task of its own, after what was posted before; rest runs it after everything that the page has to
  // do now. Tasks of the scheduler cost a third of messages to oneself; both leave the nesting level of timers at 0,
  // while timers that are set in a timer are clamped to 4 ms.
  const scheduler = globalThis.scheduler, postTask = scheduler?.postTask?.bind(scheduler);
  const channel = new native.MessageChannel(), turns = [];
  channel.port1.onmessage = () => turns.shift()();
  const post = channel.port2.postMessage.bind(channel.port2);
  const message = (f) => { turns.push(f); post(0); };
  const turn = R.turn = postTask ? (f) => { postTask(f); } : message;
  const idle = { priority: 'background' };
  const rest = R.rest = postTask ? (f) => { postTask(f, idle); } : (f) => message(() => message(f));
  // after runs f when the clock has moved on by so many ms.
  const after = postTask && !R.conducted ? (f, delay) => { postTask(f, { delay }); } : (f, ms) => { native.setTimeout(() => turn(f), ms); };

  const patterns = (config.pass ?? []).map((p) => {
    const [, method, url] = /^(?:([A-Z]+) )?(.*)$/s.exec(p);
    const any = url.startsWith('/') ? '[a-z]+://[^/]*' : '';
    return { method, url: new RegExp('^' + any + url.split('*').map((s) => s.replace(/[\\^$.+?()[\]{}|]/g, '\\$&')).join('.*') + '$', 's') };
  });

  // R.leaves says that a request is none of our business: it may go to the network, or never gets there.
  R.leaves = (method, url) => {
    if (!/^(https?|wss?):/.test(url)) return true;
    return patterns.some((p) => (!p.method || p.method === method) && p.url.test(url));
  };

  /** Go: the recorded requests that nobody took, [[key, pos]…] in file order. */
  R.table = (entries) => {
    greeted = true;
    table.clear();
    for (const [key, pos] of entries) {
      if (calls.has(pos)) continue;
      const list = table.get(key);
      if (list) list.push(pos);
      else table.set(key, [pos]);
    }
  };

  /** Go: the next stretch of the clock, {to, halt, answers, last}. Many answers come in several messages. */
  R.window = (w) => {
    if (w.to !== span.to) R.restFrames?.();
    R.goOn?.();
    if (w.asked) w.halt = span.halt; // of the window that the document has got before
    span = w;
    halted = calm = false;
    w.answers?.forEach(give);
    if (w.last) R.unpacked?.();
    if (w.last && !w.asked) for (const filter of [...missed]) failed(filter);
    if (w.asked) R.relay?.(w);
    schedule();
  };

  /**
   * Go: what is open, as positions of recorded requests. served: taken and not complete; waiting: those of them that
   * wait for an answer, which leaves out open streams; pours: one is being answered in pieces; next: when the first of
   * the answers that are here is due, or null.
   */
  R.pending = () => {
    const served = [], waiting = [];
    let pours = false;
    for (const [pos, call] of calls) {
      if (call.ended || call.aborted !== undefined && call.queued === 0) continue;
      served.push(pos);
      pours ||= call.pours === true;
      if (!call.answered || call.queued > 0) waiting.push(pos);
    }
    return { served, waiting, pours, next: ready.length ? ready[0].due : null };
  };

  /** The app has failed, in a way that a filter names: nothing more happens but what is due now, if Go stops for that. */
  const failed = R.onFailure = (filter) => {
    if (!R.top) {
      try { window.top.__restep.onFailure(filter); } catch { /* a worker, or a document of another origin */ }
      return;
    }
    const { number, last, on } = span.halt;
    if (R.clock() > last) missed.add(filter);
    else if (!calm && !halted && on?.includes(filter)) {
      halted = true;
      R.stopAt(R.clock(), number);
    }
  };
  /** Go has been told of what has failed. */
  R.forgive = () => missed.clear();
  /** Go: its policy holds the clock now. The time. */
  R.letGo = () => {
    R.goOn();
    halted = false;
    schedule();
    return R.clock();
  };
  /** In this stretch nothing stops the clock any more: the app opens a dialog. */
  R.noHalt = () => {
    if (!R.top) {
      try { window.top.__restep.noHalt(); } catch { /* a document of another origin */ }
    }
    calm = true;
    R.goOn();
    if (!halted) return;
    halted = false;
    schedule();
  };

  // R.call makes a request and returns its call, which R.abort, R.end and R.answerNow take.
  R.call = (request, sink) => {
    const call = { live: ++lives, request, sink, t: R.now(), at: R.clock(), pos: -1, last: 0, queued: 0, answered: false, ended: false };
    let reply = lookup(request);
    // A question must not cost virtual time, or its answer would come at another moment in every run: so it is asked
    // synchronously wherever that can be done; a service worker has no virtual time.
    if (!reply && R.syncXHR && (request.now || !R.worker || R.conducted)) {
      reply = askNow(request);
      if (!reply.do) reply = lookup(request) ?? askNow(request);
    }
    if (reply) route(call, reply);
    else ask(request).then((r) => route(call, r));
    return call;
  };

  const keyOf = (request) => request.key ??= R.key(request.method, request.url, request.type ?? '', request.content ?? null);

  const lookup = (request) => {
    if (table.size === 0) return null;
    const list = table.get(keyOf(request));
    return list?.length ? { do: 'serve', pos: list[0] } : null;
  };

  // R.nextRecorded asks Go for the next recorded request like this one, without content, that nobody has taken: null, or
  // {at}, when it was made, in ms of the clock; {} where that is not known.
  R.nextRecorded = (method, url) => {
    const { do: kind, at } = askNow({ method, url, resource: 'sse', next: true });
    return kind === 'next' ? { at } : null;
  };

  // claim takes a recorded request out of the table; Go may have chosen one with another key.
  function claim(pos, request) {
    const first = table.get(keyOf(request));
    if (first?.[0] === pos) return first.shift();
    for (const list of table.values()) {
      const i = list.indexOf(pos);
      if (i >= 0) return list.splice(i, 1);
    }
    return undefined;
  }

  function route(call, reply) {
    const { request, sink } = call, kind = reply.do;
    if (kind === 'serve') {
      call.pos = reply.pos;
      claim(call.pos, request);
      calls.set(call.pos, call);
      took.push(call.pos);
    }
    const known = kind === 'serve' || kind === 'pass' || kind === 'stub';
    R.seen({ ev: 'req', pos: call.pos, live: call.live, t: call.t, route: known ? kind : 'block', ...describe(request) });
    if (call.ended) {
      sayAborted(call);
    } else if (kind === 'serve') {
      for (const a of early.get(call.pos) ?? []) enqueue(a, call);
      early.delete(call.pos);
    } else {
      call.ended = true;
      if (!known) failed('divergence');
      sink[known ? kind : 'block']();
    }
  }

  // headersOf makes an object of pairs; values of one name are joined as fetch joins them.
  function headersOf(pairs) {
    const out = {};
    for (const [name, value] of pairs ?? []) {
      const key = name.toLowerCase();
      out[key] = key in out ? out[key] + ', ' + value : value;
    }
    return out;
  }

  // describe is a request in the words of the playback file.
  function describe({ method, url, headers, content, resource }) {
    const out = { method, url, resource, headers: headersOf(headers) };
    const { size, ...body } = R.shown(content, mostShown);
    if (size) out.body = { $missing: 'too large', size };
    else if (content?.length) out.body = body;
    return out;
  }

  // The question to Go about a request that the table does not know, or (pos) whose answer cannot wait.
  function question(request, pos) {
    const { method, url, headers, content, resource, sync, next } = request;
    const { text, base64, size } = R.shown(content, mostAsked);
    const q = { method, url, headers: headersOf(headers), body: text, base64, size, resource, worker: R.worker, tab: config.tab, sync, next, pos, took, t: R.now() };
    if (R.top && !greeted) q.hello = true;
    greeted = true;
    took = [];
    return native.stringify(q);
  }

  const learn = (text) => {
    const reply = native.parse(text);
    if (reply.table) R.table(reply.table);
    if (reply.to !== undefined) span = { to: reply.to, halt: reply.halt };
    reply.answers?.forEach(give);
    return reply;
  };

  // No answer to a question means that Go is gone: nothing may reach a network then.
  const ask = (request) => nativeFetch(config.ask, {
    method: 'POST', body: question(request), headers: { 'content-type': 'text/plain' }, credentials: 'omit', cache: 'no-store',
  }).then((r) => r.text()).then(learn).catch(() => ({ do: 'block' }));

  /** Holds the virtual clock for a tab until the signal, or until Go says that it has been long enough. */
  R.holdClock = (signal, why) => nativeFetch(config.ask, {
    method: 'POST', body: `{"${why}":true}`, headers: { 'content-type': 'text/plain' }, credentials: 'omit', cache: 'no-store', signal,
  }).then(() => {}, () => {});

  const askNow = (request, pos) => {
    try {
      return learn(R.syncXHR('POST', config.ask, 'text/plain', question(request, pos)).text);
    } catch {
      return { do: 'block' };
    }
  };

  // give accepts an answer from Go.
  function give(a) {
    if (have.has(a.pos) || a.span && !R.unwrap(a)) return;
    have.add(a.pos);
    const call = calls.get(a.of), list = early.get(a.of);
    if (call) enqueue(a, call);
    else if (list) list.push(a);
    else early.set(a.of, [a]);
  }

  // enqueue says when an answer is due: at its own time, or, if its request came later than that, after its latency;
  // and never before the answers that precede it on the same connection.
  function enqueue(a, call) {
    a.due = Math.max(call.at <= a.t ? a.t : call.at + (a.latency ?? 0), call.last);
    call.last = a.due;
    call.queued++;
    let i = ready.length;
    while (i > 0 && (ready[i - 1].due > a.due || ready[i - 1].due === a.due && ready[i - 1].pos > a.pos)) i--;
    ready.splice(i, 0, a);
    if (ready[0] === a) schedule();
  }

  // delay is how long, in whole ms as timers count, the page waits for a due time: until a whole ms that depends on that time
  // alone, and lies before the end of the stretch if the due time does not lie behind it. Virtual time does not reach into
  // service workers: what Go has handed over is due there.
  function delay(due) {
    if (R.worker && !R.conducted) return 0;
    const up = Math.ceil(due - 0.05);
    return Math.max(0, (due <= span.to && up >= span.to ? span.to - 1 : up) - R.clock());
  }

  // schedule sees to it that the next answer is released when it is due. After an answer the page has its turn first:
  // what is due at once comes behind all that the page has to do now, and the clock only moves when there is no such
  // thing.
  function schedule() {
    const mine = ++waits;
    if (busy || halted || ready.length === 0) return;
    const wait = delay(ready[0].due);
    const go = () => {
      resting++;
      rest(() => {
        resting--;
        if (mine === waits) pump();
      });
    };
    if (wait > 0) after(go, wait); // and then as if the clock had stopped there
    else go();
  }

  /** Whether an answer is about to be released, which takes no virtual time. */
  R.dueNow = () => busy || resting > 0;

  // pump releases the answer that is due.
  function pump() {
    if (busy || halted || ready.length === 0) return;
    if (delay(ready[0].due) > 0) return schedule();
    busy = true;
    let done;
    try {
      done = release(ready.shift());
    } catch (e) {
      native.console.error('restep: an answer could not be delivered:', e);
    }
    const next = () => { busy = false; schedule(); };
    if (done) done.then(next, next);
    else next();
  }

  function release(a) {
    const call = calls.get(a.of);
    call.queued--;
    if (call.ended) {
      R.seen({ ev: a.ev, pos: a.pos, live: call.live, dropped: true });
      return undefined;
    }
    call.answered = true;
    if (a.ev === 'fail' && /abort/i.test(a.text ?? '')) {
      call.aborted = a.pos; // the app did that, and does it again by itself, or not
      return undefined;
    }
    R.seen({ ev: a.ev, pos: a.pos, live: call.live, status: a.status || undefined, dir: a.ev === 'ws' || a.ev === 'sse' ? 'in' : undefined,
      text: a.ev === 'fail' ? a.text : undefined, close: a.close || undefined });
    if (a.status >= 400) failed('http');
    return call.sink.answer(a);
  }

  // R.answerNow is for synchronous requests: the answer of a served call at once, since time stands still until then;
  // null where Go has none.
  R.answerNow = (call) => {
    const own = () => ready.findIndex((a) => a.of === call.pos);
    let i = own();
    if (i < 0) {
      askNow(call.request, call.pos);
      i = own();
    }
    if (i < 0) return null;
    const [a] = ready.splice(i, 1);
    call.queued--;
    call.answered = call.ended = true;
    R.seen({ ev: a.ev, pos: a.pos, live: call.live, status: a.status || undefined, text: a.ev === 'fail' ? a.text : undefined });
    return a;
  };

  // R.end says that the app needs no more answers: those to come are dropped.
  R.end = (call) => { call.ended = true; };

  // R.abort is the same, where the app gave up before the answer was complete. One that was merely open, like a stream,
  // has failed only if the recorded one did.
  R.abort = (call) => {
    if (call.ended) return;
    call.ended = true;
    if (call.pos >= 0) sayAborted(call); // else route will
  };

  function sayAborted(call) {
    const recorded = ready.find((a) => a.of === call.pos && a.ev === 'fail');
    if (recorded) {
      ready.splice(ready.indexOf(recorded), 1);
      call.queued--;
    }
    const pos = call.aborted ?? recorded?.pos ?? -1;
    if (pos < 0 && call.answered) return;
    R.seen({ ev: 'fail', pos, live: call.live, text: 'aborted' });
  }
}
