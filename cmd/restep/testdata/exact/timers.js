import { $, log, on } from './exact.js';

on('#burst', () => {
  for (let ms = 34; ms >= 0; ms -= 3) setTimeout(() => log(`timer ${ms}`), ms);
});
let waiting = 0;
on('#wait', () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => log('quiet at last'), 70);
});
let every = 0;
on('#every', () => {
  if (every) {
    clearInterval(every);
    every = 0;
    return;
  }
  let n = 0;
  every = setInterval(() => log(`tick ${++n}`), 17);
});
on('#tasks', () => {
  const { port1, port2 } = new MessageChannel();
  let hops = 0;
  port1.onmessage = () => {
    if (++hops === 5 || hops === 40) log(`hop ${hops}`);
    if (hops < 40) port2.postMessage(0);
  };
  port2.postMessage(0);
  queueMicrotask(() => log('microtask'));
  requestIdleCallback(() => log('idle'));
  scheduler.postTask(() => log('background'), { priority: 'background' });
  setTimeout(() => log('zero'));
  Promise.resolve().then(() => log('promise'));
});
// A search that waits for the end of typing.
let search = 0;
$('#search').addEventListener('input', () => {
  clearTimeout(search);
  search = setTimeout(() => {
    $('#found').textContent = `${$('#search').value.length} letters`;
    log('searched');
  }, 45);
});
