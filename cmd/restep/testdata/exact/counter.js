importScripts('library.js');
let count = 0, ticks = 0, timer = 0;
postMessage(`up as ${name} ${library(3)}`);
setTimeout(() => postMessage(`first timer ${count}`), 8);
onmessage = ({ data }) => {
  count++;
  switch (data) {
    case 'ask':
      postMessage(`count ${count} ticks ${ticks}`);
      Promise.resolve().then(() => postMessage('microtask'));
      setTimeout(() => postMessage('zero'), 0);
      break;
    case 'tick':
      if (timer) {
        clearInterval(timer);
        timer = 0;
      } else {
        const begun = Date.now(), from = performance.now();
        timer = setInterval(() => postMessage(`tick ${++ticks} after ${Date.now() - begun}, ${Math.round((performance.now() - from) / 10)}`), 23);
      }
      break;
    case 'throw': throw new Error(`told to ${count}`);
    case 'fetch': fetch(`/api/quick?from=worker${count}`).then((r) => r.json()).then((j) => postMessage(`got ${j.query}`)); break;
  }
};
