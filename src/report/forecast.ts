/** What the coming days are to be expected to bring, as a page beside what a plan is ready for. */
import type { LoadEvent } from "../core/plan/load-events.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Page } from "./summary/page.ts";
import { count, counted } from "./text/figures.ts";
import { table, wrap } from "./text/layout.ts";

/** Loads in requests per second, means of a slot. */
export interface ExpectedDay {
  /** A date in UTC, or which day it is from here. */
  readonly day: string;
  /** After midnight in UTC, when the most is to be expected. */
  readonly peakAtMinute: number;
  /** As likely exceeded as not. */
  readonly expectedPeak: number;
  /** What the peak stays below on the share of days that was asked for. */
  readonly peak: number;
  /** Of the plan's endpoint, for that. */
  readonly instances: number;
  /** Past days that the spread was learnt from. */
  readonly learntFrom: number;
}

/** What the recording's last day is to be expected to bring as it goes on, from the end of the recording. */
export interface ExpectedSoon {
  /** After midnight in UTC. */
  readonly fromMinute: number;
  /** For so long a size has to last: until more could be there. */
  readonly minutes: number;
  readonly percent: number;
  /** What it stays below on that share of such times. */
  readonly peak: number;
  /** Of the plan's endpoint, for that. */
  readonly instances: number;
  /** What a release that begins then meets at most, on that share of such times. */
  readonly release: { readonly minutes: number; readonly percent: number; readonly peak: number };
}

/** What was read of an account, where it was no recording. */
export interface ReadOfAccount {
  readonly endpoint: string;
  /** That served it, as far as is known. */
  readonly variants: readonly string[];
  /** Of the whole days, between 0 and 1: nothing was reported. */
  readonly unknownShare: number;
  /** Five minutes each in which more than a tenth of the requests failed. */
  readonly overwhelmed: {
    /** As many came as is usual at that time of day, or more: they count as they are. */
    readonly counted: number;
    /** Fewer came: who sends may have given up, and they are taken as not known. */
    readonly unknown: number;
  };
}

export interface LoadForecast {
  readonly percent: number;
  /** Of which more is known than not. */
  readonly knownDays: number;
  readonly slotMinutes: number;
  readonly days: readonly ExpectedDay[];
  readonly soon: ExpectedSoon;
  /** Of the plan's, those of the days that are known and of those that are forecast. */
  readonly events: readonly LoadEvent[];
  readonly account?: ReadOfAccount;
}

export function forecastPage(
  { percent, knownDays, slotMinutes, days, soon, events, account }: LoadForecast,
  { endpoint, requirements }: Plan,
  { width, paint }: Page,
): string[] {
  const columns = [
    { head: "day" },
    { head: "peak about" },
    { head: "requests/s", align: "right" },
    { head: `on ${count(percent)} % of days at most`, align: "right" },
    { head: "takes", align: "right" },
  ] as const;
  const rows = days.map((one) => [
    one.day,
    timeOf(one.peakAtMinute),
    figure(one.expectedPeak),
    figure(one.peak),
    `${one.instances} ${endpoint.instanceType}`,
  ]);
  const highest = Math.max(...days.map(({ peak }) => peak));
  const ready = requirements.peakRequestsPerSecond;
  const fits =
    highest <= ready
      ? `The plan is ready for ${count(ready)} requests per second: more than the highest of these, ${figure(highest)}.`
      : `The plan is ready for ${count(ready)} requests per second, and the highest of these is ${figure(highest)}: requirements.peakRequestsPerSecond is too small for it.`;
  const learnt = Math.min(...days.map(({ learntFrom }) => learntFrom));
  const known =
    learnt < 3
      ? `Known are ${counted(knownDays, "whole day")}: how far a day may be off is mostly believed, and not learnt.`
      : `By ${counted(knownDays, "whole day")} and how wrong such forecasts were of ${learnt} of them.`;
  return [
    ...table(columns, rows, { width, head: paint.dim }),
    ...wrap(fits, width),
    ...wrap(
      `From ${timeOf(soon.fromMinute)} for ${soon.minutes} minutes at most ${figure(soon.peak)} on ${count(soon.percent)} % of such times, as that day goes on: ${soon.instances} ${endpoint.instanceType}.`,
      width,
    ),
    ...wrap(
      `A release begun then meets at most ${figure(soon.release.peak)} in its ${soon.release.minutes} minutes on ${count(soon.release.percent)} % of such times: what requirements.peakRequestsPerSecond is to be for it.`,
      width,
    ),
    ...(account === undefined ? [] : wrap(readOf(account), width).map((line) => paint.dim(line))),
    ...wrap(`${known} Means of ${slotMinutes} minutes, times in UTC; ${planned(events)}`, width).map((line) =>
      paint.dim(line),
    ),
  ];
}

const plannedOf = ({ name, from, to, timesPercent }: LoadEvent): string =>
  `${name} from ${from} to ${to}, ${count(timesPercent)} % of the usual`;

const planned = (events: readonly LoadEvent[]): string =>
  events.length === 0
    ? "of what is planned nothing is known."
    : `of what is planned the plan's events are counted, as they are meant and no further: ${events.map(plannedOf).join("; ")}.`;

/** Whose requests they are, and which of them are not known. */
function readOf({ endpoint, variants, unknownShare, overwhelmed }: ReadOfAccount): string {
  const { counted: kept, unknown } = overwhelmed;
  const gaps =
    unknownShare === 0
      ? ""
      : ` ${unknownShare < 0.001 ? "Under 0.1" : count(Math.round(1000 * unknownShare) / 10)} % of these days is not known, and not taken for a lull.`;
  const failing =
    kept + unknown === 0
      ? ""
      : ` In ${counted(5 * (kept + unknown), "minute")} over a tenth failed: what came then is the least that was asked for${unknown === 0 ? "" : `, and ${5 * unknown} of them, in which less came than usual, count as not known`}.`;
  return `Requests of ${endpoint} by CloudWatch, failed ones with them, of ${counted(variants.length, "variant")}: ${variants.join(", ")}.${gaps}${failing}`;
}

const figure = (load: number): string => (load < 10 ? load.toFixed(1) : count(Math.round(load)));

const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
