/** Days, UTC, of which auto scaling's doings are told: when one is over, for how long AWS tells of it, and which come after which. */
import type { EpochMs } from "../units.ts";

const dayMs = 86_400_000;
/** "from the previous six weeks" (DescribeScalingActivities, API reference). */
export const activitiesMs = 42 * dayMs;
/** Chosen: an activity is told of, and has ended, by then. How late one may be told is not documented. */
const lateMs = 7_200_000;
/** Chosen: by so much sooner a day is taken to be forgotten, so that none is forgotten while it is listed. */
const marginMs = 3_600_000;

export const dayOf = (atMs: EpochMs): string => new Date(atMs).toISOString().slice(0, 10);
export const startOf = (day: string): EpochMs => Date.parse(`${day}T00:00:00.000Z`);
export const endOf = (day: string): EpochMs => startOf(day) + dayMs;
export const dayAfter = (day: string): string => dayOf(endOf(day));
export const dayBefore = (day: string): string => dayOf(startOf(day) - dayMs);

/** Whether all of it can be told of. */
export const isOver = (day: string, nowMs: EpochMs): boolean => nowMs >= endOf(day) + lateMs;

/** The newest one of which all can be told. */
export const newestOver = (nowMs: EpochMs): string => dayBefore(dayOf(nowMs - lateMs));

/** Whether AWS still tells of all of it. */
export const isStillKept = (day: string, nowMs: EpochMs): boolean =>
  startOf(day) >= nowMs - activitiesMs + marginMs;

/** The first day that AWS still tells all of. */
export function oldestKept(nowMs: EpochMs): string {
  const day = dayOf(nowMs - activitiesMs + marginMs);
  return isStillKept(day, nowMs) ? day : dayAfter(day);
}

/** Both included; none where the second is the earlier. */
export function daysFrom(first: string, last: string): string[] {
  const days: string[] = [];
  for (let atMs = startOf(first); atMs <= startOf(last); atMs += dayMs) days.push(dayOf(atMs));
  return days;
}
