/** What a plan may say of the criteria that a version must meet, and when they are none. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatMistake } from "../../../src/core/input/bad-input.ts";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { Plan } from "../../../src/core/plan/plan.ts";
import { revertingPlan } from "../../../src/core/plan/reverting.ts";
import { plan, validated } from "../example.ts";

const text = readFileSync(new URL("../../data/plans/validated.yml", import.meta.url), "utf8");

function mistakes(find: string, replace: string): string[] {
  if (!text.includes(find)) throw new Error(`the plan has no ${find}`);
  const parsed = parsePlan(text.replace(find, replace), "plan.yml");
  return parsed.ok
    ? ["accepted"]
    : parsed.mistakes.map((each) => formatMistake(each).replace(/^plan\.yml:?\d*: /, ""));
}

test.each([
  [
    "event: model-approved }\n    criteria",
    'cron: "cron(0 2 ? * MON *)", timeZone: UTC }\n    criteria',
    "milestones.validation.when: expected { event: model-approved }, or a pool that is raised by its date, found a date",
  ],
  [
    "event: model-approved }\n    criteria",
    "event: staging-passed }\n    criteria",
    "milestones.validation.when: expected { event: model-approved }, or a pool that is raised by its date, found staging-passed",
  ],
  [
    "atMost: 0.05",
    "atMost: 0.05, atLeast: 0",
    "milestones.validation.criteria[1]: expected atLeast or atMost, not both, found both",
  ],
  [
    "metric: post_training_bias_metrics.label.accuracy_difference",
    'metric: "post_training bias"',
    'milestones.validation.criteria[1].metric: expected keys with dots between, such as "binary_classification_metrics.auc", found "post_training bias"',
  ],
  [
    "of: bias",
    "of: biases",
    'milestones.validation.criteria[1].of: expected one of model-quality, model-data-quality, bias, explainability, found "biases"',
  ],
])("%s → %s", (find, replace, message) => {
  expect(mistakes(find, replace)).toEqual([message]);
});

test("criteria may stand beside a pool that is raised by a date", () => {
  const { pool } = plan.milestones.training ?? {};
  const when = { cron: "cron(0 2 ? * MON *)", timeZone: "UTC" };
  const { criteria } = validated.milestones.validation ?? {};
  const both = Plan.parse({
    ...validated,
    milestones: { ...validated.milestones, validation: { when, pool, criteria } },
  });

  expect(revertingPlan(both).milestones.validation).toEqual({
    ...both.milestones.validation,
    criteria: undefined,
  });
  expect(Plan.parse(revertingPlan(both)).milestones.validation?.pool).toEqual(pool);
});

test("who goes back to what has served asks for none", () => {
  expect(Plan.parse(revertingPlan(validated)).milestones.validation).toBeUndefined();
});
