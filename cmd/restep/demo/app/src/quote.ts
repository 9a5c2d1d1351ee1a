import { post } from './api';
import { money } from './format';
import { changed, state } from './state';
import type { Quote } from './types';

/** Asks what the order costs for the person who is at the till now, and shows the answer. */
export async function refreshQuote(): Promise<void> {
  state.quote = null;
  changed();
  const quote = await post<Quote>('/api/quote', {
    cart: state.cart?.id,
    member: state.member?.number ?? null,
  });
  console.info(`quote ${quote.id} for ${quote.audience}: ${money(quote.total)}`);
  state.quote = quote;
  changed();
}
