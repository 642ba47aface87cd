/**
 * What instance-hours cost, US dollars, for estimates against a plan's budget: as the plan says, or else as public lists
 * have it.
 */
import { publishedUsdPerHour } from "./published-prices.ts";

/** Prices that a plan gives, by instance type. */
export type Prices = Readonly<Record<string, number>>;

/** The price of one instance-hour, or undefined where it is not known. */
export function priceUsdPerHour(instanceType: string, given: Prices): number | undefined {
  return given[instanceType] ?? publishedUsdPerHour[instanceType];
}

/** The cost of instance-hours by type; types without a known price are named, and their hours are in no cost. */
export function costOf(
  instanceHours: Readonly<Record<string, number>>,
  given: Prices,
): { usd: number; unpriced: string[] } {
  const used = Object.entries(instanceHours).filter(([, hours]) => hours > 0);
  const unpriced = used.map(([type]) => type).filter((type) => priceUsdPerHour(type, given) === undefined);
  const usd = used.reduce((sum, [type, hours]) => sum + hours * (priceUsdPerHour(type, given) ?? 0), 0);
  return { usd: Math.round(usd * 100) / 100, unpriced };
}

/** A plan's say in what things cost. */
export interface Priced {
  readonly prices: Prices;
  readonly budget: { readonly unpriced: readonly string[] };
}

/** Whether instances of a type may be raised: their price is known, or the plan consents to spend without knowing it. */
export const isAccountedFor = (instanceType: string, { prices, budget }: Priced): boolean =>
  priceUsdPerHour(instanceType, prices) !== undefined || budget.unpriced.includes(instanceType);

/** Why not: one sentence. */
export const unaccountedFor = (instanceType: string): string =>
  `the price of ${instanceType} is not known: give it under prices, or consent under budget.unpriced to spend without knowing it`;
