// scroll.js: scrolling that glides takes frames in real time, and may be cut off by the next action. It arrives at once here,
// and its events come in the next frame.

if (R.top) {
  const instant = (options) => ({...options, behavior: 'instant'});
  const position = (args) => (args.length > 1 ? {left: args[0], top: args[1]} : args[0]);
  for (const holder of [Element.prototype, window]) {
    for (const name of ['scroll', 'scrollTo', 'scrollBy']) {
      R.replace(holder, name, (original) => ({
        [name](...args) {
          if (args.length) R.scrolled();
          return Reflect.apply(original, this, args.length && (args.length > 1 || Object(args[0]) === args[0]) ? [instant(position(args))] : args);
        },
      })[name]);
    }
  }
  R.replace(Element.prototype, 'scrollIntoView', (original) => ({
    scrollIntoView(...args) {
      R.scrolled();
      const where = Object(args[0]) === args[0] ? args[0] : {block: args[0] === false ? 'end' : 'start', inline: 'nearest'};
      return Reflect.apply(original, this, [instant(where)]);
    },
  }).scrollIntoView);
  for (const [name, side] of [['scrollTop', 'top'], ['scrollLeft', 'left']]) {
    const d = Object.getOwnPropertyDescriptor(Element.prototype, name), scrollTo = Element.prototype.scrollTo;
    const set = {[name](v) { Reflect.apply(scrollTo, this, [{[side]: Number(v) || 0}]); }}[name];
    Object.defineProperty(Element.prototype, name, {...d, set: R.disguise(set, d.set)});
  }
}
