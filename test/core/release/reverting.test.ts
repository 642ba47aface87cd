/** Going back: to which version, and by what plan. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { Plan } from "../../../src/core/plan/plan.ts";
import { revertingPlan } from "../../../src/core/plan/reverting.ts";
import type { PastRelease } from "../../../src/core/release/past.ts";
import { revertTarget } from "../../../src/core/release/reverting.ts";
import { plan, planWith } from "../example.ts";

const past = (
  version: number | undefined,
  closedAt: string,
  more: Partial<PastRelease> = {},
): PastRelease => ({
  releaseId: `search-v${version}-production`,
  model: "search",
  version,
  attempt: 1,
  openedAt: closedAt,
  closedAt,
  outcome: "promoted",
  reason: "",
  left: 0,
  releaseType: "minor",
  ...more,
});
const all = [
  past(5, "2026-11-01T10:00:00.000Z", { releaseType: "major" }),
  past(6, "2026-11-08T10:00:00.000Z"),
  past(7, "2026-11-15T10:00:00.000Z", { outcome: "rolled-back" }),
  past(6, "2026-11-16T10:00:00.000Z", { attempt: 2 }),
  past(undefined, "2026-11-17T10:00:00.000Z", { outcome: "done" }),
  past(9, "2026-11-18T10:00:00.000Z", { model: "other" }),
];

describe("the version to go back to", () => {
  it("is none that was promoted in staging alone", () => {
    const staged = past(8, "2026-11-20T10:00:00.000Z", { milestone: "staging" });
    expect(revertTarget([...all, staged], { model: "search" })).toEqual({ version: 5, releaseType: "major" });
  });

  it("is the last that was promoted before the one that serves", () => {
    expect(revertTarget(all, { model: "search" })).toEqual({ version: 5, releaseType: "major" });
    expect(revertTarget(all.toReversed(), { model: "search" })).toEqual({ version: 5, releaseType: "major" });
  });

  it("is the one that is asked for, whether the history knows it or not", () => {
    expect(revertTarget(all, { model: "search", to: 5 })).toEqual({ version: 5, releaseType: "major" });
    expect(revertTarget(all, { model: "search", to: 3 })).toEqual({ version: 3 });
  });

  it("is not the one that serves, and not made up", () => {
    expect(revertTarget(all, { model: "search", to: 6 })).toMatch(/^version 6 of search is the one/);
    expect(revertTarget(all, { model: "other" })).toMatch(/^the history of other has no other version/);
    expect(revertTarget([], { model: "search" })).toMatch(/--to$/);
  });

  describe("after the first release", () => {
    const first = (servedBefore: PastRelease["servedBefore"], more: Partial<PastRelease> = {}) =>
      past(7, "2026-11-15T10:00:00.000Z", { servedBefore, ...more });
    const target = (...some: PastRelease[]) => revertTarget(some, { model: "search" });

    it("is the one that served before it, whose type nobody has said", () => {
      expect(target(first({ version: 6 }))).toEqual({ version: 6 });
    });

    it("is one that was promoted, once there is one", () => {
      const next = past(8, "2026-11-20T10:00:00.000Z", { servedBefore: { version: 7 } });
      expect(target(next, first({ version: 6 }))).toEqual({ version: 7, releaseType: "minor" });
    });

    it("is the same after the version was released again", () => {
      const again = past(7, "2026-11-20T10:00:00.000Z", { servedBefore: { version: 7 }, attempt: 2 });
      expect(target(first({ version: 6 }), again)).toEqual({ version: 6 });
    });

    it("is none where that cannot be told, and says why", () => {
      const none =
        "the history of search has no other version that was promoted, and which one served before";
      expect(target(first({ unknown: "its model was made of no version of the registry" }))).toBe(
        `${none} is not known: its model was made of no version of the registry; name one with --to`,
      );
      expect(target(first(undefined))).toBe(
        `${none} is not known: version 7 was released before that was kept; name one with --to`,
      );
      expect(target(first({ version: 7 }))).toMatch(
        /no other version that was promoted; name one with --to$/,
      );
    });

    it("is not what served before a release that went back, or before staging's", () => {
      const back = first({ version: 6 }, { outcome: "rolled-back" });
      expect(target(back)).toMatch(/no other version that was promoted; name one with --to$/);
      expect(target(first({ version: 6 }, { milestone: "staging" }))).toMatch(/name one with --to$/);
    });
  });
});

test.each(readdirSync("test/data/plans").filter((name) => name.endsWith(".yml")))(
  "the plan of going back is a plan, with two stages at most: %s",
  (name) => {
    const parsed = parsePlan(readFileSync(`test/data/plans/${name}`, "utf8"), name);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed));
    const reverting = revertingPlan(parsed.plan);

    expect(Plan.parse(reverting)).toEqual(reverting);
    expect(reverting.rollout.stages.length).toBeLessThanOrEqual(2);
    expect(reverting.rollout.stages.at(-1)?.trafficPercent).toBe(
      parsed.plan.rollout.stages.at(-1)?.trafficPercent,
    );
  },
);

test("bakes are as short as the plan's shortest, and five minutes at most", () => {
  const of = (bakeMinutes: number) =>
    revertingPlan(planWith({ rollout: { stages: [{ trafficPercent: 100, bakeMinutes }] } })).rollout.stages;

  expect(of(3)).toEqual([
    { trafficPercent: 50, bakeMinutes: 3 },
    { trafficPercent: 100, bakeMinutes: 3 },
  ]);
  expect(of(30).map(({ bakeMinutes }) => bakeMinutes)).toEqual([5, 5]);
  expect(revertingPlan(plan).rollout.stages).toEqual([
    { trafficPercent: 50, bakeMinutes: 5 },
    { trafficPercent: 95, bakeMinutes: 5 },
  ]);
});
