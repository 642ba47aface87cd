/**
 * What a fleet makes of a load, minute by minute, by the twin's own service model: requests that are late or fail, and what the metrics
 * show of that to whoever reads them by a plan's KPIs.
 */
import {
  evaluate,
  ofLatency,
  ofValues,
  parseStatistic,
  type Service,
  serve,
  slowdown,
  streams,
} from "#twin/world";
import type { Observation } from "#verdict";
import { metrics } from "../../src/aws/serving/sagemaker/metrics.ts";
import { observationsFrom } from "../../src/core/kpis/metrics.ts";
import { inMinutes, measuredNoise } from "../../src/core/kpis/past.ts";
import { type Series, type SeriesQuery, seriesBook, seriesQueries } from "../../src/core/kpis/series.ts";
import { oneAlone, shareBy } from "../../src/core/learning/log-normal.ts";
import type { Plan } from "../../src/core/plan/plan.ts";

/** How an instance serves. */
export type Model = Pick<Service, "throughput" | "latencyMs" | "latencyCv" | "errorShare">;

/** A minute of a fleet. */
export interface Served {
  /** Since the epoch. */
  readonly minute: number;
  readonly requests: number;
  readonly answered: number;
  /** Those that no instance took are among them. */
  readonly failed: number;
  /** Of those that were answered, as many as are to be expected. */
  readonly late: number;
  readonly latencyMs: number;
  readonly latencySumMs: number;
}

/** The usual share of errors. */
const errorShare = 0.005;

/** The share of requests that are answered later. */
function lateShare(meanMs: number, cv: number, limitMs: number): number {
  const variance = Math.log1p(cv * cv);
  const one = {
    median: Math.log(meanMs) - variance / 2,
    spread: Math.sqrt(variance),
    perOther: 0,
    weight: 1,
  };
  return 1 - shareBy([one], Math.log(limitMs), oneAlone);
}

/** A model that serves so much within the plan's latency: one in a hundred is late from there on. */
export function modelWith(
  { requirements }: Plan,
  { serves, latencyMs, latencyCv }: { serves: number; latencyMs: number; latencyCv: number },
): Model {
  let [low, high] = [0.05, 1];
  while (high - low > 1e-4) {
    const load = (low + high) / 2;
    const mean = latencyMs * slowdown(load, { throughput: serves / load, latencyMs });
    if (lateShare(mean, latencyCv, requirements.latencyMsP99) > 0.01) high = load;
    else low = load;
  }
  return { throughput: serves / low, latencyMs, latencyCv, errorShare };
}

export interface Fleet {
  readonly model: Model;
  readonly instances: number;
  readonly plan: Plan;
  readonly seed: number;
}

/** The minutes of [from, to) under a load, requests per second by the minute: the same requests whatever fleet there is. */
export function servedIn(
  { model, instances, plan, seed }: Fleet,
  rate: (minute: number) => number,
  [from, to]: readonly [number, number],
): Served[] {
  const draw = streams(seed);
  return Array.from({ length: to - from }, (_, nth) => {
    const minute = from + nth;
    const expected = 60 * rate(minute);
    const requests = draw("arrivals", minute).poisson(expected);
    const fleet = {
      seconds: 60,
      ready: instances,
      warm: instances,
      coldTakesRequests: false,
      clientErrorShare: 0,
    };
    const served = serve(requests, { ...model, ...fleet, expected }, draw("serve", minute));
    const { answered, latencyMs, latencySumMs } = served;
    const late = answered * lateShare(latencyMs, model.latencyCv, plan.requirements.latencyMsP99);
    return { minute, requests, answered, failed: served.errors5xx, late, latencyMs, latencySumMs };
  });
}

const names = metrics.measures;
const sides = { endpoint: "it", stable: "v", candidate: "v", metrics };

function seriesOf(queries: readonly SeriesQuery[], fleet: Fleet, served: readonly Served[]) {
  const draw = streams(fleet.seed);
  const all = queries.map((query) => {
    const statistic = parseStatistic(query.statistic);
    if (statistic === undefined) throw new Error(`expected a statistic, found ${query.statistic}`);
    return { query, statistic, series: new Map<number, number>() };
  });
  for (const one of served) {
    const { normal, uniform } = draw("latency", one.minute);
    const points = {
      [names.requests.metric]: ofValues([[1, one.requests]]),
      [names["server-errors"].metric]: ofValues([
        [0, one.requests - one.failed],
        [1, one.failed],
      ]),
      [names.latency.metric]: ofLatency({
        parts: [{ count: one.answered, mean: one.latencyMs * 1000 }],
        sum: one.latencySumMs * 1000,
        cv: fleet.model.latencyCv,
        luck: { z: normal(), low: uniform(), high: uniform() },
      }),
    };
    for (const { query, statistic, series } of all) {
      const point = points[query.metric];
      const value = point && evaluate(point, statistic);
      if (value !== undefined) series.set(one.minute * 60, value);
    }
  }
  return all.map(({ query, series }): [SeriesQuery, Series] => [query, series]);
}

const bothSides = ([query, series]: readonly [SeriesQuery, Series]): [SeriesQuery, Series][] => [
  [query, series],
  [{ ...query, of: { ...query.of, side: "stable" } }, series],
];

/** What can be seen of it, as both sides' of a comparison. */
export function observed(fleet: Fleet, served: readonly Served[]): Observation[] {
  const minutely = inMinutes(fleet.plan);
  const read = seriesOf(seriesQueries(minutely, sides, ["candidate"]), fleet, served);
  return observationsFrom(minutely, seriesBook(read.flatMap(bothSides)));
}

export function noiseOf(fleet: Fleet, served: readonly Served[]) {
  const read = seriesOf(seriesQueries(fleet.plan, sides, ["stable"]), fleet, served);
  return measuredNoise(fleet.plan, { book: seriesBook(read), instances: [] });
}
