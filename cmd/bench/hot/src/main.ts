import { label } from './label';
import { parts } from './parts';

let count = 0;
document.querySelector<HTMLElement>('[data-testid=add]')!.addEventListener('click', () => {
  count += parts.length > 0 ? 1 : 0;
  document.querySelector('#count')!.textContent = String(count);
  document.querySelector('#label')!.textContent = label(count);
});
