/** Staging as a release of its own: what a plan may say of it, and by which plan it goes. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatMistake } from "../../../src/core/input/bad-input.ts";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { isStagedFirst, planOfMilestone, releasesVersion } from "../../../src/core/plan/milestone-plan.ts";
import { milestoneKinds } from "../../../src/core/plan/plan.ts";
import { leaning, plan, staged as stagedPlan } from "../example.ts";

/** The mistakes in a plan of the repository once its text is changed, without file and line. */
function mistakesIn(path: string, change: (text: string) => string): string[] {
  const text = readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
  if (change(text) === text) throw new Error(`${path} is not changed`);
  const parsed = parsePlan(change(text), "plan.yml");
  return parsed.ok
    ? ["accepted"]
    : parsed.mistakes.map((each) => formatMistake(each).replace(/^plan\.yml:?\d*: /, ""));
}
const staged = (change: (text: string) => string) => mistakesIn("test/data/plans/staged.yml", change);

describe("staging", () => {
  test("that is a release comes before production, which an approval does not start", () => {
    expect(staged((text) => text.replace("{ event: staging-passed }", "{ event: model-approved }"))).toEqual([
      'milestones.production.when.event: expected "staging-passed", or a date: a version of this plan goes through staging first, found "model-approved"',
    ]);
  });

  test("that releases nothing is not passed", () => {
    expect(
      mistakesIn("plans/chat-assistant.yml", (text) =>
        text.replace("event: model-approved", "event: staging-passed"),
      ),
    ).toEqual([
      'milestones.production.when.event: expected "model-approved": staging of this plan releases nothing that could pass, found "staging-passed"',
    ]);
  });

  test("does not follow from itself, is on an endpoint of its own, and compares too", () => {
    expect(staged((text) => text.replace("{ event: model-approved }", "{ event: staging-passed }"))).toEqual([
      'milestones.staging.when.event: expected "model-approved", found "staging-passed"',
    ]);
    expect(staged((text) => text.replace("name: chat-assistant-staging", "name: chat-assistant"))).toEqual([
      'milestones.staging.release.endpoint.name: expected another endpoint than the plan\'s own, found "chat-assistant"',
    ]);
    expect(
      staged((text) =>
        text
          .replace("- { trafficPercent: 50, bakeMinutes: 15 }\n", "")
          .replace(
            "- { trafficPercent: 95, bakeMinutes: 10 }\n        onInc",
            "- { trafficPercent: 100, bakeMinutes: 10 }\n        onInc",
          ),
      ),
    ).toEqual([
      expect.stringMatching(/^milestones.staging.release.rollout.stages: expected a stage below 100 %/),
    ]);
  });

  test("is a release or capacity, and not both", () => {
    const both = (text: string) => {
      const [pool = ""] = / {4}pool:\n(?: {6}.*\n)+/.exec(text) ?? [];
      return text.replace("    release:\n", `${pool}    release:\n`);
    };
    expect(staged(both)).toEqual([
      "milestones.staging.pool: expected a release or a pool, not both, found both",
    ]);
  });
});

describe("the plan of a milestone", () => {
  test("is the plan itself, but for staging that is a release", () => {
    for (const kind of milestoneKinds) {
      expect(planOfMilestone(plan, kind)).toBe(plan);
      if (kind !== "staging") expect(planOfMilestone(stagedPlan, kind)).toBe(stagedPlan);
    }
    expect(milestoneKinds.filter((kind) => releasesVersion(stagedPlan, kind))).toEqual([
      "staging",
      "production",
      "patch",
    ]);
    expect(milestoneKinds.filter((kind) => releasesVersion(plan, kind))).toEqual(["production", "patch"]);
    expect(isStagedFirst(stagedPlan, "production")).toBe(true);
    expect(isStagedFirst(stagedPlan, "patch")).toBe(true);
    expect(isStagedFirst(stagedPlan, "staging")).toBe(false);
    expect(isStagedFirst(plan, "production")).toBe(false);
  });

  test("in staging has what staging says, and production's rest", () => {
    const { release } = stagedPlan.milestones.staging ?? {};
    const its = planOfMilestone(stagedPlan, "staging");
    expect(its.endpoint).toEqual(release?.endpoint);
    expect(its.rollout).toEqual(release?.rollout);
    expect(its.requirements).toEqual({ ...stagedPlan.requirements, peakRequestsPerSecond: 12 });
    expect(its).toMatchObject({
      kpis: stagedPlan.kpis,
      budget: stagedPlan.budget,
      milestones: stagedPlan.milestones,
    });
  });

  test("in staging leans on nothing of production's, asks none of its alarms, and keeps none of its dated freezes", () => {
    const windows = [{ from: "2026-12-23T18:00:00Z", to: "2027-01-02T08:00:00Z", reason: "holidays" }];
    const its = planOfMilestone(
      {
        ...leaning,
        alarms: ["checkout-errors"],
        freezes: { ...leaning.freezes, windows },
        milestones: { ...leaning.milestones, ...stagedPlan.milestones },
      },
      "staging",
    );
    expect(its.alongside).toBeUndefined();
    expect(its.alarms).toEqual([]);
    expect(its.freezes).toEqual({ ...leaning.freezes, windows: [] });
  });
});
