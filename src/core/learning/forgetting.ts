/** How much of what was seen before still counts: half of it after so many days, and none of it after four times as many (chosen). */
import type { EpochMs } from "../units.ts";

const halfLifeDays = 90;
const dayMs = 86_400_000;

/** Since when anything counts. */
export const rememberedSince = (nowMs: EpochMs): EpochMs => nowMs - 4 * halfLifeDays * dayMs;

/** Between 0 and 1; what comes from a clock that is ahead counts in full. */
export const weightAt = (atMs: EpochMs, nowMs: EpochMs): number =>
  atMs <= rememberedSince(nowMs) ? 0 : 2 ** -(Math.max(0, nowMs - atMs) / (halfLifeDays * dayMs));
