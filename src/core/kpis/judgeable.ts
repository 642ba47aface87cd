/** What of a look's intervals may be judged, by what the fleets of both sides served in them. */

import type { Observation } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import { judgedKpis } from "../plan/requirements.ts";
import type { EpochSeconds } from "../units.ts";
import { comparable, type Serves, type UnlikeIntervals, unlikeIntervals } from "./comparable.ts";
import { isGuardrail } from "./kinds/guardrail.ts";
import { withinCapacity } from "./overload.ts";

export interface Judgeable {
  readonly observations: readonly Observation[];
  /** Whether the candidate is short of what came of late. */
  readonly overloaded: boolean;
  /** Start of the newest interval in which it was, epoch seconds; 0 where there was none. */
  readonly overloadedUntil: EpochSeconds;
  /** Intervals in which the candidate's instances carried far more than stable's. */
  readonly unlike: UnlikeIntervals;
}

export function judgeable(
  plan: Plan,
  observations: readonly Observation[],
  { serves, overloadedUntil }: { readonly serves: Serves; readonly overloadedUntil: EpochSeconds },
): Judgeable {
  const ceilings = judgedKpis(plan).filter(isGuardrail);
  const within = withinCapacity(observations, new Set(ceilings.map(({ name }) => name)), {
    perSecond: serves.candidate,
    overloadedUntil,
  });
  const unlike = unlikeIntervals(observations, serves);
  const { shortUntil, overloaded } = within;
  return {
    observations: comparable(plan, within.observations, { unlike, serves, shortUntil }),
    overloaded,
    overloadedUntil: within.overloadedUntil,
    unlike,
  };
}
