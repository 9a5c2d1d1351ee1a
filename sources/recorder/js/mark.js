// mark.js: the person says where it went wrong. Alt+Shift+B, or the small button in the corner, begins; then a click on
// an element marks it as wrong (a bug entry), and a text with Enter is a note. Escape ends it.
//
// Neither the app nor the recording hears of any of it: the button lives in a closed shadow root that the other parts
// do not know, styled through the object model, which no content security policy forbids.
if (R.top && R.config.mark) {
  let host = null, root = null, button = null, note = null, before = null;
  let on = false;
  let ending = null; // the code of the key that has begun or ended it, until it is released

  const own = (e) => host !== null && (e.target === host || e.relatedTarget === host);
  const hotkey = (e) => e.altKey && e.shiftKey && e.code === 'KeyB' && /^key/.test(e.type);
  /** @returns {boolean} whether an event is about marking */
  R.marks = (e) => own(e) || hotkey(e) || e.type === 'keyup' && e.code === ending || on && /^(?:pointer|mouse|touch|drag|click|dblclick|auxclick|contextmenu)/.test(e.type) || on && e.key === 'Escape';

  const styles = {
    host: 'all: initial; position: fixed; right: 12px; bottom: 12px; z-index: 2147483647; pointer-events: none; color-scheme: light;',
    button: 'all: initial; pointer-events: auto; cursor: pointer; font: 12px/1.4 system-ui, sans-serif; padding: 4px 8px; border-radius: 4px;'
      + 'border: 1px solid #fff; background: #b3261e; color: #fff; opacity: .8;',
    note: 'all: initial; pointer-events: auto; font: 12px/1.4 system-ui, sans-serif; padding: 4px 8px; width: 28em; margin-right: 4px;'
      + 'border: 1px solid #b3261e; background: #fff; color: #000;',
  };

  function build() {
    if (host?.isConnected || !document.documentElement) return;
    if (!host) {
      host = document.createElement('div');
      host.style.cssText = styles.host;
      root = R.attachShadow.call(host, { mode: 'closed' });
      note = document.createElement('input');
      note.style.cssText = `${styles.note} display: none;`;
      note.placeholder = 'Click what is wrong, or write a note and press Enter';
      button = document.createElement('button');
      button.style.cssText = styles.button;
      button.textContent = '● Mark';
      button.title = 'It goes wrong here (Alt+Shift+B)';
      root.append(note, button);
    }
    document.documentElement.append(host);
  }

  function turn(to) {
    build();
    on = to;
    note.value = '';
    button.textContent = on ? 'Cancel' : '● Mark';
    if (on) {
      before = R.focused();
      note.style.display = 'inline-block';
      note.focus({ preventScroll: true });
      return;
    }
    // The focus goes straight back: what hears of it on its way can tell where it comes from.
    if (before?.isConnected) before.focus({ preventScroll: true });
    note.blur();
    note.style.display = 'none';
    before = null;
  }

  const said = (e) => R.squash(e.innerText ?? e.textContent);

  function wrong(e) {
    const element = R.deep(e);
    const entry = { ev: 'bug', css: R.css(element) };
    const kind = R.kindOf(element);
    if (kind === 'check') entry.value = String(element.checked ?? R.attr(element, 'aria-checked'));
    else if (kind && kind !== 'editable' && kind !== 'file') Object.assign(entry, { value: element.value }, R.secrets(element, 'value'));
    else if (said(element).length <= 500) Object.assign(entry, { text: said(element) }, R.secrets(element, 'text'));
    R.begin('mark');
    R.emit(entry);
  }

  const react = R.guard((e) => {
    if (e.type === 'keyup') {
      if (e.code === ending) ending = null;
      return;
    }
    const was = on;
    act(e);
    if (on !== was) ending = e.code ?? null;
  });

  function act(e) {
    if (hotkey(e)) {
      R.usedModifier();
      if (e.type === 'keydown' && !e.repeat) turn(!on);
    } else if (e.key === 'Escape' && e.type === 'keydown') {
      turn(false);
    } else if (e.key === 'Enter' && e.type === 'keydown' && on && note.value.trim()) {
      R.begin('mark');
      R.emit({ ev: 'note', text: note.value.trim() });
      turn(false);
    } else if (e.type === 'click' && own(e)) {
      if (root.elementFromPoint(e.clientX, e.clientY) === button) turn(!on);
    } else if (e.type === 'click' && on) {
      wrong(e);
      turn(false);
    }
  }

  const types = 'pointerdown pointerup pointermove pointerover pointerout pointercancel mousedown mouseup mousemove mouseover mouseout click dblclick auxclick contextmenu '
    + 'touchstart touchmove touchend dragstart keydown keypress keyup beforeinput input change focus blur focusin focusout paste copy cut compositionstart compositionupdate compositionend';
  for (const type of types.split(' ')) {
    R.listen(type, (e) => {
      if (!e.isTrusted || !R.marks(e)) return;
      react(e);
      e.stopImmediatePropagation();
      // The button and the note work as they do anywhere; a key that ends it would go on in the app's field.
      if (!own(e) || hotkey(e) || /^(?:Enter|Escape)$/.test(e.key)) e.preventDefault();
    }, { capture: true, passive: false });
  }
  const begin = () => R.idle(R.guard(build));
  if (document.readyState === 'complete') begin();
  else addEventListener('load', begin, true);
}
