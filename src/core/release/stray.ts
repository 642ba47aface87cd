/** Starts that a clock change has put off their date: that has a start of its own, or none. */
import { strayOf } from "../calendar/clock-changes.ts";
import type { Plan } from "../plan/plan.ts";
import type { ReleaseRequest } from "../request/normalised.ts";
import { epochMs } from "../units.ts";

/** Why a recurring start is for no date of the plan's; undefined where it is for one, or may be. */
export function lackOfDate(plan: Plan, request: ReleaseRequest): string | undefined {
  const { milestone, recurring, scheduledTime, dueAt } = request;
  const when = plan.milestones[milestone]?.when;
  if (recurring === undefined || scheduledTime === undefined || dueAt === undefined) return undefined;
  if (when === undefined || !("cron" in when)) return undefined;
  const startMs = epochMs(scheduledTime);
  const leadMinutes = (epochMs(dueAt) - startMs) / 60_000;
  const stray = strayOf(when, { startMs, leadMinutes });
  if (stray === undefined) return undefined;
  const wall = `${stray.wall.slice(0, 16).replace("T", " ")} ${when.timeZone}`;
  const what = `clocks change between this start of ${milestone} and its date, ${wall}`;
  if (stray.dueMs === undefined) return `${what}, which they skip`;
  const ownAt = new Date(stray.dueMs - leadMinutes * 60_000).toISOString();
  return `${what}, which has a start of its own at ${ownAt}`;
}
