// connect.js: what the app connects to: requests to its own servers carry a trace, and connections that stay are heard of
// before the app can.

/** @returns {string} a traceparent for a request to the page's own origin, where requests get one; url is absolute */
R.trace = (url) => (R.config.trace && url.startsWith(`${location.origin}/`) ? R.traceparent() : '');

/** Replaces a constructor of the window: hear(made, on) gets what it makes; on(type, f) listens to that. */
R.watch = (name, hear) => {
  const Native = window[name], listen = EventTarget.prototype.addEventListener;
  if (!Native) return;
  window[name] = Native.prototype.constructor = new Proxy(Native, {
    construct(target, args, self) {
      const made = Reflect.construct(target, args, self);
      R.guard(hear)(made, (type, f) => listen.call(made, type, R.guard(f)));
      return made;
    },
  });
};
