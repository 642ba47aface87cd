/** By which price a plan goes: its own, then a fetched one that is not too old, then the published one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  daysInForce,
  type ListPrices,
  listAfter,
  type PriceAnswer,
  pricedFor,
  priceLines,
  priceOutlook,
  pricesToAsk,
} from "../../../src/core/plan/price-list.ts";
import { priceUsdPerHour } from "../../../src/core/plan/prices.ts";
import { publishedUsdPerHour } from "../../../src/core/plan/published-prices.ts";
import { plan } from "../example.ts";

const nowMs = Date.parse("2026-11-28T04:00:00Z");
const daysAgo = (days: number): string => new Date(nowMs - days * 86_400_000).toISOString();
const list = (usd: number, at = daysAgo(1)): ListPrices => ({
  fetchedAt: at,
  hosting: { "ml.g5.xlarge": { usd, at } },
  training: { "ml.g5.xlarge": { usd: usd / 2, at } },
  missing: [],
});

test("a price is the plan's, or else the list's less the discount, or else the published one's less the discount", () => {
  const usd = fc.double({ min: 0.01, max: 100, noNaN: true });
  fc.assert(
    fc.property(
      fc.option(usd),
      fc.option(usd),
      fc.double({ min: 0, max: 3 * daysInForce, noNaN: true }),
      fc.constantFrom(0, 10, 64),
      (own, listed, age, discountPercent) => {
        const prices = own === null ? {} : { "ml.g5.xlarge": own };
        const of = { prices, budget: { discountPercent } };
        const found = listed === null ? undefined : list(listed, daysAgo(age));
        const price = priceUsdPerHour("ml.g5.xlarge", pricedFor(of, "hosting", { list: found, nowMs }));
        const inForce = age <= daysInForce ? listed : null;
        const published = publishedUsdPerHour["ml.g5.xlarge"] ?? 0;
        expect(price).toBeCloseTo(own ?? (inForce ?? published) * (1 - discountPercent / 100), 9);
      },
    ),
  );
});

test("training is priced apart from hosting", () => {
  const of = { prices: {}, budget: {} };
  const listing = { list: list(2), nowMs };
  expect(priceUsdPerHour("ml.g5.xlarge", pricedFor(of, "hosting", listing))).toBe(2);
  expect(priceUsdPerHour("ml.g5.xlarge", pricedFor(of, "training", listing))).toBe(1);
});

test("asked is for what plans name, once for each use", () => {
  const other = { ...plan, model: "other" };
  expect(pricesToAsk([plan, other])).toEqual([
    { use: "hosting", instanceType: "ml.g5.2xlarge" },
    { use: "hosting", instanceType: "ml.g5.xlarge" },
    { use: "training", instanceType: "ml.g5.12xlarge" },
  ]);
  expect(pricesToAsk([])).toEqual([]);
});

describe("a fetch", () => {
  const at = daysAgo(0);
  const of = { use: "hosting", instanceType: "ml.g5.xlarge" } as const;
  test("keeps what it could not have as it was, with its own date, and says why", () => {
    const answers: PriceAnswer[] = [{ ...of, why: "AwsThrottled" }];
    expect(listAfter(list(2), answers, at)).toEqual({
      fetchedAt: at,
      hosting: { "ml.g5.xlarge": { usd: 2, at: daysAgo(1) } },
      training: {},
      missing: [{ ...of, why: "AwsThrottled" }],
    });
    expect(listAfter(undefined, answers, at).hosting).toEqual({});
  });

  test("takes over what it was told, and forgets what nobody asks for any more", () => {
    expect(listAfter(list(2), [{ ...of, usd: 3 }], at)).toEqual({
      fetchedAt: at,
      hosting: { "ml.g5.xlarge": { usd: 3, at } },
      training: {},
      missing: [],
    });
  });
});

describe("of each price is said who says so, and since when", () => {
  const shown = (listing: Parameters<typeof priceOutlook>[1], of = plan) =>
    priceLines(priceOutlook(of, listing));

  test("where nothing was fetched", () => {
    expect(shown({ list: undefined, nowMs })).toEqual([
      "ml.g5.2xlarge $1.515, ml.g5.xlarge $1.4084, ml.g5.12xlarge $7.09 for training as published with this version, indicative",
    ]);
  });

  test("where some was, and the plan has another", () => {
    const own = { ...plan, prices: { "ml.g5.2xlarge": 1 } };
    expect(shown({ list: list(2), nowMs }, own)).toEqual([
      "ml.g5.2xlarge $1 by the plan",
      "ml.g5.xlarge $2 by AWS's price list of 2026-11-27",
      "ml.g5.12xlarge $7.09 for training as published with this version, indicative",
    ]);
  });

  test("where it is too old to go by", () => {
    const [, old] = shown({ list: list(2, daysAgo(daysInForce + 1)), nowMs });
    expect(old).toBe(
      "ml.g5.xlarge $1.4084 as published with this version, indicative, since AWS's price list is of 2026-11-13",
    );
  });
});
