import { post } from './api';
import { money } from './format';
import { changed, state } from './state';
import type { Quote } from './types';

/** Counts the questions, so that an answer to an earlier one is recognised. */
let asked = 0;

/** Asks what the order costs for the person who is at the till now, and shows the answer. */
export async function refreshQuote(): Promise<void> {
  const turn = ++asked;
  state.quote = null;
  changed();
  const quote = await post<Quote>('/api/quote', {
    cart: state.cart?.id,
    member: state.member?.number ?? null,
  });
  console.info(`quote ${quote.id} for ${quote.audience}: ${money(quote.total)}`);
  if (turn !== asked) return; // somebody else is at the till by now
  state.quote = quote;
  changed();
}
