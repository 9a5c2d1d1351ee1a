// type.js: the keyboard. Characters that get into a field are runs of typing, whatever they were typed with; every other
// key press is an entry of its own.
//
// What was typed is read from beforeinput, before the app may refuse or format it; what came of it from the field, when
// the run ends. A key that should have typed a character and did not (the app has prevented it) is a key press.

const pause = 1000; // ms that end a run
const think = 30000; // the same where the text may still become a secret: a half of one would not be known for what it is
const lone = { Control: 1, Shift: 1, Alt: 1, Meta: 1, AltGraph: 1, Fn: 1, CapsLock: 1 };

let run = null; // {from, field, kind, on, t, text, rhythm, last, value where it was read before the end}
let maybe = null; // a key that may type a character, with the value of the run's field before the app hears of it
let modifier = null; // a modifier key that is held and was not used yet
let down = 0; // when the last key that has a name went down, until its release is done with
let held = null; // the last key entry, for keys that repeat

/** @returns {boolean} whether a key is what causes things now */
R.keying = () => down > 0;

/** @returns {boolean} whether a text is being typed */
R.typing = () => run !== null;

/** The element that an event is about, inside of closed shadow roots too. */
R.deep = (e) => {
  let element = R.source(e);
  if (!(element instanceof Element)) element = document.documentElement;
  for (let root = R.shadow(element); root; root = R.shadow(element)) {
    const inner = 'clientX' in e ? root.elementFromPoint(e.clientX, e.clientY) : root.activeElement;
    if (!inner || inner === element || R.rootOf(inner) !== root) break;
    element = inner;
  }
  return element;
};

const endRun = () => {
  const r = run;
  run = null;
  if (!r) return;
  R.never(r.timer);
  R.emit({
    t: r.t, ev: 'type', on: r.on, text: r.text, rhythm: r.rhythm, value: r.value ?? maybe?.value ?? R.valueOf(r.field, r.kind), ...R.secrets(r.field, 'text', 'value'),
  });
  R.acted(r.last);
}
const idle = R.guard(() => {
  if (!run) return;
  const left = run.last + (R.growing(run.field, R.valueOf(run.field, run.kind)) ? think : pause) - R.now();
  if (left <= 0) endRun();
  else run.timer = R.later(idle, Math.min(left, pause));
});

/** Adds characters to the run in the field, which an element stands for. */
const typed = (from, [field, kind], text) => {
  const now = R.now();
  if (run?.field !== field) {
    maybe = null;
    R.begin('type', field);
    run = { from, field, kind, on: R.target(field), t: now, text: '', rhythm: [], timer: R.later(idle, pause) };
  }
  run.text += text;
  for (const _ of text) run.rhythm.push(Math.round((now - run.t) * 10) / 10);
  run.last = now;
  R.scrolling(-1); // what follows the caret is not scrolled by the person
}

/** @returns {[Element, string]|null} the field that takes text, with its kind */
const textField = (element) => {
  if (run?.from === element) return [run.field, run.kind];
  const field = R.fieldOf(element);
  const kind = R.kindOf(field);
  return kind === 'text' || kind === 'editable' ? [field, kind] : null;
}

const press = (e, element, t) => {
  const again = e.repeat && held?.key === e.key && held.element === element;
  R.begin('key', element);
  const entry = { t, ev: 'key', key: e.key, ...e.code && { code: e.code }, ...R.modifiers(e) };
  if (element) entry.on = again ? held.on : R.target(element);
  if (e.key.length === 1 && element && /text|set|edit/.test(R.kindOf(element))) Object.assign(entry, R.secrets(element, 'key'));
  held = { key: e.key, element, on: entry.on };
  R.emit(entry);
  R.acted();
}

/** The key that may type a character has typed none. */
const typesNothing = () => {
  const m = maybe;
  maybe = null;
  if (!m) return;
  if (run) run.value = m.value;
  press(m.event, m.element, m.t);
}

R.part(endRun);
R.part(typesNothing);

R.hear('keydown', (e) => {
  typesNothing();
  if (e.isComposing || e.keyCode === 229 || e.key === 'Dead' || !e.key || e.key === 'Unidentified') return;
  down = R.now();
  if (lone[e.key]) {
    if (!e.repeat) modifier = { event: e, element: R.focused(), t: R.now() };
    return;
  }
  modifier = null;
  const element = R.focused();
  const types = [...e.key].length === 1 && (!e.ctrlKey && !e.metaKey || e.getModifierState('AltGraph') || e.ctrlKey && e.altKey);
  const field = types && element && textField(element);
  if (field) maybe = { event: e, element: field[0], t: R.now(), value: run && R.valueOf(run.field, run.kind) };
  else press(e, element && R.kindOf(element) ? R.fieldOf(element) : element, R.now());
});

R.hear('keyup', (e) => {
  typesNothing();
  if (modifier?.event.key === e.key) press(modifier.event, modifier.element, modifier.t);
  if (lone[e.key]) modifier = null;
  held = null;
  const was = down;
  // What a released key does (a space on a button) is done before the next task. In a run of typing it does nothing.
  if (run) down = 0;
  else R.later(() => { if (down === was) down = 0; }, 0);
});
/** Says that a modifier key was held for something. */
R.usedModifier = () => { modifier = null; };

R.hear('beforeinput', (e) => {
  if (run && !/^insert(?:Composition)?Text$/.test(e.inputType)) endRun(); // what comes is no typing: undo, a correction
  if (e.inputType !== 'insertText' || !e.data || e.isComposing) return;
  const element = run?.from === e.target ? e.target : R.deep(e), field = textField(element);
  if (field) typed(element, field, e.data);
  maybe = null;
});

// The end of a composition is not trusted, not even that of an input method (Chromium 156). Its text is that of the last
// update, which is.
let composed = null;
R.hear('compositionstart', () => { composed = ''; });
R.hear('compositionupdate', (e) => { composed = e.data; });
R.listen('compositionend', (e) => {
  const text = composed;
  composed = maybe = null;
  const element = R.deep(e), field = text && textField(element);
  if (field) typed(element, field, text);
});

R.hear('blur', (e) => {
  if (run && R.deep(e) === run.field || e.target === run?.field) endRun();
  if (e.target === window) down = 0;
});
