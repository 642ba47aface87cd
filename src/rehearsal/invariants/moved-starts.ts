/**
 * Starts of milestones that a release moves as it closes. No ledger records them, and no way back undoes them: what counts is
 * that a milestone is due when it was, and starts the same thing. A date is due later only while one before it holds on beyond
 * its time, by as much as the plan has later dates moved for that. A start apart, of a date before which clocks change, comes and
 * goes beside a recurring one, and starts the same thing once.
 */
import type { Call } from "#twin/services";
import type { CheckContext } from "./check-context.ts";
import { same } from "./equality.ts";
import { isMembers, type JsonMembers } from "./kinds/define.ts";
import { isStartApart } from "./kinds/schedule.ts";
import type { ObservedCall } from "./observation.ts";

export interface MovedStarts {
  /** What is wrong with a call that moves a start; undefined for a call that does not. */
  onCall(seen: ObservedCall): readonly string[] | undefined;
}

/** A milestone's schedule as it was set last. */
interface Start {
  readonly expression: string;
  readonly zone: string;
  readonly leadMinutes: number;
  /** All else that it says. */
  readonly rest: JsonMembers;
}

export function createMovedStarts({ planOf, locks }: Pick<CheckContext, "planOf" | "locks">): MovedStarts {
  /** By how many minutes a date may be moved as its model's releases stand. */
  const slipsOf = (start: Start): number[] => {
    const { model, kind } = start.rest.milestone as { model?: string; kind?: string };
    const { milestones } = planOf(undefined);
    return order.slice(0, order.indexOf(kind as (typeof order)[number])).flatMap((earlier) => {
      const { late } = milestones[earlier] ?? {};
      const held = locks.of(`pool/${model}/${earlier}`);
      const isExtended = Object.keys(held?.changes ?? {}).includes("lease-extension");
      return late?.laterDates === "move" && isExtended ? [late.extendMinutes] : [];
    });
  };
  const starts = new Map<string, Start>();

  const onGone = ({ call, frame, tookEffect }: ObservedCall): readonly string[] | undefined => {
    if (tookEffect) starts.delete(keyOf(call));
    return frame && [];
  };

  const onSet = ({ call, frame, tookEffect }: ObservedCall, start: Start): readonly string[] | undefined => {
    const name = String(call.input.Name);
    const was = starts.get(keyOf(call));
    if (tookEffect) starts.set(keyOf(call), start);
    if (frame === undefined) return undefined;
    if (call.operation === "CreateSchedule")
      return isStartApart(name) ? wrongApart(name, start, [...starts.values()]) : undefined;
    return was === undefined
      ? [`${name} was moved, and nobody had made it`]
      : wrongBetween(name, { was, is: start, slips: slipsOf(start) });
  };

  return {
    onCall(seen) {
      const { call } = seen;
      if (call.operation === "DeleteSchedule" && isStartApart(String(call.input.Name))) return onGone(seen);
      const start = startIn(call);
      return start && onSet(seen, start);
    },
  };
}

const keyOf = ({ input }: Call): string => `${input.GroupName}/${input.Name}`;

/** Of a start apart as a release makes it. */
function wrongApart(name: string, start: Start, all: readonly Start[]): string[] {
  const beside = all.some(
    (each) => each.expression.startsWith("cron(") && same(startedBy(each), startedBy(start)),
  );
  const isDate = Number.isFinite(dateOf(start) ?? Number.NaN);
  return [
    ...(beside ? [] : [`${name} starts what no recurring schedule does`]),
    ...(isDate ? [] : [`${name} is not for one moment`]),
  ];
}

/** What a start begins, by whichever schedule. */
function startedBy({ rest, leadMinutes }: Start) {
  const { Name: _, milestone, ...kept } = rest;
  const { recurring: __, ...named } = milestone as JsonMembers;
  return { ...kept, milestone: named, leadMinutes };
}

/** In the order in which a model goes through them. */
const order = ["data-collection", "training", "validation", "staging", "production"] as const;

interface Move {
  readonly was: Start;
  readonly is: Start;
  readonly slips: readonly number[];
}

const wrongBetween = (name: string, { was, is, slips }: Move): string[] => [
  ...(isDueAlike(was, is) || isSlipped(was, is, slips)
    ? []
    : [`${name} is due at another time: it was ${told(was)}, and is ${told(is)} from now on`]),
  ...(same(was.rest, is.rest) ? [] : [`${name} starts something else from now on`]),
];

const told = ({ expression, zone, leadMinutes }: Start) => `${expression} ${zone} ${leadMinutes} min ahead`;

/** What a call sets that is about one; undefined for others, such as that of a lease's end. */
function startIn({ service, operation, input }: Call): Start | undefined {
  if (service !== "scheduler" || !/^(Create|Update)Schedule$/.test(operation)) return undefined;
  const { ScheduleExpression, ScheduleExpressionTimezone = "UTC", Target, ...settings } = input;
  if (!isMembers(Target as JsonMembers)) return undefined;
  const { Input, ...target } = Target as JsonMembers;
  const asked: unknown = JSON.parse(String(Input ?? "null"));
  const { milestone } = (asked ?? {}) as { milestone?: JsonMembers };
  if (milestone === undefined) return undefined;
  const { leadMinutes = 0, ...rest } = milestone;
  const { ClientToken: _, ...kept } = settings as JsonMembers;
  return {
    expression: String(ScheduleExpression),
    zone: String(ScheduleExpressionTimezone),
    leadMinutes: Number(leadMinutes),
    rest: { ...kept, target, milestone: rest },
  };
}

const minutesOfDay = 24 * 60;

/** Whether two starts are for the same dates; of a recurring one, for the same times of the day. */
function isDueAlike(one: Start, other: Start): boolean {
  const [date, otherDate] = [one, other].map(dateOf);
  if (date !== undefined || otherDate !== undefined) return date === otherDate;
  return one.zone === other.zone && same(timesOf(one), timesOf(other));
}

/** Whether a date is due later by one of so many minutes, or by what is left of them since it was moved before. */
function isSlipped(was: Start, is: Start, slips: readonly number[]): boolean {
  const [before = Number.NaN, after = Number.NaN] = [was, is].map(dateOf);
  return after > before && slips.some((minutes) => after - before <= 60_000 * minutes);
}

/** Starts that are ahead are in UTC; others are moved nowhere. */
function dateOf({ expression, zone, leadMinutes }: Start): number | undefined {
  const at = /^at\((.+)\)$/.exec(expression)?.[1];
  if (at === undefined) return undefined;
  return zone === "UTC" ? Date.parse(`${at}Z`) + 60_000 * leadMinutes : Number.NaN;
}

function timesOf({ expression, leadMinutes }: Start): number[] {
  const [minutes = "", hours = ""] = expression.replace(/^cron\(/, "").split(" ");
  const numbers = (field: string, count: number) =>
    field === "*" ? Array.from({ length: count }, (_, nth) => nth) : field.split(",").map(Number);
  const times = numbers(hours, 24).flatMap((hour) =>
    numbers(minutes, 60).map((minute) => (60 * hour + minute + leadMinutes) % minutesOfDay),
  );
  return times.sort((a, b) => a - b);
}
