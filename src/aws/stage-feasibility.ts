/** Whether what a stage needs can be had and paid for as things are now: a larger candidate, or its share. */

import { type Fleets, variantOf } from "../core/capacity/endpoint.ts";
import { raiseLeadSeconds } from "../core/capacity/locked-minutes.ts";
import { type Bill, billSoFar, lackForStages } from "../core/cost/bill.ts";
import { billedLeases } from "../core/release/alongside.ts";
import type { Joined } from "../core/release/document/document.ts";
import { sizesBefore } from "../core/release/made-raises.ts";
import type { Needs } from "../core/release/release.ts";
import type { StageState } from "../core/release/stage.ts";
import { lacksOfInstances } from "./feasibility.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";

interface Asking {
  readonly doc: Pick<Joined, "plan" | "warmth" | "loadTest">;
  readonly needs: Needs;
  readonly endpoint: Fleets;
  readonly stage: Pick<StageState, "index">;
  readonly ledger: Ledger;
  readonly tools: Tools;
}

interface Raise {
  readonly instances: number;
  /** From which on it is needed. */
  readonly fromStage: number;
  /** Until then; absent: as long as a raise takes, where the plan has its candidate raised. */
  readonly minutes?: number;
}

/** Why the candidate cannot be raised to so many instances; undefined where it can. */
export async function lackForRaise(
  asking: Asking,
  { instances, fromStage, minutes }: Raise,
): Promise<string | undefined> {
  const { plan } = asking.doc;
  const isPlanned = asking.needs.candidate.shares !== undefined;
  const raiseMinutes = minutes ?? (isPlanned ? raiseLeadSeconds(plan) / 60 : 0);
  return (
    (await lackOfInstances(asking, instances)) ??
    lackOfRoom(asking.needs, instances) ??
    lackForStages(billOf(asking), fromStage, { nowMs: asking.tools.now(), instances, raiseMinutes })
  );
}

/** Why the stage's share cannot be given to the candidate as it is; undefined where it can. */
export async function lackForShare(asking: Asking): Promise<string | undefined> {
  const { needs, endpoint, stage, tools } = asking;
  const live = variantOf(endpoint, needs.candidate.variant)?.currentInstances ?? needs.candidate.instances;
  return (
    (await lackOfInstances(asking, live)) ??
    lackForStages(billOf(asking), stage.index, { nowMs: tools.now() })
  );
}

export const billOf = ({ doc, needs, endpoint, ledger, tools }: Asking): Bill =>
  billSoFar(doc.plan, {
    needs,
    endpoint,
    joinedAt: ledger.find("join")?.at,
    nowMs: tools.now(),
    joinedUntil: joinedUntil(doc),
    leases: billedLeases(doc.plan, needs, ledger.changes),
    before: sizesBefore(ledger.changes),
  });

/** Since when it was first seen in service: one that was raised by its test is proven warm anew. */
export const joinedUntil = ({ warmth, loadTest }: Pick<Joined, "warmth" | "loadTest">): string =>
  loadTest?.raises[0]?.since ?? warmth.since;

/** A candidate that outgrows what the way back was planned with would bar it. */
function lackOfRoom({ room, candidate }: Needs, instances: number): string | undefined {
  if (room === undefined || instances <= room.candidateMaximum) return undefined;
  return `with more than ${room.candidateMaximum} ${candidate.instanceType} the quota would bar the way back`;
}

/**
 * Quota as it is now, for the fleets as they are now; undefined where it suffices. What they cost is on the bill, with all that
 * is to come: an estimate of the whole release would have it that the candidate had been so large from the start.
 */
async function lackOfInstances(
  { doc, needs, endpoint, tools }: Asking,
  candidateInstances: number,
): Promise<string | undefined> {
  const live = variantOf(endpoint, needs.stable.variant)?.currentInstances ?? needs.stable.instances;
  const lacks = await lacksOfInstances(tools.aws, {
    plan: doc.plan,
    needs: {
      stable: { ...needs.stable, instances: live },
      candidate: { ...needs.candidate, shares: undefined, instances: candidateInstances },
    },
  });
  return lacks.length === 0 ? undefined : lacks.join("; ");
}
