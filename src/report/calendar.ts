/** The calendar of plans as a table, times in UTC, and what in it is in each other's way. */
import { conflictTexts, minuteOf, raisesText } from "../core/calendar/calendar-texts.ts";
import type { Conflict } from "../core/calendar/conflicts.ts";
import type { Occurrence } from "../core/calendar/occurrences.ts";
import { printable } from "../core/input/bad-input.ts";
import type { EpochMs } from "../core/units.ts";
import type { Page } from "./summary/page.ts";
import { cost } from "./text/figures.ts";
import { table, wrap } from "./text/layout.ts";

export function calendarTable(occurrences: readonly Occurrence[], { width, paint }: Page): string[] {
  const columns = [
    { head: "due" },
    { head: "model" },
    { head: "milestone" },
    { head: "from" },
    { head: "until" },
    { head: "raises" },
    { head: "cost", align: "right" },
  ] as const;
  const rows = occurrences.map((one) => [
    one.isTentative ? `about ${minuteOf(one.dueMs).slice(0, 10)}` : minuteOf(one.dueMs),
    one.model,
    one.kind,
    momentAfter(one.fromMs, one.dueMs),
    momentAfter(one.untilMs, one.dueMs),
    raisesText(one),
    one.costUsd === null ? "" : cost(one.costUsd),
  ]);
  return table(columns, rows, { width, head: paint.dim });
}

/** What comes again and again, as what is due each week does, is told once. */
export function conflictLines(conflicts: readonly Conflict[], { width, paint }: Page): string[] {
  return conflictTexts(conflicts).flatMap((text) =>
    wrap(printable(text), width - 2).map((line, nth) =>
      nth === 0 ? `${paint.yellow("!")} ${line}` : `  ${line}`,
    ),
  );
}

/** What asks for more of each quota that is short, once, as much as is needed most: to be copied, so it is not broken. */
export function requestLines(conflicts: readonly Conflict[]): string[] {
  const most = new Map<string, number>();
  for (const conflict of conflicts)
    if (conflict.what === "quota" && conflict.quotaCode !== undefined)
      most.set(conflict.quotaCode, Math.max(most.get(conflict.quotaCode) ?? 0, conflict.needed));
  return [...most].map(
    ([code, needed]) =>
      `  aws service-quotas request-service-quota-increase --service-code sagemaker --quota-code ${printable(code)} --desired-value ${needed}`,
  );
}

/** The day is left out where it is the date's. */
function momentAfter(atMs: EpochMs, dueMs: EpochMs): string {
  const [at, due] = [minuteOf(atMs), minuteOf(dueMs)];
  return at.slice(0, 10) === due.slice(0, 10) ? at.slice(11) : at.slice(5);
}
