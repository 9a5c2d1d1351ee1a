// What goes wrong, while timers, answers and transitions are on their way.
import { $, log, on } from './exact.js';

const ask = (path, n = 0) => fetch(`/api/${path}?n=${n}`).then(async (r) => log(`${path} ${r.status} ${(await r.text()).length}`));
const beside = (name) => {
  for (let ms = 0; ms < 60; ms += 7) setTimeout(() => log(`${name} + ${ms}`), ms);
};
let n = 0;

// The app fails while it loads.
ask('slow');
ask('quick');
setTimeout(() => { throw new Error('on load'); }, 3);
import('./total.js').then(() => log('loaded late'));

on('#throw', () => {
  beside('throw');
  ask('quick', ++n);
  requestAnimationFrame(() => log('frame'));
  throw new TypeError('at once');
});
on('#later', () => {
  ask('slow', ++n);
  ask('quick', n);
  $('#box').style.cssText = `transition: margin-left 40ms; margin-left: ${n}px`;
  setTimeout(() => { beside('later'); throw new Error('later'); }, 9);
});
on('#reject', () => {
  ask('slow', ++n).then(() => { throw new Error('after an answer'); });
  beside('reject');
});
on('#broken', () => {
  ask('quick', ++n);
  ask('broken', n);
  ask('slow', n);
  beside('broken');
});
on('#gone', () => {
  setTimeout(() => $('#nothing').remove(), 0);
  setTimeout(() => log('after nothing'), 0);
  setTimeout(() => log('a ms later'), 1);
  $('#box').animate([{ opacity: 0 }, { opacity: 1 }], 30).finished.then(() => log('shown'));
});
on('#storm', () => {
  let times = 0;
  const timer = setInterval(() => {
    if (++times === 12) clearInterval(timer);
    if (times % 3 === 0) ask('quick', ++n);
    log(`storm ${times}`);
    if (times % 2) throw new RangeError(`storm ${times}`);
  }, 6);
});
on('#say', () => {
  console.error('something is wrong');
  beside('say');
  setTimeout(() => console.error('and again'), 20);
});
