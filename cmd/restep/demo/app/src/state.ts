import type { Cart, Member, Quote } from './types';

/** Everything that outlives a view. Views read it when they draw; whoever changes it calls `changed`. */
export const state = {
  cart: null as Cart | null,
  member: null as Member | null,
  quote: null as Quote | null,
};

const listeners = new Set<() => void>();

export function onChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function changed(): void {
  for (const listener of [...listeners]) listener();
}
