/**
 * What stable's past says about the noise in its KPIs: the day of minutes before a release, reduced to a few
 * numbers. Where metrics name their instances the fleet is split in two halves, whose difference is noise alone.
 */

import { type Measured, measurePast, type Observation, type Sample, type StablePast } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import { observationsFrom, verdictSettings } from "./metrics.ts";
import { type SeriesBook, type SeriesQuery, type Sides, seriesQueries } from "./series.ts";

/** CloudWatch keeps periods under a minute for three hours only, so the past is read in minutes. */
export const pastSeconds = { span: 24 * 3600, period: 60 } as const;

export const inMinutes = (plan: Plan): Plan => ({
  ...plan,
  rollout: { ...plan.rollout, intervalSeconds: pastSeconds.period },
});

/** Series of stable as a whole. */
export const pastQueries = (plan: Plan, sides: Sides): SeriesQuery[] =>
  seriesQueries(plan, sides, ["stable"]);

/** An instance whose past is read, and whether it belongs to the half that is compared with the rest. */
export interface PastInstance {
  readonly id: string;
  readonly inHalf: boolean;
}

/** Of a larger fleet, one half is enough to read. */
const MOST_READ = 8;

/** Every second instance is the half, the same one however often it is asked for; none where there are not two. */
export function instancesRead(instanceIds: readonly string[]): PastInstance[] {
  if (instanceIds.length < 2) return [];
  const all = [...instanceIds].sort().map((id, i) => ({ id, inHalf: i % 2 === 0 }));
  return all.length <= MOST_READ ? all : all.filter(({ inHalf }) => inHalf);
}

export interface Past {
  /** Stable's series, and those of single instances: which these are. */
  readonly book: SeriesBook;
  readonly instances: readonly PastInstance[];
}

/** Measures each KPI's noise on stable's past; a KPI without one is left to the engine's assumptions. */
export function measuredNoise(plan: Plan, { book, instances }: Past): Measured {
  const shown = instances.map(({ id }) => shownBy(plan, book, id));
  const pasts = Map.groupBy(observationsFrom(inMinutes(plan), book), ({ kpi }) => kpi);
  const past = (own: readonly Observation[]): StablePast => ({
    seconds: pastSeconds.period,
    inHalf: instances.map(({ inHalf }) => inHalf),
    intervals: own.flatMap(({ kpi, at, stable }) =>
      stable === null ? [] : [{ at, stable, instances: shown.map((one) => one.get(`${kpi}@${at}`) ?? null) }],
    ),
  });
  return measurePast(
    verdictSettings(plan),
    Object.fromEntries([...pasts].map(([kpi, own]) => [kpi, past(own)])),
  );
}

/** What an instance of stable's showed, by KPI and minute. */
function shownBy(plan: Plan, book: SeriesBook, instance: string): ReadonlyMap<string, Sample> {
  return new Map(
    observationsFrom(inMinutes(plan), book, { instance }).flatMap(
      ({ kpi, at, stable }): [string, Sample][] => (stable === null ? [] : [[`${kpi}@${at}`, stable]]),
    ),
  );
}
