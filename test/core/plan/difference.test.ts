/** What differs between two plans, value by value. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { differences } from "../../../src/core/plan/difference.ts";
import { holds } from "../../property.ts";
import { quarters as plan } from "../example.ts";

test("a value that differs is named by its path, with what it was and is", () => {
  const stages = plan.rollout.stages.map((stage, i) => (i === 1 ? { ...stage, bakeMinutes: 30 } : stage));
  const { training, ...milestones } = plan.milestones;
  const other = { ...plan, rollout: { ...plan.rollout, stages: stages.slice(0, 3) }, milestones };

  expect(differences(plan, other)).toEqual([
    { where: "milestones.training", from: JSON.stringify(training) },
    { where: "rollout.stages[1].bakeMinutes", from: "15", to: "30" },
    { where: "rollout.stages[3]", from: '{"trafficPercent":95,"bakeMinutes":15}' },
  ]);
  expect(differences(undefined, { a: 1 })).toEqual([{ where: "the whole document", to: '{"a":1}' }]);
});

test("two documents differ exactly where they are not equal", () => {
  const documents = fc.jsonValue({ maxDepth: 3 });
  holds(
    fc.property(documents, documents, (one, other) => {
      expect(differences(one, structuredClone(one))).toEqual([]);
      const asText = (value: unknown) => JSON.stringify(sorted(value));
      expect(differences(one, other).length > 0).toBe(asText(one) !== asText(other));
    }),
  );
});

/** With keys in one order, for comparing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, sorted(each)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
