/** What instance-hours cost, and which of them nobody knows a price for. */
import { expect, test } from "vitest";
import { costOf, priceUsdPerHour } from "../../../src/core/plan/prices.ts";

const asPublished = { prices: {}, budget: {} };

test("the sample plan's instances have a price", () => {
  expect(priceUsdPerHour("ml.g5.xlarge", asPublished)).toBe(1.4084);
  expect(priceUsdPerHour("ml.g5.12xlarge", asPublished)).toBe(7.09);
});

test("hours are summed over types, to the cent", () => {
  expect(costOf({ "ml.g5.xlarge": 10, "ml.c5.xlarge": 1.5 }, asPublished)).toEqual({
    usd: 14.39,
    unpriced: [],
  });
});

test("a type without a known price is named, and not guessed", () => {
  expect(priceUsdPerHour("ml.q9.huge", asPublished)).toBeUndefined();
  expect(costOf({ "ml.g5.xlarge": 1, "ml.q9.huge": 5 }, asPublished)).toEqual({
    usd: 1.41,
    unpriced: ["ml.q9.huge"],
  });
});

test("nothing costs nothing", () => {
  expect(costOf({}, asPublished)).toEqual({ usd: 0, unpriced: [] });
});

test("a discount is taken off what is published, and not off what the plan says is paid", () => {
  const plan = { prices: { "ml.g5.2xlarge": 1.2 }, budget: { discountPercent: 25 } };
  expect(priceUsdPerHour("ml.g5.xlarge", plan)).toBeCloseTo(1.4084 * 0.75, 10);
  expect(priceUsdPerHour("ml.g5.2xlarge", plan)).toBe(1.2);
  expect(costOf({ "ml.g5.xlarge": 10, "ml.g5.2xlarge": 10 }, plan).usd).toBe(22.56);
});
