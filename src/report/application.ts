/** What it takes to put a plan in force, and what came of it: a line for each step, with what differs below. */

import type { ApplyStep, PlanStep, RetirementStep, Took } from "../core/calendar/application.ts";
import { leadMinutesOf, type Schedule, type ScheduleStep } from "../core/calendar/calendar.ts";
import type { QuotaStep } from "../core/calendar/quota-requests.ts";
import { printable } from "../core/input/bad-input.ts";
import { duration } from "./text/figures.ts";
import { padEnd, widthOf } from "./text/layout.ts";
import type { Paint } from "./text/paint.ts";

/** A step, and what came of it; absent before anything was tried. */
export interface Told {
  readonly step: ApplyStep;
  readonly took?: Took;
}

const marks = { done: "✔", failed: "✖", unknown: "?", left: "–" } as const;
/** More are counted. */
const mostDifferences = 30;

/** In lines. `at` is when the plan is applied, ISO time. */
export function applicationLines(
  taken: readonly Told[],
  { at, paint }: { at: string; paint: Paint },
): string[] {
  const width = Math.max(...taken.map(({ step }) => widthOf(nameOf(step))));
  return taken.flatMap(({ step, took }) => {
    const said = `${padEnd(nameOf(step), width)}  ${sentence({ step, ...(took && { took }) }, at)}`;
    const mark = took === undefined || isWarning(step) ? signOf(step, paint) : painted(took.how, paint);
    return [`${mark} ${said}`, ...(step.of === "plan" ? differenceLines(step, paint) : [])];
  });
}

function nameOf(step: ApplyStep): string {
  if (step.of === "quota") return "quota";
  return step.of === "schedule" ? step.kind : "plan";
}

/** A quota stays too small, whatever was done. */
const isWarning = (step: ApplyStep) => step.of === "quota" && signs[step.act] === "!";

function painted(how: keyof typeof marks, paint: Paint): string {
  if (how === "done") return paint.green(marks.done);
  return how === "left" ? paint.dim(marks.left) : paint.red(marks[how]);
}

/** Before: what a step would do. */
function signOf(step: ApplyStep, { green, yellow, red, dim }: Paint): string {
  if (step.of === "plan")
    return step.from === undefined ? green("+") : step.differences.length === 0 ? dim("=") : yellow("~");
  if (step.of === "retirement") return red("-");
  const sign = signs[step.act];
  return { "+": green, "~": yellow, "-": red, "=": dim, "!": yellow }[sign](sign);
}

const signs = {
  make: "+",
  ask: "+",
  change: "~",
  remove: "-",
  keep: "=",
  asked: "=",
  pass: "!",
  less: "!",
  refused: "!",
} as const;

function sentence({ step, took }: Told, at: string): string {
  const why = took !== undefined && "why" in took ? `: ${printable(took.why)}` : "";
  const how = took?.how ?? "would";
  if (step.of === "plan") return `${planSentence(step, how, at)}${why}`;
  if (step.of === "quota") return `${quotaSentence(step, how)}${why}`;
  return `${step.of === "retirement" ? retirementSentence(step, how) : scheduleSentence(step, how)}${why}`;
}

function quotaSentence({ name, quota, needed, act, request }: QuotaStep, how: How): string {
  const short = `${quota} ${name}, and ${needed} are needed`;
  const before = `${request?.desired} of ${new Date(request?.atMs ?? 0).toISOString().slice(0, 10)}`;
  switch (act) {
    case "ask":
      return `${short}: ${say(how, ["would be asked for", "asked for", "not asked for"])}`;
    case "asked":
      return `${short}: the request for ${before} is open`;
    case "less":
      return `${short}: not asked for, since AWS has the request for ${before} open and takes one at a time`;
    case "refused":
      return `${short}: not asked for again, since AWS did not grant the request for ${before}`;
  }
}

const retirementSentence = ({ from: { appliedAt } }: RetirementStep, how: How): string =>
  `the one of ${appliedAt} ${say(how, ["would be removed", "is removed", "is still in force"])}`;

type How = "done" | "failed" | "unknown" | "left" | "would";

function planSentence({ from, differences }: PlanStep, how: How, at: string): string {
  const before = from === undefined ? "none is" : `the one of ${from.appliedAt} is still`;
  if (from !== undefined && differences.length === 0) return `is in force unchanged, since ${from.appliedAt}`;
  switch (how) {
    case "would":
      return from === undefined
        ? "would be the first in force"
        : `would replace the one of ${from.appliedAt}`;
    case "done":
      return `is in force since ${at}`;
    case "unknown":
      return "it could not be seen whether it is in force";
    default:
      return `is not in force, ${before}`;
  }
}

function scheduleSentence(step: ScheduleStep, how: How): string {
  const textOf = step.place === undefined ? textOfSchedule : textApart;
  switch (step.act) {
    case "keep":
      return `${textOf(step.to)}: scheduled as before`;
    case "pass":
      return `${textOf(step.to)} is over: not scheduled`;
    case "make":
      return `${textOf(step.to)}: ${say(how, ["would be scheduled", "scheduled", "not scheduled"])}`;
    case "change":
      return say(how, [
        `${textOf(step.from)} would become ${textOf(step.to)}`,
        `${textOf(step.from)} is now ${textOf(step.to)}`,
        `${textOf(step.from)} is still scheduled, not ${textOf(step.to)}`,
      ]);
    case "remove": {
      const said = say(how, ["would be removed", "removed", "still scheduled"]);
      return `${textOf(step.from)}: ${said}, ${removals[step.why]}`;
    }
  }
}

const removals = {
  lost: "the plan has no date for it",
  past: "the plan's date, or its start, is over",
  former: "an earlier version made it in the default group",
  apart: "the recurring one starts that date in time",
  unplanned: "with its plan",
} as const;

const say = (how: How, [would, done, not]: readonly [string, string, string]) => {
  if (how === "would") return would;
  if (how === "done") return done;
  return how === "unknown" ? `it could not be seen whether it is ${done}` : not;
};

/** `cron(0 2 ? * MON *) Europe/Amsterdam`; what else may differ is said where it is not as usual. */
function textOfSchedule(schedule: Schedule): string {
  const { expression, timeZone, enabled } = schedule;
  const leadMinutes = leadMinutesOf(schedule);
  const lead = leadMinutes === 0 ? "" : `, ${duration(leadMinutes * 60)} ahead`;
  return `${expression} ${timeZone}${lead}${enabled ? "" : " (switched off)"}`;
}

/** The same of a start apart from the recurring one. */
const textApart = (schedule: Schedule): string =>
  `${textOfSchedule(schedule)} of a date before which clocks change`;

function differenceLines({ from, differences }: PlanStep, { dim }: Paint): string[] {
  if (from === undefined) return [];
  const shown = differences.slice(0, mostDifferences).map(({ where, from: was, to }) => {
    if (was === undefined) return `    ${where}: ${to}, new`;
    return `    ${where}: ${was} → ${to ?? "nothing"}`;
  });
  const more = differences.length - shown.length;
  return more > 0 ? [...shown, dim(`    and ${more} more`)] : shown;
}
