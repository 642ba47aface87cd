/** What may be reviewed before its date, and by whom. */
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { reviewed } from "../example.ts";

function saidOf(change: (plan: ReturnType<typeof reviewed>) => object): string[] {
  const parsed = parsePlan(stringify(change(reviewed("wait"))), "plan.yml");
  return parsed.ok
    ? []
    : parsed.mistakes.map(({ where, expected, found }) => `${where}: expected ${expected}, found ${found}`);
}

test("a milestone with a date has a review of its own, by the sides of the plan's team", () => {
  expect(saidOf((plan) => plan)).toEqual([]);
});

test("without a team, or without a date, there is nobody, or nothing, to review before", () => {
  const proceeds = (plan: ReturnType<typeof reviewed>) => ({
    ...plan.rollout,
    onInconclusive: { action: "proceed" },
  });
  expect(saidOf(({ team: _, ...plan }) => ({ ...plan, rollout: proceeds(reviewed("wait")) }))).toEqual([
    expect.stringMatching(/milestones\.training\.review: expected none, or a team .*, found a review$/),
    expect.stringMatching(/milestones\.production\.review: expected none, or a team .*, found a review$/),
  ]);
  expect(
    saidOf((plan) => ({
      ...plan,
      milestones: { production: { when: { event: "model-approved" }, review: { daysBefore: 7 } } },
    })),
  ).toEqual([
    expect.stringMatching(/expected none: there is no date .*, found one of a milestone that model-approved/),
  ]);
});
