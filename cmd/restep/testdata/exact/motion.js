import { $, log, on } from './exact.js';

const slider = $('#slider'), fader = $('#fader');
let slides = 0;
on('#slide', () => { slider.className = slider.className ? '' : 'slide'; });
on('#twice', () => { slider.className = 'twice'; });
on('#cancel', () => { slider.className = ''; });
on('#fade', () => { fader.classList.toggle('out'); });
// When an animation that is cut off is told to be, is a limit: docs/recorder-limits.md.
for (const type of ['animationstart', 'animationend']) {
  slider.addEventListener(type, (e) => {
    log(`${type} ${e.animationName}`);
    // The end of an animation drives state.
    if (type === 'animationend' && ++slides % 2) setTimeout(() => { slider.className = 'twice'; }, 20);
  });
}
fader.addEventListener('transitionend', (e) => log(`transitionend ${e.propertyName}`));
let running = false;
on('#run', () => {
  running = !running;
  const pen = $('#pad').getContext('2d');
  let frames = 0, before = 0;
  const frame = (now) => {
    if (!running || ++frames > 40) {
      running = false;
      log(`${frames} frames`);
      return;
    }
    if (before && now - before > 40) log('a gap between frames');
    before = now;
    pen.fillRect(frames * 4, 2, 3, 16);
    $('#where').textContent = frames;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
});
