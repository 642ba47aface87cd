/** A plan's arithmetic with a run's own minutes: what the release would have cost, were its fleets and prices as they are planned. */
import { candidateNeeds } from "../src/core/capacity/sizing.ts";
import { expectedParts, totalHours } from "../src/core/cost/estimate.ts";
import { plannedFleet, plannedStable } from "../src/core/feasibility/planned-fleet.ts";
import type { Plan } from "../src/core/plan/plan.ts";
import { costOf } from "../src/core/plan/prices.ts";
import type { Raised } from "../src/rehearsal/invariants/check-context.ts";

/**
 * Of the run are the minutes alone for which each fleet stood in turn; which fleets these are, the plan says. Undefined where it was
 * raised once more than that: for a load beyond the plan's, of which its arithmetic knows nothing.
 */
export function usdByOwnMinutes(plan: Plan, run: readonly Raised[]): number | undefined {
  const needs = candidateNeeds(plan, plan.defaultReleaseType);
  const { fleet } = plannedFleet(plan, needs);
  const candidate = { instanceType: needs.instanceType, ...fleet };
  const parts = expectedParts(plan, plannedStable(plan), candidate);
  const fleets = Math.max(...parts.map(({ raisings }) => raisings.length));
  if (run.some((part) => part.fleet >= fleets)) return undefined;
  const own = parts.flatMap(({ item, raisings }) =>
    raisings.map(({ raised }, nth) => ({ raised, minutes: minutesIn(run, item, nth) })),
  );
  return costOf(totalHours(own), plan).usd;
}

const minutesIn = (run: readonly Raised[], item: string, fleet: number): number =>
  run
    .filter((part) => part.item === item && part.fleet === fleet)
    .reduce((sum, { minutes }) => sum + minutes, 0);
