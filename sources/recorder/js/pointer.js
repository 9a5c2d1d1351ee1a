// pointer.js: clicks, drags and what opened below the pointer on the way.
//
// A press is looked at when it begins, before the app can take its element away. What it was is known when it ends: a
// click where the pointer stayed, a drag where it moved. A click that belongs to the one before says so: both become one
// line, as the player presses them.

const slop = 6; // CSS px that a click may wander
const again = 500; // ms within which another click belongs to the last one
const mostPoints = 400;
const buttons = ['left', 'middle', 'right', 'back', 'forward'];

let press = null; // on its way
let click = null; // done, and perhaps not the last of a double click
let clickTimer = 0;
let inClick = false; // the task of a click still runs

/** @returns {boolean} whether the pointer is what causes things now */
R.pressing = () => press !== null || inClick;
R.holding = () => click !== null;

const release = R.guard(() => {
  const c = click;
  click = null;
  R.never(clickTimer);
  if (c) R.acted(c.last);
});
R.part((what) => { if (what !== 'again') release(); });
R.part((what) => { if (what === '' && press) finish(press); });

const here = (e) => [Math.round(R.now() - press.t), Math.round(e.clientX * 10) / 10, Math.round(e.clientY * 10) / 10];

const move = R.guard((e) => {
  if (!press || !e.isTrusted) return;
  press.x = e.clientX;
  press.y = e.clientY;
  press.far = Math.max(press.far, Math.hypot(e.clientX - press.at[0], e.clientY - press.at[1]));
  const last = press.path.at(-1), point = here(e);
  if (last && last[1] === point[1] && last[2] === point[2]) return;
  press.path.push(point);
  if (press.path.length > mostPoints) press.path = R.filter(press.path, (_, i) => i % 2 === 0);
});
const listen = { capture: true, passive: true };
const follow = (on) => {
  const f = on ? addEventListener : removeEventListener;
  for (const type of ['mousemove', 'dragover', 'touchmove']) f.call(window, type, type === 'touchmove' ? moveTouch : move, listen);
};
const moveTouch = (e) => { if (e.touches[0] && e.isTrusted) move({ isTrusted: true, clientX: e.touches[0].clientX, clientY: e.touches[0].clientY }); };

let exact = null; // where a pointer event was: mouse events only know whole px

const begin = (e) => {
  if (press) finish(press);
  const at = exact && Math.abs(exact.clientX - e.clientX) < 1 && Math.abs(exact.clientY - e.clientY) < 1 ? exact : e;
  const hit = R.deep(e);
  const element = R.meant(hit);
  const follows = click && e.detail > 1 && click.element === element && click.button === e.button && R.now() - click.last < again;
  R.usedModifier();
  R.begin(follows ? 'again' : 'press', element);
  if (!follows) R.openers(element);
  press = {
    hit, element, follows, t: R.now(), at: [e.clientX, e.clientY], x: e.clientX, y: e.clientY, far: 0, path: [], button: e.button,
    on: follows ? click.on : R.target(element, at), modifiers: R.modifiers(e), scrolls: onScrollbar(e, hit),
  };
  press.path.push(here(e));
  if (press.scrolls) R.scrolling(60000);
  follow(true);
}

// The bars of a scroll container are no content of it.
const onScrollbar = (e, hit) => hit instanceof HTMLElement && (e.offsetX > hit.clientWidth && hit.clientWidth > 0 && hit.offsetWidth - hit.clientWidth > 8
  || e.offsetY > hit.clientHeight && hit.clientHeight > 0 && hit.offsetHeight - hit.clientHeight > 8)
  && /auto|scroll/.test(getComputedStyle(hit).overflow);

/** Writes down what a press was. */
const finish = (p, button = buttons[p.button]) => {
  press = null;
  follow(false);
  if (p.scrolls) return R.scrolling();
  if (p.drag || p.far > slop) return drag(p);
  const entry = { t: p.t, ev: 'click', on: p.on, ...button !== 'left' && { button }, ...p.modifiers };
  if (p.follows && click) {
    entry.again = click.n;
    click.last = R.now();
    R.emit(entry);
  } else {
    click = { on: p.on, n: R.emit(entry).n, element: p.element, button: p.button, last: R.now() };
  }
  R.never(clickTimer);
  clickTimer = R.later(release, again);
}

/** A drag, with the element that it ended on where that says more than the way there. */
const drag = (p) => {
  release();
  const entry = { t: p.t, ev: 'drag', on: p.on, ...p.button && { button: buttons[p.button] }, path: p.path, ...p.modifiers };
  const to = p.to ? null : R.at(p.x, p.y);
  if (p.to) entry.to = p.to;
  // What lies beside the dragged element makes room for it on the way: where it was says nothing.
  const apart = to && to !== document.documentElement && !R.contains(p.element, to) && !R.contains(to, p.element);
  if (apart && to.parentNode !== p.element.parentNode) {
    entry.to = R.target(to, { clientX: p.x, clientY: p.y });
  }
  p.path.push([Math.round(R.now() - p.t), p.x, p.y]);
  R.emit(entry);
  R.acted();
}

const compat = (e) => e.sourceCapabilities?.firesTouchEvents; // mouse events that only repeat touches

R.hear('mousedown', (e) => { if (!compat(e)) begin(e); });
R.hear('mouseup', (e) => {
  if (!press || compat(e) || e.button !== press.button) return;
  if (!press.drag) move({ isTrusted: true, clientX: e.clientX, clientY: e.clientY });
  end();
});
R.hear('pointerdown', (e) => {
  exact = { clientX: e.clientX, clientY: e.clientY };
  if (e.pointerType !== 'mouse' && e.isPrimary) begin(e);
});
R.hear('pointerup', (e) => { if (e.pointerType !== 'mouse' && press) end(); });
R.hear('pointercancel', (e) => {
  if (e.pointerType === 'mouse' || !press) return; // of a mouse: it drags from now on
  press = null; // the browser took the touch to scroll
  follow(false);
});

const end = () => {
  inClick = true;
  finish(press);
  R.later(() => { inClick = false; }, 0);
}

R.hear('contextmenu', (e) => {
  // The menu of a browser keeps the release to itself; a long touch is what a right click does.
  if (press && (press.button !== 2 || e.pointerType === 'touch')) finish(press, 'right');
});

// Clicks that no press began: an access key, a screen reader. Those of keys and labels follow from what is written down.
R.hear('click', (e) => {
  if (press || inClick || R.keying() || e.detail > 0 || e.target.localName === 'select') return; // its popup was closed
  const element = R.meant(R.deep(e));
  R.begin('press', element);
  R.emit({ ev: 'click', on: R.target(element) });
  R.acted();
});

R.hear('dragstart', () => { if (press) press.drag = true; });
R.hear('drop', (e) => {
  R.dropped();
  const to = R.meant(R.deep(e));
  if (press) { // the app is about to take the element elsewhere
    Object.assign(press, { to: R.target(to, e), x: e.clientX, y: e.clientY });
  } else if (e.dataTransfer.files.length) {
    R.dropFiles(to, [...e.dataTransfer.files]);
  }
});
R.hear('dragend', () => { if (press) end(); });
