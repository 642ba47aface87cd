/** How long a stage is held by what is no fault of the candidate: its bake does not go on meanwhile. */
import type { EpochSeconds } from "../units.ts";

/** How long looks have found the stage, and the release, to be held; seconds. */
export interface HeldSeconds {
  readonly stageSeconds: number;
  readonly releaseSeconds: number;
}

export const neverHeld: HeldSeconds = { stageSeconds: 0, releaseSeconds: 0 };

/** The time since the last look counts as held when this look finds the stage held. */
export function heldAfter(
  before: { readonly held: HeldSeconds; readonly stage: number; readonly lookedAt: EpochSeconds } | undefined,
  look: {
    readonly stage: number;
    readonly shiftedAtSeconds: EpochSeconds;
    readonly nowSeconds: EpochSeconds;
    readonly isHeld: boolean;
  },
): HeldSeconds {
  if (before === undefined) return neverHeld;
  /** With another share the bake begins anew. */
  const sameStage = before.stage === look.stage && before.lookedAt >= look.shiftedAtSeconds;
  const more = look.isHeld && sameStage ? Math.max(0, look.nowSeconds - before.lookedAt) : 0;
  return {
    stageSeconds: (sameStage ? before.held.stageSeconds : 0) + more,
    releaseSeconds: before.held.releaseSeconds + more,
  };
}
