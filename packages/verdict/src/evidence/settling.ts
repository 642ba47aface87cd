/** When a stage's share settles: from the shift on, and anew wherever its share is changed. */
import type { StageMark } from "../kept.ts";

/** Whether an interval of the stage that began then is one of those in which its share settles. */
export const isSettling = (at: number, mark: StageMark): boolean =>
  at >= (mark.settlesFrom ?? mark.at) && at < (mark.settledAt ?? 0);

/** The present stage's share was changed: its fleets settle once more, from then on. */
export function settlingAnew(
  stages: readonly StageMark[],
  { at, settledAt = 0 }: StageMark,
): readonly StageMark[] {
  const present = stages.at(-1);
  if (present === undefined || settledAt <= (present.settledAt ?? 0)) return stages;
  return stages.with(-1, { ...present, settledAt, settlesFrom: at });
}
