// body.js: what an app passes as the body of a request, as {type, content}: the Content-Type that it implies (or null),
// and a string, a Uint8Array, or null. Bodies are read synchronously wherever the platform can, because a read that
// takes real time would make the virtual time of the request a matter of luck.
{
  const native = R.native;
  const { XMLHttpRequest, URL, Blob, FormData, URLSearchParams, ReadableStream, FileReaderSync, Document, XMLSerializer } = globalThis;
  const xhr = XMLHttpRequest && { ...Object.getOwnPropertyDescriptors(XMLHttpRequest.prototype) };
  const createURL = URL.createObjectURL?.bind(URL), revokeURL = URL.revokeObjectURL?.bind(URL);
  const boundary = '----restepFormBoundary';
  const isA = (v, Class) => Class !== undefined && v instanceof Class;

  // syncXHR performs a native synchronous request, past what this script puts in its place; null in service workers.
  const syncXHR = R.syncXHR = !xhr ? null : (method, url, type, content) => {
    const x = new XMLHttpRequest();
    const call = (name, ...args) => Reflect.apply(xhr[name].value, x, args);
    call('open', method, url, false);
    if (type) call('setRequestHeader', 'content-type', type);
    if (method === 'GET') call('overrideMimeType', 'text/plain; charset=x-user-defined');
    call('send', content);
    return { status: Reflect.apply(xhr.status.get, x, []), text: Reflect.apply(xhr.responseText.get, x, []) };
  };

  // readBlob returns the bytes of a Blob; null where they cannot be read at once (service workers).
  function readBlob(blob) {
    if (blob.size === 0) return new Uint8Array();
    const held = R.held?.(blob);
    if (held) return held.slice();
    if (FileReaderSync) return new Uint8Array(new FileReaderSync().readAsArrayBuffer(blob));
    if (!syncXHR) return null;
    const url = createURL(new Blob(['.', blob])); // a byte order mark at the beginning would count more than our charset
    try {
      const { text } = syncXHR('GET', url, '', null), bytes = new Uint8Array(text.length - 1);
      for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i + 1); // its low byte
      return bytes;
    } catch {
      return new Uint8Array(); // a file that has gone: its request fails too
    } finally {
      revokeURL(url);
    }
  }

  // multipart writes a form as browsers do, with a boundary that is the same in every run.
  function multipart(form) {
    const chunks = [], name = (s) => s.replace(/\r\n|\r|\n/g, '%0D%0A').replaceAll('"', '%22');
    for (const [key, value] of form) {
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name(key.replace(/\r\n|\r|\n/g, '\r\n'))}"`;
      if (typeof value === 'string') {
        chunks.push(head + '\r\n\r\n' + value.replace(/\r\n|\r|\n/g, '\r\n') + '\r\n');
      } else {
        const type = value.type || 'application/octet-stream';
        chunks.push(head + `; filename="${name(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`, readBlob(value) ?? new Uint8Array(), '\r\n');
      }
    }
    chunks.push(`--${boundary}--\r\n`);
    return chunks.every((c) => typeof c === 'string') ? chunks.join('').toWellFormed() : concat(chunks.map((c) => typeof c === 'string' ? R.encode(c) : c));
  }

  // concat makes one array of several; parts are Uint8Arrays.
  R.concat = concat;
  function concat(parts) {
    const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
    parts.reduce((at, p) => (all.set(p, at), at + p.length), 0);
    return all;
  }

  // R.body reads what fetch, XMLHttpRequest.send and sendBeacon take. Streams come back unread: {stream}.
  R.body = (v) => {
    if (v === null || v === undefined) return { type: null, content: null };
    if (typeof v === 'string') return { type: 'text/plain;charset=UTF-8', content: v.toWellFormed() };
    if (isA(v, URLSearchParams)) return { type: 'application/x-www-form-urlencoded;charset=UTF-8', content: native.String(v) };
    if (isA(v, FormData)) return { type: 'multipart/form-data; boundary=' + boundary, content: multipart(v) };
    if (isA(v, Blob)) {
      const content = readBlob(v);
      return content ? { type: v.type || null, content } : { type: v.type || null, stream: v };
    }
    if (ArrayBuffer.isView(v)) return { type: null, content: new Uint8Array(v.buffer, v.byteOffset, v.byteLength).slice() };
    if (isA(v, ArrayBuffer) || isA(v, globalThis.SharedArrayBuffer)) return { type: null, content: new Uint8Array(v).slice() };
    if (isA(v, ReadableStream)) return { type: null, stream: v };
    if (isA(v, Document)) {
      const html = v.contentType === 'text/html';
      const content = html ? v.documentElement.outerHTML : new XMLSerializer().serializeToString(v);
      return { type: (html ? 'text/html' : 'application/xml') + ';charset=UTF-8', content };
    }
    return { type: 'text/plain;charset=UTF-8', content: native.String(v).toWellFormed() };
  };

  // An answer has its content as {text}, as {base64}, or, from a file, as {bytes}. R.bytes gives its bytes.
  R.isBinary = (a) => a.bytes !== undefined || a.base64 !== undefined;
  R.hasContent = (a) => Boolean(a.text || a.base64 || a.bytes?.length);
  R.bytes = (a) => a.bytes ?? (a.base64 === undefined ? R.encode(a.text ?? '') : fromBase64(a.base64));
  const fromBase64 = Uint8Array.fromBase64?.bind(Uint8Array) ?? ((s) => Uint8Array.from(atob(s), (c) => c.charCodeAt(0)));

  // R.shown is a content as the journal and questions to Go carry it, up to `most` bytes: {text} or {base64}, or {size}.
  R.shown = (content, most) => {
    if (content === null || content === undefined || content.length === 0) return {};
    if (content.length > most) return { size: content.length };
    const text = typeof content === 'string' ? content : R.decode(content);
    if (text !== null) return { text };
    if (content.toBase64) return { base64: content.toBase64() };
    let units = '';
    for (const b of content) units += native.String.fromCharCode(b);
    return { base64: btoa(units) };
  };
}
