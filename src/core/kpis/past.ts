/**
 * What stable's past says about the noise in its KPIs: the day of minutes before a release, reduced to a few
 * numbers. Where metrics name their instances the fleet is split in two halves, whose difference is noise alone.
 */

import type { Plan } from "../plan/plan.ts";
import {
  type CountNoise,
  type CountPast,
  incidentMinutes,
  type LatencyNoise,
  type LatencyPast,
  type Measured,
  measureCountNoise,
  measureHostLogSd,
  measureLatencyNoise,
  type Observation,
} from "../verdict/index.ts";
import { seriesOfInstance } from "./instances.ts";
import { observationsFrom, type Series, type SeriesQuery, type Sides, seriesQueries } from "./metrics.ts";

/** CloudWatch keeps periods under a minute for three hours only, so the past is read in minutes. */
export const pastSeconds = { span: 24 * 3600, period: 60 } as const;

const inMinutes = (plan: Plan): Plan => ({
  ...plan,
  rollout: { ...plan.rollout, intervalSeconds: pastSeconds.period },
});

/** Series of stable as a whole. */
export const pastQueries = (plan: Plan, sides: Sides): SeriesQuery[] => seriesQueries(plan, sides, ["s"]);

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

interface Summed {
  readonly count: number;
  readonly amount: number;
}

/** What an instance showed, by KPI and minute. */
type Shown = ReadonlyMap<string, Summed>;

function shownBy(plan: Plan, { ofInstances, instances }: Past): Shown[] {
  return instances.map((_, nth) => {
    const own = observationsFrom(inMinutes(plan), seriesOfInstance(ofInstances, nth));
    return new Map(
      own.flatMap(({ kpi, at, stable }): [string, Summed][] => {
        const sum = summed(stable);
        return sum === undefined ? [] : [[`${kpi}@${at}`, sum]];
      }),
    );
  });
}

/** The half's sum in a minute; undefined where none of it was seen. */
function halfAt(
  shown: readonly Shown[],
  instances: readonly PastInstance[],
  key: string,
): Summed | undefined {
  const seen = shown.flatMap((one, nth) => (instances[nth]?.inHalf === true ? (one.get(key) ?? []) : []));
  if (seen.length === 0) return undefined;
  return seen.reduce((sum, { count, amount }) => ({ count: sum.count + count, amount: sum.amount + amount }));
}

/** The spread of bad rates among the instances, over the past without its incidents; absent where there are too few of them. */
function spreadOf(shown: readonly Shown[], keys: readonly string[]): number | undefined {
  const totals = shown.map((one) => {
    const own = keys.flatMap((key) => one.get(key) ?? []);
    return {
      requests: own.reduce((sum, { count }) => sum + count, 0),
      bad: own.reduce((sum, { amount }) => sum + amount, 0),
    };
  });
  return measureHostLogSd(totals) ?? undefined;
}

/** A sample that is no number is none, here as during the release. */
function summed(sample: Observation["stable"]): Summed | undefined {
  if (sample === null || "value" in sample) return undefined;
  const sum =
    "bad" in sample
      ? { count: sample.requests, amount: sample.bad }
      : { count: sample.count, amount: sample.mean * sample.count };
  return Number.isFinite(sum.count) && Number.isFinite(sum.amount) ? sum : undefined;
}

export interface Past {
  readonly whole: ReadonlyMap<string, Series>;
  /** Series of single instances, as `instanceQueries` names them, and which these are. */
  readonly ofInstances: ReadonlyMap<string, Series>;
  readonly instances: readonly PastInstance[];
}

/** Measures each KPI's noise on stable's past; a KPI without one is left to the engine's assumptions. */
export function measuredNoise(plan: Plan, past: Past): Measured {
  const seen = observationsFrom(inMinutes(plan), past.whole);
  const shown = shownBy(plan, past);
  const hostLogSd: Record<string, number> = {};
  const noise: Record<string, CountNoise | LatencyNoise> = {};
  for (const kpi of plan.kpis) {
    const own = seen.filter((one) => one.kpi === kpi.name);
    if (kpi.kind === "guardrail" || own.length === 0) continue;
    const half = ({ at }: Observation) => halfAt(shown, past.instances, `${kpi.name}@${at}`);
    const inHalf = shown.filter((_, nth) => past.instances[nth]?.inHalf === true);
    const ones = ({ at }: Observation) => inHalf.map((one) => one.get(`${kpi.name}@${at}`));
    if (kpi.kind === "latency-mean") {
      noise[kpi.name] = measureLatencyNoise(own.flatMap((one) => latencyHistory(one, half(one), ones(one))));
      continue;
    }
    const whole = own.flatMap((one) => countHistory(one, undefined, []));
    const incidents = incidentMinutes(whole);
    const usual = whole.filter(({ at }) => !incidents.has(at)).map(({ at }) => `${kpi.name}@${at}`);
    const spread = spreadOf(shown, usual);
    if (spread !== undefined) hostLogSd[kpi.name] = spread;
    noise[kpi.name] = measureCountNoise(
      own.flatMap((one) => countHistory(one, half(one), ones(one))),
      pastSeconds.period,
    );
  }
  return { noise, hostLogSd };
}

function countHistory(
  { at, stable }: Observation,
  half: Summed | undefined,
  ones: readonly (Summed | undefined)[],
): CountPast[] {
  if (stable === null || !("bad" in stable) || summed(stable) === undefined) return [];
  if (half === undefined) return [{ at, ...stable }];
  const counted = ({ count, amount }: Summed) => ({ requests: count, bad: amount });
  const single = ones.map((one) => (one === undefined ? null : counted(one)));
  return [{ at, ...stable, half: counted(half), ones: single }];
}

function latencyHistory(
  { at, stable }: Observation,
  half: Summed | undefined,
  ones: readonly (Summed | undefined)[],
): LatencyPast[] {
  if (stable === null || !("mean" in stable) || summed(stable) === undefined) return [];
  const { mean, count } = stable;
  if (half === undefined || half.count <= 0 || half.count >= count) return [{ at, mean, count }];
  const rest = { count: count - half.count, amount: mean * count - half.amount };
  const of = (part: Summed) => ({ mean: part.amount / part.count, count: part.count });
  const single = ones.map((one) => (one === undefined || one.count <= 0 ? null : of(one)));
  return [{ at, mean, count, halves: [of(half), of(rest)], ones: single }];
}
