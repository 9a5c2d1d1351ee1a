// private.js: tells the texts of elements that are not for a recording, so that they are found where they stand otherwise:
// in the document that they came with, in answers, in what the app logs.

const most = 2000; // texts of a document
const told = new Set();
let looked = false, planned = false;

// What it says there is no secret, but what is done with it.
const control = 'script,style,button,button *,label,label *,option,summary,legend,th';

const tell = (text) => {
  const value = R.squash(text);
  if (value.length < 8 || value.length > 300 || told.has(value) || told.size >= most) return;
  told.add(value);
  R.emit({ ev: 'restep.secret', value, text: 'shown' });
};

const look = R.guard(() => {
  if (looked) return;
  looked = true;
  for (const e of R.all(R.trees(), R.private.join())) {
    const words = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
    for (let node = words.nextNode(); node; node = words.nextNode()) if (!R.is(node.parentElement, control)) tell(node.data);
    if (e.childElementCount < 5 && !e.querySelector(control)) tell(e.textContent);
    for (const field of [e, ...e.querySelectorAll('input,textarea')]) if (R.kindOf(field) === 'text') tell(field.value);
  }
}, 'private texts');

R.onMutation(() => {
  looked = false;
  if (planned) return;
  planned = true;
  R.idle(() => {
    planned = false;
    look();
  });
});
R.part(look);
