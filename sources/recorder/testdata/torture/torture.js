// The page tells in report() what became of it: what its handlers understood, and what its fields hold. A replay must
// come to the same report.
const $ = (css) => document.querySelector(css);
const said = [];
window.log = (text) => { said.push(text); };
const on = (css, type, f) => $(css).addEventListener(type, f);
const mods = (e) => ['alt', 'ctrl', 'meta', 'shift'].filter((m) => e[`${m}Key`]).map((m) => `+${m}`).join('');

// Clicks.
on('#plain', 'click', (e) => log(`plain${mods(e)}`));
on('[data-testid=saver]', 'click', () => log('save'));
for (const type of ['click', 'dblclick', 'contextmenu', 'auxclick']) {
  on('#area', type, (e) => { e.preventDefault(); log(`area ${type} ${e.detail}`); });
}
let drawing = false;
on('#pad', 'mousedown', (e) => { drawing = true; log(`pad ${e.offsetX},${e.offsetY}`); });
on('#pad', 'mouseup', (e) => { drawing = false; log(`pad up ${e.offsetX},${e.offsetY}`); });
on('#options', 'mousedown', (e) => { log(`chose ${e.target.textContent}`); e.target.remove(); });
for (let i = 1; i < 6; i++) {
  const row = document.createElement('li');
  row.innerHTML = `Row ${i}<button class="edit">Edit</button>`;
  row.querySelector('button').addEventListener('click', () => log(`edit ${i}`));
  $('#rows').append(row);
}

// Fields: a mask, a filter that refuses, a format that comes later, a text that is taken out, boxes that pass the focus on.
on('#phone', 'input', (e) => {
  const digits = e.target.value.replace(/\D/g, '');
  e.target.value = digits.length > 3 ? `${digits.slice(0, 3)}-${digits.slice(3)}` : digits;
});
on('#limit', 'beforeinput', (e) => { if (e.data && /\D/.test(e.data)) e.preventDefault(); });
on('#late', 'input', (e) => setTimeout(() => { e.target.value = e.target.value.toUpperCase(); }, 30));
let scanned = 0;
on('#scan', 'input', (e) => {
  clearTimeout(scanned);
  scanned = setTimeout(() => { log(`scanned ${e.target.value}`); e.target.value = ''; }, 400);
});
document.querySelectorAll('#otp input').forEach((box, i, all) => box.addEventListener('input', () => all[i + 1]?.focus()));
on('#name', 'keydown', (e) => {
  if (e.key === '/') { e.preventDefault(); log('slash'); }
  if (/^(Enter|Escape|F2|Arrow|Tab)/.test(e.key)) log(`name ${e.key}${mods(e)}`);
});
on('#form', 'submit', () => log('submit'));
on('#form', 'reset', () => log('reset'));
for (const css of ['#vip', '#hidden', '#country', '#many', '#date', '#time', '#range', '#color', '#fill', '#number', '#search']) {
  on(css, 'change', (e) => log(`change ${e.target.id}`));
}
on('#file', 'change', async (e) => { for (const f of e.target.files) log(`file ${f.name} ${f.type} ${await f.text()}`); });
addEventListener('keydown', (e) => {
  if (e.ctrlKey && e.key === 's') { e.preventDefault(); log('shortcut save'); }
  if (e.key === 'k' && e.target === document.body) log('key k');
});
let alone = 0;
addEventListener('keyup', (e) => { if (e.key === 'Shift' && ++alone === 2) log('shift twice'); });

// Secrets.
on('#reveal', 'click', () => { $('#password').type = $('#password').type === 'password' ? 'text' : 'password'; });

// Editors: one that takes the text itself, one that only hears keys.
on('#model', 'beforeinput', (e) => {
  e.preventDefault();
  if (e.inputType === 'insertText') e.target.textContent += e.data;
  if (e.inputType === 'insertParagraph') e.target.textContent += '|';
});
on('#keyed', 'keydown', (e) => {
  if (e.key.length === 1 && !e.ctrlKey) { e.preventDefault(); e.target.textContent += e.key; }
  if (e.key === 'Backspace') e.target.textContent = e.target.textContent.slice(0, -1);
});
on('#bold', 'mousedown', (e) => { e.preventDefault(); document.execCommand('insertText', false, '[b]'); });
on('#rich', 'paste', (e) => log(`pasted ${e.clipboardData.getData('text/plain')}`));
on('#text', 'copy', () => log('copied'));
on('#text', 'cut', () => log('cut'));

// The pointer.
on('#item', 'click', () => log('item'));
on('#deepest', 'click', () => log('deepest'));
on('#rowed tr', 'mouseenter', (e) => {
  e.currentTarget.querySelector('.act').innerHTML = '<button>Act</button>';
  e.currentTarget.querySelector('button').addEventListener('click', () => log('acted on the row'));
});
on('#rowed tr', 'mouseleave', (e) => { e.currentTarget.querySelector('.act').innerHTML = ''; });
on('#jsmenu', 'mouseenter', () => {
  setTimeout(() => {
    const sub = document.createElement('button');
    sub.id = 'sub';
    sub.textContent = 'Sub item';
    sub.addEventListener('click', () => log('sub item'));
    $('#jsmenu').append(sub);
  }, 60);
});
on('#jsmenu', 'mouseleave', () => $('#sub')?.remove());
let from = 0;
on('#knob', 'pointerdown', (e) => { from = e.clientX; e.target.setPointerCapture(e.pointerId); });
on('#knob', 'pointermove', (e) => { if (e.buttons) e.target.style.left = `${e.clientX - from}px`; });
on('#card1', 'dragstart', (e) => e.dataTransfer.setData('text/plain', 'card'));
on('#column', 'dragover', (e) => e.preventDefault());
on('#column', 'drop', (e) => { e.preventDefault(); e.target.append($('#card1')); log(`dropped ${e.dataTransfer.getData('text/plain')}`); });
let lifted = null;
on('#sortable', 'mousedown', (e) => { lifted = e.target; });
addEventListener('mousemove', (e) => {
  const over = lifted && [...$('#sortable').children].find((li) => li !== lifted && li.getBoundingClientRect().top < e.clientY && li.getBoundingClientRect().bottom > e.clientY);
  if (over) over[over.compareDocumentPosition(lifted) & 2 ? 'after' : 'before'](lifted);
});
addEventListener('mouseup', () => { if (lifted) log(`order ${[...$('#sortable').children].map((li) => li.textContent)}`); lifted = null; });
on('#zone', 'dragover', (e) => e.preventDefault());
on('#zone', 'drop', async (e) => { e.preventDefault(); for (const f of e.dataTransfer.files) log(`zone ${f.name} ${await f.text()}`); });

// A list that holds only the rows in view.
const virtual = $('#virtual');
const fillRows = () => {
  for (const row of virtual.querySelectorAll('.row')) row.remove();
  const first = Math.floor(virtual.scrollTop / 40);
  for (let i = first; i < first + 5; i++) {
    const row = document.createElement('div');
    row.className = 'row';
    row.style.top = `${i * 40}px`;
    row.textContent = `Entry number ${i}`;
    row.addEventListener('click', () => log(`entry ${i}`));
    virtual.append(row);
  }
};
virtual.addEventListener('scroll', fillRows);
fillRows();

// Shadow roots.
for (const mode of ['open', 'closed']) {
  customElements.define(`x-${mode}`, class extends HTMLElement {
    connectedCallback() {
      const root = this.attachShadow({ mode });
      root.innerHTML = `<button>Inside ${mode}</button><input aria-label="Field ${mode}"><div style="height:40px;overflow:auto"><div style="height:400px">long</div></div>`;
      root.querySelector('button').addEventListener('click', () => log(`inside ${mode}`));
      root.querySelector('input').addEventListener('input', (e) => log(`${mode} ${e.target.value}`));
    }
  });
}

// Frames that have no document of their own to load.
on('#framer', 'click', () => {
  const made = document.createElement('iframe'), srcdoc = document.createElement('iframe');
  made.id = 'made';
  srcdoc.id = 'srcdoc';
  srcdoc.srcdoc = '<button onclick="parent.log(\'in srcdoc\')">In srcdoc</button>';
  $('#framer').after(made, srcdoc);
  made.contentDocument.open();
  made.contentDocument.write('<button onclick="parent.log(\'written\')">Written</button>');
  made.contentDocument.close();
});

// Effects.
on('#route', 'click', () => { history.pushState({}, '', '?step=2'); history.replaceState({}, '', '?step=3'); });
on('#store', 'click', () => {
  localStorage.setItem('a', '1');
  localStorage.b = '2';
  sessionStorage.setItem('c', '3');
  localStorage.removeItem('a');
});
on('#cookie', 'click', () => { document.cookie = 'taste=sweet; path=/'; document.cookie = 'gone=1; max-age=0'; });
on('#auto', 'click', () => setTimeout(() => { $('#vip').click(); $('#plain').click(); }, 20));

window.report = () => JSON.stringify({
  said,
  fields: [...document.querySelectorAll('input,select,textarea')].filter((e) => e.type !== 'file').map((e) => [e.id, e.type === 'checkbox' || e.type === 'radio' ? e.checked : e.value,
    e.multiple && e.selectedOptions ? [...e.selectedOptions].map((o) => o.value) : []]),
  editors: ['#rich', '#model', '#keyed'].map((css) => $(css).innerHTML),
  left: $('#knob').style.left,
  scrolled: [$('#box').scrollTop, virtual.scrollTop, scrollY],
  open: $('#more').open,
  options: $('#options').textContent,
  framed: $('#inner').contentDocument.querySelector('#field').value,
  storage: [JSON.stringify(localStorage), JSON.stringify(sessionStorage)],
  search: location.search + location.hash,
});
