/**
 * Whether fleets fit on reserved capacity: a training plan of SageMaker's, of which an endpoint has one at most. What is on it
 * launches there or not at all, so that it bounds the surges of a release as a quota does, and it ends at its time.
 */

import { type CandidateFleet, finalOf, type SizedFleet } from "../capacity/candidate-fleet.ts";
import type { EpochMs } from "../units.ts";
import type { Room, RoomAnswer } from "./room.ts";

/** A training plan as SageMaker describes it. */
export interface TrainingPlanView {
  readonly arn: string;
  readonly name: string;
  /** Active, or why not: Pending, Scheduled, Expired, Failed. */
  readonly status: string;
  /** What may run on it: training-job, hyperpod-cluster, endpoint. */
  readonly targets: readonly string[];
  /** Instances that nothing runs on. */
  readonly available: number;
  readonly parts: readonly ReservedPart[];
}

/** A plan may be of several parts, one after the other or with time between them. */
export interface ReservedPart {
  readonly instanceType: string;
  readonly instances: number;
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Until when a plan lasts that is active at a moment: parts that follow on one another count as one. */
export function lastsUntil({ parts }: Pick<TrainingPlanView, "parts">, nowMs: number): number {
  let untilMs = nowMs;
  for (const { fromMs, toMs } of [...parts].sort((a, b) => a.fromMs - b.fromMs))
    if (fromMs <= untilMs) untilMs = Math.max(untilMs, toMs);
  return untilMs;
}

/** What is asked of a plan, whatever takes it. */
export interface PlanWanted {
  readonly arn: string;
  /** What it is called in messages. */
  readonly name: string;
  readonly instanceType: string;
  readonly target: string;
}

/** Why it cannot be used at all: one sentence each. Undefined is a plan that does not exist. */
export function unusable(found: TrainingPlanView | undefined, wanted: PlanWanted): string[] {
  const called = `training plan ${wanted.name}`;
  if (found === undefined) return [`${called} does not exist in this account and region`];
  if (found.arn !== wanted.arn) return [`${called} is ${found.arn} here, and the plan names ${wanted.arn}`];
  const lacks: string[] = [];
  if (!found.targets.includes(wanted.target))
    lacks.push(`${called} is for ${found.targets.join(" and ")}, not for ${wanted.target}`);
  const types = new Set(found.parts.map(({ instanceType }) => instanceType));
  if (!types.has(wanted.instanceType))
    lacks.push(`${called} has ${[...types].join(" and ") || "no instances"}, not ${wanted.instanceType}`);
  return lacks;
}

/** What of an endpoint's fleets is on a plan. */
export interface OnReserved {
  readonly stable: SizedFleet & { readonly reservation?: string | undefined };
  readonly candidate: SizedFleet &
    CandidateFleet & { readonly reserved?: { readonly trainingPlan: string } | undefined };
  readonly inPlace?: { readonly stableInstances: number; readonly grownInstances: number } | undefined;
}

interface Taking {
  /** The most at one time. */
  readonly peak: number;
  /** Before the release. */
  readonly inUse: number;
}

/** Fleets as they are on a plan: none where they are elsewhere. */
function fleetsOn(arn: string, { stable, candidate }: OnReserved) {
  return {
    stable: stable.reservation === arn ? stable.instances : 0,
    candidate: candidate.reserved?.trainingPlan === arn ? finalOf(candidate) : 0,
  };
}

/** An UpdateEndpoint builds anew what stays, beside all that stands (feasibility.ts): on the plan, too. */
export function takenOn(arn: string, fleets: OnReserved): Taking {
  const { stable, candidate } = fleetsOn(arn, fleets);
  const { stableInstances = stable, grownInstances = 0 } = fleets.inPlace ?? {};
  const inUse = stable === 0 ? 0 : stableInstances;
  const grown = candidate === 0 ? 0 : grownInstances;
  return { inUse, peak: Math.max(inUse, 2 * stable + candidate, stable + 2 * candidate, grown) };
}

export interface ReservedQuestion extends OnReserved {
  readonly nowMs: EpochMs;
  /** How long the release takes, its way back among it. */
  readonly minutes: number;
  /** How long what served before is kept after a promotion. */
  readonly revertDays: number;
}

export interface ReservedAnswer {
  readonly lacks: readonly string[];
  /** What people are told although a release begins. */
  readonly warnings: readonly string[];
}

const minuteText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`;

/** Whether a release's fleets fit on a plan that can be used, and until its end. */
export function fitsOn(found: TrainingPlanView, question: ReservedQuestion): ReservedAnswer {
  const { nowMs, minutes, revertDays } = question;
  const called = `training plan ${found.name}`;
  if (found.status !== "Active")
    return { lacks: [`${called} is ${found.status}, and serves while it is Active`], warnings: [] };
  const { peak, inUse } = takenOn(found.arn, question);
  const lacks: string[] = [];
  if (peak - inUse > found.available)
    lacks.push(
      `the release needs ${peak} instances of ${called} at its peak, ${peak - inUse} more than its endpoint has, and ${found.available} are available`,
    );
  const endMs = lastsUntil(found, nowMs);
  const closeMs = nowMs + minutes * 60_000;
  const end = minuteText(endMs);
  if (endMs < closeMs)
    lacks.push(`${called} ends at ${end}, before the release would be over at ${minuteText(closeMs)}`);
  const keptMs = closeMs + revertDays * 86_400_000;
  const within = endMs < keptMs ? `, within the ${revertDays} days in which it could be reverted` : "";
  return {
    lacks,
    warnings: [`${called} ends at ${end}${within}: what runs on it stops serving then`],
  };
}

/** The room of a release's way back where a plan bounds it, too; `least` is what stable must have room for. */
export function roomOn(
  found: TrainingPlanView,
  { room, least, ...fleets }: OnReserved & { readonly room: Room; readonly least: number },
): RoomAnswer {
  const { stable, candidate } = fleetsOn(found.arn, fleets);
  const total = found.available + takenOn(found.arn, fleets).inUse;
  const stableMost = stable === 0 ? room.stableInstances : Math.floor((total - candidate) / 2);
  if (stable > 0 && stableMost < least)
    return {
      lacks: [
        `with more load stable may have ${least} ${fleets.stable.instanceType}, and the way back then needs ${2 * least + candidate} instances of training plan ${found.name}, which has ${total} for this endpoint`,
      ],
    };
  // Its promotion launches it anew beside itself.
  const candidateMost = candidate === 0 ? room.candidateMaximum : Math.floor((total - stable) / 2);
  return {
    ...room,
    stableInstances: Math.min(room.stableInstances, stableMost),
    candidateMaximum: Math.min(room.candidateMaximum, candidateMost),
  };
}
