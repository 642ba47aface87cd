/** What leases cost beside a release: more the longer, the more of them and the dearer, and nothing where there are none. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  affordableMinutes,
  type Bill,
  lackForHold,
  lackForPromotion,
  lackForStages,
} from "../../../src/core/cost/bill.ts";
import { type BilledLease, leaseBillUsd } from "../../../src/core/cost/lease-bill.ts";
import { holds } from "../../property.ts";
import { planWith } from "../example.ts";

const hour = 3_600_000;
const units = fc.integer({ min: 0, max: 500 });
const lease = fc.record({
  usdPerUnitHour: fc.double({ min: 0.01, max: 100, noNaN: true }),
  raised: fc.array(fc.record({ fromMs: fc.integer({ min: 0, max: 6 * hour }), more: units }), {
    maxLength: 4,
  }),
  stages: fc.array(units, { maxLength: 4 }),
});
const leases = fc.array(lease, { maxLength: 4 });
const time = fc.record({
  untilMs: fc.integer({ min: 0, max: 12 * hour }),
  minutesAhead: fc.integer({ min: 0, max: 600 }),
  fromStage: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
});
const atLeast = (a: number, b: number) => a >= b - 1e-9 * Math.max(1, Math.abs(b));

describe("a bill of leases", () => {
  test("is units above what stood before, times hours, times the price", () => {
    const one = { usdPerUnitHour: 0.5, raised: [{ fromMs: 0, more: 4 }], stages: [4, 10] };

    expect(leaseBillUsd([one], { untilMs: 3 * hour, minutesAhead: 30 })).toBeCloseTo(0.5 * (4 * 3 + 2));
    expect(leaseBillUsd([one], { untilMs: 3 * hour, minutesAhead: 30, fromStage: 1 })).toBeCloseTo(
      0.5 * (4 * 3 + 10 / 2),
    );
    const raised = { ...one, raised: [...one.raised, { fromMs: hour, more: 6 }] };
    expect(leaseBillUsd([raised], { untilMs: 3 * hour, minutesAhead: 0 })).toBeCloseTo(0.5 * (4 + 6 * 2));
  });

  test("is nothing without leases, and each pays for itself", () => {
    holds(
      fc.property(leases, time, (all, when) => {
        const each = all.map((one) => leaseBillUsd([one], when));
        return (
          leaseBillUsd([], when) === 0 &&
          Math.abs(leaseBillUsd(all, when) - each.reduce((sum, usd) => sum + usd, 0)) < 1e-6
        );
      }),
    );
  });

  test("is never less later, for longer, with more units, of a dearer price or from an earlier stage", () => {
    holds(
      fc.property(leases, time, fc.integer({ min: 0, max: 600 }), (all, when, more) => {
        const usd = leaseBillUsd(all, when);
        const larger = (change: (one: BilledLease) => Partial<BilledLease>) =>
          leaseBillUsd(
            all.map((one) => ({ ...one, ...change(one) })),
            when,
          );
        return [
          leaseBillUsd(all, { ...when, untilMs: when.untilMs + more * 60_000 }),
          leaseBillUsd(all, { ...when, minutesAhead: when.minutesAhead + more }),
          leaseBillUsd(all, { ...when, fromStage: when.fromStage && when.fromStage - 1 }),
          larger(({ raised }) => ({ raised: raised.map((one) => ({ ...one, more: one.more + more })) })),
          larger(({ stages }) => ({ stages: stages.map((one) => one + more) })),
          larger(({ usdPerUnitHour }) => ({ usdPerUnitHour: usdPerUnitHour + more })),
        ].every((other) => atLeast(other, usd));
      }),
    );
  });

  test("does not depend on the order in which the raises are told", () => {
    holds(
      fc.property(
        lease,
        time,
        (one, when) =>
          leaseBillUsd([one], when) === leaseBillUsd([{ ...one, raised: one.raised.toReversed() }], when),
      ),
    );
  });
});

const fleet = { instanceType: "ml.g5.xlarge", instances: 8 };
/** Twelve tasks more since the join, twenty with the last stage, at a dollar an hour of each. */
const dear: BilledLease = {
  usdPerUnitHour: 1,
  raised: [{ fromMs: 0, more: 12 }],
  stages: [12, 12, 12, 20],
};
const bill = (usdPerRelease: number, all?: readonly BilledLease[]): Bill => {
  const plan = planWith({ budget: { usdPerRelease } });
  const one = { plan, stable: fleet, candidate: fleet, joinedAtMs: 0 };
  return all === undefined ? one : { ...one, leases: all };
};
const usdIn = (lack: string | undefined) => Number(/comes to \$(\d+\.\d\d)/.exec(lack ?? "")?.[1]);

describe("a release that leases", () => {
  test.each([
    ["a hold, until its next look and a way back of 22 minutes", lackForHold, 12 * (2 + 22 / 60)],
    ["a promotion, of 11 minutes", lackForPromotion, 12 * (2 + 11 / 60)],
  ] as const)("pays for that in %s", (_, lackFor, usd) => {
    const lack = (leased: readonly BilledLease[]) => usdIn(lackFor(bill(0.01, leased), 2 * hour));

    expect(lack([dear]) - lack([])).toBeCloseTo(usd, 1);
  });

  test("pays for what its stages are to lease, the last one's for all that is left", () => {
    const lack = (leased: readonly BilledLease[]) =>
      usdIn(lackForStages(bill(0.01, leased), 3, { nowMs: hour }));
    const sameAsNow = { ...dear, stages: [12, 12, 12, 12] };

    // At least its bake of the sample plan, and the update that follows.
    expect(lack([dear]) - lack([sameAsNow])).toBeGreaterThan((8 * 20) / 60);
    expect(lack([sameAsNow]) - lack([])).toBeGreaterThan(12);
  });

  test("may hold for as long as it says beforehand, which is less the more it leases", () => {
    const one = bill(60, [dear]);
    const minutes = affordableMinutes(one);

    expect(lackForHold(one, (minutes - 1) * 60_000)).toBeUndefined();
    expect(lackForHold(one, (minutes + 1) * 60_000)).toBeDefined();
    expect(minutes).toBeLessThan(affordableMinutes(bill(60)) / 1.5);
  });

  test("and leases nothing has the bill of before", () => {
    for (const leased of [[], [{ ...dear, raised: [], stages: [0] }]]) {
      expect(affordableMinutes(bill(60, leased))).toBe(affordableMinutes(bill(60)));
      for (const lackFor of [lackForHold, lackForPromotion])
        expect(lackFor(bill(20, leased), 3 * hour)).toBe(lackFor(bill(20), 3 * hour));
      expect(lackForStages(bill(20, leased), 0, { nowMs: hour })).toBe(
        lackForStages(bill(20), 0, { nowMs: hour }),
      );
    }
  });
});
