import { get, post } from '../api';
import { bag, h } from '../dom';
import { money } from '../format';
import { changed, state } from '../state';
import type { Cart, Coffee } from '../types';

const grinds = { beans: 'Whole beans', filter: 'Filter', press: 'French press', espresso: 'Espresso' };

export async function product(root: HTMLElement, id: string): Promise<void> {
  const coffee = await get<Coffee>(`/api/coffees/${id}`);
  document.title = `${coffee.name} · Halden Coffee Roasters`;

  const grind = h('select', { id: 'grind', 'data-testid': 'grind' },
    ...Object.entries(grinds).map(([value, label]) => h('option', { value }, label)));
  const done = h('p', { class: 'hint', role: 'status' });

  async function add(): Promise<void> {
    state.cart = await post<Cart>('/api/cart', { coffee: coffee.id, grind: grind.value, quantity: 3 });
    done.textContent = 'Three bags are in your basket.';
    changed();
  }

  root.replaceChildren(
    h('article', { class: 'product' },
      h('figure', {}, bag(coffee.color)),
      h('div', {},
        h('p', { class: 'eyebrow' }, coffee.origin),
        h('h1', {}, coffee.name),
        h('p', { class: 'story' }, coffee.story),
        h('div', { class: 'chips' }, ...coffee.notes.map((note) => h('span', {}, note))),
        h('label', { class: 'field', for: 'grind' }, 'Grind', grind),
        h('div', { class: 'buy' },
          h('span', { class: 'price' }, money(coffee.price)),
          h('button', { class: 'primary', 'data-testid': 'add', click: () => void add() }, 'Add three bags')),
        done)),
  );
}
