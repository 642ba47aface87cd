/**
 * What the account pays for instance-hours, US dollars: the plan's own prices are taken to be what it really pays, and
 * what public lists have otherwise. Only the lists are shared with the product, its arithmetic is not.
 */
import { publishedUsdPerHour } from "../core/plan/published-prices.ts";

export interface Paid {
  /** Of all hours whose price is known. */
  readonly usd: number;
  /** Instance types that nobody knows the price of, sorted. */
  readonly unpriced: readonly string[];
}

/** Whoever has prices of its own, by instance type, and pays less than the lists by so much. */
export interface PriceList {
  readonly prices: Readonly<Record<string, number>>;
  readonly budget: { readonly discountPercent?: number | undefined };
}

/** Instance-hours by type. */
export type Hours = Readonly<Record<string, number>>;

/** Undefined: nobody knows. */
function usdPerHour({ prices, budget }: PriceList, instanceType: string): number | undefined {
  const listed = publishedUsdPerHour[instanceType];
  const less = listed === undefined ? undefined : listed - listed * ((budget.discountPercent ?? 0) / 100);
  return prices[instanceType] ?? less;
}

export function paidFor(plan: PriceList, hours: Hours): Paid {
  const unpriced = new Set<string>();
  let usd = 0;
  for (const [instanceType, each] of Object.entries(hours)) {
    if (each <= 0) continue;
    const price = usdPerHour(plan, instanceType);
    if (price === undefined) unpriced.add(instanceType);
    else usd += each * price;
  }
  return { usd, unpriced: [...unpriced].sort() };
}
