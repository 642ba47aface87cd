/** What instance-hours cost, and which of them nobody knows a price for. */
import { expect, test } from "vitest";
import { costOf, priceUsdPerHour } from "../../../src/core/plan/prices.ts";

test("the sample plan's instances have a price", () => {
  expect(priceUsdPerHour("ml.g5.xlarge", {})).toBe(1.4084);
  expect(priceUsdPerHour("ml.g5.12xlarge", {})).toBe(7.09);
});

test("hours are summed over types, to the cent", () => {
  expect(costOf({ "ml.g5.xlarge": 10, "ml.c5.xlarge": 1.5 }, {})).toEqual({ usd: 14.39, unpriced: [] });
});

test("a type without a known price is named, and not guessed", () => {
  expect(priceUsdPerHour("ml.q9.huge", {})).toBeUndefined();
  expect(costOf({ "ml.g5.xlarge": 1, "ml.q9.huge": 5 }, {})).toEqual({ usd: 1.41, unpriced: ["ml.q9.huge"] });
});

test("nothing costs nothing", () => {
  expect(costOf({}, {})).toEqual({ usd: 0, unpriced: [] });
});
