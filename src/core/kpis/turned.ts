/**
 * Whether what serves has turned worse than it was: its KPIs now against the same KPIs a while before. What its users' own load does to
 * it is no harm of anything else: an interval in which it carries far more than then is compared only by what does not follow load, and
 * of one in which it carries somewhat more, what that may come to is taken off.
 */
import { judge, type Measured, type Observation, requestsOf, startStage, startVerdict } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import { judgedKpis } from "../plan/requirements.ts";
import { type EpochSeconds, shareOf } from "../units.ts";
import { comparable, unlikeIntervals } from "./comparable.ts";
import { isGuardrail } from "./kinds/guardrail.ts";
import { verdictSettings } from "./metrics.ts";

export interface Turning {
  /** From when on it may have turned; intervals before are what it is compared with. */
  readonly sinceSeconds: EpochSeconds;
  /** How long before each interval the one is that it is compared with, a multiple of the interval. */
  readonly earlierSeconds: number;
  readonly nowSeconds: EpochSeconds;
  readonly instances: number;
  readonly noise: Measured;
}

/**
 * The KPIs that turned, by the verdict's own evidence and at the plan's error rates: now stands for the candidate and before
 * for stable. Ceilings are not asked: how stable stood to them before, nobody knows.
 */
export function turnedKpis(
  plan: Plan,
  observed: readonly Observation[],
  turning: Turning,
): readonly string[] {
  const { sinceSeconds, earlierSeconds, nowSeconds, instances, noise } = turning;
  const ceilings = new Set(judgedKpis(plan).flatMap((kpi) => (isGuardrail(kpi) ? [kpi.name] : [])));
  const before = new Map(observed.map(({ kpi, at, stable }) => [`${kpi} ${at}`, stable]));
  const observations = observed.flatMap((now): Observation[] => {
    const stable = before.get(`${now.kpi} ${now.at - earlierSeconds}`) ?? null;
    if (ceilings.has(now.kpi) || now.at < sinceSeconds || now.stable === null || stable === null) return [];
    return [{ kpi: now.kpi, at: now.at, seconds: now.seconds, candidate: now.stable, stable }];
  });
  if (observations.length === 0) return [];
  const asBefore = comparableWithBefore(plan, observations, instances);
  const all = verdictSettings(plan);
  const settings = { ...all, kpis: all.kpis.filter(({ name }) => !ceilings.has(name)) };
  const mark = {
    stage: 0,
    at: sinceSeconds,
    trafficShare: 0.5,
    candidateInstances: instances,
    stableInstances: instances,
    settledAt: sinceSeconds,
  };
  const look = { at: nowSeconds, stageEndsAt: nowSeconds + plan.rollout.intervalSeconds, notCompared: [] };
  const { verdict } = judge(startStage(startVerdict(settings, noise), settings, mark), settings, {
    ...look,
    observations: asBefore,
  });
  return verdict.verdict === "fail" ? verdict.kpis : [];
}

/** Now and before are the same instances, and carried what their users asked for. */
function comparableWithBefore(
  plan: Plan,
  observations: readonly Observation[],
  instances: number,
): Observation[] {
  const { endpoint, requirements } = plan;
  const serving =
    instances * endpoint.requestsPerSecondPerInstance * shareOf(requirements.utilisationPercent);
  const serves = { candidate: serving, stable: serving };
  const short = observations.filter(({ candidate, seconds }) => requestsOf(candidate) / seconds > serving);
  const shortUntil = Math.max(0, ...short.map(({ at }) => at));
  return comparable(plan, observations, {
    unlike: unlikeIntervals(observations, serves),
    serves,
    shortUntil,
  });
}
