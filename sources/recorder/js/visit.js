// visit.js: the embedded recorder's document: how the person came to it, and the environment that it is in.

const afterAction = 5000; // ms within which a document comes of what was done in the one before
const nav = performance.getEntriesByType('navigation')[0];
const index = () => window.navigation?.currentEntry?.index;

R.head = {
  playback: 1, app: location.origin, viewport: { width: innerWidth, height: innerHeight, scale: devicePixelRatio },
  rules: [{ match: `POST ${R.config.endpoint}`, drop: true }], // a replay records nothing
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, locale: navigator.language, userAgent: navigator.userAgent,
};

// What a fresh browser must have for a replay to begin where this session does.
R.guard(() => {
  const items = (area) => {
    const all = Object.fromEntries(Object.entries(area).filter(([key]) => !key.startsWith('__restep')).slice(0, 200));
    R.walk(all, () => {});
    return { [location.origin]: all };
  };
  const cookies = document.cookie.split('; ').filter(Boolean).map((c) => {
    const [name, ...value] = c.split('='), pair = { [name]: value.join('=') };
    R.walk(pair, () => {});
    return { name, value: pair[name], domain: location.hostname };
  });
  const state = { cookies, local: items(localStorage), session: items(sessionStorage) };
  if (R.json(state).length < 64 << 10) R.state = state;
})();

if (!R.framed) {
  const arrived = (type, t, page) => {
    const before = R.before;
    if (type === 'reload' && before) R.emit({ t, ev: 'reload' });
    else if (type === 'back_forward' && before) R.emit({ t, ev: index() > before.index ? 'forward' : 'back' });
    else if (!before || !(t - before.acted < afterAction)) R.emit({ t, ev: 'open', url: location.href });
    R.emit({ t: page, ev: 'page', url: location.href });
  };
  arrived(nav?.type, performance.timeOrigin, performance.timeOrigin + (nav?.responseStart ?? 0));
  addEventListener('pageshow', R.guard((e) => { if (e.persisted) arrived('back_forward', R.now(), R.now()); }));
}
