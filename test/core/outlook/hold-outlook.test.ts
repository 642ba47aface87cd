/** What a plan says beforehand of releases that are kept waiting. */
import { expect, test } from "vitest";
import { holdMinutesOf, holdWarnings } from "../../../src/core/outlook/hold-outlook.ts";
import { plan, planWith } from "../example.ts";

const release = { candidate: { instanceType: "ml.g5.xlarge", instances: 8 }, minutes: 93 };

test("a hold may last for what the budget leaves beside the release itself, and for ever where no price is known", () => {
  const minutes = holdMinutesOf(plan, release) ?? 0;

  expect(minutes).toBeGreaterThan(8 * 60);
  expect(minutes).toBeLessThan(9 * 60);
  expect(holdMinutesOf(planWith({ budget: { usdPerRelease: 20 } }), release)).toBe(0);
  const unpriced = { ...release, candidate: { instanceType: "ml.c6i.2xlarge", instances: 8 } };
  expect(holdMinutesOf(plan, unpriced)).toBeNull();
  expect(holdMinutesOf(plan, undefined)).toBeNull();
});

test("a hold lasts less long the more is leased, at most and as far as it is known", () => {
  const ecs = { cluster: "prod", service: "tokenizer" };
  const leaning = (entry: object) => holdMinutesOf({ ...plan, alongside: [{ ecs, ...entry }] }, release) ?? 0;
  const without = holdMinutesOf(plan, release) ?? 0;
  const stages = [{ minimum: 5, trafficPercent: 0 }].concat({ minimum: 10, trafficPercent: 50 });

  // Ten units as dear as the candidate's fleet stand half as long beside it.
  for (const demand of [{ minimum: 10 }, { stages }]) {
    const minutes = leaning({ ...demand, usdPerUnitHour: 1.12672 });
    expect(minutes).toBeGreaterThan(0.35 * without);
    expect(minutes).toBeLessThan(0.5 * without);
  }
  expect(leaning({ minimum: 10 })).toBe(without);
  expect(leaning({ multiple: 2, usdPerUnitHour: 1 })).toBe(without);
});

test("a freeze, or a question, that outlasts it is warned of, unless the release would walk back anyhow", () => {
  const windows = [
    { from: "2026-01-05T08:00:00Z", to: "2026-01-05T10:00:00Z", reason: "sale" },
    { from: "2026-01-06T08:00:00Z", to: "2026-01-06T18:30:00Z", reason: "fair" },
  ];
  const frozen = (halfWay: "hold" | "roll-back") => ({ ...plan, freezes: { windows, halfWay } });

  expect(holdWarnings(frozen("hold"), 490)).toEqual([
    "the freeze of 10.5 h from 2026-01-06T08:00:00Z (fair) rolls back a release that it meets half-way: its budget pays for 8.2 h of waiting",
  ]);
  expect(holdWarnings(frozen("roll-back"), 490)).toEqual([]);
  expect(holdWarnings(frozen("hold"), null)).toEqual([]);
  const asks = planWith({ rollout: { onInconclusive: { action: "ask", waitMinutes: 600 } } });
  expect(holdWarnings(asks, 490)).toEqual([
    "an answer is waited for 10 h at each stage, and a release is rolled back before: its budget pays for 8.2 h of waiting",
  ]);
  expect(holdWarnings(asks, 600)).toEqual([]);
});
