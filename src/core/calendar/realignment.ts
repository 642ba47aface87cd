/**
 * What brings the schedules that stand to the lead times that are known by now, and changes nothing else: a schedule that a
 * person has changed, or switched off, is theirs.
 */
import type { KnownLaunch } from "../learning/launch.ts";
import { wallTextAt } from "../plan/local-time.ts";
import { type MilestoneKind, milestoneKinds, type Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { isOwnApart, type StandingApart, stepsOfKind } from "./apart.ts";
import {
  isPast,
  isSame,
  leadMinutesFor,
  leadMinutesOf,
  type Schedule,
  type ScheduleStep,
  type SchedulesInForce,
  scheduleAhead,
  type Target,
} from "./calendar.ts";
import { dueTimes } from "./cron.ts";

interface Standing {
  readonly standing: SchedulesInForce;
  readonly apart: StandingApart;
}

interface Known {
  readonly launches: readonly KnownLaunch[];
  readonly target: Target;
  readonly nowMs: EpochMs;
}

/** Milestones that start ahead of their date: what a lead time is of. */
export const startingAhead = (plan: Plan): MilestoneKind[] =>
  milestoneKinds.filter((kind) => {
    const when = plan.milestones[kind]?.when;
    return when !== undefined && !("event" in when) && when.start === "ahead";
  });

export function realignment(plan: Plan, { standing, apart }: Standing, known: Known): ScheduleStep[] {
  return startingAhead(plan).flatMap((kind): ScheduleStep[] => {
    const from = standing[kind];
    const to = from && realigned(plan, { kind, from }, known);
    if (from === undefined || to === undefined) return [];
    const moved: ScheduleStep[] = isSame(from, to) ? [] : [{ kind, act: "change", from, to }];
    return [...moved, ...movedApart(plan, { kind, leadMinutes: leadMinutesOf(to), apart }, known)];
  });
}

/** What the schedule of a milestone is to be, itself where it stays; undefined where it is not to be touched. */
function realigned(
  plan: Plan,
  { kind, from }: { readonly kind: MilestoneKind; readonly from: Schedule },
  { launches, target, nowMs }: Known,
): Schedule | undefined {
  const before = scheduleAhead(plan, { kind, target, leadMinutes: leadMinutesOf(from) });
  const leadMinutes = leadMinutesFor(plan, kind, launches);
  const to = scheduleAhead(plan, { kind, target, leadMinutes });
  if (before === undefined || to === undefined) return undefined;
  if (!isSame(from, before) && !isSame(from, unmarked(before))) return undefined;
  // A cron that cannot be said so much earlier stays as it is; whoever applies the plan is told.
  if (leadMinutesOf(to) !== leadMinutes || isPast(to, nowMs)) return from;
  return !isSame(from, to) && isAboutToStart(from, to, nowMs) ? undefined : to;
}

/** As versions before starts apart made it. */
function unmarked(schedule: Schedule): Schedule {
  const { milestone } = JSON.parse(schedule.input) as { milestone: Record<string, unknown> };
  const { recurring: _, ...before } = milestone;
  return { ...schedule, input: JSON.stringify({ milestone: before }) };
}

/** One that a person has changed, or switched off, is theirs, and of its date there is no other. */
function movedApart(
  plan: Plan,
  { kind, leadMinutes, apart }: { kind: MilestoneKind; leadMinutes: number; apart: StandingApart },
  { target, nowMs }: Known,
): ScheduleStep[] {
  const known = { standing: apart, target, nowMs };
  return stepsOfKind(plan, { kind, leadMinutes }, known).filter((step) => {
    if (step.act === "make") return true;
    return (step.act === "change" || step.act === "remove") && isOwnApart(plan, { kind, target }, step.from);
  });
}

const minutesOfDay = 24 * 60;

/**
 * Whether a recurring start, as it was or as it will be, may come just now: moved then, it would be missed, or come twice.
 * On which days it comes is not looked at.
 */
function isAboutToStart(from: Schedule, to: Schedule, nowMs: EpochMs): boolean {
  if (!from.expression.startsWith("cron(")) return false;
  const [hours = 0, minutes = 0] = wallTextAt(nowMs, from.timeZone).slice(11, 16).split(":").map(Number);
  const now = 60 * hours + minutes;
  const moved = leadMinutesOf(to) - leadMinutesOf(from);
  const span = Math.abs(moved) + 2 * margin;
  return dueTimes(from.expression).some((time) => {
    const first = time - Math.max(0, moved) - margin;
    const since = (((now - first) % minutesOfDay) + minutesOfDay) % minutesOfDay;
    return since <= span;
  });
}

/** Of what Scheduler and the change itself take, minutes; chosen. */
const margin = 2;
