/** The candidate's fleet as a plan alone has it: of those that its strategy allows, the first that its budget pays for. */

import { type FleetChoice, fleetsFor, type SizedFleet } from "../capacity/candidate-fleet.ts";
import { estimateOf } from "../cost/estimate.ts";
import { consentOf } from "../plan/in-place.ts";
import type { InstanceNeeds, Plan } from "../plan/plan.ts";
import { leastStable } from "./in-place.ts";

/** Estimates hold within a tenth (docs/DECISIONS.md, "the estimate and the bill"). */
const spare = 0.1;

/**
 * Why what could be paid for should not be where something else may be taken: with so little left of its budget it might not be
 * paid to its end.
 */
export const tightness = ({ budget }: Plan, usd: number): string | undefined =>
  usd <= (1 - spare) * budget.usdPerRelease
    ? undefined
    : `it is estimated at $${usd.toFixed(2)}, which leaves less than a tenth of its budget of $${budget.usdPerRelease.toFixed(2)}`;

/**
 * Stable's fleet beside it: the steady one, or what of it must stay in place for the most load that the plan consents to. How much
 * more may stay, the account's quota says.
 */
export function plannedStable(plan: Plan): SizedFleet {
  const { instanceType, instances } = plan.endpoint;
  const consent = consentOf(plan.rollout);
  if (consent === undefined) return { instanceType, instances };
  return { instanceType, instances: Math.min(instances, leastStable(plan, consent, plan.endpoint)) };
}

/** Beside the steady fleet, at the planned peak; the last where the budget pays for none. */
export function plannedFleet(plan: Plan, needs: InstanceNeeds): FleetChoice {
  const all = fleetsFor(plan, needs, plan.requirements.peakRequestsPerSecond);
  const isPaid = ({ fleet }: FleetChoice) => {
    const { instanceType } = needs;
    const { dearestKnownUsd } = estimateOf(plan, plannedStable(plan), { instanceType, ...fleet });
    return tightness(plan, dearestKnownUsd) === undefined;
  };
  const found = all.find(isPaid) ?? all.at(-1);
  if (found === undefined) throw new Error("a strategy comes down to one at least");
  return found;
}
