import './main.css';
import { header } from './views/header';
import { shop } from './views/shop';
import { product } from './views/product';
import { checkout } from './views/checkout';
import { h } from './dom';
import { onNavigate } from './router';

const main = document.getElementById('main')!;
let leave: () => void = () => {};

header(document.getElementById('header')!);
onNavigate(show);

/** Draws the view of a path. A view returns what has to be undone when it is left. */
async function show(path: string): Promise<void> {
  leave();
  leave = () => {};
  const coffee = /^\/coffee\/([\w-]+)$/.exec(path)?.[1];
  try {
    if (coffee) await product(main, coffee);
    else if (path === '/checkout') leave = checkout(main);
    else await shop(main);
  } catch (error) {
    main.replaceChildren(
      h('div', { class: 'problem', role: 'alert' },
        h('h2', {}, 'The shop does not answer'),
        h('p', {}, String(error)),
        h('button', { class: 'secondary', click: () => void show(path) }, 'Try again')),
    );
  }
}
