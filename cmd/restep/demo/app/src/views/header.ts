import { h } from '../dom';
import { follow } from '../router';
import { onChange, state } from '../state';
import { search } from './search';

export function header(root: HTMLElement): void {
  const count = h('b', { 'data-testid': 'bag-count' }, '0');
  root.append(
    h('a', { class: 'brand', href: '/', click: follow }, h('i'), 'Halden Coffee'),
    search(),
    h('a', { class: 'bag-link', href: '/checkout', 'data-testid': 'checkout', click: follow }, 'Checkout', count),
  );
  onChange(() => {
    const items = state.cart?.items ?? [];
    count.textContent = String(items.reduce((sum, item) => sum + item.quantity, 0));
  });
}
