import { get } from '../api';
import { bag, h } from '../dom';
import { money, shippingDay } from '../format';
import { follow } from '../router';
import type { Coffee } from '../types';

export async function shop(root: HTMLElement): Promise<void> {
  document.title = 'Halden Coffee Roasters';
  const { coffees } = await get<{ coffees: Coffee[] }>('/api/coffees');
  root.replaceChildren(
    h('h1', {}, 'Roasted this week'),
    h('p', { class: 'lead' }, `Order now, and your coffee leaves the roastery on ${shippingDay()}.`),
    h('div', { class: 'grid' }, ...coffees.map(card)),
  );
}

function card(coffee: Coffee): HTMLElement {
  return h('a', { class: 'card', href: `/coffee/${coffee.id}`, 'data-testid': `coffee-${coffee.id}`, click: follow },
    bag(coffee.color),
    h('h3', {}, coffee.name),
    h('p', { class: 'origin' }, coffee.origin),
    h('p', { class: 'notes' }, coffee.notes.join(' · ')),
    h('p', { class: 'price' }, money(coffee.price)));
}
