/**
 * What stable's past says about the noise in its KPIs: the day of minutes before a release, reduced to a few
 * numbers. Where metrics name their instances the fleet is split in two halves, whose difference is noise alone.
 */

import type { Plan } from "../plan/plan.ts";
import {
  type CountHistory,
  type LatencyHistory,
  type Measured,
  measureCountNoise,
  measureHostLogSd,
  measureLatencyNoise,
  type Observation,
} from "../verdict/index.ts";
import { observationsFrom, type Series, type SeriesQuery, type Sides, seriesQueries } from "./metrics.ts";

/** CloudWatch keeps periods under a minute for three hours only, so the past is read in minutes. */
export const historySeconds = { span: 24 * 3600, period: 60 } as const;

const inMinutes = (plan: Plan): Plan => ({
  ...plan,
  rollout: { ...plan.rollout, intervalSeconds: historySeconds.period },
});

/** Series of stable as a whole. */
export const historyQueries = (plan: Plan, sides: Sides): SeriesQuery[] => seriesQueries(plan, sides, ["s"]);

/** Half of the instances, the same half however often it is asked for; none where there are not two. */
export function halfOf(instanceIds: readonly string[]): string[] {
  return instanceIds.length < 2 ? [] : [...instanceIds].sort().filter((_, i) => i % 2 === 0);
}

/** Series of single instances: of SageMaker's own request metrics, which alone carry an InstanceId. */
export function instanceQueries(plan: Plan, sides: Sides, instanceIds: readonly string[]): SeriesQuery[] {
  const whole = historyQueries(plan, sides).filter(({ namespace }) => namespace === "AWS/SageMaker");
  return instanceIds.flatMap((InstanceId, i) =>
    whole.map((query) => ({
      ...query,
      id: `i${i}_${query.id}`,
      dimensions: { ...query.dimensions, InstanceId },
    })),
  );
}

interface Summed {
  readonly count: number;
  readonly amount: number;
}

/** What each of the half's instances showed. */
function hostsOf(plan: Plan, { half, halfInstances }: Past): Observation[][] {
  return Array.from({ length: halfInstances }, (_, i) => {
    const prefix = `i${i}_`;
    const own = [...half].flatMap(([id, one]): [string, Series][] =>
      id.startsWith(prefix) ? [[id.slice(prefix.length), one]] : [],
    );
    return observationsFrom(inMinutes(plan), new Map(own));
  });
}

/** The half's sums by KPI and minute: bad events of requests, or latency over requests. */
function halves(hosts: readonly (readonly Observation[])[]): Map<string, Summed> {
  const sums = new Map<string, Summed>();
  for (const { kpi, at, stable } of hosts.flat()) {
    const more = summed(stable);
    if (more === undefined) continue;
    const so = sums.get(`${kpi}@${at}`) ?? { count: 0, amount: 0 };
    sums.set(`${kpi}@${at}`, { count: so.count + more.count, amount: so.amount + more.amount });
  }
  return sums;
}

/** The spread of bad rates among the half's instances, over all of the past; absent where there are too few of them. */
function spreadOf(kpi: string, hosts: readonly (readonly Observation[])[]): number | undefined {
  const totals = hosts.map((observations) => {
    const own = observations.filter((one) => one.kpi === kpi).flatMap(({ stable }) => summed(stable) ?? []);
    return {
      requests: own.reduce((sum, { count }) => sum + count, 0),
      bad: own.reduce((sum, { amount }) => sum + amount, 0),
    };
  });
  return measureHostLogSd(totals) ?? undefined;
}

function summed(sample: Observation["stable"]): Summed | undefined {
  if (sample === null || "value" in sample) return undefined;
  if ("bad" in sample) return { count: sample.requests, amount: sample.bad };
  return { count: sample.count, amount: sample.mean * sample.count };
}

export interface Past {
  readonly whole: ReadonlyMap<string, Series>;
  /** Series of half of the instances, as `instanceQueries` names them. */
  readonly half: ReadonlyMap<string, Series>;
  readonly halfInstances: number;
}

/** Measures each KPI's noise on stable's past; a KPI without one is left to the engine's assumptions. */
export function measuredNoise(plan: Plan, past: Past): Measured {
  const seen = observationsFrom(inMinutes(plan), past.whole);
  const hosts = hostsOf(plan, past);
  const half = halves(hosts);
  const hostLogSd: Record<string, number> = {};
  const noise: Record<string, ReturnType<typeof measureCountNoise> | ReturnType<typeof measureLatencyNoise>> =
    {};
  for (const kpi of plan.kpis) {
    const own = seen.filter((one) => one.kpi === kpi.name);
    if (kpi.kind === "guardrail" || own.length === 0) continue;
    const spread = kpi.kind === "latency-mean" ? undefined : spreadOf(kpi.name, hosts);
    if (spread !== undefined) hostLogSd[kpi.name] = spread;
    noise[kpi.name] =
      kpi.kind === "latency-mean"
        ? measureLatencyNoise(own.flatMap((one) => latencyHistory(one, half.get(`${one.kpi}@${one.at}`))))
        : measureCountNoise(
            own.flatMap((one) => countHistory(one, half.get(`${one.kpi}@${one.at}`))),
            historySeconds.period,
          );
  }
  return { noise, hostLogSd };
}

function countHistory({ at, stable }: Observation, half: Summed | undefined): CountHistory[] {
  if (stable === null || !("bad" in stable)) return [];
  return [
    { at, ...stable, ...(half === undefined ? {} : { half: { requests: half.count, bad: half.amount } }) },
  ];
}

function latencyHistory({ at, stable }: Observation, half: Summed | undefined): LatencyHistory[] {
  if (stable === null || !("mean" in stable)) return [];
  const { mean, count } = stable;
  if (half === undefined || half.count <= 0 || half.count >= count) return [{ at, mean, count }];
  const rest = { count: count - half.count, amount: mean * count - half.amount };
  const of = (part: Summed) => ({ mean: part.amount / part.count, count: part.count });
  return [{ at, mean, count, halves: [of(half), of(rest)] }];
}
