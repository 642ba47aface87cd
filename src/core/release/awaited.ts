/** A release that is due by date, while there is no version for it: until when it waits for one, and what then. */
import { releasesVersion } from "../plan/milestone-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { graceOf } from "../plan/when.ts";
import type { ReleaseRequest } from "../request/normalised.ts";
import { type EpochMs, epochMs } from "../units.ts";
import { idleWaitSeconds } from "../wait.ts";

export type Awaiting =
  | { readonly do: "wait"; readonly seconds: number; readonly until: string }
  /** Nobody has approved one in time. */
  | { readonly do: "refuse"; readonly until: string; readonly lateMinutes: number };

/** Whether a request waits for the version that it means: by date, and none that it names. */
export const isAwaited = (
  plan: Plan,
  { trigger, milestone, version, scheduledTime }: ReleaseRequest,
): boolean =>
  trigger === "schedule" &&
  releasesVersion(plan, milestone) &&
  version === undefined &&
  scheduledTime !== undefined;

export function nextWhileAwaited(
  plan: Plan,
  { milestone, dueAt, scheduledTime = "" }: ReleaseRequest,
  { begunMs, nowMs }: { readonly begunMs: EpochMs; readonly nowMs: EpochMs },
): Awaiting {
  const dueMs = epochMs(dueAt ?? scheduledTime);
  const when = plan.milestones[milestone]?.when;
  const untilMs = dueMs + (when === undefined ? 0 : graceOf(when)) * 60_000;
  const until = new Date(untilMs).toISOString();
  if (nowMs >= untilMs) return { do: "refuse", until, lateMinutes: Math.ceil((nowMs - dueMs) / 60_000) };
  const seconds = Math.min(idleWaitSeconds(nowMs - begunMs), Math.ceil((untilMs - nowMs) / 1000));
  return { do: "wait", seconds, until };
}
