/** The part of a plan that has quality watched: what is wrong of it is said, a sentence each. */
import { expect, test } from "vitest";
import { Quality } from "../../../src/core/plan/quality.ts";

const metric = { namespace: "Team", metric: "Accuracy" };
const accuracy = { kind: "value", name: "accuracy", metric, better: "higher" };
const mistakes = (quality: unknown): string[] =>
  (Quality.safeParse(quality).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

test("what is left out is usual", () => {
  expect(Quality.parse({ kpis: [accuracy] })).toEqual({
    qualityDays: 7,
    kpis: [{ ...accuracy, metric: { ...metric, dimensions: {} }, delayHours: 0 }],
    alpha: 0.01,
    onHarm: "tell",
  });
});

test("what contradicts itself is refused where it stands", () => {
  expect(mistakes({ kpis: [] })).toHaveLength(1);
  expect(mistakes({ kpis: [accuracy, accuracy] })[0]).toContain("kpis.1.name: ");
  expect(mistakes({ kpis: [{ ...accuracy, tolerance: 0.1, margin: 1 }] })[0]).toContain("kpis.0.margin: ");
  const weighty = [accuracy, { ...accuracy, name: "other" }].map((kpi) => ({ ...kpi, weight: 0.7 }));
  expect(mistakes({ kpis: weighty })[0]).toContain("kpis: ");
  expect(mistakes({ kpis: [{ ...accuracy, better: "faster" }] })[0]).toContain("kpis.0.better: ");
  expect(mistakes({ kpis: [{ ...accuracy, delayHours: 400 }] })).toHaveLength(1);
  expect(mistakes({ kpis: [accuracy], qualityDays: 1 })).toHaveLength(1);
});
