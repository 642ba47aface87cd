/** What Cost Explorer's pages come to: groups by two tags, days that two pages tell of, and what no plan has. */
import { expect, test } from "vitest";
import { CostAnswer, taggedCosts } from "../../../src/core/cost/tagged-costs.ts";

const group = (plan: string, release: string, unblended: string, amortised = unblended) => ({
  Keys: [`slipway:plan$${plan}`, `slipway:release$${release}`],
  Metrics: {
    UnblendedCost: { Amount: unblended, Unit: "USD" },
    AmortizedCost: { Amount: amortised, Unit: "USD" },
  },
});
const period = (day: string, next: string, Groups: readonly object[], Estimated = false) => ({
  ...{ TimePeriod: { Start: day, End: next }, Groups, Estimated, Total: {} },
});
const pages = (...all: readonly (readonly object[])[]) =>
  all.map((ResultsByTime) => CostAnswer.parse({ ResultsByTime, DimensionValueAttributes: [] }));

test("sums over days and pages, by plan and release; what has a plan's tag alone is nobody's release", () => {
  const first = period("2026-11-01", "2026-11-02", [
    group("chat", "v7", "1.204", "1.1"),
    group("chat", "", "9"),
  ]);
  const second = period("2026-11-02", "2026-11-03", [group("chat", "v7", "2.3"), group("", "", "700")], true);
  const rest = period("2026-11-02", "2026-11-03", [group("a", "r$1", "0.5")], true);

  expect(taggedCosts(pages([first, second], [rest]))).toEqual({
    tagged: [
      { plan: "a", releaseId: "r$1", unblended: 0.5, amortised: 0.5 },
      { plan: "chat", releaseId: null, unblended: 9, amortised: 9 },
      { plan: "chat", releaseId: "v7", unblended: 3.5, amortised: 3.4 },
    ],
    estimatedDays: 1,
    currency: "USD",
  });
});

test("a month that is an estimate counts its days; nothing is nothing, in dollars", () => {
  expect(taggedCosts(pages([period("2026-11-01", "2026-12-01", [], true)]))).toEqual({
    ...{ tagged: [], estimatedDays: 30, currency: "USD" },
  });
  const crowns = { Keys: ["slipway:plan$a"], Metrics: { UnblendedCost: { Amount: "4", Unit: "SEK" } } };
  expect(taggedCosts(pages([period("2026-11-01", "2026-12-01", [crowns])]))).toMatchObject({
    tagged: [{ plan: "a", releaseId: null, unblended: 4, amortised: 0 }],
    currency: "SEK",
  });
});
