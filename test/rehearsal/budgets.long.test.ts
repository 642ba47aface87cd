/** Budgets that the world makes too small on the way: no step begins that the bill so far leaves nothing for. */
import { expect, it } from "vitest";
import { leaning } from "../core/example.ts";
import { plan, rehearsed } from "./invariants/rehearsed.ts";

const budget = (usdPerRelease: number) => ({ ...plan, budget: { ...plan.budget, usdPerRelease } });

it.each([
  // Instances that take a quarter of an hour cost both fleets twice for as long.
  [
    25,
    "rolled-back",
    /^with the stages that are left the release comes to \$\d+\.\d\d, and its budget is \$25\.00/,
  ],
  [40, "promoted", /^no evidence of harm/],
] as const)("$%d are kept to where provisioning is slow: %s", async (usd, outcome, reason) => {
  const { violations, record } = await rehearsed({ plan: budget(usd), world: "slow-provisioning" });

  expect(violations).toEqual([]);
  expect(record.outcome).toBe(outcome);
  expect(record.reason).toMatch(reason);
});

/** Twelve tasks more than there are, at two dollars an hour of each, and a freeze half-way. */
const dear = {
  ...leaning,
  alongside: [{ ecs: { cluster: "prod", service: "tokenizer" }, minimum: 24, usdPerUnitHour: 2 }],
  freezes: {
    ...leaning.freezes,
    windows: [{ from: "2026-01-05T08:15:00Z", to: "2026-01-05T11:00:00Z", reason: "sale" }],
  },
};

it.each([
  [60, "rolled-back", /^the hold has spent what the budget allows: .* its budget is \$60\.00; frozen until/],
  [120, "promoted", /^no evidence of harm/],
] as const)(
  "$%d are kept to where what is leased is paid for through a freeze: %s",
  async (usdPerRelease, outcome, reason) => {
    const { violations, record, figures } = await rehearsed({
      plan: { ...dear, budget: { ...dear.budget, usdPerRelease } },
      event: { model: dear.model, version: 7 },
    });

    expect(violations).toEqual([]);
    expect(figures.costUsdOverrun).toBe(0);
    expect(record.outcome).toBe(outcome);
    expect(record.reason).toMatch(reason);
    expect(figures.knownCostUsd).toBeGreaterThan(48);
    expect(figures.knownCostUsd).toBeLessThanOrEqual(usdPerRelease);
  },
);
