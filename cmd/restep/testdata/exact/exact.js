// What the pages here share: a log of what happened, each line with the time and its place in the order.
const list = document.createElement('ol');
document.body.append(list);
const begun = Date.now();

export function log(what) {
  const line = document.createElement('li');
  line.textContent = `${Date.now() - begun} ${what}`;
  list.append(line);
  if (list.children.length > 150) list.firstElementChild.remove();
}

export const $ = (css) => document.querySelector(css);
export const on = (css, f) => $(css).addEventListener('click', f);
