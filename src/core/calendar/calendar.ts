/**
 * The calendar of a plan: one schedule for each milestone that has a date or a cron, ahead of it by its lead time, and what
 * must be done so that the schedules which stand become those of the plan.
 */
import type { KnownLaunch } from "../learning/launch.ts";
import { instantOf, toTheSecond, wallTextAt } from "../plan/local-time.ts";
import { type MilestoneKind, milestoneKinds, type Plan, type When } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { cronAhead } from "./cron.ts";
import { leadTimeOf } from "./lead-time.ts";

/** A schedule, as far as a plan says anything about it. */
export interface Schedule {
  /** `cron(…)`, or `at(yyyy-mm-ddThh:mm:ss)`. */
  readonly expression: string;
  readonly timeZone: string;
  readonly enabled: boolean;
  /** What it starts, as whom, and with what input. */
  readonly machine: string;
  readonly role: string;
  readonly input: string;
}

export type SchedulesInForce = { readonly [K in MilestoneKind]?: Schedule | undefined };

/**
 * The plan has no date for the milestone, its date is over, or the schedule is one that an earlier version made outside
 * the stack's group, and would start the milestone a second time; the recurring one starts that date in time; or the plan
 * itself goes.
 */
export type Removal = "lost" | "past" | "former" | "apart" | "unplanned";

/** `place`: of a start apart from the recurring one (apart.ts). */
export type ScheduleStep = { readonly place?: number } & ScheduleAct;
type ScheduleAct =
  | { readonly kind: MilestoneKind; readonly act: "make"; readonly to: Schedule }
  | { readonly kind: MilestoneKind; readonly act: "change"; readonly from: Schedule; readonly to: Schedule }
  | { readonly kind: MilestoneKind; readonly act: "remove"; readonly from: Schedule; readonly why: Removal }
  | { readonly kind: MilestoneKind; readonly act: "keep"; readonly to: Schedule }
  /** A date that is over: it starts nothing any more. */
  | { readonly kind: MilestoneKind; readonly act: "pass"; readonly to: Schedule };

/** The ARNs that a schedule of the deployment is made with. */
export interface Target {
  readonly machine: string;
  readonly role: string;
}

interface Stood {
  /** What is known of how long instances take. */
  readonly launches: readonly KnownLaunch[];
  readonly standing: SchedulesInForce;
  /** Those of an earlier version, whomever they start. */
  readonly former: SchedulesInForce;
}

/**
 * First what must be there, then what must go. A schedule whose date has just come stays: it may still be about to
 * start its milestone. A former one that starts another machine is not this deployment's.
 */
export function calendarSteps(
  plan: Plan,
  { launches, standing, former }: Stood,
  { target, nowMs }: { target: Target; nowMs: EpochMs },
): ScheduleStep[] {
  const there = milestoneKinds.flatMap(
    (kind) => stepFor(kind, scheduleOf(plan, kind, { launches, target }), standing[kind], nowMs) ?? [],
  );
  const retired = milestoneKinds.flatMap((kind): ScheduleStep[] => {
    const from = former[kind];
    return from?.machine === target.machine ? [{ kind, act: "remove", from, why: "former" }] : [];
  });
  const isRemoval = ({ act }: ScheduleStep) => act === "remove";
  return [...there.filter((step) => !isRemoval(step)), ...there.filter(isRemoval), ...retired];
}

/** What must go where the plan itself goes. */
export function retiringSteps(
  { standing, former }: Omit<Stood, "launches">,
  { machine }: Pick<Target, "machine">,
): ScheduleStep[] {
  return milestoneKinds.flatMap((kind): ScheduleStep[] => {
    const [own, older] = [standing[kind], former[kind]];
    return [
      ...(own === undefined ? [] : [{ kind, act: "remove" as const, from: own, why: "unplanned" as const }]),
      ...(older?.machine === machine
        ? [{ kind, act: "remove" as const, from: older, why: "former" as const }]
        : []),
    ];
  });
}

function stepFor(
  kind: MilestoneKind,
  to: Schedule | undefined,
  from: Schedule | undefined,
  nowMs: EpochMs,
): ScheduleStep | undefined {
  if (to === undefined) return from && { kind, act: "remove", from, why: "lost" };
  const same = from !== undefined && isSame(from, to);
  if (isPast(to, nowMs)) {
    if (from === undefined || same) return { kind, act: "pass", to };
    // A lead time that has grown makes no start out of what is still to come for the same date.
    const isStillToCome = !isPast(from, nowMs) && dueMsOf(from) === dueMsOf(to);
    return isStillToCome ? { kind, act: "keep", to: from } : { kind, act: "remove", from, why: "past" };
  }
  if (from === undefined) return { kind, act: "make", to };
  return same ? { kind, act: "keep", to } : { kind, act: "change", from, to };
}

/** The schedule of a milestone; undefined where an approval makes it due, or the plan does not have it. */
const scheduleOf = (
  plan: Plan,
  kind: MilestoneKind,
  { launches, target }: Pick<Stood, "launches"> & { target: Target },
): Schedule | undefined =>
  scheduleAhead(plan, { kind, target, leadMinutes: leadMinutesFor(plan, kind, launches) });

/** The same so many minutes ahead of the milestone's date. */
export function scheduleAhead(
  plan: Plan,
  { kind, target, leadMinutes: ahead }: { kind: MilestoneKind; target: Target; leadMinutes: number },
): Schedule | undefined {
  const start = startAhead(plan, kind, ahead);
  if (start === undefined) return undefined;
  const { expression, timeZone, leadMinutes } = start;
  const milestone = {
    model: plan.model,
    kind,
    scheduledTime: "<aws.scheduler.scheduled-time>",
    ...(leadMinutes > 0 && { leadMinutes }),
    ...(leadMinutes > 0 && expression.startsWith("cron(") && { recurring: true }),
  };
  return { expression, timeZone, enabled: true, ...target, input: JSON.stringify({ milestone }) };
}

/** By how much a milestone is to start ahead of its date; 0 where it starts on it, or has none. */
export function leadMinutesFor(plan: Plan, kind: MilestoneKind, launches: readonly KnownLaunch[]): number {
  const when = plan.milestones[kind]?.when;
  if (when === undefined || "event" in when || when.start !== "ahead") return 0;
  return leadTimeOf(plan, kind, launches).minutes;
}

/** When a milestone is started, as Scheduler says it. */
export interface MilestoneStart extends Pick<Schedule, "expression" | "timeZone"> {
  /** How long before the milestone's date. */
  readonly leadMinutes: number;
}

/**
 * Undefined where no date makes it due. A cron that cannot be said earlier starts on its date, and `calendarMistakes` says so.
 */
export const startOf = (
  plan: Plan,
  kind: MilestoneKind,
  launches: readonly KnownLaunch[],
): MilestoneStart | undefined => startAhead(plan, kind, leadMinutesFor(plan, kind, launches));

function startAhead(plan: Plan, kind: MilestoneKind, leadMinutes: number): MilestoneStart | undefined {
  const when = plan.milestones[kind]?.when;
  if (when === undefined || "event" in when) return undefined;
  return "at" in when ? startAt(when, leadMinutes) : startByCron(when, leadMinutes);
}

/** In UTC where it is ahead: a clock that is put back shows some times twice. */
function startAt({ at, timeZone }: DatedWhen, leadMinutes: number): MilestoneStart {
  if (leadMinutes === 0) return { expression: `at(${toTheSecond(at)})`, timeZone, leadMinutes };
  const startMs = instantOf(at, timeZone) - leadMinutes * 60_000;
  return { expression: `at(${wallTextAt(startMs, "UTC")})`, timeZone: "UTC", leadMinutes };
}

function startByCron({ cron, timeZone }: CronWhen, leadMinutes: number): MilestoneStart {
  const ahead = cronAhead(cron, leadMinutes);
  return ahead === undefined
    ? { expression: cron, timeZone, leadMinutes: 0 }
    : { expression: ahead, timeZone, leadMinutes };
}

type DatedWhen = Extract<When, { readonly at: string }>;
type CronWhen = Extract<When, { readonly cron: string }>;

/** What keeps a plan from being applied: a sentence for each cron that cannot be said earlier by its lead time. */
export function calendarMistakes(plan: Plan, launches: readonly KnownLaunch[]): string[] {
  return milestoneKinds.flatMap((kind) => {
    const when = plan.milestones[kind]?.when;
    if (when === undefined || !("cron" in when) || when.start === "on-date") return [];
    const { minutes } = leadTimeOf(plan, kind, launches);
    if (cronAhead(when.cron, minutes) !== undefined) return [];
    return [
      `milestones.${kind}.when.cron: expected one that can be said ${minutes} minutes earlier as well (whose days stay days of the same month, whose minutes are the same in each hour), or start: on-date, found ${when.cron}`,
    ];
  });
}

/** How long before its milestone's date a schedule starts it, minutes; 0 for one that says nothing of that. */
export function leadMinutesOf({ input }: Pick<Schedule, "input">): number {
  try {
    const { milestone } = JSON.parse(input) as { milestone?: { leadMinutes?: unknown } };
    return Number(milestone?.leadMinutes ?? 0);
  } catch {
    // Somebody else's: of what is no JSON nothing is known.
    return 0;
  }
}

/** The date that a one-time schedule is for, epoch milliseconds; undefined where it fires time and again. */
export function dueMsOf(schedule: Schedule): EpochMs | undefined {
  const at = /^at\((.+)\)$/.exec(schedule.expression)?.[1];
  if (at === undefined) return undefined;
  return instantOf(at, schedule.timeZone) + leadMinutesOf(schedule) * 60_000;
}

export const isSame = (one: Schedule, other: Schedule): boolean =>
  one.expression === other.expression &&
  one.timeZone === other.timeZone &&
  one.enabled === other.enabled &&
  one.machine === other.machine &&
  one.role === other.role &&
  one.input === other.input;

/** What a careful reader would warn of at this moment: dates that are over, and those whose start is. */
export function calendarWarnings(
  plan: Plan,
  { launches, nowMs }: Pick<Stood, "launches"> & { nowMs: EpochMs },
): string[] {
  return milestoneKinds.flatMap((kind) => {
    const when = plan.milestones[kind]?.when;
    const start = startOf(plan, kind, launches);
    if (when === undefined || start === undefined || !("at" in when) || !isPast(start, nowMs)) return [];
    const date = `${when.at} ${when.timeZone}`;
    if (instantOf(when.at, when.timeZone) <= nowMs)
      return [`the date of ${kind} is over (${date}): nothing will start it`];
    return [
      `the start of ${kind} is over, ${start.leadMinutes} minutes ahead of its date (${date}): plan apply schedules nothing new for it, and by hand it would be late`,
    ];
  });
}

/** Whether a schedule has fired for the only time. Wall times of one zone compare as their texts do. */
export function isPast(
  { expression, timeZone }: Pick<Schedule, "expression" | "timeZone">,
  nowMs: EpochMs,
): boolean {
  const at = /^at\((.+)\)$/.exec(expression)?.[1];
  return at !== undefined && at <= wallTextAt(nowMs, timeZone);
}
