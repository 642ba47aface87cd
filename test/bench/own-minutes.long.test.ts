/** What a plan's fleets cost for a run's own minutes is the world's bill, where they grow between shares as well. */
import { expect, test } from "vitest";
import { usdByOwnMinutes } from "../../bench/own-minutes.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { InvariantFindings } from "../../src/rehearsal/invariants/invariants.ts";
import { paidFor } from "../../src/rehearsal/prices.ts";
import { planIn } from "../core/example.ts";
import { rehearsed } from "../rehearsal/invariants/rehearsed.ts";

interface Raised {
  readonly plan: Plan;
  readonly raised: InvariantFindings["raised"];
  /** US dollars, of what was raised. */
  readonly billed: number;
}

async function promotedBy(name: string): Promise<Raised> {
  const plan = planIn(`test/data/plans/${name}.yml`);
  const { record } = await rehearsed({ plan, event: { model: plan.model, version: 7 } });
  const { raised } = record.findings.invariants as InvariantFindings;
  expect(record.outcome).toBe("promoted");
  return { plan, raised, billed: raised.reduce((sum, { hours }) => sum + paidFor(plan, hours).usd, 0) };
}

test.each(["step-by-step", "looking-ahead"])(
  "%s: its plan's fleets stand in turn, each for its minutes",
  async (name) => {
    const { plan, raised, billed } = await promotedBy(name);

    expect(Math.abs((usdByOwnMinutes(plan, raised) ?? 0) - billed)).toBeLessThan(0.02);
    // Fleets of half as much again, and it is not.
    const { peakRequestsPerSecond: peak } = plan.requirements;
    const larger = { ...plan, requirements: { ...plan.requirements, peakRequestsPerSecond: 1.5 * peak } };
    expect(usdByOwnMinutes(larger, raised)).toBeGreaterThan(billed + 0.5);
    // Of a fleet that the plan does not have its arithmetic says nothing.
    const more = raised.map((part) => ({ ...part, fleet: part.fleet + 1 }));
    expect(usdByOwnMinutes(plan, more)).toBeUndefined();
    // No fleet changes within a part: so many instances stand in all of its minutes.
    for (const { item, minutes, hours } of raised.filter((part) => ["bakes", "waits"].includes(part.item))) {
      const instances = Object.values(hours).reduce((sum, each) => sum + (60 * each) / minutes, 0);
      expect([item, instances]).toEqual([item, expect.closeTo(Math.round(instances), 3)]);
    }
  },
);
