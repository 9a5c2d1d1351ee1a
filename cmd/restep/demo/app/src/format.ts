import type { Money } from './types';

export function money(amount: Money): string {
  return `CHF ${(amount / 100).toFixed(2)}`;
}

/** The day on which an order that is placed now leaves the roastery: the next working day after today. */
export function shippingDay(now = new Date()): string {
  const day = new Date(now);
  do day.setDate(day.getDate() + 1);
  while (day.getDay() === 0 || day.getDay() === 6);
  return new Intl.DateTimeFormat(navigator.language, { weekday: 'long', day: 'numeric', month: 'long' }).format(day);
}
