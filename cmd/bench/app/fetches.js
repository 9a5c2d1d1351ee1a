// Fetches /data/SIZE/0 … /data/SIZE/N-1, one after the other or all at once, and says how many bytes came and how long
// it took by the page's own clock. The other button asks for nothing.
const query = new URLSearchParams(location.search);
const count = Number(query.get('n')), size = query.get('size'), parallel = query.get('mode') === 'par';

const one = async (i) => (await (await fetch(`/data/${size}/${i}`)).text()).length;

let idle = 0;
document.querySelector('#idle').addEventListener('click', (e) => { e.target.value = ++idle; });

document.querySelector('#run').addEventListener('click', async () => {
  const begin = performance.now();
  let bytes = 0;
  if (parallel) {
    for (const n of await Promise.all(Array.from({length: count}, (_, i) => one(i)))) bytes += n;
  } else {
    for (let i = 0; i < count; i++) bytes += await one(i);
  }
  const done = document.querySelector('#done');
  done.dataset.ms = performance.now() - begin;
  done.value = `${bytes} bytes`;
});
