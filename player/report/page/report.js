// The script of the report: it shows the pictures, walks the film strip, filters requests and copies the steps. All that it
// shows it sets as text, and a page without it can be read but for its pictures.
'use strict';
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($('data').textContent);
  const steps = data.steps ?? [], pictures = data.pictures ?? [];
  const source = (shot) => `data:${data.types[shot]};base64,${pictures[shot].replaceAll('-', '+').replaceAll('_', '/')}`;

  // The strip: pictures are decoded when they come near.
  const frames = [...document.querySelectorAll('.frame')];
  const show = (frame) => {
    const img = frame.querySelector('img');
    if (img && !img.src) img.src = source(frame.dataset.shot);
  };
  const strip = document.querySelector('.strip');
  const near = new IntersectionObserver((entries) => {
    for (const e of entries) if (e.isIntersecting) { show(e.target.firstElementChild); near.unobserve(e.target); }
  }, {root: strip, rootMargin: '0px 600px'});
  for (const li of strip.children) near.observe(li);
  addEventListener('beforeprint', () => frames.forEach(show));

  // The stage: one action at a time.
  const svg = (name, attributes) => {
    const e = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    return e;
  };
  const ring = (mark) => {
    $('ring').replaceChildren();
    if (!mark) return;
    $('ring').setAttribute('viewBox', `0 0 ${mark.Width} ${mark.Height}`);
    $('ring').setAttribute('preserveAspectRatio', 'none');
    if (mark.Box) {
      const [x, y, width, height] = mark.Box;
      $('ring').append(svg('rect', {class: 'box', x, y, width, height, rx: 3}));
    }
    for (const c of ['halo', 'dot']) $('ring').append(svg('circle', {class: c, cx: mark.X, cy: mark.Y, r: mark.Radius}));
  };
  let at = -1;
  const select = (i, focus) => {
    if (i < 0 || i >= steps.length) return;
    const s = steps[i], img = $('shot');
    frames[at]?.removeAttribute('aria-current');
    frames[at]?.setAttribute('tabindex', '-1');
    at = i;
    frames[i].setAttribute('aria-current', 'step');
    frames[i].tabIndex = 0;
    if (focus) frames[i].focus({preventScroll: true});
    const li = frames[i].parentElement;
    strip.scrollTo({left: li.offsetLeft - strip.offsetLeft - (strip.clientWidth - li.offsetWidth) / 2});
    img.hidden = s.shot < 0;
    if (s.shot >= 0) {
      img.src = source(s.shot);
      img.alt = `${s.blurb} ${s.text}`;
      img.parentElement.style.setProperty('--ratio', data.ratios[s.shot]);
      img.parentElement.style.setProperty('--most', `${data.most}px`);
    }
    $('blank').textContent = s.shot < 0 ? s.blurb : '';
    ring(s.shot < 0 ? null : s.mark);
    const last = !s.about;
    $('place').textContent = last ? s.time : `${s.n} of ${steps.length - (steps.at(-1).about ? 0 : 1)} · ${s.time}`;
    $('said').textContent = s.text;
    $('about').textContent = [s.about, s.requests].filter(Boolean).join(' · ');
    $('blurb').textContent = s.shot < 0 ? '' : s.blurb;
    $('links').replaceChildren(...(s.links ?? []).map((l) => {
      const item = document.createElement('li'), a = document.createElement('a');
      a.href = l.to;
      a.textContent = l.text;
      if (l.bad) a.className = 'bad';
      item.append(a);
      return item;
    }));
    if (s.requests) {
      const item = document.createElement('li'), a = document.createElement('a');
      a.href = `#net-${s.n}`;
      a.textContent = s.requests;
      item.append(a);
      $('links').append(item);
    }
    $('previous').disabled = i === 0;
    $('next').disabled = i === steps.length - 1;
  };
  if (steps.length) {
    $('stage').hidden = false;
    for (const f of frames) f.tabIndex = -1;
    const from = steps.findIndex((s) => s.problem);
    select(Math.max(from, 0));
    frames.forEach((f, i) => f.addEventListener('click', () => select(i)));
    $('previous').addEventListener('click', () => select(at - 1));
    $('next').addEventListener('click', () => select(at + 1));
    const moves = {ArrowLeft: () => at - 1, ArrowRight: () => at + 1, Home: () => 0, End: () => steps.length - 1, PageUp: () => Math.max(at - 10, 0), PageDown: () => Math.min(at + 10, steps.length - 1)};
    strip.addEventListener('keydown', (e) => {
      if (!moves[e.key] || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      select(moves[e.key](), true);
    });
    document.addEventListener('click', (e) => {
      const a = e.target.closest('a.step');
      if (!a) return;
      e.preventDefault();
      select(Number(a.hash.slice(6)) - 1, true);
      $('session').scrollIntoView();
    });
  }

  // Requests: what is shown, and what they are at a glance.
  const nets = document.querySelector('.nets');
  const filter = () => {
    for (const box of document.querySelectorAll('[data-show]')) nets.classList.toggle(`hide-${box.dataset.show}`, !box.checked);
  };
  document.querySelector('.filter').addEventListener('change', filter);
  filter();
  const reveal = () => {
    const x = location.hash && $(location.hash.slice(1));
    if (x?.matches?.('details')) x.open = true;
  };
  addEventListener('hashchange', reveal);
  reveal();
  const tip = $('tip');
  const hide = () => { tip.hidden = true; };
  const tell = (summary) => {
    const x = summary.parentElement, {rec, live, state} = x.dataset;
    tip.textContent = [summary.querySelector('.url').textContent, `${state} · ${summary.querySelector('.status').textContent}`,
      rec && `recorded ${rec}`, live && `live ${live}`].filter(Boolean).join('\n');
    tip.hidden = false;
    summary.setAttribute('aria-describedby', 'tip');
    const r = summary.getBoundingClientRect(), t = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(r.left + 110, innerWidth - t.width - 8))}px`;
    tip.style.top = `${r.bottom + t.height + 8 < innerHeight ? r.bottom + 4 : r.top - t.height - 4}px`;
  };
  const over = (e) => {
    const summary = e.target.closest?.('.x > summary');
    if (summary && !summary.parentElement.open) tell(summary);
    else hide();
  };
  nets.addEventListener('mouseover', over);
  nets.addEventListener('focusin', over);
  nets.addEventListener('mouseleave', hide);
  nets.addEventListener('focusout', hide);
  nets.addEventListener('click', hide);
  addEventListener('keydown', (e) => { if (e.key === 'Escape') hide(); });
  addEventListener('scroll', () => { // what the focus has shown follows it; a pointer is somewhere else now
    const summary = document.activeElement;
    if (!tip.hidden && summary?.matches('.x > summary:focus-visible')) tell(summary);
    else hide();
  }, {passive: true});

  $('copy').addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(data.text);
    } catch { // not everywhere allowed for a file
      const area = document.createElement('textarea');
      area.value = data.text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
      $('copy').focus();
    }
    $('copied').textContent = 'Copied.';
  });
})();
