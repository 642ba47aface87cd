/**
 * A second strategy, which only this test has: half of the fleet joins, and the rest comes before the first share that needs
 * it. Whoever asks when capacity comes gets its answers, though none of them knows it.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { finalOf, fleetsFor, raisesOf } from "../../../src/core/capacity/candidate-fleet.ts";
import { allInService } from "../../../src/core/capacity/endpoint.ts";
import { flatLoad } from "../../../src/core/capacity/load-outlook.ts";
import { raiseLeadSeconds, raiseMinutesOf } from "../../../src/core/capacity/locked-minutes.ts";
import { affordableMinutes, type Bill, lackForStages } from "../../../src/core/cost/bill.ts";
import { estimateOf } from "../../../src/core/cost/estimate.ts";
import { standingsFrom } from "../../../src/core/cost/standings.ts";
import { feasibilityOf } from "../../../src/core/feasibility/feasibility.ts";
import { outlookOf } from "../../../src/core/outlook.ts";
import { expectedHistoryEvents, historyParts } from "../../../src/core/plan/execution-events.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { type CapacityStrategy, strategies } from "../../../src/core/plan/strategies.ts";
import { loadUntold, servedBefore } from "../../../src/core/release/load-untold.ts";
import { Needs } from "../../../src/core/release/release.ts";
import { nextShift, type ShiftAction } from "../../../src/core/release/shift.ts";
import { RollBackInput } from "../../../src/core/release/undoing.ts";
import { holds } from "../../property.ts";
import { joined, needs, quarters, plan as upfront } from "../example.ts";

const half: CapacityStrategy = {
  sizes: (shares) => shares.map(({ percent }) => (percent <= 50 ? 50 : 100)),
  isAhead: false,
};
const withHalf = (plan: Plan): Plan => ({
  ...plan,
  rollout: { ...plan.rollout, strategy: "half" as "upfront" },
});

/** Four stages of a quarter of an hour: 5, 25, 50 and 95 %. */
const plan = withHalf(quarters);
const peak = plan.requirements.peakRequestsPerSecond;
/** Sixty requests per second at 8.4 an instance are eight, and half of them four. */
const fleet = {
  instances: 4,
  shares: [
    { percent: 5, instances: 4 },
    { percent: 25, instances: 4 },
    { percent: 50, instances: 4 },
    { percent: 95, instances: 8 },
    { percent: 100, instances: 8 },
  ],
};
const type = "ml.g5.xlarge";
const stable = { instanceType: type, instances: 8 };
const grown = { ...needs, candidate: { ...needs.candidate, ...fleet } };

beforeAll(() => {
  Object.assign(strategies, { half });
  return () => void Reflect.deleteProperty(strategies, "half");
});

test("planning has half of the fleet join, and knows before which share the rest comes", () => {
  expect(fleetsFor(plan, needs.candidate, peak)).toEqual([{ strategy: "half", fleet }]);
  expect(fleetsFor(quarters, needs.candidate, peak)).toEqual([
    { strategy: "upfront", fleet: { instances: 8 } },
  ]);
  expect(finalOf(fleet)).toBe(8);
  expect(raisesOf(fleet)).toEqual([{ percent: 95, instances: 8 }]);
  expect(raisesOf(fleet, 4)).toEqual([]);
});

test("its fleet is kept by the documents of the way forward and of the way back", () => {
  expect(Needs.parse(grown).candidate).toMatchObject(fleet);
  const back = RollBackInput.parse({
    release: { id: "r", subject: "endpoint/e", execution: "x", fence: 1 },
    planning: { needs: grown },
  });
  expect(back.planning?.needs?.candidate).toMatchObject(fleet);
});

describe("means", () => {
  const asked = { stable, elsewhere: {}, quota: { [type]: 24 } };

  test("count with all of it at the promotion, and on the way back, which comes with it at its largest", () => {
    const candidate = { instanceType: type, ...fleet };

    expect(feasibilityOf({ ...asked, plan, candidate })).toMatchObject({ fits: true, peak: { [type]: 24 } });
    const large = { ...asked, stable: { ...stable, instances: 20 } };
    expect(feasibilityOf({ ...large, plan, candidate }).peak).toEqual({ [type]: 48 });
  });

  test("count the locked minutes of its raise beside traffic, which upfront does not have", () => {
    const budget = { ...plan.budget, maxLockedMinutes: 9 };
    const lacksOf = (one: Plan, candidate = { instanceType: type, ...fleet }) =>
      feasibilityOf({ ...asked, plan: { ...one, budget }, candidate }).lacks;

    expect(lacksOf(plan)).toEqual([
      "the rollout raises the candidate once beside traffic, which locks the endpoint for 10 minutes; the plan allows 9",
    ]);
    expect(
      lacksOf(quarters, {
        instanceType: type,
        ...fleetsFor(quarters, needs.candidate, peak)[0]?.fleet,
      } as never),
    ).toEqual([]);
  });

  test("cost less than those of a fleet that is whole from the start, by what is not there yet", () => {
    const whole = estimateOf(quarters, stable, stable);
    const halved = estimateOf(plan, stable, { instanceType: type, ...fleet });
    const hours = (item: string, { expenses } = halved) =>
      expenses.find((one) => one.item === item)?.instanceHours ?? 0;

    expect(hours("bakes", whole) - hours("bakes")).toBeCloseTo((4 * 45) / 60);
    expect(hours("joining", whole) - hours("joining")).toBeCloseTo((4 * 11) / 60, 0);
    // Four instances fewer before three shares, and eight for as long as half of such raises take.
    const raising = raiseMinutesOf(plan, { instanceType: type, launches: [] })(4).p50;
    expect(hours("waits") - hours("waits", whole)).toBeCloseTo((8 * raising - 4 * 8.1) / 60, 1);
    expect(hours("leaving")).toBe(hours("leaving", whole));
    // Less what four instances fewer have to be waited for as they join.
    expect(halved.minutes - whole.minutes).toBeCloseTo(raising, 0);
  });

  test("count with each size for the stages that it stands for, from whichever stage on", () => {
    const standing = (
      instances: number,
      { bakes, waits, shifts }: Record<"bakes" | "waits" | "shifts", number>,
    ) => ({
      candidate: { instanceType: type, instances },
      bakeMinutes: bakes,
      waitMinutes: expect.closeTo(waits, 6),
      waitMinutesMore: expect.closeTo(0.4 * Math.sqrt(shifts), 6),
    });
    const four = { instanceType: type, ...fleet };
    // Of a share its weights, that they are noticed, and two minutes of metrics; of what stable held back no metrics.
    const [share, rest] = [2 / 3 + 0.25 + 2, 2 / 3 + 0.25];
    const raise = raiseLeadSeconds(plan) / 60;
    const last = standing(8, { bakes: 15, waits: raise + share + rest, shifts: 2 });
    const standings = (from: number, instances = 4) => standingsFrom(plan, { ...four, instances }, { from });

    expect(standings(0)).toEqual([standing(4, { bakes: 45, waits: 3 * share - 2 / 3, shifts: 3 }), last]);
    expect(standings(2)).toEqual([standing(4, { bakes: 15, waits: share, shifts: 1 }), last]);
    expect(standings(3)).toEqual([last]);
    expect(standings(3, 8)).toEqual([standing(8, { bakes: 15, waits: share + rest, shifts: 2 })]);
    expect(standings(4)).toEqual([standing(8, { bakes: 0, waits: raise + rest, shifts: 1 })]);
  });

  test("are asked for all that is still to come, and not for what has come", () => {
    const bill = (usdPerRelease: number, candidate: Bill["candidate"]): Bill => ({
      plan: { ...plan, budget: { ...plan.budget, usdPerRelease } },
      stable,
      candidate,
      joinedAtMs: 0,
    });
    const four = { instanceType: type, ...fleet };
    const least = (candidate: Bill["candidate"], stage: number) => {
      let usd = 0;
      while (lackForStages(bill(usd, candidate), stage, { nowMs: 0 }) !== undefined) usd += 0.05;
      return usd;
    };

    expect(least(four, 0)).toBeGreaterThan(least({ instanceType: type, instances: 4 }, 0));
    expect(least(four, 0)).toBeLessThan(least({ instanceType: type, instances: 8 }, 0));
    expect(affordableMinutes(bill(60, four))).toBeGreaterThan(affordableMinutes(bill(60, stable)));
  });
});

describe("shift", () => {
  const next = (instances: number, percent: number, requestsPerSecond = 40): ShiftAction => {
    const endpoint = joined({}, { instances });
    const load = flatLoad(requestsPerSecond);
    return nextShift({
      plan,
      needs: grown,
      endpoint,
      warmInstances: allInService(endpoint),
      percent,
      load,
      lockedMinutes: 0,
    });
  };

  test("gives the shares that half of the fleet serves, and raises the rest before the first that it does not", () => {
    expect(next(4, 50)).toMatchObject({ do: "shift" });
    expect(next(4, 95)).toEqual({
      do: "raise",
      instances: 8,
      reason: "the candidate is raised for 100 % of 60.0 requests per second",
    });
    expect(next(8, 95)).toMatchObject({ do: "shift" });
  });

  test("tells a load that has outgrown the plan from a raise that is planned", () => {
    expect(next(4, 95, 100)).toEqual({
      do: "raise",
      instances: 12,
      reason: "the load has grown to 100.0 requests per second",
    });
  });

  test("goes through the fleets that planning counts with, at whatever load the plan has room for", () => {
    holds(
      fc.property(fc.double({ min: 0, max: peak, noNaN: true }), (requestsPerSecond) => {
        let { instances } = fleet;
        for (const { percent, instances: planned } of fleet.shares) {
          const action = next(instances, percent, requestsPerSecond);
          if (action.do === "raise") instances = action.instances;
          expect(instances).toBe(planned);
          expect(next(instances, percent, requestsPerSecond).do).not.toBe("raise");
        }
      }),
    );
  });
});

test("the way back takes a fleet that was raised as planned for no sign of more load", () => {
  const small = { ...grown, stable: { ...grown.stable, instances: 6 } };
  const loadWith = (instances: number, asked: Needs) =>
    loadUntold({ plan, needs: asked, endpoint: joined({ instances: 6 }, { instances }) }, [1]);

  expect(loadWith(8, small)).toBe(servedBefore(plan, small));
  expect(loadWith(9, small)).toBeCloseTo(9 * 8.4);
  const whole = { ...small, candidate: { ...needs.candidate, instances: 4 } };
  expect(loadWith(8, whole)).toBeCloseTo(8 * 8.4);
});

test("history has room for the wait for its raise", () => {
  const more = expectedHistoryEvents(plan) - expectedHistoryEvents(quarters);

  expect(more).toBe(historyParts(quarters).capacity);
});

test("the outlook tells what it is promoted with, and what it costs", () => {
  const load = { requestsPerSecond: 40, errorPercent: 0.5 };
  const [mine] = outlookOf(withHalf(upfront), load).releases;
  const [whole] = outlookOf(upfront, load).releases;

  expect(mine?.candidate).toEqual(whole?.candidate);
  expect(mine?.peak).toEqual(whole?.peak);
  expect(mine?.costUsd ?? 0).toBeLessThan(whole?.costUsd ?? 0);
  expect(mine?.minutes ?? 0).toBeGreaterThan(whole?.minutes ?? 0);
});
