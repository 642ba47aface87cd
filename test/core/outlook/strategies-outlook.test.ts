/** Strategies side by side, and which of them a plan's comes down to. */
import { describe, expect, test } from "vitest";
import { candidateNeeds } from "../../../src/core/capacity/sizing.ts";
import { plannedFleet, tightness } from "../../../src/core/feasibility/planned-fleet.ts";
import { strategiesOutlook } from "../../../src/core/outlook/strategies-outlook.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { lookingAhead, plan, planWith, shortAndWhole } from "../example.ts";

const auto = (usdPerRelease: number) =>
  planWith({ rollout: { strategy: "auto" }, budget: { usdPerRelease } });

test("each says with how many it joins, how often it is raised, and what that locks, takes and costs", () => {
  const [upfront, sequential, ahead] = strategiesOutlook(lookingAhead);

  expect(upfront).toMatchObject({ strategy: "upfront", joins: 10, raises: 0, lockedMinutes: 0 });
  expect(sequential).toMatchObject({ strategy: "sequential", joins: 2, raises: 2, lockedMinutes: 20 });
  expect(ahead).toMatchObject({ strategy: "look-ahead", joins: 2, raises: 2, lockedMinutes: 20 });
  expect(ahead?.costUsd).toBeLessThan(sequential?.costUsd ?? 0);
  expect(sequential?.costUsd).toBeLessThan(upfront?.costUsd ?? 0);
  // With fewer instances to wait for as it joins.
  expect((upfront?.minutes ?? 0) - (ahead?.minutes ?? 0)).toBeGreaterThan(0);
  expect((upfront?.minutes ?? 0) - (ahead?.minutes ?? 0)).toBeLessThan(1);
  expect(sequential?.minutes).toBeGreaterThan(ahead?.minutes ?? Number.POSITIVE_INFINITY);
  expect(strategiesOutlook(lookingAhead).filter(({ isPlanned }) => isPlanned)).toEqual([ahead]);
});

test("the cheapest and the safest are marked: what costs least, and what locks least and is over soonest", () => {
  const marks = (of: Plan) =>
    strategiesOutlook(of).map(({ strategy, isCheapest, isSafest }) => [strategy, isCheapest, isSafest]);

  expect(marks(lookingAhead)).toEqual([
    ["upfront", false, true],
    ["sequential", false, false],
    ["look-ahead", true, false],
  ]);
});

test("nothing is the cheapest where a price is not known", () => {
  const instanceType = "ml.c6i.2xlarge";
  const unpriced: Plan = {
    ...plan,
    endpoint: { ...plan.endpoint, instanceType },
    releaseTypes: { minor: { inference: { instanceType, requestsPerSecondPerInstance: 12 } } },
    budget: { ...plan.budget, unpriced: [instanceType] },
  };

  expect(strategiesOutlook(unpriced).filter(({ isCheapest }) => isCheapest)).toEqual([]);
});

test("where no raise pays, all come to the same", () => {
  const all = strategiesOutlook(shortAndWhole).map(({ strategy: _, isPlanned: __, ...figures }) => figures);

  expect(new Set(all.map((figures) => JSON.stringify(figures))).size).toBe(1);
});

describe("auto", () => {
  const chosen = (usdPerRelease: number) => {
    const plan = auto(usdPerRelease);
    return plannedFleet(plan, candidateNeeds(plan, "minor"));
  };

  test("is all at once while that leaves a tenth of the budget, and else ahead", () => {
    expect(chosen(120)).toMatchObject({ strategy: "upfront", fleet: { instances: 8 } });
    // All at once comes to some 23 dollars.
    expect(chosen(24)).toMatchObject({ strategy: "look-ahead", fleet: { instances: 4 } });
    expect(chosen(1)).toMatchObject({ strategy: "look-ahead" });
    expect(strategiesOutlook(auto(24)).find(({ isPlanned }) => isPlanned)?.strategy).toBe("look-ahead");
  });

  test("says why what could be paid for is not taken", () => {
    expect(tightness(auto(24), 21.6)).toBeUndefined();
    expect(tightness(auto(24), 21.61)).toBe(
      "it is estimated at $21.61, which leaves less than a tenth of its budget of $24.00",
    );
  });
});
