// value.js: values that get into fields without keys: choices, dates, colours, autofill, files, the clipboard.
//
// A change that follows from a recorded action is no entry of its own. What a replay may not get right by the action
// alone (a slider's place, a date's parts in another language) is written down after it; where the value is already
// there, that does nothing.

let pending = null; // {field, kind, on, t}: the value is still changing
let clip = 0; // when something was last pasted, cut or dropped
const settled = 400; // ms after which a value counts as chosen

const flush = () => {
  const p = pending;
  pending = null;
  if (!p) return;
  R.never(p.timer);
  R.emit({ t: p.t, ev: 'input', on: p.on, value: p.read(), ...R.secrets(p.field, 'value') });
  R.acted();
};
R.part((what, element) => {
  // Keys within a date or slider are part of choosing its value.
  if (!(what === 'key' && pending && pending.field === element && /^(?:set|range)$/.test(pending.kind))) flush();
});

const chosen = (select) => (select.multiple ? [...select.selectedOptions].map((o) => o.value).join('\n') : select.value);

const choose = (field, kind) => {
  if (pending?.field !== field) {
    flush();
    pending = { field, kind, on: R.target(field), read: () => (kind === 'select' ? chosen(field) : R.valueOf(field, kind)) };
  }
  pending.t = R.now(); // of the last change: the keys before it are older
  R.never(pending.timer);
  pending.timer = R.later(R.guard(flush), settled);
}

// Changes of text that are no run of typing and stand in no line of the clipboard: without an inputType (a spin button,
// the cross of a search field, autofill), a correction, undo from a menu, what a keyboard on a screen deletes.
const byItself = (type) => !/^(?:insertText|insertCompositionText|insertFrom(?:Paste|Drop)|deleteBy(?:Cut|Drag))/.test(type ?? '');

R.hear('input', (e) => {
  if (e.inputType && !byItself(e.inputType)) return;
  const field = R.deep(e);
  if (field.localName === 'input' && field.type === 'file') return upload(field, [...field.files], R.now());
  const kind = R.kindOf(field);
  const caused = R.pressing() || R.keying();
  switch (kind) {
    case 'check':
      if (caused) return;
      R.begin('input', field);
      R.emit({ ev: 'input', on: R.target(field), checked: field.checked });
      R.acted();
      return;
    case 'select':
      // A list is clicked, a popup is no part of the page.
      if (R.keying() || R.pressing() && (field.multiple || field.size > 1)) return;
      return choose(field, kind);
    case 'range': case 'set':
      return choose(field, kind);
    case 'text':
      if (!R.keying() && R.now() - clip > 50) choose(field, kind);
      return;
    case 'editable':
      if (e.inputType && !caused && R.now() - clip > 50) choose(R.fieldOf(field), kind);
  }
});

/** Reads files and writes down that they were chosen or dropped. */
async function upload(element, files, t) {
  R.begin('upload', element);
  const on = R.target(element);
  const kind = R.secret(element);
  const read = await Promise.all(files.map(async (f) => ({ name: f.name, ...f.type && { type: f.type }, lastModified: f.lastModified, body: await content(f) })));
  const entry = { t, ev: 'upload', on, files: read };
  if (kind) entry.secret = Object.fromEntries(files.map((_, i) => [`files.${i}`, kind]));
  R.emit(entry);
  R.acted();
}

/** @returns {Promise<object>} a body: the bytes of a file, or a hole where they are too many or cannot be read */
const content = (file) => {
  if (file.size > R.config.maxFile) return Promise.resolve({ $missing: 'too large', size: file.size });
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done({ base64: reader.result.slice(reader.result.indexOf(',') + 1), size: file.size });
    reader.onerror = () => done({ $missing: 'not readable', size: file.size });
    reader.readAsDataURL(file);
  });
}

/** Writes down that files from outside the browser were dropped. */
R.dropFiles = (element, files) => {
  clip = R.now();
  return upload(element, files, clip);
};
R.dropped = () => { clip = R.now(); };

const selected = (element) => {
  if (typeof element.selectionStart === 'number') return element.value.slice(element.selectionStart, element.selectionEnd);
  return String(getSelection());
}

R.hear('paste copy cut', (e) => {
  const element = R.deep(e);
  if (R.pressing() && !R.kindOf(R.fieldOf(element))) return; // the middle button pastes where nothing takes it
  const field = R.kindOf(element) ? R.fieldOf(element) : element;
  R.begin('clipboard', field);
  clip = R.now();
  const entry = { ev: 'clipboard', op: e.type, text: e.type === 'paste' ? e.clipboardData.getData('text/plain') : selected(field) };
  if (field.localName !== 'body') entry.on = R.target(field);
  R.emit({ ...entry, ...R.secrets(field, 'text') });
  R.acted();
});
