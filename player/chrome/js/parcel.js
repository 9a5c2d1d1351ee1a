// parcel.js: the content of answers that Go hands over in a file, because its pipe is slow. A file reaches a page through
// a file input; this one belongs to no document.
if (!R.worker) {
  const { document, Blob, HTMLInputElement } = globalThis;
  const read = Blob.prototype.arrayBuffer, create = Document.prototype.createElement;
  const files = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'files').get;
  let content = null;

  R.mailbox = () => {
    const input = Reflect.apply(create, document, ['input']);
    input.type = 'file';
    return input;
  };

  /** Go: reads the file of a mailbox; the spans of the answers that follow lie in it. */
  R.unpack = (input) => Reflect.apply(read, Reflect.apply(files, input, [])[0], []).then((b) => { content = new Uint8Array(b); });

  // R.unwrap gives an answer its content. Without, the file went to the document before this one, which asks for the
  // answers that it needs.
  R.unwrap = (a) => {
    if (!content) return false;
    a.bytes = content.slice(...a.span); // a copy, so that one answer does not keep all of them
    return true;
  };

  // R.unpacked says that no more answers lie in the file.
  R.unpacked = () => { content = null; };
}
