import { $, log, on } from './exact.js';

const visits = Number(localStorage.visits ?? 0) + 1;
localStorage.visits = visits;
sessionStorage.last = location.search;
const show = () => {
  $('#state').textContent = JSON.stringify([location.search + location.hash, { ...localStorage }, { ...sessionStorage }, document.cookie.split('; ').sort(), history.length]);
};
show();
log(`visit ${visits}`);
on('#keep', () => { sessionStorage.kept = Number(sessionStorage.kept ?? 0) + 1; localStorage[`at${sessionStorage.kept}`] = Date.now() % 100_000; show(); });
on('#cookie', () => { document.cookie = `n${visits}=${Date.now() % 100_000}; path=/`; show(); });
on('#route', () => { history.pushState({ visits }, '', `#${Number(location.hash.slice(1)) + 1}`); show(); });
addEventListener('popstate', (e) => { log(`popstate ${JSON.stringify(e.state)}`); show(); });
$('#next').href = `pages.html?next${visits}`;
addEventListener('storage', (e) => { log(`storage ${e.key}`); });
$('#note').addEventListener('input', () => { sessionStorage.note = $('#note').textContent; });
for (const css of ['#name', '#agree', '#pick']) $(css).addEventListener('change', (e) => log(`changed ${e.target.id}`));
setTimeout(() => log('settled'), 30);
