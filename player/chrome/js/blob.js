// blob.js: remembers what Blobs hold. The browser reads them in another process, which takes real time, and virtual time
// does not wait for it: what came first, their content or a timer, would be a matter of luck. What the app has made itself
// is read at once; files that a person chose, and images of a canvas, are read as ever.
if (!R.worker) {
  const native = R.native, { Blob, File, Response, Uint8Array } = globalThis;
  const size = Object.getOwnPropertyDescriptor(Blob.prototype, 'size').get;
  const most = 32 << 20; // bytes of a Blob; larger ones are not kept twice
  const held = new WeakMap(); // Blob -> Uint8Array
  const decoder = new TextDecoder(), decode = decoder.decode.bind(decoder);

  // R.held are the bytes of a Blob, not to be written to; null where they are not known.
  R.held = (blob) => held.get(blob) ?? null;

  // bytesOf are the bytes of one part of a Blob; null where they are not known.
  function bytesOf(part) {
    if (typeof part === 'string') return R.encode(part.toWellFormed());
    if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    if (part instanceof ArrayBuffer) return new Uint8Array(part);
    return part instanceof Blob ? R.held(part) : null;
  }

  function keep(blob, parts, options) {
    if (!native.Array.isArray(parts) || options?.endings === 'native' || Reflect.apply(size, blob, []) > most) return blob;
    const pieces = parts.map(bytesOf);
    if (pieces.includes(null)) return blob;
    const all = new Uint8Array(Reflect.apply(size, blob, []));
    let at = 0;
    for (const p of pieces) {
      if (at + p.length > all.length) return blob; // not what the browser made of it
      all.set(p, at);
      at += p.length;
    }
    if (at === all.length) held.set(blob, all);
    return blob;
  }

  for (const [name, original] of [['Blob', Blob], ['File', File]]) {
    const stand = new Proxy(original, {
      construct: (target, args, made) => keep(Reflect.construct(target, args, made === stand ? target : made), args[0], args.at(-1)),
    });
    Object.defineProperty(original.prototype, 'constructor', { ...Object.getOwnPropertyDescriptor(original.prototype, 'constructor'), value: stand });
    Object.defineProperty(globalThis, name, { ...Object.getOwnPropertyDescriptor(globalThis, name), value: stand });
  }

  const read = (name, make) => R.replace(Blob.prototype, name, (original) => ({
    [name](...args) {
      const bytes = R.held(this);
      return bytes ? make(bytes) : Reflect.apply(original, this, args);
    },
  })[name]);
  read('text', (bytes) => native.Promise.resolve(decode(bytes)));
  read('arrayBuffer', (bytes) => native.Promise.resolve(bytes.slice().buffer));
  read('bytes', (bytes) => native.Promise.resolve(bytes.slice()));
  read('stream', (bytes) => new Response(bytes.slice()).body);
  R.replace(Blob.prototype, 'slice', (original) => ({
    slice(...args) {
      const part = Reflect.apply(original, this, args), bytes = R.held(this);
      if (bytes) held.set(part, bytes.slice(args[0] ?? 0, args[1] ?? bytes.length));
      return part;
    },
  }).slice);

  // A body that was read as a Blob is remembered too.
  const arrayBuffer = Response.prototype.arrayBuffer, headers = Object.getOwnPropertyDescriptor(Response.prototype, 'headers').get;
  R.replace(Response.prototype, 'blob', () => ({
    blob() {
      return Reflect.apply(arrayBuffer, this, []).then((bytes) => {
        const media = Reflect.apply(headers, this, []).get('content-type') ?? '';
        return keep(new Blob([bytes], { type: media }), [bytes]);
      });
    },
  }).blob);
}
