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
    const planned = scheduleAhead(plan, { kind: later, target, leadMinutes: leadMinutesOf(from) });
    const [standsMs, plannedMs] = [from, planned].map(startMsOf);
    if (planned === undefined || standsMs === undefined || plannedMs === undefined) return [];
    const { expression, timeZone } = from;
    const isOurs = isSame(from, { ...planned, expression, timeZone }) && standsMs >= plannedMs;
    const toMs = plannedMs + minutes * 60_000;
    if (!isOurs || toMs <= standsMs) return [];
    const to = { ...from, expression: `at(${wallTextAt(toMs, "UTC")})`, timeZone: "UTC" };
    return [{ kind: later, act: "change", from, to }];
  });
}

function startMsOf(schedule: Pick<Schedule, "expression" | "timeZone"> | undefined): EpochMs | undefined {
  const at = /^at\((.+)\)$/.exec(schedule?.expression ?? "")?.[1];
  return schedule === undefined || at === undefined ? undefined : instantOf(at, schedule.timeZone);
}
