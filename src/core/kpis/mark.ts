/** A stage as the verdict knows it: which part of the traffic it has, and from when on it is judged. */

import type { StageMark } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import { type EpochSeconds, type Percent, type Share, shareOf } from "../units.ts";
import { settleMinutes } from "./settling.ts";

/** The verdict takes plain numbers; here they say their units. */
export interface Mark extends StageMark {
  readonly at: EpochSeconds;
  readonly trafficShare: Share;
  readonly candidateInstances: number;
  readonly stableInstances: number;
  readonly settledAt: EpochSeconds;
}

/** From the first whole interval under its share on. */
export function markOf(
  plan: Plan,
  stage: {
    readonly index: number;
    readonly trafficPercent: Percent;
    readonly shiftedAtSeconds: EpochSeconds;
  },
  fleets: Pick<Mark, "candidateInstances" | "stableInstances">,
): Mark {
  const { intervalSeconds, stages } = plan.rollout;
  const at = Math.ceil(stage.shiftedAtSeconds / intervalSeconds) * intervalSeconds;
  const bakeMinutes = stages[stage.index]?.bakeMinutes ?? 0;
  return {
    stage: stage.index,
    at,
    trafficShare: shareOf(stage.trafficPercent),
    ...fleets,
    settledAt: at + 60 * settleMinutes(plan, { bakeMinutes }),
  };
}
