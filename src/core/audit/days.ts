/** What the summaries of auto scaling's days tell of a span of time, and which activities they make known when AWS has forgotten them. */
import { dayAfter } from "../evidence/days.ts";
import type { ScalingDay, ScalingDayChange } from "../evidence/scaling-day.ts";
import { changeOf, type ScaledChange, type ScalingActivity } from "./scaled.ts";

/** What was found of the days of a span. */
export interface DaysFound {
  /** By their day. */
  readonly summaries: readonly ScalingDay[];
  /** Days that there must be, and that the bucket does not have. */
  readonly gone: readonly string[];
  /** Of another version. */
  readonly unread: number;
  /** What was not looked at, a sentence each. */
  readonly unasked: readonly string[];
}

/** Days, both included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

export interface AuditedDays {
  /** The first and the last day that is told of; absent where none is. */
  readonly told?: DayRange;
  /** How many days are told of. */
  readonly days: number;
  readonly counts: ScalingDay["counts"];
  /** By their time: what no pack tells of. */
  readonly changes: readonly ScaledChange[];
  /** AWS told of these no more by the time that it was asked. */
  readonly unknown: readonly DayRange[];
  readonly gone: readonly DayRange[];
  readonly unread: number;
}

const none: ScalingDay["counts"] = {
  changes: 0,
  failed: 0,
  own: 0,
  policy: 0,
  schedule: 0,
  bounds: 0,
  unknown: 0,
};

export function auditedDays({ summaries, gone, unread }: DaysFound): AuditedDays {
  const [first, last] = [summaries[0], summaries.at(-1)];
  const counts = { ...none };
  for (const one of summaries)
    for (const name of Object.keys(none) as (keyof typeof none)[]) counts[name] += one.counts[name];
  return {
    ...(first !== undefined && last !== undefined && { told: { from: first.day, to: last.day } }),
    days: summaries.length,
    counts,
    changes: summaries.flatMap((one) => one.changes.map((change) => changeOf(activityOf(one, change)))),
    unknown: rangesOf(summaries.flatMap(({ day, says }) => (says === "not-kept" ? [day] : []))),
    gone: rangesOf(gone),
    unread,
  };
}

function rangesOf(days: readonly string[]): DayRange[] {
  const ranges: { from: string; to: string }[] = [];
  for (const day of days) {
    const open = ranges.at(-1);
    if (open !== undefined && dayAfter(open.to) === day) open.to = day;
    else ranges.push({ from: day, to: day });
  }
  return ranges;
}

/** Which days are known, and what auto scaling did in them, Slipway's own included. */
export function summedUp(found: DaysFound | undefined) {
  const known = (found?.summaries ?? []).filter(({ says }) => says !== "not-kept");
  return {
    days: new Set(known.map(({ day }) => day)),
    activities: known.flatMap((one) => [...one.changes, ...one.own].map((each) => activityOf(one, each))),
  };
}

const activityOf = ({ subject, day }: ScalingDay, change: ScalingDayChange): ScalingActivity => ({
  id: change.id,
  at: change.at,
  resourceId: `${subject}/variant/${change.variant}`,
  description: change.description,
  cause: change.words,
  status: change.status,
  summary: day,
});

/** Each activity once, with the day whose summary tells of it; where both do, as AWS tells it now. */
export function withSummaries(
  activities: readonly ScalingActivity[],
  summed: readonly ScalingActivity[],
): ScalingActivity[] {
  const days = new Map(summed.map(({ id, summary }) => [id, summary]));
  const known = new Set(activities.map(({ id }) => id));
  return [
    ...activities.map((one) => {
      const summary = days.get(one.id);
      return summary === undefined ? one : { ...one, summary };
    }),
    ...summed.filter(({ id }) => !known.has(id)),
  ];
}
