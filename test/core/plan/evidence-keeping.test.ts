/** For how long a plan has the evidence of its releases kept. */
import { expect, test } from "vitest";
import { retentionDaysOf } from "../../../src/core/plan/evidence-keeping.ts";

test.each([
  ["without a word of it", {}, 400],
  ["by another profile", { gates: { profile: "gdpr" } }, 400],
  ["by the profile hipaa: six years", { gates: { profile: "hipaa" } }, 2190],
  ["as the plan says", { evidence: { retentionDays: 30 }, gates: { profile: "hipaa" } }, 30],
  ["where the plan says nothing of the days", { evidence: {} }, 400],
] as const)("%s", (_, plan, days) => {
  expect(retentionDaysOf(plan)).toBe(days);
});
