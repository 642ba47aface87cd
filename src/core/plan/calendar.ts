/**
 * The calendar of a plan: one schedule for each milestone that has a date or a cron, and what must be done so that the
 * schedules which stand become those of the plan.
 */
import type { EpochMs } from "../units.ts";
import { type MilestoneKind, milestoneKinds, type Plan } from "./plan.ts";

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
 * the stack's group, and would start the milestone a second time.
 */
export type Removal = "lost" | "past" | "former";

export type ScheduleStep =
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
  { standing, former }: Stood,
  { target, nowMs }: { target: Target; nowMs: EpochMs },
): ScheduleStep[] {
  const there = milestoneKinds.flatMap(
    (kind) => stepFor(kind, scheduleOf(plan, kind, target), standing[kind], nowMs) ?? [],
  );
  const retired = milestoneKinds.flatMap((kind): ScheduleStep[] => {
    const from = former[kind];
    return from?.machine === target.machine ? [{ kind, act: "remove", from, why: "former" }] : [];
  });
  const isRemoval = ({ act }: ScheduleStep) => act === "remove";
  return [...there.filter((step) => !isRemoval(step)), ...there.filter(isRemoval), ...retired];
}

function stepFor(
  kind: MilestoneKind,
  to: Schedule | undefined,
  from: Schedule | undefined,
  nowMs: EpochMs,
): ScheduleStep | undefined {
  if (to === undefined) return from && { kind, act: "remove", from, why: "lost" };
  const same = from !== undefined && isSame(from, to);
  if (isPast(to, nowMs))
    return from === undefined || same
      ? { kind, act: "pass", to }
      : { kind, act: "remove", from, why: "past" };
  if (from === undefined) return { kind, act: "make", to };
  return same ? { kind, act: "keep", to } : { kind, act: "change", from, to };
}

/** The schedule of a milestone; undefined where an approval makes it due, or the plan does not have it. */
function scheduleOf({ model, milestones }: Plan, kind: MilestoneKind, target: Target): Schedule | undefined {
  const when = milestones[kind]?.when;
  if (when === undefined || "event" in when) return undefined;
  const milestone = { model, kind, scheduledTime: "<aws.scheduler.scheduled-time>" };
  return {
    expression: "at" in when ? `at(${toTheSecond(when.at)})` : when.cron,
    timeZone: when.timeZone,
    enabled: true,
    ...target,
    input: JSON.stringify({ milestone }),
  };
}

export const isSame = (one: Schedule, other: Schedule): boolean =>
  one.expression === other.expression &&
  one.timeZone === other.timeZone &&
  one.enabled === other.enabled &&
  one.machine === other.machine &&
  one.role === other.role &&
  one.input === other.input;

/** What a careful reader would warn of at this moment: dates that are over. */
export function calendarWarnings({ milestones }: Plan, nowMs: EpochMs): string[] {
  return milestoneKinds.flatMap((kind) => {
    const when = milestones[kind]?.when;
    if (when === undefined || !("at" in when)) return [];
    const { at, timeZone } = when;
    if (!isPast({ expression: `at(${toTheSecond(at)})`, timeZone }, nowMs)) return [];
    return [`the date of ${kind} is over (${at} ${timeZone}): nothing will start it`];
  });
}

/** Wall times of one zone compare as their texts do. */
function isPast(
  { expression, timeZone }: Pick<Schedule, "expression" | "timeZone">,
  nowMs: EpochMs,
): boolean {
  const at = /^at\((.+)\)$/.exec(expression)?.[1];
  return at !== undefined && at <= wallTextAt(nowMs, timeZone);
}

/** `yyyy-mm-ddThh:mm:ss` as a clock on a wall of the zone shows it. */
function wallTextAt(atMs: EpochMs, timeZone: string): string {
  // The Swedish form is ISO 8601's but for the space between date and time.
  const options = { timeZone, dateStyle: "short", timeStyle: "medium" } as const;
  return new Intl.DateTimeFormat("sv-SE", options).format(atMs).replace(" ", "T");
}

/** Seconds may be left out of a plan's date, and fractions of them mean nothing to Scheduler. */
const toTheSecond = (at: string) => `${at.slice(0, 16)}:${at.slice(17, 19) || "00"}`;
