import { log, on } from './exact.js';

let worker;
const start = () => {
  worker?.terminate();
  worker = new Worker('counter.js', { name: 'counter' });
  worker.onmessage = (e) => log(`worker: ${e.data}`);
  worker.onerror = (e) => { log(`worker failed: ${e.message}`); e.preventDefault(); };
};
start();
const module = new Worker('summer.js', { type: 'module' });
module.addEventListener('message', ({ data }) => {
  log(`sum ${data.sum} of ${data.view.length}`);
  data.view[0] = 1;
});
on('#ask', () => {
  worker.postMessage('ask');
  log('asked');
  setTimeout(() => log('beside the question'));
});
on('#sum', () => {
  for (const n of [1000, 10, 100]) {
    const view = new Uint32Array(n).map((_, i) => i);
    module.postMessage({ view }, [view.buffer]);
  }
});
on('#tick', () => worker.postMessage('tick'));
on('#module', () => { module.postMessage({ view: new Uint32Array(3), later: 25 }); worker.postMessage('throw'); });
on('#again', start);
on('#fetch', () => {
  worker.postMessage('fetch');
  fetch('/api/quick?from=page').then((r) => r.json()).then((j) => log(`page got ${j.query}`));
});
