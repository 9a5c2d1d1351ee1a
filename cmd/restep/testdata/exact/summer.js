import { total } from './total.js';

addEventListener('message', async ({ data: { view, later } }) => {
  if (later) await new Promise((done) => setTimeout(done, later));
  const hash = await crypto.subtle.digest('SHA-256', view);
  postMessage({ sum: total(view) + new Uint8Array(hash)[0], view }, [view.buffer]);
});
