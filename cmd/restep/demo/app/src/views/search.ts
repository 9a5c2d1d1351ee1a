import { get } from '../api';
import { h } from '../dom';
import { navigate } from '../router';
import type { Suggestion } from '../types';

/** Typing pauses this long, in ms, before the shop is asked. */
const pause = 180;

export function search(): HTMLElement {
  let found: Suggestion[] = [];
  let selected = -1;
  let timer: number | undefined;

  const list = h('ul', { class: 'suggestions', role: 'listbox', id: 'suggestions' });
  const field = h('input', {
    type: 'search', placeholder: 'Search coffees', 'aria-label': 'Search coffees', 'data-testid': 'search',
    role: 'combobox', autocomplete: 'off', 'aria-controls': 'suggestions', input: schedule,
    keydown: (event) => onKey(event as KeyboardEvent),
  });

  function schedule(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(field.value.trim()), pause);
  }

  async function ask(text: string): Promise<void> {
    const answer = text ? await get<{ suggestions: Suggestion[] }>(`/api/suggest?q=${encodeURIComponent(text)}`) : null;
    if (text !== field.value.trim()) return; // the field has moved on
    found = answer?.suggestions ?? [];
    selected = -1;
    draw();
  }

  function draw(): void {
    list.replaceChildren(...found.map((coffee, i) =>
      h('li', { role: 'option', 'aria-selected': String(i === selected), mousedown: () => open(coffee) },
        coffee.name, h('small', {}, coffee.origin))));
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      selected = Math.max(0, Math.min(found.length - 1, selected + step));
      draw();
    } else if (event.key === 'Enter' && found[selected]) {
      open(found[selected]);
    } else if (event.key === 'Escape') {
      close();
    }
  }

  function open(coffee: Suggestion): void {
    close();
    field.blur();
    navigate(`/coffee/${coffee.id}`);
  }

  function close(): void {
    clearTimeout(timer);
    field.value = '';
    found = [];
    draw();
  }

  return h('div', { class: 'search' }, field, list);
}
