// scroll.js: where the person scrolled to. What the app scrolls by itself, or the browser to show what has the focus,
// follows from other entries.

const meant = 250; // ms after a turn of the wheel within which scrolling is the person's doing
const rest = 150; // ms without movement that end it
const stretch = 500; // ms after which an entry is written all the same: long lists load on the way
const keys = { PageUp: 1, PageDown: 1, Home: 1, End: 1, ArrowUp: 1, ArrowDown: 1, ArrowLeft: 1, ArrowRight: 1, ' ': 1 };

let until = 0;
let now = null; // what scrolls: {box, t, height, timer, last}, height when it began, last when it moved last
const roots = new WeakSet();

/** Says that the person scrolls, for so many ms from now. */
R.scrolling = (ms = meant) => { until = R.now() + ms; };

const isDocument = (box) => box === document.scrollingElement || box === document.body || box === document.documentElement;

/** The first row that is seen in the box: lists that only hold what is in view are scrolled until it is there again. */
const anchor = (box) => {
  const view = isDocument(box) ? { x: 0, y: 0, width: innerWidth, height: innerHeight } : box.getBoundingClientRect();
  let row = R.at(view.x + view.width / 2, view.y + Math.min(40, view.height / 2));
  if (!row || row === box || !R.contains(box, row) || R.hidden(row)) return null;
  while (R.parent(row) !== box && R.parent(row)?.childElementCount < 5) row = R.parent(row);
  const text = row.textContent.length < 400 ? R.squash(row.textContent).slice(0, 80) : '';
  return text && row !== box ? { text, y: Math.round(row.getBoundingClientRect().y - view.y) } : null;
}

const flush = R.guard(() => {
  const s = now;
  now = null;
  R.never(s?.timer);
  if (!s?.box.isConnected) return;
  const entry = { t: s.t, ev: 'scroll', x: Math.round(s.box.scrollLeft), y: Math.round(s.box.scrollTop) };
  const row = anchor(s.box);
  if (!isDocument(s.box)) entry.on = R.target(s.box);
  else if (row) entry.on = { css: 'html', tag: 'html', matches: { css: 1 } };
  if (row && entry.on) entry.on.anchor = row;
  R.emit(entry);
  R.acted(s.last);
});
R.part(flush);

// Looks at where it has got to, now and then: the events alone would cost more.
const look = R.guard(() => {
  if (!now) return;
  const t = R.now();
  if (t - now.last >= rest || t - now.t > stretch || now.box.scrollHeight !== now.height) flush();
  else now.timer = R.later(look, rest);
});

// A list that loads more where it ends has been scrolled to there first: a replay cannot scroll further at once.
R.onMutation((records) => {
  if (!now || !records.some((r) => r.addedNodes.length && now.box.contains(r.target))) return;
  if (now.box.scrollTop + now.box.clientHeight > now.height - 2 && now.box.scrollHeight > now.height) flush();
});

const moved = (e) => {
  const t = R.now(), box = e.target === document ? document.scrollingElement ?? document.documentElement : e.target;
  if (t > until) return;
  until = Math.max(until, t + rest);
  if (now?.box !== box) {
    R.begin('scroll', box); // which ends that of another box
    now = { box, t, height: box.scrollHeight, timer: R.later(look, rest) };
  }
  now.last = t;
};
R.hear('scroll', moved);

// A scroll event does not leave its shadow root.
const inRoots = (e) => {
  R.scrolling();
  if (!R.shadow(e.target)) return;
  for (let e2 = R.deep(e); e2; e2 = R.rootOf(e2).host) {
    const root = R.rootOf(e2);
    if (root === document || !(root instanceof ShadowRoot) || roots.has(root)) continue;
    roots.add(root);
    R.hear('scroll', moved, root);
  }
};
R.hear('wheel touchmove', inRoots);
R.hear('keydown', (e) => { if (keys[e.key]) R.scrolling(); });
