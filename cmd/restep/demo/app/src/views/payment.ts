import { h } from '../dom';
import { money } from '../format';
import type { Member, Quote } from '../types';

/** Opens the sheet on which the customer chooses how to pay. */
export function openPayment(quote: Quote, member: Member | null): void {
  const sheet = h('dialog', { 'data-testid': 'payment', 'aria-label': 'Payment' },
    h('h2', {}, `Pay ${money(quote.total)}`),
    member ? h('p', { class: 'saved' }, savings(quote)) : null,
    h('div', { class: 'methods' },
      h('button', { class: 'secondary', 'data-testid': 'twint' }, 'TWINT'),
      h('button', { class: 'secondary', 'data-testid': 'card' }, 'Card'),
      h('button', { class: 'secondary', 'data-testid': 'invoice' }, 'Invoice')),
    h('button', { class: 'primary', click: () => sheet.remove() }, 'Back'));
  document.body.append(sheet);
  sheet.showModal();
}

/** What a member saves. Members always have benefits. */
function savings(quote: Quote): string {
  const benefits = quote.discounts.length;
  const saved = quote.discounts.reduce((sum, discount) => sum + discount.amount, 0);
  return `You save ${money(saved)} with ${benefits} member benefits.`;
}
