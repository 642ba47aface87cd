/** The calendar of plans as a table, times in UTC, and what in it is in each other's way. */
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

/** What a training pool raises counts against two quotas, and is there once. */
export function raisesText({ raised }: Pick<Occurrence, "raised">): string {
  const once = raised.filter(({ use }) => use !== "training job usage");
  return once.map(({ instances, instanceType }) => `${instances} ${instanceType}`).join(" + ");
}

/** What comes again and again, as what is due each week does, is told once. */
export function conflictLines(conflicts: readonly Conflict[], { width, paint }: Page): string[] {
  const alike = [...Map.groupBy(conflicts, kindOf).values()];
  return alike.flatMap((all) =>
    wrap(printable(textOf(all)), width - 2).map((line, nth) =>
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

/** The same for conflicts of the same milestones that differ in their dates alone. */
function kindOf(conflict: Conflict): string {
  const who = conflict.who.map(({ model, kind }) => `${model} ${kind}`).sort();
  const of = conflict.what === "quota" ? `${conflict.use} ${conflict.instanceType}` : "";
  return JSON.stringify([conflict.what, of, who]);
}

function textOf([first, ...more]: readonly Conflict[]): string {
  const last = more.at(-1);
  if (first === undefined) return "";
  if (last === undefined) return conflictText(first);
  return `${conflictText(first)}; and ${more.length} more like it, the last on ${minuteOf(last.fromMs).slice(0, 10)}`;
}

function conflictText(conflict: Conflict): string {
  const who = conflict.who.map(nameOf).join(", ");
  const when = `from ${minuteOf(conflict.fromMs)} until ${minuteOf(conflict.toMs)}`;
  switch (conflict.what) {
    case "endpoint":
      return `${conflict.subject} is meant for two at one time ${when}: ${who}; one waits for the other`;
    case "quota":
      return `${conflict.needed} ${conflict.instanceType} are needed at one time ${when}, and the account's quota for ${conflict.use} is ${conflict.quota}: ${who}`;
    case "budget":
      return `${conflict.model} is estimated at $${conflict.usd.toFixed(2)} in ${new Date(conflict.fromMs).toISOString().slice(0, 7)}, and its budget of a month is $${conflict.budgetUsd.toFixed(2)}: ${conflict.who.length} milestones`;
    case "order":
      return `${who}: production starts before staging is over, and waits for it ${when}`;
    case "freeze":
      return `${who} meets a freeze ${when}, and waits for its end: ${conflict.reason}`;
  }
}

/** The day is left out where it is the date's. */
function momentAfter(atMs: EpochMs, dueMs: EpochMs): string {
  const [at, due] = [minuteOf(atMs), minuteOf(dueMs)];
  return at.slice(0, 10) === due.slice(0, 10) ? at.slice(11) : at.slice(5);
}

function nameOf({ model, kind, dueMs, isTentative }: Occurrence): string {
  const due = minuteOf(dueMs);
  return `${model} ${kind} ${isTentative ? `of about ${due.slice(0, 10)}` : `of ${due}`}`;
}

const minuteOf = (atMs: EpochMs): string => new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
