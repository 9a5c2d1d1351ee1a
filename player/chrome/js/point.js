// Geometry: whether an element is visible, where a pointer meets it, and what lies on top of it.
if (!R.worker) {
  /** @returns {DOMRect[]} the boxes of an element, or of its content where it has none (display: contents) */
  R.rects = (element) => {
    let rects = [...element.getClientRects()];
    if (!rects.some((r) => r.width && r.height)) {
      const range = document.createRange();
      range.selectNodeContents(R.shadow(element) ?? element);
      rects = [...range.getClientRects()];
    }
    return rects.filter((r) => r.width && r.height);
  };

  R.visible = (element) => element.checkVisibility({ visibilityProperty: true }) && R.rects(element).length > 0
    || getComputedStyle(element).display === 'contents' && R.rects(element).length > 0;

  /** A short description of an element for people. */
  R.describe = (element) => {
    if (!element) return 'nothing';
    const id = R.attr(element, 'id');
    const classes = R.attr(element, 'class').trim().split(/\s+/).filter(Boolean).slice(0, 2);
    const text = R.squash(element.textContent).slice(0, 30);
    return `<${element.localName}${id && `#${id}`}${classes.map((c) => `.${c}`).join('')}>${text && ` “${text}”`}`;
  };

  // Whether a press on what was hit is a press on the element.
  function receives(element, hit) {
    if (!hit) return false;
    if (R.contains(element, hit)) return true;
    const label = hit.closest?.('label');
    if (label && label.control === element) return true;
    // Events of an element that takes none go to its ancestor: a span in a button.
    return R.contains(hit, element) && getComputedStyle(element).pointerEvents === 'none';
  }

  /** Points to try in an element: the recorded one, then the middles of its boxes, then a grid. Viewport px. */
  function* points(element, target) {
    const rects = R.rects(element);
    const box = element.getBoundingClientRect();
    if (target.xy && box.width && box.height) {
      let [x, y] = target.xy;
      if (x > box.width || y > box.height) { // the element has shrunk
        x = target.box?.[2] ? x / target.box[2] * box.width : box.width / 2;
        y = target.box?.[3] ? y / target.box[3] * box.height : box.height / 2;
      }
      yield [box.x + Math.min(Math.max(x, 0), box.width - 0.5), box.y + Math.min(Math.max(y, 0), box.height - 0.5)];
    }
    for (const r of rects.slice(0, 8)) yield [r.x + r.width / 2, r.y + r.height / 2];
    for (const r of rects.slice(0, 2)) {
      for (const fy of [0.2, 0.5, 0.8]) for (const fx of [0.1, 0.3, 0.7, 0.9]) yield [r.x + r.width * fx, r.y + r.height * fy];
    }
  }

  function reachable(element, target) {
    for (const [x, y] of points(element, target)) {
      if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
      if (receives(element, R.at(x, y))) return { x, y };
    }
    return null;
  }

  // What development servers put over the page of an app that does not build. The page is that of the code before, and the
  // user of the recording never saw it.
  const overlays = 'vite-error-overlay, iframe#webpack-dev-server-client-overlay, nextjs-portal';

  /** Hides them. @returns {boolean} whether there was one */
  function uncover() {
    const all = [...document.querySelectorAll(overlays)].filter((e) => getComputedStyle(e).display !== 'none');
    for (const e of all) e.style.setProperty('display', 'none', 'important');
    return all.length > 0;
  }

  /** Thins a pointer path out to the points where the element below the pointer changes: what hover effects see.
   * @param {[number, number][]} path  @returns {[number, number][]} */
  R.track = (path) => {
    let last = null;
    return path.filter(([x, y]) => {
      const hit = R.at(x, y);
      const enters = hit !== last;
      last = hit;
      return enters && hit;
    });
  };

  const moves = /^(transform|translate|scale|rotate|offset|left|top|right|bottom|inset|width|height|margin)/;

  // A box that is about to be elsewhere must not be pressed yet; endless animations never end.
  const moving = (element) => document.getAnimations().some((a) => a.playState === 'running' && a.effect?.target
    && Number.isFinite(a.effect.getComputedTiming().endTime) && R.contains(a.effect.target, element)
    && a.effect.getKeyframes().some((k) => Object.keys(k).some((name) => moves.test(name))));

  /**
   * Looks for a point of the element that receives events, and scrolls it into view only where there is none.
   * options: last as in R.find; enabled = true: a disabled control is not there yet.
   * @returns {{problem: string, detail?: string, x?: number, y?: number, scrolled?: boolean, option?: string}} option:
   *   the value that a click chooses in a popup of the browser
   */
  R.point = (element, target = {}, options = {}) => {
    if (element.localName === 'option' && element.closest('select')?.size <= 1 && !element.closest('select').multiple) {
      return { problem: '', option: element.value }; // it is in a popup, which is no part of the page
    }
    if (!R.rects(element).length) {
      const label = R.labels(element)[0];
      if (label && R.rects(label).length) return R.point(label, {}, options); // a hidden checkbox behind its label
      return { problem: 'not found', detail: `${R.describe(element)} is not visible` };
    }
    if (options.enabled && !options.last && R.is(element, ':disabled')) {
      return { problem: 'not found', detail: `${R.describe(element)} is disabled` };
    }
    if (!options.last && moving(element)) return { problem: 'moving', detail: `${R.describe(element)} is moving` };
    let p = reachable(element, target);
    if (!p && uncover()) p = reachable(element, target);
    for (const block of p ? [] : ['nearest', 'center', 'start', 'end']) {
      element.scrollIntoView({ block, inline: block === 'nearest' ? 'nearest' : 'center', behavior: 'instant' });
      p = reachable(element, target);
      if (p) return { problem: '', ...p, scrolled: true };
    }
    if (p) return { problem: '', ...p };
    const box = element.getBoundingClientRect();
    const cover = R.at(box.x + box.width / 2, box.y + box.height / 2);
    return { problem: 'covered', detail: `${R.describe(element)} is covered by ${R.describe(cover)}` };
  };

  /**
   * Maps a point of the document in the frame element R.found to this document, and scrolls the frame where the point
   * is out of sight. @returns {{problem: string, detail?: string, x?: number, y?: number}}
   */
  R.outer = (x, y) => {
    const frame = R.found;
    const map = () => {
      const box = frame.getBoundingClientRect();
      const style = getComputedStyle(frame);
      const sx = frame.offsetWidth ? box.width / frame.offsetWidth : 1; // a transform may scale it
      const sy = frame.offsetHeight ? box.height / frame.offsetHeight : 1;
      return [box.x + (frame.clientLeft + parseFloat(style.paddingLeft) + x) * sx, box.y + (frame.clientTop + parseFloat(style.paddingTop) + y) * sy];
    };
    for (const block of ['', 'nearest', 'center', 'start', 'end']) {
      if (block === 'center') scrollBy({ left: map()[0] - innerWidth / 2, top: map()[1] - innerHeight / 2, behavior: 'instant' });
      else if (block) frame.scrollIntoView({ block, behavior: 'instant' });
      const [px, py] = map();
      if (R.at(px, py) === frame) return { problem: '', x: px, y: py };
    }
    return { problem: 'covered', detail: `the frame ${R.describe(frame)} is covered by ${R.describe(R.at(...map()))}` };
  };
}
