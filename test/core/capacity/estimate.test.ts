/** What a release is expected to raise: items that sum to the whole, in cents, whatever the fleets. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { streams } from "#twin/world";
import { drainSeconds, estimateOf, standingsFrom } from "../../../src/core/capacity/estimate.ts";
import { expensesOf, poolExpense, sumOf } from "../../../src/core/capacity/expenses.ts";
import { costOf } from "../../../src/core/plan/prices.ts";
import { holds } from "../../property.ts";
import { lookingAhead, plan, planWith } from "../example.ts";

const side = fc.record({
  instanceType: fc.constantFrom("ml.g5.xlarge", "ml.g5.2xlarge", "ml.c5.xlarge"),
  instances: fc.integer({ min: 1, max: 300 }),
});

test("the items are the fleets that stand beside the steady one, for the time that they stand", () => {
  const eight = { instanceType: "ml.g5.xlarge", instances: 8 };
  const { expenses, usd, minutes } = estimateOf(plan, eight, eight);

  expect(expenses.map(({ item, instanceHours }) => [item, instanceHours])).toEqual([
    ["joining", 2.98],
    ["warming up", 0.67],
    ["bakes", 8],
    ["waits", 1.53],
    ["leaving", 2.79],
  ]);
  expect(usd).toBe(22.49);
  expect(minutes).toBeCloseTo(98.1, 1);
  const whole = planWith({ rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 60 }] } });
  expect(estimateOf(whole, eight, eight).expenses[3]).toMatchObject({ item: "waits", minutes: 2.5 });
});

test("the items sum to the price of all their hours, to the cent", () => {
  holds(
    fc.property(side, side, (stable, candidate) => {
      const { expenses, usd, dearestKnownUsd } = estimateOf(plan, stable, candidate);
      const sum = expenses.reduce((total, { usd: own }) => total + (own ?? Number.NaN), 0);

      expect(sum).toBeCloseTo(usd ?? Number.NaN, 6);
      expect(dearestKnownUsd).toBeGreaterThanOrEqual(usd ?? Number.NaN);
    }),
  );
});

/** As it is drawn: the slowest of so many launches, what SageMaker takes besides, and a proof of warmth. */
function drawnUsd([stable, candidate]: readonly [number, number], random: () => number): number {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const spread = Math.log(525 / 346) / 1.6449;
  const minutesOf = (instances: number) =>
    Math.max(...Array.from({ length: instances }, () => (346 * Math.exp(spread * normal())) / 60)) +
    (60 + 60 * random() + 30 + 30 * random()) / 60;
  const minutes = [
    (stable + candidate) * minutesOf(stable + candidate),
    candidate * (5 + 0.55 * normal()),
    candidate * (60 + 11.5),
    2 * candidate * minutesOf(candidate),
  ];
  return (1.4084 * minutes.reduce((sum, each) => sum + each, 0)) / 60;
}

test.each([
  [8, 8],
  [1, 1],
  [3, 2],
  [40, 10],
  [60, 60],
] as const)(
  "half of releases from %i to %i cost at most its one figure, and nineteen of twenty its other",
  (from, to) => {
    const [one, other] = [from, to].map((instances) => ({ instanceType: "ml.g5.xlarge", instances }));
    if (one === undefined || other === undefined) throw new Error("two are given");
    const { usd, p95Usd } = estimateOf(plan, one, other);
    const { uniform } = streams(1)(`${from} to ${to}`, 0);
    const draws = Array.from({ length: 4000 }, () => drawnUsd([from, to], uniform));
    const shareWithin = (most: number | null) =>
      draws.filter((each) => each <= (most ?? 0)).length / draws.length;

    expect(Math.abs(shareWithin(usd) - 0.5)).toBeLessThan(0.08);
    expect(Math.abs(shareWithin(p95Usd) - 0.95)).toBeLessThan(0.015);
  },
);

test("items of any hours sum to what the hours cost together", () => {
  const hours = fc.dictionary(
    fc.constantFrom("ml.g5.xlarge", "ml.g5.2xlarge", "ml.c5.xlarge"),
    fc.double({ min: 0, max: 1000, noNaN: true }),
  );
  holds(
    fc.property(fc.array(hours, { maxLength: 8 }), (all) => {
      const total: Record<string, number> = {};
      for (const each of all)
        for (const [type, more] of Object.entries(each)) total[type] = (total[type] ?? 0) + more;

      const expenses = expensesOf(
        all.map((each) => ({ item: "bakes", minutes: 1, hours: each })),
        { prices: {}, budget: {} },
      );
      expect(sumOf(expenses)).toBeCloseTo(costOf(total, { prices: {}, budget: {} }).usd, 6);
    }),
  );
});

test("what has no known price has no cost, not a cost of nothing", () => {
  const stable = { instanceType: "ml.g5.xlarge", instances: 8 };
  const candidate = { instanceType: "ml.c6i.2xlarge", instances: 3 };
  const { expenses, usd, unpriced } = estimateOf(plan, stable, candidate);

  expect(usd).toBeNull();
  expect(unpriced).toEqual(["ml.c6i.2xlarge"]);
  expect(expenses.map((each) => each.usd)).toEqual([null, null, null, null, null]);
  expect(estimateOf({ ...plan, prices: { "ml.c6i.2xlarge": 0.4 } }, stable, candidate).usd).toBeGreaterThan(
    0,
  );
});

test("a pool costs what it takes to its end", () => {
  const pool = plan.milestones.training?.pool;
  if (pool === undefined) throw new Error("the sample has a pool");

  expect(poolExpense(plan, pool, {})).toEqual({ item: "pool", minutes: 180, instanceHours: 6, usd: 42.54 });
  expect(poolExpense(plan, { ...pool, instanceType: "ml.c6i.2xlarge" }, {}).usd).toBeNull();
});

test("requests in flight have a minute to end, which is as long as SageMaker lets one take", () => {
  expect(drainSeconds).toBe(60);
});

test("a raise that looks ahead takes its time from the bake before, in which the larger fleet stands, and adds no wait", () => {
  const instanceType = "ml.g5.xlarge";
  const shares = [
    { percent: 10, instances: 2 },
    { percent: 40, instances: 5 },
    { percent: 100, instances: 10 },
  ];
  const standing = (instances: number, bakeMinutes: number) => ({
    candidate: { instanceType, instances },
    bakeMinutes,
    waitMinutes: 2.5,
  });

  // Bakes of 40, 40 and 20 minutes; a raise takes 15.
  expect(standingsFrom(lookingAhead, { instanceType, instances: 2, shares })).toEqual([
    ...[standing(2, 25), standing(5, 40), standing(10, 35)],
  ]);
});
