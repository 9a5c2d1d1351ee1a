import { $, log, on } from './exact.js';

let socket, source;
on('#talk', () => {
  if (socket?.readyState === 1) return socket.send('again');
  socket = new WebSocket(`ws://${location.host}/api/talk`);
  socket.onopen = () => { log('socket open'); socket.send('hello'); };
  socket.onmessage = (e) => {
    log(`heard ${typeof e.data === 'string' ? e.data : 'bytes'}`);
    setTimeout(() => log('after a message'), 3);
  };
  socket.onclose = () => log('socket closed');
});
on('#listen', () => {
  source?.close();
  source = new EventSource('/api/events');
  source.onmessage = (e) => { $('#last').textContent = e.data; log(`event ${e.data}`); };
  source.onerror = () => { log('stream over'); source.close(); };
});
on('#stop', () => { source?.close(); socket?.close(); log('stopped'); });
// The answer that comes last wins.
let asked = 0;
on('#race', () => {
  for (const path of ['slow', 'quick', 'count']) {
    const n = ++asked;
    fetch(`/api/${path}?n=${n}`).then((r) => r.text()).then((text) => {
      $('#last').textContent = `${n} ${path} ${text.length}`;
      log(`${path} ${n}`);
    });
  }
  setTimeout(() => log('beside the race'), 2);
});
on('#drip', async () => {
  const reader = (await fetch('/api/drip')).body.getReader();
  let size = 0;
  for (let r = await reader.read(); !r.done; r = await reader.read()) size += r.value.length;
  log(`dripped ${size}`);
});
