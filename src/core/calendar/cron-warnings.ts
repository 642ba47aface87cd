/** Crons that never come: a day that no month has, or years that are over. */
import { instantOf, timesShown, toTheSecond } from "../plan/local-time.ts";
import { milestoneKinds, type Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { wallsOf } from "./occurrences.ts";

/** A sentence for each milestone. */
export function cronWarnings({ milestones }: Pick<Plan, "milestones">, nowMs: EpochMs): string[] {
  return milestoneKinds.flatMap((kind) => {
    const when = milestones[kind]?.when;
    if (when === undefined || !("cron" in when) || comes(when, nowMs)) return [];
    return [`the cron of ${kind} never comes (${when.cron} ${when.timeZone}): nothing will start it`];
  });
}

/** Whether it has a date to come, however far away. */
function comes({ cron, timeZone }: { cron: string; timeZone: string }, nowMs: EpochMs): boolean {
  const walls = wallsOf(cron);
  // A clock is at most fourteen hours off UTC.
  for (let wall = walls.nextRun(new Date(nowMs - dayMs)); wall !== null; wall = walls.nextRun(wall)) {
    const text = toTheSecond(wall.toISOString());
    if (timesShown(text, timeZone) > 0 && instantOf(text, timeZone) > nowMs) return true;
  }
  return false;
}

const dayMs = 86_400_000;
