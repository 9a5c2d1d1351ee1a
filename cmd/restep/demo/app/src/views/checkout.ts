import { get } from '../api';
import { h } from '../dom';
import { money, shippingDay } from '../format';
import { refreshQuote } from '../quote';
import { changed, onChange, state } from '../state';
import type { Member } from '../types';
import { openPayment } from './payment';

/** Draws the till and returns what ends it. */
export function checkout(root: HTMLElement): () => void {
  document.title = 'Checkout · Halden Coffee Roasters';
  const lines = h('div');
  root.replaceChildren(
    h('h1', {}, 'Checkout'),
    h('div', { class: 'checkout' },
      h('div', {}, memberCard(), delivery()),
      h('section', { class: 'panel summary', 'aria-label': 'Your order' },
        h('h2', {}, 'Your order'),
        lines,
        h('button', { class: 'primary', 'data-testid': 'pay', click: pay }, 'Pay now'))),
  );
  const draw = () => drawLines(lines);
  const stop = onChange(draw);
  draw();
  if (state.cart) void refreshQuote();
  return stop;
}

function memberCard(): HTMLElement {
  const number = h('input', { id: 'member', 'data-testid': 'member', autocomplete: 'off', placeholder: 'VIP-0000' });
  const greeting = h('p', { class: 'greeting', role: 'status' });

  async function apply(event: Event): Promise<void> {
    event.preventDefault();
    state.member = await get<Member>(`/api/members/${encodeURIComponent(number.value.trim())}`);
    greeting.textContent = `Welcome back, ${state.member.name}. Your VIP benefits apply.`;
    changed();
    await refreshQuote();
  }

  return h('section', { class: 'panel' },
    h('h2', {}, 'Member card'),
    h('form', { class: 'member', submit: (event) => void apply(event) },
      h('label', { class: 'field', for: 'member' }, 'Member number', number),
      h('button', { class: 'secondary', 'data-testid': 'apply' }, 'Apply')),
    greeting);
}

function delivery(): HTMLElement {
  return h('section', { class: 'panel' },
    h('h2', {}, 'Delivery'),
    h('p', {}, `Leaves the roastery on ${shippingDay()}, with you the day after.`));
}

function drawLines(root: HTMLElement): void {
  const { cart, quote } = state;
  if (!cart) {
    root.replaceChildren(h('p', { class: 'waiting' }, 'Your basket is empty.'));
    return;
  }
  const items = cart.items.map((item) => row(`${item.quantity} × ${item.name}`, money(item.price * item.quantity)));
  if (!quote) {
    root.replaceChildren(...items, h('p', { class: 'waiting' }, 'Calculating your price…'));
    return;
  }
  root.replaceChildren(
    ...items,
    ...(quote.discounts ?? []).map((discount) => row(discount.label, `− ${money(discount.amount)}`, 'discount')),
    row('Shipping', quote.shipping ? money(quote.shipping) : 'free'),
    row('Total', money(quote.total), 'total', 'total'),
  );
}

function row(label: string, amount: string, kind = '', testid = ''): HTMLElement {
  const value = h('span', testid ? { 'data-testid': testid } : {}, amount);
  return h('div', { class: `row ${kind}` }, h('span', {}, label), value);
}

function pay(): void {
  if (state.cart && state.quote) openPayment(state.quote, state.member);
}
