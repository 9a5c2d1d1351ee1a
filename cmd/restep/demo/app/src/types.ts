/** Amounts are in Rappen (1/100 CHF). */
export type Money = number;

export interface Coffee {
  id: string;
  name: string;
  origin: string;
  notes: string[];
  price: Money;
  color: string;
  story?: string;
}

export interface Suggestion {
  id: string;
  name: string;
  origin: string;
}

export interface CartItem {
  coffee: string;
  name: string;
  grind: string;
  quantity: number;
  price: Money;
}

export interface Cart {
  id: string;
  items: CartItem[];
}

export interface Member {
  number: string;
  name: string;
  tier: 'vip' | 'classic';
}

export interface Discount {
  label: string;
  amount: Money;
}

/** What the order costs. The API leaves `discounts` out for guests. */
export interface Quote {
  id: string;
  audience: 'guest' | 'vip';
  subtotal: Money;
  shipping: Money;
  total: Money;
  discounts: Discount[];
}
