/**
 * What is kept of a version that is watched for its quality since its promotion: the days before it and since, each of which is
 * read once all of it has been published, and not again once it is known.
 */
import * as z from "zod";
import { Quality, type QualityKpi } from "../plan/quality.ts";
import type { EpochMs } from "../units.ts";

const at = z.iso.datetime();
const days = z.array(z.number().nullable());

const qualityOutcomes = ["kept", "harm", "unknown", "superseded"] as const;

const Watched = z.object({
  name: z.string(),
  /** Of days before the release, oldest first, and how many of a day's hours usually are published; absent: not read yet. */
  history: days.optional(),
  hours: z.number().optional(),
  days,
});
type Watched = z.infer<typeof Watched>;

export const QualityWatch = z.object({
  releaseId: z.string(),
  model: z.string(),
  version: z.int(),
  /** What the release held, and in which milestone. */
  subject: z.string(),
  milestone: z.string(),
  /** As the plan said that the release went by. */
  quality: Quality,
  /** History ends with the release's opening. */
  openedAt: at,
  /** The whole hour after its close, at which the first day begins. */
  since: at,
  kpis: z.array(Watched),
  end: z.object({ at, outcome: z.enum(qualityOutcomes), reason: z.string() }).optional(),
  /** What harm has started, or why it has started nothing. */
  followed: z.string().optional(),
  /** Once its end was told. */
  toldAt: at.optional(),
  /** Grows with each write. */
  written: z.int(),
});
export type QualityWatch = z.infer<typeof QualityWatch>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Chosen: eight weeks. */
export const historyDays = 56;

export interface ToWatch
  extends Pick<QualityWatch, "releaseId" | "model" | "version" | "subject" | "milestone"> {
  readonly quality: Quality;
  readonly openedAt: string;
  readonly closedAt: string;
}

export function beginWatch({ closedAt, ...watch }: ToWatch): QualityWatch {
  const since = new Date(Math.ceil(Date.parse(closedAt) / hourMs) * hourMs).toISOString();
  const kpis = watch.quality.kpis.map(({ name }) => ({
    name,
    days: Array.from({ length: watch.quality.qualityDays }, () => null),
  }));
  return { ...watch, since, kpis, written: 0 };
}

/**
 * How long after it was put a point is seen for sure: points of a day ago and older take two days, those of three hours ago two
 * hours (PutMetricData, API reference).
 */
const shownHours = (delayHours: number): number => (delayHours >= 24 ? 48 : delayHours >= 3 ? 2 : 1);

/** When all that is published of a day can be read; day 0 is the first. */
function dueMs({ since }: Pick<QualityWatch, "since">, { delayHours }: QualityKpi, day: number): EpochMs {
  return Date.parse(since) + (day + 1) * dayMs + (delayHours + shownHours(delayHours)) * hourMs;
}

/** When nothing is waited for any more. */
export const lastDueMs = (watch: Pick<QualityWatch, "since" | "quality">): EpochMs =>
  Math.max(...watch.quality.kpis.map((kpi) => dueMs(watch, kpi, watch.quality.qualityDays - 1)));

/** A span of days to be read, counted from `since`; those before it are history. */
export interface DaysAsked {
  readonly kpi: QualityKpi;
  readonly from: number;
  readonly until: number;
}

/** Of each KPI what is due and not known: its days, and its history with the first of them. */
export function daysAsked(watch: QualityWatch, nowMs: EpochMs): DaysAsked[] {
  return watch.quality.kpis.flatMap((kpi): DaysAsked[] => {
    const known = watch.kpis.find(({ name }) => name === kpi.name);
    const due = (known?.days ?? []).flatMap((value, day) =>
      value === null && dueMs(watch, kpi, day) <= nowMs ? [day] : [],
    );
    const [first] = due;
    if (first === undefined) return [];
    const from = known?.history === undefined ? -historyDays : first;
    return [{ kpi, from, until: (due.at(-1) ?? first) + 1 }];
  });
}

/** Days that were read, by KPI and by number. */
export type DaysRead = ReadonlyMap<
  string,
  ReadonlyMap<number, { readonly value: number | null; readonly hours: number }>
>;

/** When another release had part of the traffic, epoch milliseconds. */
export interface Disturbance {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

interface Read {
  readonly asked: readonly DaysAsked[];
  readonly read: DaysRead;
  readonly disturbed?: readonly Disturbance[];
}

/** With what was read; a day that another release had a part of is nobody's. */
export function withDays(watch: QualityWatch, { asked, read, disturbed = [] }: Read): QualityWatch {
  const isOwn = (day: number) => {
    const fromMs = Date.parse(watch.since) + day * dayMs;
    return disturbed.every((each) => each.toMs <= fromMs || each.fromMs >= fromMs + dayMs);
  };
  const kpis = watch.kpis.map((own): Watched => {
    const found = read.get(own.name);
    const one = asked.find(({ kpi }) => kpi.name === own.name);
    if (found === undefined || one === undefined) return own;
    const begun = own.history === undefined ? { ...own, ...historyIn(watch, found) } : own;
    const least = (begun.hours ?? 0) / 2;
    return {
      ...begun,
      days: own.days.map((value, day) => {
        const seen = day < one.until && isOwn(day) ? found.get(day) : undefined;
        // Half a day is another time of day, and tells nothing.
        return value ?? (seen === undefined || seen.hours < least ? null : seen.value);
      }),
    };
  });
  return { ...watch, kpis };
}

type Found = DaysRead extends ReadonlyMap<string, infer Each> ? Each : never;

function historyIn({ since, openedAt }: QualityWatch, found: Found): Pick<Watched, "history" | "hours"> {
  const all = Array.from({ length: historyDays }, (_, i) => {
    const day = i - historyDays;
    const isBefore = Date.parse(since) + (day + 1) * dayMs <= Date.parse(openedAt);
    return (isBefore ? found.get(day) : undefined) ?? { value: null, hours: 0 };
  });
  const hours = all.filter(({ value }) => value !== null).map((each) => each.hours);
  const usual = hours.toSorted((one, other) => one - other)[hours.length >> 1] ?? 0;
  return { history: all.map(({ value, hours: own }) => (own < usual / 2 ? null : value)), hours: usual };
}
