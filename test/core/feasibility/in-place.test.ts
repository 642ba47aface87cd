/** How much stable gives up in place, whether its window has room for that, and what a plan's page says of it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { candidateNeeds } from "../../../src/core/capacity/sizing.ts";
import { estimateOf } from "../../../src/core/cost/estimate.ts";
import {
  inPlaceMinutes,
  leastStable,
  returnOf,
  shrunkStable,
  windowFor,
} from "../../../src/core/feasibility/in-place.ts";
import { plannedFleet } from "../../../src/core/feasibility/planned-fleet.ts";
import { inPlaceOutlook, inPlaceWarnings } from "../../../src/core/outlook/in-place-outlook.ts";
import { strategiesOutlook } from "../../../src/core/outlook/strategies-outlook.ts";
import { consentOf } from "../../../src/core/plan/in-place.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { holds } from "../../property.ts";
import { inPlace as plan, plan as sample } from "../example.ts";

const type = "ml.g5.xlarge";
const consent = consentOf(plan.rollout) ?? expect.fail("the plan consents");

const accounts = fc.record({
  stable: fc.integer({ min: 1, max: 40 }),
  candidate: fc.integer({ min: 1, max: 20 }),
  grown: fc.integer({ min: 1, max: 40 }),
  each: fc.integer({ min: 1, max: 30 }),
  most: fc.integer({ min: 1, max: 200 }),
  quota: fc.integer({ min: 0, max: 120 }),
  elsewhere: fc.integer({ min: 0, max: 20 }),
});

describe("what stable keeps", () => {
  test("is the most that its quota has room for as the candidate joins, goes back or is promoted, and carries the low load", () => {
    holds(
      fc.property(accounts, ({ stable, candidate, grown, each, most, quota, elsewhere }) => {
        const low = { ...consent, mostRequestsPerSecond: most };
        const answer = shrunkStable(
          {
            plan,
            stable: { instanceType: type, instances: stable, requestsPerSecondPerInstance: each },
            candidate: { instanceType: type, instances: candidate },
            grownInstances: grown,
            quota: { [type]: quota },
            elsewhere: { [type]: elsewhere },
          },
          low,
        );
        const carries = (s: number) =>
          s >= 1 && (s * each * plan.requirements.utilisationPercent) / 100 >= most - 1e-6;
        const has = (s: number) =>
          s <= stable && [2 * s + candidate, s + 2 * candidate, grown].every((n) => n + elsewhere <= quota);
        const best = Array.from({ length: 40 }, (_, nth) => nth + 1).findLast((s) => carries(s) && has(s));
        expect("lacks" in answer ? undefined : answer.instances).toBe(best);
        if ("lacks" in answer) expect(answer.lacks.length).toBeGreaterThan(0);
      }),
    );
  });

  test("of another type than the candidate's is bound by its own quota alone", () => {
    const asked = (quota: Record<string, number>) =>
      shrunkStable(
        {
          plan,
          stable: { instanceType: type, instances: 12, requestsPerSecondPerInstance: 12 },
          candidate: { instanceType: "ml.g5.2xlarge", instances: 4 },
          grownInstances: 9,
          quota,
          elsewhere: {},
        },
        consent,
      );
    expect(asked({ [type]: 15, "ml.g5.2xlarge": 9 })).toEqual({ instances: 7 });
    expect(asked({ [type]: 15, "ml.g5.2xlarge": 7 })).toEqual({
      lacks: [
        "the promotion takes 8 ml.g5.2xlarge, and the account's quota leaves 7",
        "the candidate grows to 9 ml.g5.2xlarge after its promotion, and the account's quota leaves 7",
      ],
    });
  });

  test("has a spare for a zone, where the plan asks for one", () => {
    const spared: Plan = { ...plan, requirements: { ...plan.requirements, zoneSpare: { ofZones: 3 } } };
    expect(leastStable(plan, consent, plan.endpoint)).toBe(5);
    expect(leastStable(spared, consent, plan.endpoint)).toBe(8);
  });
});

describe("the window", () => {
  const at = (text: string) => Date.parse(text);
  const fits = (minutes: number, nowMs: number) => windowFor(consent, { minutes, nowMs });

  test("is open as long as all of a release still fits into it", () => {
    expect(fits(120, at("2026-01-05T11:00:00Z"))).toEqual({
      is: "open",
      closesMs: at("2026-01-05T13:00:00Z"),
    });
    expect(fits(120, at("2026-01-05T11:00:01Z"))).toMatchObject({
      is: "closed",
      untilMs: at("2026-01-06T07:00:00Z"),
    });
    expect(fits(120, at("2026-01-05T06:00:00Z"))).toMatchObject({
      is: "closed",
      untilMs: at("2026-01-05T07:00:00Z"),
    });
  });

  test("that no release fits into is never waited for", () => {
    expect(fits(360, at("2026-01-05T07:00:00Z"))).toMatchObject({ is: "open" });
    expect(fits(361, at("2026-01-05T07:00:00Z"))).toEqual({
      is: "too-short",
      reason:
        "in place a release takes 361 minutes, its way back among them, and the window from 07:00 to 13:00 UTC has 360",
    });
  });
});

describe("the outlook", () => {
  test("says what stable keeps, what the way back can take and how long it takes", () => {
    const outlook = inPlaceOutlook(plan) ?? expect.fail("the plan consents");
    expect(outlook).toMatchObject({
      stableInstances: 12,
      keptInstances: 5,
      candidateInstances: 5,
      grownInstances: 12,
      surgeInstances: 3,
      carriedRequestsPerSecond: 42,
      windowMinutes: 360,
      wayBack: { trafficMinutes: 1 },
    });
    expect(outlook.wayBack).toEqual(returnOf(plan));
    expect(outlook.minutes).toBe(Math.ceil(inPlaceMinutes(plan, { instanceType: type, instances: 5 })));
    expect(inPlaceWarnings(plan)).toEqual([]);
    expect(inPlaceOutlook(sample)).toBeUndefined();
  });

  test("takes two count changes more than joining whole, and counts no minute of them as cost", () => {
    const needs = candidateNeeds(plan, "minor");
    const { fleet } = plannedFleet(plan, needs);
    const sides = [
      { instanceType: type, instances: 5 },
      { instanceType: type, ...fleet },
    ] as const;
    const upfront: Plan = { ...plan, rollout: { ...plan.rollout, strategy: "upfront" } };
    const [own, whole] = [estimateOf(plan, ...sides), estimateOf(upfront, ...sides)];
    expect(fleet).toEqual({ instances: 5 });
    expect(own.minutes - whole.minutes).toBeCloseTo(20, 9);
    expect(own.usd).toBe(whole.usd);
  });

  test("warns of a consent that comes to nothing", () => {
    const withConsent = (rollout: Partial<Plan["rollout"]>): Plan => ({
      ...plan,
      rollout: { ...plan.rollout, ...rollout },
    });
    const short = { ...consent, window: { ...consent.window, to: "08:00" } };
    expect(inPlaceWarnings(withConsent({ inPlace: short }))).toEqual([
      expect.stringContaining("a release in place would be refused: it takes 12"),
    ]);
    expect(inPlaceWarnings(withConsent({ inPlace: { ...consent, mostRequestsPerSecond: 101 } }))).toEqual([
      "a release in place would be refused: 101 requests per second take 13 instances, and the steady fleet has 12",
    ]);
    expect(inPlaceWarnings(withConsent({ strategy: "upfront" }))).toEqual([
      "rollout.inPlace says when stable may be shrunk, and rollout.strategy is upfront: it is not",
    ]);
  });
});

describe("beside the other strategies", () => {
  test("it is laid where the plan has consented to it, and only there", () => {
    const names = (of: Plan) => strategiesOutlook(of).map(({ strategy }) => strategy);
    expect(names(plan)).toEqual(["upfront", "sequential", "look-ahead", "in-place"]);
    expect(names(sample)).toEqual(["upfront", "sequential", "look-ahead"]);
  });

  test("it is never the safest, though nothing is locked in it: what serves meanwhile is smaller", () => {
    const safest = strategiesOutlook(plan).filter(({ isSafest }) => isSafest);
    expect(safest.map(({ strategy }) => strategy)).toEqual(["upfront"]);
  });

  test("auto never comes down to it, consent or none", () => {
    const auto: Plan = { ...plan, rollout: { ...plan.rollout, strategy: "auto" } };
    expect(consentOf(auto.rollout)).toBeUndefined();
    expect(plannedFleet(auto, candidateNeeds(auto, "minor")).strategy).toBe("upfront");
  });
});
