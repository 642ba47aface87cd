/** What a release has raised so far, and what it can still afford. */
import { describe, expect, test } from "vitest";
import {
  affordableMinutes,
  type Bill,
  billSoFar,
  lackForHold,
  lackForPromotion,
  lackForStages,
  spentUsd,
} from "../../../src/core/cost/bill.ts";
import { estimateOf } from "../../../src/core/cost/estimate.ts";
import { joined, needs, plan, planWith } from "../example.ts";

const fleet = { instanceType: "ml.g5.xlarge", instances: 8 };
const hour = 3_600_000;
/** Eight instances of ml.g5.xlarge. */
const usdPerHour = 8 * 1.4084;

function bill(usdPerRelease: number): Bill {
  return {
    plan: planWith({ budget: { usdPerRelease } }),
    stable: fleet,
    candidate: fleet,
    joinedAtMs: 0,
  };
}

test("what a release has come to is nothing as its candidate joins, and both fleets until that is over", () => {
  const joining = (usdPerHour * 11) / 60;

  expect(spentUsd(bill(60), 0)).toBe(0);
  expect(spentUsd(bill(60), hour)).toBeCloseTo(usdPerHour + joining, 1);
  expect(spentUsd({ ...bill(60), joinedUntilMs: hour / 2 }, hour)).toBeCloseTo(usdPerHour * 1.5, 1);
});

describe("a hold", () => {
  test("may last until the budget is spent but for its way back, both fleets for twice the planned time", () => {
    const back = (2 * usdPerHour * 22) / 60 + (usdPerHour * 11) / 60;
    const budget = 4 * usdPerHour + back;

    expect(lackForHold(bill(budget + 0.01), 4 * hour)).toBeUndefined();
    expect(lackForHold(bill(budget - 0.02), 4 * hour)).toBe(
      `the hold has spent what the budget allows: with its way back the release comes to $${budget.toFixed(2)}, and its budget is $${(budget - 0.02).toFixed(2)}`,
    );
  });

  test("that the budget affords is as long as it says beforehand", () => {
    const one = bill(60);
    const minutes = affordableMinutes(one);

    expect(lackForHold(one, (minutes - 1) * 60_000)).toBeUndefined();
    expect(lackForHold(one, (minutes + 1) * 60_000)).toBeDefined();
  });

  test("of what has no known price may last for ever, and of what no budget covers, not at all", () => {
    const unpriced = { instanceType: "ml.c6i.2xlarge", instances: 8 };

    expect(affordableMinutes({ ...bill(60), stable: unpriced, candidate: unpriced })).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(affordableMinutes(bill(1))).toBe(0);
  });
});

describe("stages that are left", () => {
  test("are affordable together with what was raised, where the estimate of the whole is", () => {
    const one = bill(0.01);
    const { dearestKnownUsd } = estimateOf(one.plan, fleet, fleet);
    const warm = 16 * 60_000;

    expect(lackForStages(bill(dearestKnownUsd + 0.02), 0, { nowMs: warm })).toBeUndefined();
    expect(lackForStages(bill(dearestKnownUsd - 0.02), 0, { nowMs: warm })).toContain(
      "with the stages that are left the release comes to $",
    );
  });

  test("cost less the fewer they are, and more the longer the candidate has stood", () => {
    const tight = bill(30);

    expect(lackForStages(tight, 0, { nowMs: hour })).toBeDefined();
    expect(lackForStages(tight, 3, { nowMs: hour })).toBeUndefined();
    expect(lackForStages(tight, 3, { nowMs: 3 * hour })).toBeDefined();
  });

  test("cost more where the candidate is to be raised for them, from now on", () => {
    const raised = (instances: number) => lackForStages(bill(25), 3, { nowMs: hour, instances });

    expect([8, 16].map((instances) => raised(instances) === undefined)).toEqual([true, false]);
  });

  test("are added to both fleets twice for as long as the joining took", () => {
    const tight = bill(29);
    const slow = { ...tight, joinedUntilMs: hour };

    expect(lackForStages({ ...tight, joinedUntilMs: hour / 6 }, 3, { nowMs: hour })).toBeUndefined();
    expect(lackForStages(slow, 3, { nowMs: hour })).toBeDefined();
  });
});

test("a promotion costs the candidate's fleet twice while stable is dropped", () => {
  const usd = usdPerHour + (usdPerHour * 11) / 60 + (2 * usdPerHour * 11) / 60;

  expect(lackForPromotion(bill(usd + 0.01), hour)).toBeUndefined();
  expect(lackForPromotion(bill(usd - 0.02), hour)).toBe(
    `with its promotion the release comes to $${usd.toFixed(2)}, and its budget is $${(usd - 0.02).toFixed(2)}`,
  );
});

describe("a candidate that was raised", () => {
  /** The least budget with which nothing is lacking. */
  const least = (one: Bill, coming: Parameters<typeof lackForStages>[2]) => {
    let cents = 0;
    for (let step = 100_000; step >= 1; step = Math.floor(step / 2)) {
      const budget = { ...one.plan.budget, usdPerRelease: (cents + step) / 100 };
      if (lackForStages({ ...one, plan: { ...one.plan, budget } }, 3, coming) !== undefined) cents += step;
    }
    return (cents + 1) / 100;
  };
  const whole = bill(1);

  test("was as small until then as it was, and no longer", () => {
    const grown = { ...whole, before: [{ untilMs: hour, instances: 2 }] };
    const atMs = 3 * hour;

    expect(least(whole, { nowMs: atMs }) - least(grown, { nowMs: atMs })).toBeCloseTo(
      (6 / 8) * usdPerHour,
      1,
    );
    const twice = {
      ...whole,
      before: [
        { untilMs: hour, instances: 2 },
        { untilMs: 2 * hour, instances: 4 },
      ],
    };
    expect(least(whole, { nowMs: atMs }) - least(twice, { nowMs: atMs })).toBeCloseTo(
      (10 / 8) * usdPerHour,
      1,
    );
    // What comes after the moment is not on its bill.
    expect(least(whole, { nowMs: hour }) - least(twice, { nowMs: hour })).toBeCloseTo(
      (6 / 8) * usdPerHour,
      1,
    );
  });

  test("stands for as long as its raise takes before its stages begin", () => {
    const nowMs = hour;
    const raised = { nowMs, instances: 8, raiseMinutes: 15 };

    expect(least(whole, raised) - least(whole, { nowMs, instances: 8 })).toBeCloseTo(usdPerHour / 4, 1);
  });
});

test("a candidate's sizes of before are billed where it grows share by share; one that joined whole has always been as it is", () => {
  const before = [{ untilMs: hour, instances: 2 }];
  const shares = [{ percent: 5, instances: 2 }];
  const billOf = (candidate: typeof needs.candidate) =>
    billSoFar(plan, {
      needs: { ...needs, candidate },
      endpoint: joined(),
      joinedAt: new Date(0).toISOString(),
      nowMs: 3 * hour,
      leases: [],
      before,
    });

  expect(billOf({ ...needs.candidate, shares }).before).toEqual(before);
  expect(billOf(needs.candidate).before).toBeUndefined();
});
