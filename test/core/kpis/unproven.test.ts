/** Which bakes are said beforehand to leave a healthy model unproved, by what the plan does with it then. */
import { expect, test } from "vitest";
import type { Expectation } from "#verdict";
import { doubtfulBake } from "../../../src/core/kpis/unproven.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { planWith } from "../example.ts";

const said = (onInconclusive: Plan["rollout"]["onInconclusive"], minutes: number): string[] =>
  doubtfulBake(planWith({ rollout: { stages: [{ trafficPercent: 5, bakeMinutes: 15 }], onInconclusive } }), {
    stage: 0,
    kpi: "errors",
    regressions: [],
    leastRatio: null,
    warning: null,
    safety: { engine: minutes },
  } as unknown as Expectation);

test("none are where the plan goes on with what is not proved, at once or after its extension", () => {
  expect(said({ action: "proceed" }, 600)).toEqual([]);
  expect(said({ action: "extend", upToMinutes: 60, then: "proceed" }, 600)).toEqual([]);
});

test("a bake is that is shorter than twice what a proof takes, with its extension", () => {
  const extend = { action: "extend", upToMinutes: 60, then: "roll-back" } as const;

  expect(said(extend, 37.5)).toEqual([]);
  expect(said(extend, 37.6)).toEqual([
    "stage 1 (5 %), errors: a healthy model takes about 38 minutes to be proved safe, often longer; after 75 minutes without that, it is rolled back (rollout.onInconclusive)",
  ]);
  expect(said({ action: "roll-back" }, 7)).toEqual([]);
  expect(said({ action: "roll-back" }, 8)).toHaveLength(1);
});

test("it is said that a person is asked, and that some are never proved", () => {
  expect(said({ action: "ask", waitMinutes: 30 }, Number.POSITIVE_INFINITY)).toEqual([
    "stage 1 (5 %), errors: a healthy model is never proved safe; after 15 minutes without that, a person is asked, and it is rolled back where nobody answers (rollout.onInconclusive)",
  ]);
});
