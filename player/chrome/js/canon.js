// R.key(method, url, type, body) is the canonical key of a request: two requests with the same key ask for the same
// thing. `url` is absolute, `type` the Content-Type, `body` a string, a Uint8Array, or null.
//
// player.Key in Go is the same function; its comment is the specification, and a test runs both over one table.
{
  // Content longer than this many UTF-16 units is replaced by its length and hash.
  const longest = 512;
  // JSON nested deeper than this counts as text, so that both sides can recurse.
  const deepest = 500;

  // hash mixes numbers (UTF-16 units or bytes) into 64 bits: two multiplicative lanes and a final avalanche.
  // It is synchronous, which crypto.subtle is not; it tells requests apart and protects nothing.
  function hash(length, at) {
    let a = 0xdeadbeef, b = 0x41c6ce57;
    for (let i = 0; i < length; i++) {
      const unit = at(i);
      a = Math.imul(a ^ unit, 2654435761);
      b = Math.imul(b ^ unit, 1597334677);
    }
    const mixA = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    const mixB = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(mixA ^ (mixA >>> 13), 3266489909);
    return hex(mixB) + hex(mixA);
  }

  const hex = (n) => (n >>> 0).toString(16).padStart(8, '0');
  const digest = (bytes) => bytes.length + ':' + hash(bytes.length, (i) => bytes[i]);
  const shorten = (s) => s.length <= longest ? s : '#' + s.length + ':' + hash(s.length, (i) => s.charCodeAt(i));
  const lower = (s) => s.replace(/[A-Z]/g, (c) => c.toLowerCase()); // ASCII only, as protocols compare
  const byName = (a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;

  // escape spells one character, or keeps one escape, in the one way that keys use. Plain characters stay.
  const escapeChar = (m) => {
    if (m.length === 3 && m[0] === '%') {
      const c = String.fromCharCode(parseInt(m.slice(1), 16));
      return /[A-Za-z0-9\-._~]/.test(c) ? c : m.toUpperCase();
    }
    return encodeURIComponent(m).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
  };
  const literal = (s) => s.toWellFormed().replace(/[^A-Za-z0-9\-._~]/gu, (m) => m === '%' ? '%25' : escapeChar(m));
  const form = (s) => s.replaceAll('+', '%20').toWellFormed().replace(/%[0-9a-fA-F]{2}|[^A-Za-z0-9\-._~]/gu, escapeChar);
  const path = (s) => dots(s.replaceAll('\\', '/').toWellFormed()
    .replace(/%[0-9a-fA-F]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/gu, escapeChar));

  // dots removes "." and ".." from a path that begins with "/".
  function dots(s) {
    if (!/\/\.\.?(\/|$)/.test(s)) return s;
    const out = [], parts = s.split('/').slice(1);
    parts.forEach((part, i) => {
      const last = i === parts.length - 1;
      if (part === '..') out.pop();
      else if (part !== '.') out.push(part);
      if (last && (part === '.' || part === '..')) out.push('');
    });
    return '/' + out.join('/');
  }

  // pairs parses name=value pairs as forms write them, into escaped [name, value], sorted by name.
  function pairs(s) {
    const out = [];
    for (const piece of s.split('&')) {
      if (piece === '') continue;
      const eq = piece.indexOf('=');
      out.push(eq < 0 ? [form(piece), ''] : [form(piece.slice(0, eq)), form(piece.slice(eq + 1))]);
    }
    return out.sort(byName);
  }
  const join = (list) => list.map(([name, value]) => name + '=' + value).join('&');

  function canonURL(s) {
    s = s.replace(/^[\0- ]+|[\0- ]+$/g, '').replace(/[\t\n\r]/g, '');
    const end = s.indexOf('#');
    if (end >= 0) s = s.slice(0, end);
    const scheme = /^(https?|wss?):[/\\]*/i.exec(s);
    if (!scheme) return s;
    const secure = /^(https|wss)$/i.test(scheme[1]);
    s = s.slice(scheme[0].length);
    const mark = s.indexOf('?');
    const query = mark < 0 ? '' : s.slice(mark + 1);
    if (mark >= 0) s = s.slice(0, mark);
    const slash = s.search(/[/\\]/);
    const rest = slash < 0 ? '/' : s.slice(slash);
    let host = slash < 0 ? s : s.slice(0, slash);
    host = lower(host.slice(host.lastIndexOf('@') + 1));
    host = host.replace(secure ? /:(443)?$/ : /:(80)?$/, '');
    const list = pairs(query);
    return (secure ? 'https://' : 'http://') + host + path(rest) + (list.length ? '?' + queryKey(list) : '');
  }

  const operationFields = new Set(['query', 'operationName', 'variables', 'extensions']);

  // queryKey recognises a GraphQL operation in a query string.
  function queryKey(list) {
    const fields = {}, others = [];
    for (const pair of list) {
      if (!operationFields.has(pair[0]) || pair[0] in fields) others.push(pair);
      else fields[pair[0]] = pair[1];
    }
    const operation = queryOperation(fields);
    if (operation === null) return shorten(join(list));
    return shorten(join(others) + (others.length ? '&' : '') + operation);
  }

  function queryOperation(fields) {
    const o = {};
    try {
      for (const name in fields) {
        const text = decodeURIComponent(fields[name]);
        const coded = name === 'variables' || name === 'extensions';
        o[name] = coded ? (text === '' ? null : JSON.parse(text)) : text;
      }
      return operationKey(o, (v) => literal(canonJSON(v, 0)));
    } catch {
      return null;
    }
  }

  const asObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);

  // operationKey is the key of a GraphQL request, or null where o is none. The name of the operation stands for its
  // text, which a build may reformat; variables are what tells its calls apart.
  function operationKey(o, spell) {
    if (!asObject(o)) return null;
    const document = typeof o.query === 'string' ? trimDocument(o.query) : '';
    const isDocument = /^(\{|(query|mutation|subscription|fragment)[ \t\r\n,({@])/.test(document) && document.includes('{');
    let name = typeof o.operationName === 'string' ? o.operationName : '';
    if (!isDocument && (name === '' || !('variables' in o || 'extensions' in o))) return null;
    if (name === '') name = /^(?:query|mutation|subscription)[ \t\r\n,]+([A-Za-z_][A-Za-z0-9_]*)/.exec(document)?.[1] ?? '';
    const what = name === '' ? '{' + literal(document.replace(/[ \t\r\n,]+/g, ' ').replace(/ $/, '')) + '}' : literal(name);
    return 'graphql:' + what + ':' + spell('variables' in o && o.variables !== null ? o.variables : {});
  }

  // trimDocument drops white space and comments before the first definition.
  const trimDocument = (s) => s.replace(/^(?:[ \t\r\n,\ufeff]|#[^\r\n]*)+/, '');

  // canonJSON writes a parsed value with sorted keys; numbers and strings as JSON.stringify writes them.
  function canonJSON(v, depth) {
    if (depth > deepest) throw new RangeError('nested too deeply');
    switch (typeof v) {
      case 'string':
        return JSON.stringify(v.toWellFormed());
      case 'number':
        if (v === Infinity) return '1.7976931348623157e+308';
        if (v === -Infinity) return '-1.7976931348623157e+308';
        return JSON.stringify(v);
      case 'boolean':
        return v ? 'true' : 'false';
    }
    if (v === null) return 'null';
    if (Array.isArray(v)) return '[' + v.map((x) => canonJSON(x, depth + 1)).join(',') + ']';
    return '{' + Object.keys(v).sort().map((k) => JSON.stringify(k.toWellFormed()) + ':' + canonJSON(v[k], depth + 1)).join(',') + '}';
  }

  // jsonKey is null where the text is not JSON.
  function jsonKey(text) {
    try {
      const v = JSON.parse(text);
      const spell = (x) => canonJSON(x, 0);
      if (Array.isArray(v) && v.length > 0) {
        const batch = v.map((o) => operationKey(o, spell));
        if (batch.every((k) => k !== null)) return shorten('[' + batch.join(',') + ']');
      }
      return shorten(operationKey(v, spell) ?? spell(v));
    } catch {
      return null;
    }
  }

  // multipartKey is null where the bytes are not multipart content.
  function multipartKey(type, bytes) {
    const units = new TextDecoder('x-user-defined').decode(bytes); // one unit a byte: offsets are those of bytes
    const declared = /;[ \t]*boundary=(?:"([^"]*)"|([^;, \t]*))/i.exec(type);
    const delimiter = declared ? '--' + (declared[1] ?? declared[2]) : /^--[^\r\n]+/.exec(units)?.[0];
    if (!delimiter || delimiter === '--') return null;
    const list = [];
    let at = units.indexOf(delimiter);
    while (at >= 0) {
      const start = at + delimiter.length;
      if (units.startsWith('--', start)) break;
      const next = units.indexOf(delimiter, start);
      if (next < 0) break;
      const part = partKey(units, bytes, start, next);
      if (part) list.push(part);
      at = next;
    }
    return list.length ? shorten(join(list.sort(byName))) : null;
  }

  // partKey reads the part between two delimiters into [name, value].
  function partKey(units, bytes, start, end) {
    start += units.startsWith('\r\n', start) ? 2 : 1;
    end -= units.startsWith('\r\n', end - 2) ? 2 : 1;
    if (end < start) return null;
    units = units.slice(start, end);
    bytes = bytes.subarray(start, end);
    const gap = /\r?\n\r?\n/.exec(units);
    if (!gap) return null;
    const headers = units.slice(0, gap.index);
    const name = /^content-disposition:[^\r\n]*?[; \t]name="([^"\r\n]*)"/im.exec(headers);
    if (!name) return null;
    const value = bytes.subarray(gap.index + gap[0].length);
    const file = /^content-disposition:[^\r\n]*[; \t]filename\*?=/im.test(headers);
    return [spell(Uint8Array.from(name[1], (c) => c.charCodeAt(0) & 0xff)), file ? '@' + digest(value) : spell(value)];
  }

  // spell writes bytes as escaped text, or as their digest where they are not text.
  const spell = (bytes) => {
    const text = decode(bytes);
    return text === null ? '@' + digest(bytes) : literal(text);
  };

  // decode returns null where the bytes are not UTF-8. A byte order mark stays: it is content.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  function decode(bytes) {
    try {
      return decoder.decode(bytes);
    } catch {
      return null;
    }
  }

  const pair = '[\\w.~*%+\\-[\\]]+=[\\w.~*%+\\-]*';
  const formLike = new RegExp('^' + pair + '(&' + pair + ')*$');

  function bodyKey(type, body) {
    const essence = lower(type.replace(/;.*$/s, '')).replace(/^[ \t]+|[ \t]+$/g, '');
    if (essence === 'multipart/form-data') {
      const key = multipartKey(type, typeof body === 'string' ? encoder.encode(body) : body);
      if (key !== null) return 'multipart ' + key;
    }
    const text = typeof body === 'string' ? body.toWellFormed() : decode(body);
    if (text === null) return 'binary ' + digest(body);
    if (essence.includes('json') || /^[ \t\r\n]*[{[]/.test(text)) {
      const key = jsonKey(text);
      if (key !== null) return 'json ' + key;
    }
    const undeclared = essence === '' || essence === 'text/plain';
    if (essence === 'application/x-www-form-urlencoded' || undeclared && formLike.test(text)) {
      return 'form ' + queryKey(pairs(text));
    }
    return 'text ' + shorten(text);
  }

  R.key = (method, url, type, body) => {
    const key = method.replace(/[a-z]/g, (c) => c.toUpperCase()) + ' ' + canonURL(url);
    return body === null || body.length === 0 ? key : key + ' ' + bodyKey(type, body);
  };
  R.decode = decode;
  R.encode = (text) => encoder.encode(text);
}
