/** What going back to a version that has served comes to at the planned peak, and whether that can be had now. */

import { finalOf } from "../capacity/candidate-fleet.ts";
import { candidateNeeds } from "../capacity/sizing.ts";
import { estimateOf } from "../cost/estimate.ts";
import { type InstancesByType, instancesOf } from "../feasibility/feasibility.ts";
import { plannedFleet, plannedStable } from "../feasibility/planned-fleet.ts";
import type { Plan, ReleaseType } from "../plan/plan.ts";
import { revertingPlan } from "../plan/reverting.ts";
import type { Percent } from "../units.ts";

export interface RevertOutlook {
  readonly instances: number;
  readonly instanceType: string;
  /** The most instances that exist at one time, by type: the quota that the account must have. */
  readonly peak: InstancesByType;
  /** Of the traffic, before all of it. */
  readonly shares: readonly Percent[];
  /** From its start to its end. */
  readonly minutes: number;
  /** Null where the price of any of it is not known. */
  readonly usd: number | null;
  readonly isWithinBudget: boolean;
}

/** `releaseType` is that of the version's own release, where that is known. */
export function revertOutlook(plan: Plan, releaseType: ReleaseType | undefined): RevertOutlook {
  const reverting = revertingPlan(plan);
  const { fleet, needs } = fleetOf(plan, releaseType);
  const candidate = { instanceType: needs.instanceType, ...fleet };
  const stable = plannedStable(reverting);
  const { peak } = instancesOf({ plan, stable, candidate, quota: {}, elsewhere: {} });
  const { usd, minutes, dearestKnownUsd } = estimateOf(reverting, stable, candidate);
  return {
    instances: finalOf(fleet),
    instanceType: needs.instanceType,
    peak,
    shares: reverting.rollout.stages.map(({ trafficPercent }) => trafficPercent),
    minutes,
    usd,
    isWithinBudget: dearestKnownUsd <= plan.budget.usdPerRelease,
  };
}

/** What the account's quotas have no room for; a sentence each. */
export function revertLacks(
  plan: Plan,
  releaseType: ReleaseType | undefined,
  limits: { readonly quota: InstancesByType; readonly elsewhere: InstancesByType },
): readonly string[] {
  const { fleet, needs } = fleetOf(plan, releaseType);
  const candidate = { instanceType: needs.instanceType, ...fleet };
  return instancesOf({ plan, stable: plannedStable(revertingPlan(plan)), candidate, ...limits }).lacks;
}

function fleetOf(plan: Plan, releaseType: ReleaseType | undefined) {
  const needs = candidateNeeds(plan, releaseType ?? plan.defaultReleaseType);
  return { fleet: plannedFleet(revertingPlan(plan), needs).fleet, needs };
}
