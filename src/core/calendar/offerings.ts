/**
 * Which capacity a milestone would have to be bought for: what is searched among the offerings of training plans, and whether what
 * is offered is there for all of the milestone. Nothing here buys any: that is paid up front, and cannot be undone.
 */

import { finalOf } from "../capacity/candidate-fleet.ts";
import { candidateNeeds } from "../capacity/sizing.ts";
import { plannedFleet } from "../feasibility/planned-fleet.ts";
import { takenOn } from "../feasibility/reserved.ts";
import { releasesVersion } from "../plan/milestone-plan.ts";
import { capacityOf, isCluster, type MilestoneKind, type Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { occurrencesOf } from "./occurrences.ts";

export interface OfferingSearch {
  readonly milestone: MilestoneKind;
  /** Whose instances they are to be: a release's candidate's, a pool's jobs', or a cluster's nodes'. */
  readonly runs: "candidate" | "pool" | "cluster";
  readonly instanceType: string;
  readonly instances: number;
  /** From when until when it is needed, ISO 8601. */
  readonly from: string;
  readonly until: string;
  /** Whole hours of that. */
  readonly hours: number;
  /** Whether the milestone has a date; without one it is looked for from now on. */
  readonly isDated: boolean;
}

/** What is offered. */
export interface Offering {
  readonly id: string;
  readonly instanceType: string;
  readonly instances: number;
  /** ISO 8601. */
  readonly from: string;
  readonly until: string;
  /** Paid up front, in `currency`; null where the offering does not say. */
  readonly upfrontFee: number | null;
  readonly currency: string;
  /** The same for an instance-hour. */
  readonly feePerInstanceHour: number | null;
  /** Whether it is there for all of the milestone. */
  readonly covers: boolean;
}

/** A date is looked for so far ahead. */
const aheadMs = 60 * 86_400_000;
const hourMs = 3_600_000;
/** Instances of a training job's begin to be ended so long before their end (SageMaker guide, training-plan-utilization-for-training-jobs). */
const endedBeforeMs = 0.5 * hourMs;

/** Undefined where the milestone raises nothing that a training plan could have. */
export function offeringSearchOf(
  plan: Plan,
  milestone: MilestoneKind,
  { nowMs }: { readonly nowMs: EpochMs },
): OfferingSearch | undefined {
  const wanted = wantedBy(plan, milestone);
  if (wanted === undefined) return undefined;
  const { lastsMs, ...what } = wanted;
  const span = { fromMs: nowMs, toMs: nowMs + aheadMs };
  const next = occurrencesOf(plan, span, { launches: [] }).find((one) => one.kind === milestone);
  const fromMs = Math.max(nowMs, next?.fromMs ?? nowMs);
  const untilMs = Math.max(next?.untilMs ?? fromMs, fromMs) + lastsMs;
  return {
    milestone,
    ...what,
    from: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    hours: Math.max(1, Math.ceil((untilMs - fromMs) / hourMs)),
    isDated: next !== undefined,
  };
}

type Wanted = Pick<OfferingSearch, "runs" | "instanceType" | "instances"> & {
  /** Beyond the milestone's own end. */
  readonly lastsMs: number;
};

function wantedBy(plan: Plan, milestone: MilestoneKind): Wanted | undefined {
  if (milestone === "production") {
    const needs = candidateNeeds(plan, plan.defaultReleaseType);
    const { instanceType } = needs;
    const instances = finalOf(plannedFleet(plan, needs).fleet);
    const arn = "this one";
    const { peak } = takenOn(arn, {
      stable: plan.endpoint,
      candidate: { instanceType, instances, reserved: { trainingPlan: arn } },
    });
    return {
      runs: "candidate",
      instanceType,
      instances: peak,
      lastsMs: plan.rollout.revertDays * 24 * hourMs,
    };
  }
  const capacity = capacityOf(plan.milestones[milestone]);
  if (capacity === undefined || releasesVersion(plan, milestone)) return undefined;
  const { instanceType, instances } = capacity;
  if (isCluster(capacity)) return { runs: "cluster", instanceType, instances, lastsMs: 0 };
  return { runs: "pool", instanceType, instances, lastsMs: endedBeforeMs };
}

/** Earliest first, and of those that begin together the cheapest. */
export const inOrderOfTime = (offerings: readonly Offering[]): Offering[] =>
  [...offerings].sort(
    (one, other) =>
      Date.parse(one.from) - Date.parse(other.from) ||
      (one.upfrontFee ?? Number.POSITIVE_INFINITY) - (other.upfrontFee ?? Number.POSITIVE_INFINITY),
  );

export const isCovered = (
  { from, until }: Pick<OfferingSearch, "from" | "until">,
  offered: Pick<Offering, "from" | "until">,
): boolean => Date.parse(offered.from) <= Date.parse(from) && Date.parse(offered.until) >= Date.parse(until);
