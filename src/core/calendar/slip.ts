/**
 * What becomes of a model's later dates where one of its milestones is late: they are moved by as much as that is extended. A
 * date is moved to no earlier than it stands already, so that telling it twice moves it once.
 */
import { instantOf, wallTextAt } from "../plan/local-time.ts";
import { type MilestoneKind, milestoneKinds, type Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import {
  isPast,
  isSame,
  leadMinutesOf,
  type Schedule,
  type ScheduleStep,
  type SchedulesInForce,
  scheduleAhead,
  type Target,
} from "./calendar.ts";
import { duesIn } from "./occurrences.ts";

/** Milestones after one that have a date of their own: crons are many dates, of which nobody says which one waits. */
const laterDated = (plan: Plan, kind: MilestoneKind): MilestoneKind[] =>
  milestoneKinds.slice(milestoneKinds.indexOf(kind) + 1).filter((later) => {
    const when = plan.milestones[later]?.when;
    // What serves is patched whatever becomes of the next version.
    return later !== "patch" && when !== undefined && "at" in when;
  });

interface Slip {
  /** The milestone that is late, and by how much it is extended. */
  readonly kind: MilestoneKind;
  readonly minutes: number;
  readonly target: Target;
  readonly nowMs: EpochMs;
}

/** Starts that are over have begun; what somebody has changed otherwise, or switched off, is theirs. */
export function slips(
  plan: Plan,
  standing: SchedulesInForce,
  { kind, minutes, target, nowMs }: Slip,
): ScheduleStep[] {
  return laterDated(plan, kind).flatMap((later): ScheduleStep[] => {
    const from = standing[later];
    if (from === undefined || isPast(from, nowMs)) return [];
    const starts = startsOf(plan, { kind: later, standing: from, target });
    if (starts === undefined) return [];
    const toMs = starts.plannedMs + minutes * 60_000;
    if (toMs <= starts.standsMs) return [];
    const to = { ...from, expression: `at(${wallTextAt(toMs, "UTC")})`, timeZone: "UTC" };
    return [{ kind: later, act: "change", from, to }];
  });
}

/** The plan by its dates as they stand: those that were moved since it was applied are where they were moved to. */
export function withSlips(plan: Plan, standing: SchedulesInForce, target: Target): Plan {
  const moved = mayMove(plan).flatMap((kind) => {
    const from = standing[kind];
    const [milestone, starts] = [
      plan.milestones[kind],
      from && startsOf(plan, { kind, standing: from, target }),
    ];
    if (milestone === undefined || !("at" in milestone.when) || starts === undefined) return [];
    const dueMs = instantOf(milestone.when.at, milestone.when.timeZone) + starts.standsMs - starts.plannedMs;
    return [
      [kind, { ...milestone, when: { ...milestone.when, ...wallClockAt(dueMs, milestone.when.timeZone) } }],
    ];
  });
  return moved.length === 0
    ? plan
    : { ...plan, milestones: { ...plan.milestones, ...Object.fromEntries(moved) } };
}

/** Those whose dates move where one before them is late. */
export const mayMove = (plan: Plan): MilestoneKind[] =>
  milestoneKinds.filter((kind) => longestMove(plan, kind) > 0);

/** By how much a milestone's date moves at most, minutes. */
function longestMove(plan: Plan, kind: MilestoneKind): number {
  const minutes = milestoneKinds.map((each) => {
    const late = plan.milestones[each]?.late;
    return late?.laterDates === "move" && laterDated(plan, each).includes(kind) ? late.extendMinutes : 0;
  });
  return Math.max(...minutes);
}

/** A start by a cron is so far off its date at most where clocks are changed between the two. */
const clockChangeMs = 3_600_000;

/** The plan's own date that a milestone's date is: itself, or the one that it was moved from; undefined where the plan has neither. */
export function plannedDateOf(plan: Plan, kind: MilestoneKind, dueMs: EpochMs): EpochMs | undefined {
  const when = plan.milestones[kind]?.when;
  if (when === undefined || "event" in when) return undefined;
  const [movedMs, afterMs] =
    "cron" in when ? [clockChangeMs, clockChangeMs] : [longestMove(plan, kind) * 60_000, 0];
  const distance = (ms: EpochMs) => Math.abs(ms - dueMs);
  const dues = duesIn(when, { fromMs: dueMs - movedMs, toMs: dueMs + afterMs + 1 });
  return dues.toSorted((a, b) => distance(a) - distance(b))[0];
}

/** In the zone; where its clocks show that twice, in UTC. */
function wallClockAt(atMs: EpochMs, timeZone: string): { readonly at: string; readonly timeZone: string } {
  const at = wallTextAt(atMs, timeZone);
  if (instantOf(at, timeZone) === atMs) return { at, timeZone };
  return { at: wallTextAt(atMs, "UTC"), timeZone: "UTC" };
}

/** When a milestone's start stands, and when it would by the plan; undefined where that is somebody else's doing. */
function startsOf(
  plan: Plan,
  { kind, standing, target }: { kind: MilestoneKind; standing: Schedule; target: Target },
): { readonly standsMs: EpochMs; readonly plannedMs: EpochMs } | undefined {
  const planned = scheduleAhead(plan, { kind, target, leadMinutes: leadMinutesOf(standing) });
  const [standsMs, plannedMs] = [standing, planned].map(startMsOf);
  if (planned === undefined || standsMs === undefined || plannedMs === undefined) return undefined;
  const { expression, timeZone } = standing;
  const isOurs = isSame(standing, { ...planned, expression, timeZone }) && standsMs >= plannedMs;
  return isOurs ? { standsMs, plannedMs } : undefined;
}

function startMsOf(schedule: Pick<Schedule, "expression" | "timeZone"> | undefined): EpochMs | undefined {
  const at = /^at\((.+)\)$/.exec(schedule?.expression ?? "")?.[1];
  return schedule === undefined || at === undefined ? undefined : instantOf(at, schedule.timeZone);
}
