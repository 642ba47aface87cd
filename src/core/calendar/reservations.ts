/**
 * When capacity that was bought before is there, held against the releases whose candidates run on it: from a release's beginning
 * until it would be over, and as long as it could be reverted. At its end what runs on it answers nobody any more.
 */

import { candidatesFor } from "../capacity/sizing.ts";
import { estimateOf, wayBackMinutes } from "../cost/estimate.ts";
import { plannedFleet, plannedStable } from "../feasibility/planned-fleet.ts";
import type { ReservedPart, TrainingPlanView } from "../feasibility/reserved.ts";
import type { KnownLaunch } from "../learning/launch.ts";
import { type InstanceNeeds, type Plan, type ReleaseType, releaseTypes } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import type { TimeSpan } from "./occurrences.ts";

/** A training plan as it was looked at; `view` is undefined where the account has none of that name. */
export interface ReservationSeen {
  readonly trainingPlan: string;
  readonly view: TrainingPlanView | undefined;
}

/**
 * `missing`: the account has none of that name. `not-there`: it has nothing to give as the release begins. `ends-before-close`: it ends
 * before the release would be over. `ends-while-kept`: it ends while the release could still be reverted.
 */
export type ReservationFault = "missing" | "not-there" | "ends-before-close" | "ends-while-kept";

/** From when until when a plan has something to give: parts that follow on one another are one. */
export function spansOf({ parts }: { readonly parts: readonly ReservedPart[] }): TimeSpan[] {
  const spans: { fromMs: EpochMs; toMs: EpochMs }[] = [];
  for (const { fromMs, toMs } of [...parts].sort((one, other) => one.fromMs - other.fromMs)) {
    const last = spans.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else spans.push({ fromMs, toMs });
  }
  return spans;
}

/** When the span ends that is under way, or has ended last; undefined before the first. */
export const endOf = (view: Pick<TrainingPlanView, "parts">, nowMs: EpochMs): EpochMs | undefined =>
  spansOf(view).findLast(({ fromMs }) => fromMs <= nowMs)?.toMs;

/** A release on a training plan: from its beginning until it is over, its way back among it, and until it can be reverted no more. */
export interface ReservedRelease {
  readonly releaseType: ReleaseType;
  readonly instanceType: string;
  readonly trainingPlan: string;
  readonly fromMs: EpochMs;
  readonly closeMs: EpochMs;
  readonly keptMs: EpochMs;
}

/** Of each type of release, and each instance type of it, that names a training plan. `untilMs`: when it is expected to be over. */
export function reservedReleases(
  plan: Plan,
  { fromMs, untilMs }: { readonly fromMs: EpochMs; readonly untilMs: EpochMs },
  launches: readonly KnownLaunch[] = [],
): ReservedRelease[] {
  const stable = plannedStable(plan);
  return releaseTypes
    .filter((releaseType) => plan.releaseTypes[releaseType] !== undefined)
    .flatMap((releaseType) =>
      candidatesFor(plan, releaseType).flatMap((needs): ReservedRelease[] => {
        const { reserved, instanceType } = needs;
        if (reserved === undefined) return [];
        const minutes = minutesOn(plan, needs, { stable, launches });
        const closeMs = Math.max(untilMs, fromMs + minutes * 60_000);
        const keptMs = closeMs + plan.rollout.revertDays * dayMs;
        return [{ releaseType, instanceType, ...reserved, fromMs, closeMs, keptMs }];
      }),
    );
}

const dayMs = 86_400_000;

function minutesOn(
  plan: Plan,
  needs: InstanceNeeds,
  {
    stable,
    launches,
  }: { readonly stable: ReturnType<typeof plannedStable>; readonly launches: readonly KnownLaunch[] },
): number {
  const candidate = { instanceType: needs.instanceType, ...plannedFleet(plan, needs).fleet };
  return estimateOf(plan, stable, candidate, launches).minutes + wayBackMinutes({ stable, candidate });
}

interface Faulty {
  readonly fault: ReservationFault;
  /** When it ends; absent where it is not there at all, or not by then. */
  readonly endMs?: EpochMs;
}

/** What of a training plan is in the way of a release; undefined where nothing is. */
export function faultOf(
  view: TrainingPlanView | undefined,
  { fromMs, closeMs, keptMs }: Pick<ReservedRelease, "fromMs" | "closeMs" | "keptMs">,
): Faulty | undefined {
  if (view === undefined) return { fault: "missing" };
  const span = spansOf(view).find((one) => one.fromMs <= fromMs && one.toMs > fromMs);
  // One whose purchase has failed was never there (SageMaker guide, training-plan-details).
  if (span === undefined || view.status === "Failed") return { fault: "not-there" };
  if (span.toMs < closeMs) return { fault: "ends-before-close", endMs: span.toMs };
  return span.toMs < keptMs ? { fault: "ends-while-kept", endMs: span.toMs } : undefined;
}

/** ARNs of the training plans that a plan's candidates run on, each once. */
export const trainingPlansOf = (plan: Plan): string[] => [
  ...new Set(
    releaseTypes.flatMap((type) =>
      plan.releaseTypes[type] === undefined
        ? []
        : candidatesFor(plan, type).flatMap(({ reserved }) => reserved?.trainingPlan ?? []),
    ),
  ),
];
