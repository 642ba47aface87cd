/** What a release is expected to raise: items that sum to the whole, in cents, whatever the fleets. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { streams } from "#twin/world";
import { raiseMinutesOf } from "../../../src/core/capacity/locked-minutes.ts";
import { drainSeconds, estimateOf } from "../../../src/core/cost/estimate.ts";
import { expensesOf, poolExpense, sumOf } from "../../../src/core/cost/expenses.ts";
import { standingsFrom } from "../../../src/core/cost/standings.ts";
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
    ["waits", 1.59],
    ["leaving", 2.79],
  ]);
  expect(usd).toBe(22.57);
  expect(minutes).toBeCloseTo(98.5, 1);
  const whole = planWith({ rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 60 }] } });
  expect(estimateOf(whole, eight, eight).expenses[3]).toMatchObject({ item: "waits", minutes: 2.25 });
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

/** As it is drawn: the slowest of so many launches, what SageMaker takes besides, a proof of warmth, and looks at weights. */
function drawnUsd([stable, candidate]: readonly [number, number], random: () => number): number {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const spread = Math.log(525 / 346) / 1.6449;
  const within = (from: number, to: number) => from + (to - from) * random();
  const launched = (instances: number) =>
    Math.max(...Array.from({ length: instances }, () => (346 * Math.exp(spread * normal())) / 60));
  const update = (instances: number) => ({
    switched: launched(instances) + within(1, 2),
    drained: within(0.5, 1),
  });
  // Weights are in force after 20 to 60 s, and a look after 30, 60 or 90 finds them so.
  const shift = () => {
    const inForce = within(20, 60);
    return { inForce: inForce / 60, noticed: (Math.ceil(inForce / 30) * 30 - inForce) / 60 };
  };
  const shifts = Array.from({ length: 5 }, shift);
  const waits = shifts.map(
    ({ inForce, noticed }, nth) => noticed + (nth > 0 ? inForce : 0) + (nth < 4 ? 2 : 0),
  );
  const [joining, leaving] = [update(stable + candidate), update(candidate)];
  const minutes = [
    (stable + candidate) * (joining.switched + joining.drained),
    candidate * (5 + 0.65 * normal()),
    candidate * (60 + waits.reduce((sum, each) => sum + each, 0)),
    2 * candidate * leaving.switched,
    (stable + candidate) * leaving.drained,
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
  const standing = (instances: number, bakeMinutes: number, waitMinutes: number) => ({
    candidate: { instanceType, instances },
    bakeMinutes,
    waitMinutes: expect.closeTo(waitMinutes, 6),
    waitMinutesMore: 0.4,
  });

  // Bakes of 40, 40 and 20 minutes, the last two minutes of whose metrics are waited for; a raise takes 15.
  expect(standingsFrom(lookingAhead, { instanceType, instances: 2, shares })).toEqual([
    standing(2, 27, 0.25),
    standing(5, 40, 0.25 + 2 + 2 / 3),
    standing(10, 33, 0.25 + 2 + 2 + 2 / 3),
  ]);
});

test("a raise between stages is waited for as long as half of such raises take, and by means as long as one takes at most", () => {
  const instanceType = "ml.g5.xlarge";
  const between = { ...lookingAhead, rollout: { ...lookingAhead.rollout, strategy: "sequential" as const } };
  const shares = [2, 5, 10].map((instances) => ({ percent: 100, instances }));
  const waits = (course: Parameters<typeof standingsFrom>[2]) =>
    standingsFrom(between, { instanceType, instances: 2, shares }, course).map(
      ({ waitMinutes }) => waitMinutes,
    );

  expect(waits({})).toEqual(
    [2.25, 2.25 + 2 / 3 + 15, 2.25 + 2 / 3 + 15].map((each) => expect.closeTo(each, 6)),
  );
  const own = { instanceType: "ml.g5.xlarge", launches: [] };
  const expected = waits({ raiseMinutesOf: raiseMinutesOf(between, own) });
  // Three instances and five: the slowest of three takes 7.1 minutes in the median, of five 7.7; a model that is quick to load, less.
  expect(expected[1]).toBeCloseTo(2.92 + 2.5 + 7.1, 1);
  expect(expected[2]).toBeGreaterThan(expected[1] ?? Number.NaN);
  const quick = { ...between, warmth: { ...between.warmth, loadSecondsP95: 30 } };
  expect(waits({ raiseMinutesOf: raiseMinutesOf(quick, own) })[1]).toBeCloseTo((expected[1] ?? 0) - 1.5, 6);
  // It is looked at as often as in a bake, and comes between two looks.
  const closely = { ...between, rollout: { ...between.rollout, intervalSeconds: 10 as const } };
  const seen = waits({ raiseMinutesOf: raiseMinutesOf(closely, own) })[1];
  expect(seen).toBeCloseTo((expected[1] ?? 0) - 25 / 60, 6);
});

test("once launches of the account are known, updates take what these say", () => {
  const eight = { instanceType: "ml.g5.xlarge", instances: 8 };
  const slow = [1, 2, 3].map((day) => ({
    ...{ of: "endpoint" as const, instances: { "ml.g5.xlarge": 16 } },
    askedAt: `2026-11-0${day}T09:00:00.000Z`,
    missingAt: `2026-11-0${day}T09:31:00.000Z`,
    thereAt: `2026-11-0${day}T09:32:00.000Z`,
  }));
  const [believed, known] = [estimateOf(plan, eight, eight), estimateOf(plan, eight, eight, slow)];
  const joining = (one: typeof known) => one.expenses.find(({ item }) => item === "joining")?.minutes ?? 0;

  // Half an hour, and what it takes besides.
  expect(joining(known)).toBeGreaterThan(28);
  expect(joining(known)).toBeLessThan(36);
  expect(known.usd).toBeGreaterThan((believed.usd ?? 0) + 5);
  expect(known.minutes).toBeGreaterThan(believed.minutes + 25);
});
