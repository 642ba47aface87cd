/**
 * What instance-hours cost, US dollars, for estimates against a plan's budget: as the plan says, or else as public lists
 * have it, less the plan's discount. What AWS's price list says is among a plan's prices by the time it gets here
 * (price-list.ts).
 */
import type { Percent } from "../units.ts";
import { publishedUsdPerHour } from "./published-prices.ts";

/** What of a plan says what an instance-hour costs; prices are by instance type. */
export interface Charged {
  readonly prices: Readonly<Record<string, number>>;
  readonly budget: { readonly discountPercent?: Percent | undefined };
}

/** The price of one instance-hour, or undefined where it is not known. */
export function priceUsdPerHour(instanceType: string, plan: Charged): number | undefined {
  const given = plan.prices[instanceType];
  if (given !== undefined) return given;
  const published = publishedUsdPerHour[instanceType];
  return published === undefined ? undefined : discounted(published, plan);
}

/** A price of a list as the plan's account pays it: a plan's own prices are what it pays, and have no discount. */
export const discounted = (usd: number, { budget }: Pick<Charged, "budget">): number =>
  (usd * (100 - (budget.discountPercent ?? 0))) / 100;

/** The cost of instance-hours by type; types without a known price are named, and their hours are in no cost. */
export function costOf(
  instanceHours: Readonly<Record<string, number>>,
  plan: Charged,
): { usd: number; unpriced: string[] } {
  const used = Object.entries(instanceHours).filter(([, hours]) => hours > 0);
  const unpriced = used.map(([type]) => type).filter((type) => priceUsdPerHour(type, plan) === undefined);
  const usd = used.reduce((sum, [type, hours]) => sum + hours * (priceUsdPerHour(type, plan) ?? 0), 0);
  return { usd: Math.round(usd * 100) / 100, unpriced };
}

/** A plan's say in what things cost. */
export interface Priced extends Charged {
  readonly budget: Charged["budget"] & { readonly unpriced: readonly string[] };
}

/** Whether instances of a type may be raised: their price is known, or the plan consents to spend without knowing it. */
export const isAccountedFor = (instanceType: string, plan: Priced): boolean =>
  priceUsdPerHour(instanceType, plan) !== undefined || plan.budget.unpriced.includes(instanceType);

/** Why not: one sentence. */
export const unaccountedFor = (instanceType: string): string =>
  `the price of ${instanceType} is not known: give it under prices, or consent under budget.unpriced to spend without knowing it`;
