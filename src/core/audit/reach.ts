/** How far back, and how soon, what happened can be asked for; what lies beyond is said, and is not nothing. */
import { activitiesMs, dayOf, daysFrom } from "../evidence/days.ts";
import type { EpochMs } from "../units.ts";
import type { AuditSpan } from "./reconciling.ts";

const day = 86_400_000;
/** "within the last 90 days" (LookupEvents, API reference). */
const trailMs = 90 * day;
/** Chosen: five minutes on average, which is not guaranteed (CloudTrail user guide); fifteen were said before. */
const lateMs = 900_000;

export interface Reach {
  /** What can be reconciled; undefined where nothing of the span can. */
  readonly span: AuditSpan | undefined;
  /** What cannot: a sentence each. */
  readonly beyond: readonly string[];
}

const iso = (atMs: EpochMs): string => new Date(atMs).toISOString();
const minute = (moment: string): string => `${moment.slice(0, 16).replace("T", " ")} UTC`;

/** `summaries`: the days of which a summary tells what auto scaling did. */
export function reachOf({ from, to }: AuditSpan, nowMs: EpochMs, summaries: ReadonlySet<string>): Reach {
  const [oldest, newest] = [iso(nowMs - trailMs), iso(nowMs - lateMs)];
  const span = { from: from > oldest ? from : oldest, to: to < newest ? to : newest };
  const beyond = [
    ...(from < oldest
      ? [`before ${minute(oldest)} nothing is reconciled: CloudTrail's event history keeps 90 days`]
      : []),
    ...(to > newest
      ? [`after ${minute(newest)} nothing is reconciled: CloudTrail may not have told all of it yet`]
      : []),
    ...(span.from <= span.to && span.from < iso(nowMs - activitiesMs) && !isSummed(span, nowMs, summaries)
      ? [
          `before ${minute(iso(nowMs - activitiesMs))} it is not known why auto scaling has called: it tells of six weeks`,
        ]
      : []),
  ];
  return { span: span.from <= span.to ? span : undefined, beyond };
}

function isSummed(span: AuditSpan, nowMs: EpochMs, summaries: ReadonlySet<string>): boolean {
  const last = span.to < iso(nowMs - activitiesMs) ? Date.parse(span.to) : nowMs - activitiesMs;
  return daysFrom(dayOf(Date.parse(span.from)), dayOf(last)).every((day) => summaries.has(day));
}
