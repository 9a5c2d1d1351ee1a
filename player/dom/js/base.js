// What a script stands on that replaces parts of the platform before the app can see them.

/** True in a worker: no window, no document. */
R.worker = typeof window === 'undefined';

const call = Function.prototype.call;
/** A method from before the app, as a function that takes the object first. */
R.method = (prototype, name) => call.bind(prototype[name]);
R.filter = R.method(Array.prototype, 'filter');

/** A function that looks like the native one that it stands in for. */
R.disguise = (stand, original) => {
  if (!original) return stand;
  for (const key of ['name', 'length']) {
    const d = Object.getOwnPropertyDescriptor(original, key);
    if (d) Object.defineProperty(stand, key, d);
  }
  disguised.set(stand, original);
  return stand;
};
const disguised = new WeakMap(), asText = Function.prototype.toString;
Function.prototype.toString = R.disguise(function toString() {
  return asText.call(disguised.get(this) || this);
}, asText);

/** Replaces a method of a prototype or namespace by make(original). */
R.replace = (holder, name, make) => {
  const d = holder && Object.getOwnPropertyDescriptor(holder, name);
  if (!d || typeof d.value !== 'function' || !d.configurable) return;
  Object.defineProperty(holder, name, {...d, value: R.disguise(make(d.value), d.value)});
};
