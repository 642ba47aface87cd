/**
 * Tells a lack of capacity from a bad model: what is read of a candidate that carries more than it was planned for
 * says nothing about the model.
 */

import type { Observation } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import type { EpochSeconds } from "../units.ts";

/** Requests per second on a variant in each interval, as the observations of its requests have it. */
function loads(observations: readonly Observation[]): Map<number, number> {
  const perSecond = new Map<number, number>();
  for (const { at, seconds, candidate } of observations) {
    const requests =
      candidate === null || "value" in candidate
        ? undefined
        : "requests" in candidate
          ? candidate.requests
          : candidate.count;
    if (requests !== undefined) perSecond.set(at, Math.max(perSecond.get(at) ?? 0, requests / seconds));
  }
  return perSecond;
}

/**
 * A fleet is short of the load's highest minute for as long as that minute counts: ten minutes, as when fleets are
 * sized. New instances load their models meanwhile, and queues drain. Seconds.
 */
const shortSeconds = 600;

export interface WithinCapacity {
  readonly observations: readonly Observation[];
  /** Whether the fleet is short of what came of late: no ceiling is judged now. */
  readonly overloaded: boolean;
  /** Start of the newest interval that was, epoch seconds; 0 where none was. */
  readonly overloadedUntil: EpochSeconds;
  /** Start of the newest interval that says nothing for that; 0 where there is none. */
  readonly shortUntil: EpochSeconds;
}

/**
 * Leaves out ceilings read while the candidate carried more than it was planned for, or shortly after: a ceiling
 * broken then tells of a lack of capacity, not of the model. Intervals judged earlier keep what was found then,
 * since the fleet may have grown meanwhile.
 */
export function withinCapacity(
  observations: readonly Observation[],
  guardrails: ReadonlySet<string>,
  served: { readonly perSecond: number; readonly overloadedUntil: EpochSeconds },
): WithinCapacity {
  const load = [...loads(observations)];
  const over = load.filter(([, perSecond]) => perSecond > served.perSecond).map(([at]) => at);
  const newest = Math.max(...load.map(([at]) => at));
  const overloadedUntil = Math.max(served.overloadedUntil, ...over);
  const shortUntil = overloadedUntil === 0 ? 0 : overloadedUntil + shortSeconds;
  return {
    observations: observations.filter(({ kpi, at }) => !guardrails.has(kpi) || at > shortUntil),
    overloaded: load.length > 0 && newest <= shortUntil,
    overloadedUntil,
    shortUntil,
  };
}

/** How full the candidate is holds a stage, until its fleet has grown; it never ends one. */
export const fullerThanPlanned = ({ requirements }: Pick<Plan, "requirements">): string =>
  `the candidate's instances are, or were in the last ten minutes, fuller than ${requirements.utilisationPercent} %: the stage is held`;
