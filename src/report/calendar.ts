/** The calendar of plans as a table, times in UTC, and what in it is in each other's way. */
import { conflictTexts, minuteOf, raisesText } from "../core/calendar/calendar-texts.ts";
import type { Conflict } from "../core/calendar/conflicts.ts";
import type { Occurrence } from "../core/calendar/occurrences.ts";
import { printable } from "../core/input/bad-input.ts";
import { wallTextAt } from "../core/plan/local-time.ts";
import type { EpochMs } from "../core/units.ts";
import type { Page } from "./summary/page.ts";
import { cost } from "./text/figures.ts";
import { table, widthOf, wrap } from "./text/layout.ts";

/** With the time by the plan's own clocks beside it, where the page is wide enough. */
export function calendarTable(occurrences: readonly Occurrence[], { width, paint }: Page): string[] {
  const isElsewhere = occurrences.some((one) => !one.isTentative && one.timeZone !== "UTC");
  const options = { width, head: paint.dim };
  if (!isElsewhere) return tableOf(occurrences, columns, options);
  const withLocal = columns.toSpliced(1, 0, { head: "by its clocks", cell: localText });
  const asWide = tableOf(occurrences, withLocal, { width: Number.POSITIVE_INFINITY });
  const fits = asWide.every((line) => widthOf(line) <= width);
  return tableOf(occurrences, fits ? withLocal : columns, options);
}

interface CalendarColumn {
  readonly head: string;
  readonly align?: "right";
  readonly cell: (one: Occurrence) => string;
}

const columns: readonly CalendarColumn[] = [
  {
    head: "due (UTC)",
    cell: (one) => (one.isTentative ? `about ${minuteOf(one.dueMs).slice(0, 10)}` : minuteOf(one.dueMs)),
  },
  { head: "model", cell: ({ model }) => model },
  { head: "milestone", cell: ({ kind }) => kind },
  { head: "from", cell: ({ fromMs, dueMs }) => momentAfter(fromMs, dueMs) },
  { head: "until", cell: ({ untilMs, dueMs }) => momentAfter(untilMs, dueMs) },
  { head: "raises", cell: raisesText },
  { head: "cost", align: "right", cell: ({ costUsd }) => (costUsd === null ? "" : cost(costUsd)) },
];

const tableOf = (
  occurrences: readonly Occurrence[],
  shown: readonly CalendarColumn[],
  options: Parameters<typeof table>[2],
): string[] =>
  table(
    shown,
    occurrences.map((one) => shown.map(({ cell }) => cell(one))),
    options,
  );

/** `09:00 Europe/Amsterdam`; the day where it is another one there. */
function localText({ dueMs, timeZone, isTentative }: Occurrence): string {
  if (isTentative || timeZone === "UTC") return "";
  const local = wallTextAt(dueMs, timeZone).slice(0, 16).replace("T", " ");
  const isSameDay = local.slice(0, 10) === minuteOf(dueMs).slice(0, 10);
  return `${local.slice(isSameDay ? 11 : 5)} ${timeZone}`;
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
