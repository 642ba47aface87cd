/**
 * Room for the way back: how large the fleets may have become when a release has to go back, and how far the candidate
 * may grow so that it still can. The endpoint is moved back by an update that builds stable's fleet anew beside both
 * old ones, so it is stable's size that counts twice. Stable is never capped: it must be able to serve.
 */

import { instancesFor } from "../capacity/sizing.ts";
import { wayBackCostUsd } from "../cost/estimate.ts";
import type { Plan } from "../plan/plan.ts";
import { wayBackUsd } from "../plan/way-back-budget.ts";
import type { InstancesByType } from "./feasibility.ts";

export interface GrowingSide {
  readonly instanceType: string;
  readonly instances: number;
  readonly requestsPerSecondPerInstance: number;
}

export interface RoomQuestion {
  readonly plan: Plan;
  readonly stable: GrowingSide;
  readonly candidate: GrowingSide;
  /** What stable's scaling lets it grow to; absent: it is not scaled. */
  readonly stableMaximum?: number | undefined;
  readonly measuredRequestsPerSecond: number;
  /** The account's quotas for endpoint instances, by type; of a type that is absent none is known. */
  readonly quota: InstancesByType;
  /** Instances of other endpoints that count against the same quotas. */
  readonly elsewhere: InstancesByType;
}

/** What the way back of a release is planned for. */
export interface Room {
  /** Stable's fleet with which it is still possible. */
  readonly stableInstances: number;
  /** What the candidate may grow to. */
  readonly candidateMaximum: number;
  /** What it then costs, US dollars on top of the steady fleet; of types with a known price. */
  readonly usd: number;
}

export type RoomAnswer = Room | { readonly lacks: readonly string[] };

/** So many times today's load is what a release would like its way back to be possible under. */
export const wayBackLoadFactor = 2;
/** Without room for so many times today's load it does not begin. */
const insistedOn = 1.25;

type Loaded = Pick<
  RoomQuestion,
  "plan" | "stable" | "candidate" | "stableMaximum" | "measuredRequestsPerSecond"
>;

/** Stable's fleet for which a release must have a way back to begin. */
export const roomInsistedOn = (question: Loaded): number => stableAt(question, insistedOn);

/** The most room that quota and budget give, down to a quarter more load than today's. */
export function roomFor(question: RoomQuestion): RoomAnswer {
  const least = stableAt(question, insistedOn);
  const most = stableAt(question, wayBackLoadFactor);
  for (let stableInstances = most; stableInstances > least; stableInstances--) {
    const room = roomBeside(question, stableInstances);
    if (!("lacks" in room)) return room;
  }
  return roomBeside(question, least);
}

/** Stable's fleet at so many times today's load, as far as its scaling goes; it never counts as smaller than it is. */
function stableAt({ plan, stable, stableMaximum, ...question }: Loaded, times: number): number {
  const requestsPerSecond = times * question.measuredRequestsPerSecond;
  const needed = instancesFor(plan, stable, { requestsPerSecond, percent: 100 });
  return Math.max(stable.instances, Math.min(needed, stableMaximum ?? stable.instances));
}

function roomBeside(question: RoomQuestion, stableInstances: number): RoomAnswer {
  const { plan, stable, candidate } = question;
  const lacks: string[] = [];
  const about = `${insistedOn} times today's load stable may have ${stableInstances} ${stable.instanceType}, and the way back then`;
  const isSameType = stable.instanceType === candidate.instanceType;
  const left = leftOf(question, stable.instanceType) - 2 * stableInstances;
  if (left < (isSameType ? candidate.instances : 0)) {
    const needed = 2 * stableInstances + (isSameType ? candidate.instances : 0);
    lacks.push(
      `at ${about} needs ${needed}${besideOthers(question, stable.instanceType)}, the account's quota is ${question.quota[stable.instanceType]}`,
    );
  }
  const candidateMaximum = isSameType ? left : leftOf(question, candidate.instanceType);
  const alike = Math.ceil(
    (stableInstances * stable.requestsPerSecondPerInstance) / candidate.requestsPerSecondPerInstance,
  );
  const usd = wayBackCostUsd(plan, {
    stable: { ...stable, instances: stableInstances },
    candidate: { ...candidate, instances: Math.max(candidate.instances, Math.min(alike, candidateMaximum)) },
    fromAll: true,
  });
  const budget = wayBackUsd(plan.budget);
  if (usd > budget)
    lacks.push(`at ${about} is estimated at $${usd.toFixed(2)}, its budget is $${budget.toFixed(2)}`);
  return lacks.length > 0 ? { lacks } : { stableInstances, candidateMaximum, usd };
}

/** Of a type without a listed quota nothing is left, which is told where the whole release is looked at. */
const leftOf = ({ quota, elsewhere }: RoomQuestion, type: string): number =>
  (quota[type] ?? 0) - (elsewhere[type] ?? 0);

function besideOthers({ elsewhere }: RoomQuestion, type: string): string {
  const others = elsewhere[type] ?? 0;
  return others > 0 ? ` beside ${others} of other endpoints` : "";
}
