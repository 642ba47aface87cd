/** What a release in place takes from stable, asked of the account: whether its load, its quota and its window allow it now. */
import { type CandidateFleet, finalOf, wholeFleet } from "../core/capacity/candidate-fleet.ts";
import type { EquippedVariant } from "../core/capacity/endpoint.ts";
import {
  inPlaceMinutes,
  type ShrinkQuestion,
  shrunkStable,
  windowFor,
} from "../core/feasibility/in-place.ts";
import { consentOf } from "../core/plan/in-place.ts";
import type { InstanceNeeds, Plan } from "../core/plan/plan.ts";
import type { Planning, Sizes } from "../core/release/release.ts";
import type { EpochMs } from "../core/units.ts";
import { waitUntilSeconds } from "../core/wait.ts";
import type { Aws } from "./clients.ts";
import { servingPlatform } from "./serving/platforms.ts";

interface Asked {
  readonly plan: Plan;
  readonly stable: Pick<EquippedVariant, "instanceType"> & {
    readonly instances: number;
    readonly requestsPerSecondPerInstance: number;
  };
  readonly each: InstanceNeeds;
  readonly fleet: CandidateFleet;
  /** Requests per second as they were measured, and for which what serves in the end is sized. */
  readonly measured: number;
  readonly design: number;
  readonly nowMs: EpochMs;
}

export type InPlaceRefusal = Pick<Planning, "status" | "reason"> & {
  readonly waitSeconds?: number;
  readonly isShort?: boolean;
};

/** Stable's size while it lasts, with what is to come back; undefined where the plan does not consent to any of it. */
export async function inPlaceFor(
  aws: Aws,
  asked: Asked,
): Promise<
  { readonly instances: number; readonly inPlace: NonNullable<Sizes["inPlace"]> } | InPlaceRefusal | undefined
> {
  const { plan, stable, each, fleet, measured, design, nowMs } = asked;
  const consent = consentOf(plan.rollout);
  if (consent === undefined) return undefined;
  const { mostRequestsPerSecond: most } = consent;
  const refused = (reason: string): InPlaceRefusal => ({ status: "refused", reason });
  if (measured > most)
    return refused(
      `the load is ${measured} requests per second now, and in place a release begins at ${most} at most`,
    );
  const candidate = { instanceType: each.instanceType, instances: finalOf(fleet) };
  const window = windowFor(consent, { minutes: inPlaceMinutes(plan, candidate), nowMs });
  if (window.is === "too-short") return refused(window.reason);
  const grownInstances = Math.max(candidate.instances, wholeFleet(plan, each, design));
  const types = [...new Set([stable.instanceType, each.instanceType])];
  const { quota, elsewhere } = await servingPlatform(aws).limits({ but: [plan.endpoint.name], types });
  const question: ShrinkQuestion = { plan, stable, candidate, grownInstances, quota, elsewhere };
  const answer = shrunkStable(question, consent);
  if ("lacks" in answer) {
    const unlimited = Object.fromEntries(types.map((type) => [type, Number.MAX_SAFE_INTEGER]));
    const isShort = !("lacks" in shrunkStable({ ...question, quota: unlimited }, consent));
    return { ...refused(answer.lacks.join("; ")), isShort };
  }
  if (window.is === "closed") {
    const { untilMs, reason } = window;
    return { status: "waiting", reason, waitSeconds: waitUntilSeconds(untilMs, nowMs) };
  }
  const closesAt = new Date(window.closesMs).toISOString();
  return { ...answer, inPlace: { stableInstances: stable.instances, grownInstances, closesAt } };
}
