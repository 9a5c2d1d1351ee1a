import { $, log, on } from './exact.js';

// A list that grows when its end is seen.
let rows = 0, pages = 0;
const more = () => {
  if (pages >= 12) return;
  pages++;
  setTimeout(() => {
    for (let i = 0; i < 6; i++) {
      const row = document.createElement('div');
      row.className = 'row';
      row.textContent = `row ${++rows}`;
      $('#rows').append(row);
    }
    log(`page ${pages}`);
  }, 12);
};
new IntersectionObserver((list) => { if (list.at(-1).isIntersecting) more(); }, { root: $('#box') }).observe($('#sentinel'));
new IntersectionObserver((list) => log(`far ${list.at(-1).isIntersecting}`), { threshold: [0, 0.5] }).observe($('#far'));
new ResizeObserver((list) => {
  $('#size').textContent = Math.round(list.at(-1).contentRect.width);
  log(`width ${$('#size').textContent}`);
}).observe($('#grow'));
$('#box').addEventListener('scroll', () => log(`scrolled ${Math.round($('#box').scrollTop)}`));
on('#add', () => {
  const row = document.createElement('div');
  row.className = 'row';
  row.textContent = `added ${++rows}`;
  $('#rows').prepend(row);
});
let wide = 100;
on('#wide', () => { $('#grow').style.width = `${wide = wide === 300 ? 100 : wide + 50}px`; });
on('#top', () => { $('#box').scrollTo({ top: 0, behavior: 'smooth' }); });
