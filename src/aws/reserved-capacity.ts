/** Asks the account whether a release fits on the reserved capacity that its fleets run on, where any of them does. */
import { finalOf } from "../core/capacity/candidate-fleet.ts";
import type { EquippedVariant } from "../core/capacity/endpoint.ts";
import { estimateOf, wayBackMinutes } from "../core/cost/estimate.ts";
import { fitsOn, type ReservedAnswer, roomOn, unusable } from "../core/feasibility/reserved.ts";
import { type RoomAnswer, roomInsistedOn } from "../core/feasibility/room.ts";
import type { Plan } from "../core/plan/plan.ts";
import { trainingPlanName } from "../core/plan/training-plan-name.ts";
import type { Needs } from "../core/release/release.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { servingPlatform } from "./serving/platforms.ts";

interface Asked {
  readonly plan: Plan;
  /** As it serves. */
  readonly stable: Pick<EquippedVariant, "reservation">;
  readonly needs: Pick<Needs, "stable" | "candidate" | "inPlace" | "measuredRequestsPerSecond">;
  readonly stableMaximum?: number | undefined;
  readonly room: RoomAnswer;
  readonly nowMs: EpochMs;
}

/** With the room that is left where a reservation bounds it. An endpoint has one at most (unsupported.ts). */
export async function reservedMeans(
  aws: Aws,
  { plan, stable, needs, stableMaximum, room, nowMs }: Asked,
): Promise<ReservedAnswer & { readonly room: RoomAnswer }> {
  const arn = needs.candidate.reserved?.trainingPlan ?? stable.reservation;
  if (arn === undefined) return { lacks: [], warnings: [], room };
  const own = needs.candidate.reserved === undefined ? needs.stable : needs.candidate;
  const { instanceType } = own;
  const found = await servingPlatform(aws).reserved(arn);
  const lacks = unusable(found, { arn, name: trainingPlanName(arn), instanceType, target: "endpoint" });
  if (found === undefined || lacks.length > 0) return { lacks, warnings: [], room };
  const fleets = { ...needs, stable: { ...needs.stable, reservation: stable.reservation } };
  const minutes = estimateOf(plan, needs.stable, needs.candidate).minutes + wayBackMinutes(needs);
  const answer = fitsOn(found, { ...fleets, nowMs, minutes, revertDays: plan.rollout.revertDays });
  if (answer.lacks.length > 0 || "lacks" in room) return { ...answer, room };
  const least = roomInsistedOn({
    ...needs,
    plan,
    candidate: { ...needs.candidate, instances: finalOf(needs.candidate) },
    stableMaximum,
  });
  return { ...answer, room: roomOn(found, { ...fleets, room, least }) };
}
