/** Budgets that the world makes too small on the way: no step begins that the bill so far leaves nothing for. */
import { expect, it } from "vitest";
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
