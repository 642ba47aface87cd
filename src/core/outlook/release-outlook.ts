/** What a release of one type comes to at the planned peak: its fleet, the quota that it takes, its cost and its time. */

import { finalOf } from "../capacity/candidate-fleet.ts";
import { candidatesFor, instancesFor } from "../capacity/sizing.ts";
import { shareTooLate } from "../capacity/waiting.ts";
import { type Estimate, estimateOf } from "../cost/estimate.ts";
import type { Expense } from "../cost/expenses.ts";
import { feasibilityOf, type InstancesByType } from "../feasibility/feasibility.ts";
import { plannedFleet, plannedStable } from "../feasibility/planned-fleet.ts";
import type { KnownLaunch } from "../learning/launch.ts";
import type { InstanceNeeds, Plan, ReleaseType } from "../plan/plan.ts";
import type { Percent } from "../units.ts";

export interface ReleaseOutlook {
  readonly releaseType: ReleaseType;
  readonly isDefault: boolean;
  /** With which it is promoted. */
  readonly candidate: { readonly instanceType: string; readonly instances: number };
  /** Of these, what is there so that a zone may be lost, and what that adds to the cost; absent where the plan asks for none. */
  readonly spare?: { readonly instances: number; readonly usd: number | null };
  /**
   * And what is there so that requests wait no longer than the plan allows: how many instances, what they add to the cost, and
   * how many of the requests would take longer without them, percent; absent where nothing is added.
   */
  readonly waiting?: {
    readonly instances: number;
    readonly usd: number | null;
    readonly latePercent: Percent;
  };
  /** The most instances that exist at one time, by type: the quota that the account must have. */
  readonly peak: InstancesByType;
  /** What it is expected to raise on top of the steady fleet, half of the time at most; null where the price of any of it is not known. */
  readonly costUsd: number | null;
  /** The same as nineteen of twenty healthy releases cost at most. */
  readonly costP95Usd: number | null;
  /** The same item by item, as a rehearsal bills them. */
  readonly expenses: readonly Expense[];
  /** If it goes back at its very end, or is promoted, whichever is dearer; without what has no known price. */
  readonly dearestKnownUsd: number;
  /** From its start to its end, in a world without surprises. */
  readonly minutes: number;
  readonly unpriced: readonly string[];
  /** The same on each other type that the plan names, in the order in which they are tried; absent where it names none. */
  readonly fallback?: readonly Alternative[];
}

/** A release on one of its instance types. */
type Alternative = Omit<ReleaseOutlook, "releaseType" | "isDefault" | "fallback">;

/** `launches`: what is known of the account's own. */
export function releaseOutlook(
  plan: Plan,
  releaseType: ReleaseType,
  launches: readonly KnownLaunch[] = [],
): ReleaseOutlook {
  const [first, ...others] = candidatesFor(plan, releaseType);
  const isDefault = releaseType === plan.defaultReleaseType;
  const fallback = others.map((needs) => outlookOn(plan, needs, launches));
  return {
    releaseType,
    isDefault,
    ...outlookOn(plan, first, launches),
    ...(fallback.length > 0 && { fallback }),
  };
}

/** On one of its instance types. */
function outlookOn(plan: Plan, needs: InstanceNeeds, launches: readonly KnownLaunch[]): Alternative {
  const stable = plannedStable(plan);
  const { fleet } = plannedFleet(plan, needs);
  const joining = { instanceType: needs.instanceType, ...fleet };
  const candidate = { instanceType: needs.instanceType, instances: finalOf(fleet) };
  const { peak } = feasibilityOf({ plan, candidate: joining, stable, quota: {}, elsewhere: {} });
  const {
    usd: costUsd,
    p95Usd: costP95Usd,
    ...estimate
  }: Estimate = estimateOf(plan, stable, joining, launches);
  const { zoneSpare, ...unspared } = plan.requirements;
  const { queueing, ...untimed } = plan.requirements;
  const beside = (requirements: Plan["requirements"]) => {
    const bare = outlookOn({ ...plan, requirements }, needs, launches);
    const usd = costUsd === null || bare.costUsd === null ? null : costUsd - bare.costUsd;
    return { instances: candidate.instances - bare.candidate.instances, usd };
  };
  const spare = zoneSpare && beside(unspared);
  const more = queueing && beside(untimed);
  const waiting = more && more.instances > 0 && { ...more, latePercent: latePercentWithout(plan, needs) };
  return {
    candidate,
    ...(spare && { spare }),
    ...(waiting && { waiting }),
    peak,
    costUsd,
    costP95Usd,
    ...estimate,
  };
}

/** How many of the requests at the planned peak take longer than the plan allows where a fleet is sized by its utilisation alone. */
function latePercentWithout(plan: Plan, needs: InstanceNeeds): Percent {
  const { peakRequestsPerSecond: requestsPerSecond, latencyMsP99, queueing } = plan.requirements;
  if (queueing === undefined) return 0;
  const instances = instancesFor(plan, needs, { requestsPerSecond, percent: 100 });
  const throughput = needs.requestsPerSecondPerInstance;
  return 100 * shareTooLate(latencyMsP99, queueing, { instances, requestsPerSecond, throughput });
}
