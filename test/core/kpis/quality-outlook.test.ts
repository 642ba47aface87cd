/** What a plan means by having quality watched: what is found takes longer, and more, where KPIs share alpha. */
import { expect, test } from "vitest";
import { qualityOutlook } from "../../../src/core/kpis/quality-outlook.ts";
import { Quality } from "../../../src/core/plan/quality.ts";
import { plan } from "../example.ts";

const accuracy = {
  kind: "value",
  name: "accuracy",
  metric: { namespace: "Team", metric: "Accuracy" },
  better: "higher",
  delayHours: 24,
};
const seenBy = (quality: object) =>
  qualityOutlook({ ...plan, quality: Quality.parse(quality) })?.kpis.map(
    ({ seesDeviations }) => seesDeviations,
  ) ?? [];

test("a plan without it has none", () => {
  expect(qualityOutlook(plan)).toBeUndefined();
});

test("names each KPI and how late it is, and finds less in fewer days, beside others, or with fewer false alarms", () => {
  expect(qualityOutlook({ ...plan, quality: Quality.parse({ kpis: [accuracy] }) })).toMatchObject({
    qualityDays: 7,
    onHarm: "tell",
    kpis: [{ name: "accuracy", delayHours: 24 }],
  });
  const [usual = 0] = seenBy({ kpis: [accuracy] });
  expect(usual).toBeGreaterThan(1);
  expect(usual).toBeLessThan(3);
  for (const harder of [
    { qualityDays: 2, kpis: [accuracy] },
    { alpha: 0.001, kpis: [accuracy] },
    { kpis: [accuracy, { ...accuracy, name: "other" }] },
  ])
    expect(seenBy(harder)[0]).toBeGreaterThan(usual);
});
