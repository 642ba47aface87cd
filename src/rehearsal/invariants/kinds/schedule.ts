/**
 * A schedule that ends a lease, as the checkers see it. Named by its group and name; in the default group by its name. Starts of
 * dates before which clocks change are none (moved-starts.ts).
 */
import type { Call } from "#twin/services";
import { textOf } from "../observation.ts";
import { type Aim, type CheckedKind, isGone, isThere, moreOrLess } from "./define.ts";

export const schedule = {
  kind: "schedule",
  read: ({ schedules }, name) => (schedules().includes(name) ? name : null),
  names: ({ schedules }) => schedules().filter((name) => !isStartApart(name)),

  calls: {
    "scheduler.CreateSchedule": (call) => aimOf(call, isThere),
    "scheduler.UpdateSchedule": (call) => aimOf(call, isThere),
    "scheduler.DeleteSchedule": (call) => aimOf(call, isGone),
  },
  // The end of a lease, and the one that it is extended to.
  makes: { operation: "scheduler.CreateSchedule", most: 2 },

  left: (looks) => moreOrLess("schedule", looks),

  isOfPool: true,
  leaseEndMs: (call) =>
    call.operation === "CreateSchedule" ? endOf(textOf(call, "ScheduleExpression")) : undefined,
} satisfies CheckedKind<string>;

/** As its name says, which ends in its place and a checksum. */
export const isStartApart = (name: string): boolean => /-clock\d-[^-]+$/.test(name);

const aimOf = (call: Call, leadsTo: typeof isThere): Aim | undefined =>
  isStartApart(nameIn(call)) ? undefined : { name: nameIn(call), leadsTo };

const nameIn = (call: Call): string =>
  [textOf(call, "GroupName"), textOf(call, "Name")].filter((part) => part !== "").join("/");

/** The moment of a one-time schedule in UTC, `at(2026-01-05T11:00:00)`; one of another form has no end. */
function endOf(expression: string): number {
  const at = /^at\((.+)\)$/.exec(expression)?.[1];
  return at === undefined ? Number.NEGATIVE_INFINITY : Date.parse(`${at}Z`);
}
