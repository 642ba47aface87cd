/** What the coming days are to be expected to bring, as a page beside what a plan is ready for. */
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

export interface LoadForecast {
  readonly percent: number;
  readonly knownDays: number;
  readonly slotMinutes: number;
  readonly days: readonly ExpectedDay[];
  readonly soon: ExpectedSoon;
}

export function forecastPage(
  { percent, knownDays, slotMinutes, days, soon }: LoadForecast,
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
  const planned = requirements.peakRequestsPerSecond;
  const fits =
    highest <= planned
      ? `The plan is ready for ${count(planned)} requests per second: more than the highest of these, ${figure(highest)}.`
      : `The plan is ready for ${count(planned)} requests per second, and the highest of these is ${figure(highest)}: requirements.peakRequestsPerSecond is too small for it.`;
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
    ...wrap(
      `${known} Means of ${slotMinutes} minutes, times in UTC; nothing is known of what is planned.`,
      width,
    ).map((line) => paint.dim(line)),
  ];
}

const figure = (load: number): string => (load < 10 ? load.toFixed(1) : count(Math.round(load)));

const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
