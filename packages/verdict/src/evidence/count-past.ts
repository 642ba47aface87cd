/** A KPI's counts before the release, and what is known of their noise. */
import type { NoiseSource } from "../kept.ts";

/** One interval of stable before the release: its bad events and requests, in two halves where it can be split. */
export interface CountPast {
  readonly at: number;
  readonly requests: number;
  readonly bad: number;
  /** One part of the fleet (by instance); the other part is the rest. */
  readonly half?: { readonly requests: number; readonly bad: number };
  /** Single instances, each always in the same place; null where one was not seen. */
  readonly ones?: readonly ({ readonly requests: number; readonly bad: number } | null)[];
}

/** Excess variance as of equal halves, in units of counting's own: 0 is counting alone. */
export interface CountNoise {
  readonly source: NoiseSource;
  /** Length of the history's intervals, seconds: meanBad is per such interval. */
  readonly seconds: number;
  readonly intervals: number;
  /** Of the intervals that tell something: of halves, those with bad events. */
  readonly meanBad: number;
  /** Pearson χ²/df as measured: 1 is counting alone. */
  readonly phi: number;
  /** What of it is beyond counting, at least 0. */
  readonly excess: number;
  /** The same over many intervals, in which neighbours' noise adds up: twice the sum of autocovariances more. */
  readonly longRun: number;
  /** Standard error of longRun where there is no noise. */
  readonly error: number;
  /** Bad events per request. */
  readonly rate: number;
  /** Of the excess, what single instances show as much as halves do: bad events that come in clusters. */
  readonly cluster: number;
  /** What evidence is divided by beside, 1 or more: the past had minutes that the rest does not account for. */
  readonly heaviness: number;
}
