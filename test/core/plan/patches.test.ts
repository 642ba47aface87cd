/** What a plan may say of patch releases: a date or a cron, a type to release by, and nothing of capacity. */
import { expect, test } from "vitest";
import { Plan } from "../../../src/core/plan/plan.ts";
import { planIn, plan as sample } from "../example.ts";

const plan = planIn("test/data/plans/patched.yml");
const when = { cron: "cron(0 10 ? * MON#1 *)", timeZone: "UTC" };
const mistakes = (patch: object, more: object = {}) =>
  Plan.safeParse({ ...plan, milestones: { ...plan.milestones, patch }, ...more }).error?.issues.map(
    ({ path }) => path.join("."),
  ) ?? [];

test("a cron, or a date before production's, is one", () => {
  expect(mistakes({ when })).toEqual([]);
  const production = { when: { at: "2026-12-01T10:00:00" } };
  const patch = { when: { at: "2026-11-01T10:00:00" } };
  expect(Plan.safeParse({ ...plan, milestones: { production, patch } }).success).toBe(true);
});

test("an event, capacity, or no type to release by is a mistake", () => {
  const pool = sample.milestones.training?.pool;
  const { patch: _, ...others } = plan.releaseTypes;

  expect(mistakes({ when: { event: "model-approved" } })).toEqual(["milestones.patch.when"]);
  expect(mistakes({ when, pool })).toContain("milestones.patch.pool");
  expect(mistakes({ when }, { releaseTypes: others })).toEqual(["milestones.patch"]);
});
