/**
 * AWS's price list as it was fetched last, and what of it a plan goes by: its own price first, then a fetched one that is
 * not too old, then what was published with Slipway.
 */
import * as z from "zod";
import { type EpochMs, epochMs } from "../units.ts";
import { instanceType, typesIn } from "./instances.ts";
import { capacityOf, milestoneKinds, type Plan, releaseTypes } from "./plan.ts";
import { type Charged, discounted, priceUsdPerHour } from "./prices.ts";

/** The list prices an instance of SageMaker by what it does; the two need not cost the same. */
const priceUses = ["hosting", "training"] as const;
const PriceUse = z.enum(priceUses);
export type PriceUse = z.infer<typeof PriceUse>;

/** US dollars an hour, and when AWS said so. */
const ListedPrice = z.object({ usd: z.number().positive(), at: z.iso.datetime() });
const byType = z.record(instanceType, ListedPrice);

export const ListPrices = z.object({
  fetchedAt: z.iso.datetime(),
  hosting: byType,
  training: byType,
  /** What was asked for in vain when it was fetched, and why. */
  missing: z.array(z.object({ use: PriceUse, instanceType, why: z.string() })),
});
export type ListPrices = z.infer<typeof ListPrices>;

/** Whose price is asked for. */
export interface PriceAsked {
  readonly use: PriceUse;
  readonly instanceType: string;
}

/** Chosen: prices change seldom, and a fetch that has failed for two weeks is broken. */
export const daysInForce = 14;

/** What was fetched last, as somebody found it at a moment. */
export interface Listing {
  readonly list: ListPrices | undefined;
  readonly nowMs: EpochMs;
  /** Why it could not be read: a sentence without its full stop. */
  readonly refused?: string;
}

/** Nothing was fetched, or nobody looked. */
export const unlisted: Listing = { list: undefined, nowMs: 0 };

/** Each instance type that plans may raise, once for each use, in the order of their names. */
export function pricesToAsk(plans: readonly Plan[]): PriceAsked[] {
  return priceUses.flatMap((use) =>
    [...new Set(plans.flatMap((plan) => typesOf(plan, use)))]
      .sort()
      .map((each) => ({ use, instanceType: each })),
  );
}

function typesOf({ endpoint, releaseTypes: types, milestones }: Plan, use: PriceUse): string[] {
  if (use === "training")
    return milestoneKinds.flatMap((kind) => capacityOf(milestones[kind])?.instanceType ?? []);
  return [
    endpoint.instanceType,
    ...releaseTypes.flatMap((type) => typesIn(types[type]?.inference)),
    ...(milestones.staging?.release === undefined ? [] : [milestones.staging.release.endpoint.instanceType]),
  ];
}

/** What AWS answered about one price, or why that is none. */
export type PriceAnswer = PriceAsked & ({ readonly usd: number } | { readonly why: string });

/** The list after a fetch: what could not be had this time stays as it was, with its own date; what nobody asks for goes. */
export function listAfter(
  before: ListPrices | undefined,
  answers: readonly PriceAnswer[],
  at: string,
): ListPrices {
  const listed = (use: PriceUse) =>
    Object.fromEntries(
      answers.flatMap((answer) => {
        if (answer.use !== use) return [];
        const known = "usd" in answer ? { usd: answer.usd, at } : before?.[use][answer.instanceType];
        return known === undefined ? [] : [[answer.instanceType, known]];
      }),
    );
  const missing = answers.flatMap((answer) =>
    "why" in answer ? [{ use: answer.use, instanceType: answer.instanceType, why: answer.why }] : [],
  );
  return { fetchedAt: at, hosting: listed("hosting"), training: listed("training"), missing };
}

const isInForce = ({ at }: z.infer<typeof ListedPrice>, nowMs: EpochMs): boolean =>
  nowMs - epochMs(at) <= daysInForce * 86_400_000;

/** The plan with what the list says among its prices, less its discount: by it everything of that use is priced. */
export function pricedFor<P extends Charged>(plan: P, use: PriceUse, { list, nowMs }: Listing): P {
  const listed = Object.entries(list?.[use] ?? {}).flatMap(([type, price]) =>
    isInForce(price, nowMs) ? [[type, discounted(price.usd, plan)] as const] : [],
  );
  if (listed.length === 0) return plan;
  return { ...plan, prices: { ...Object.fromEntries(listed), ...plan.prices } };
}

/** What an instance-hour of a type that the plan names is taken to cost, and who says so. */
export interface PriceOutlook extends PriceAsked {
  /** Less the plan's discount; null: nobody knows. */
  readonly usdPerHour: number | null;
  readonly from: "plan" | "price list" | "published" | "nobody";
  /** When AWS's price list said so; absent where it does not. */
  readonly fetchedAt?: string;
  /** Of a price of the list that is too old to go by: when AWS said so. */
  readonly outOfDate?: string;
}

/** Of every type and use that the plan names. */
export function priceOutlook(plan: Plan, listing: Listing): PriceOutlook[] {
  return pricesToAsk([plan]).map(({ use, instanceType: type }) => {
    const usdPerHour = priceUsdPerHour(type, pricedFor(plan, use, listing)) ?? null;
    const listed = listing.list?.[use][type];
    const known = { use, instanceType: type, usdPerHour };
    if (plan.prices[type] !== undefined) return { ...known, from: "plan" };
    if (listed !== undefined && isInForce(listed, listing.nowMs))
      return { ...known, from: "price list", fetchedAt: listed.at };
    const outOfDate = listed === undefined ? {} : { outOfDate: listed.at };
    return { ...known, from: usdPerHour === null ? "nobody" : "published", ...outOfDate };
  });
}

/** The same in words, a part for each source: "ml.g5.xlarge $1.41 by AWS's price list of 2026-11-27". */
export function priceLines(prices: readonly PriceOutlook[]): string[] {
  const bySource = Map.groupBy(prices, sourceOf);
  return [...bySource].map(([source, all]) => {
    const uses = new Set(prices.map(({ use }) => use));
    const shown = all.map(({ instanceType: type, usdPerHour, use }) => {
      const cost = usdPerHour === null ? "" : ` $${Number(usdPerHour.toFixed(4))}`;
      return `${type}${cost}${uses.size > 1 && use === "training" ? " for training" : ""}`;
    });
    return `${[...new Set(shown)].join(", ")} ${source}`;
  });
}

function sourceOf({ from, fetchedAt = "", outOfDate }: PriceOutlook): string {
  const old = outOfDate === undefined ? "" : `, since AWS's price list is of ${outOfDate.slice(0, 10)}`;
  switch (from) {
    case "plan":
      return "by the plan";
    case "price list":
      return `by AWS's price list of ${fetchedAt.slice(0, 10)}`;
    case "published":
      return `as published with this version, indicative${old}`;
    case "nobody":
      return `of no known price${old}`;
  }
}
