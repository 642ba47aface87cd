/** What each stage's bake can show at the load that is expected, and where the sides are loaded too unlike to compare. */

import { type Expectation, expectationsOf } from "#verdict";
import { candidateNeeds, servedPerInstance } from "../capacity/sizing.ts";
import { plannedFleet } from "../feasibility/planned-fleet.ts";
import type { Plan } from "../plan/plan.ts";
import { type Percent, shareOf } from "../units.ts";
import { comparableTimes, followsLoad } from "./comparable.ts";
import { verdictSettings } from "./metrics.ts";
import { settleMinutes } from "./settling.ts";

/** What is expected of stable's traffic while a release is judged. */
export interface ExpectedLoad {
  /** On average, of both sides. */
  readonly requestsPerSecond: number;
  /** Failed requests of a healthy model, percent. */
  readonly errorPercent: Percent;
}

/** What a stage's bake can show by one KPI at the expected load, minutes from the stage's start; null: never. */
export interface Sight {
  readonly trafficPercent: Percent;
  readonly bakeMinutes: number;
  readonly kpi: string;
  /** To find a candidate so many times as bad; empty where it is not compared. */
  readonly findsMinutes: readonly { readonly times: number; readonly minutes: number | null }[];
  /** The least times as bad that is found by the end of the bake, about every other time; null: nothing is. */
  readonly leastTimes: number | null;
  /** To prove safe a candidate that is as good as stable. */
  readonly provesSafeMinutes: number | null;
  /** Where it is not compared: how many times what stable's carry each of the candidate's instances carries. */
  readonly unlikeTimes?: number;
}

export interface Expected {
  /** Of what is compared. */
  readonly expectations: readonly Expectation[];
  readonly sight: readonly Sight[];
}

/**
 * For the stages in which stable is left to compare with: at all traffic there are ceilings alone. The candidate has the
 * size that its plan's strategy gives it before each.
 */
export function expectedOf(plan: Plan, load: ExpectedLoad): Expected {
  const { stages } = plan.rollout;
  const needs = candidateNeeds(plan, plan.defaultReleaseType);
  const { fleet } = plannedFleet(plan, needs);
  const instancesAt = (stage: number) => fleet.shares?.[stage]?.instances ?? fleet.instances;
  const stableInstances = plan.endpoint.instances;
  const compared = stages.flatMap(({ trafficPercent, bakeMinutes }, stage) => {
    const fleets = { candidateInstances: instancesAt(stage), stableInstances };
    const share = { stage, trafficShare: shareOf(trafficPercent), bakeMinutes, ...fleets };
    return trafficPercent >= 100 ? [] : [{ ...share, settleMinutes: settleMinutes(plan, { bakeMinutes }) }];
  });
  const stableServes = stableInstances * servedPerInstance(plan, plan.endpoint);
  const all = expectationsOf(verdictSettings(plan), compared, () => ({
    requestsPerMinute: load.requestsPerSecond * 60,
    badRate: shareOf(load.errorPercent),
  }));
  const latencies = new Set(plan.kpis.filter(followsLoad).map(({ name }) => name));
  const unlike = ({ stage, kpi }: Expectation): number | undefined => {
    const percent = stages[stage]?.trafficPercent ?? 0;
    const candidateServes = instancesAt(stage) * servedPerInstance(plan, needs);
    const times = ((percent / (100 - percent)) * stableServes) / candidateServes;
    return latencies.has(kpi) && times > comparableTimes ? times : undefined;
  };
  return {
    expectations: all.filter((each) => unlike(each) === undefined),
    sight: all.map((each) => sightOf(plan, each, unlike(each))),
  };
}

function sightOf(
  { rollout }: Plan,
  { stage, kpi, regressions, leastRatio, safety }: Expectation,
  unlike: number | undefined,
): Sight {
  const minutes = (value: number) => (Number.isFinite(value) ? Math.round(value * 10) / 10 : null);
  const { trafficPercent = 0, bakeMinutes = 0 } = rollout.stages[stage] ?? {};
  const where = { trafficPercent, bakeMinutes, kpi };
  if (unlike !== undefined)
    return {
      ...where,
      findsMinutes: [],
      leastTimes: null,
      provesSafeMinutes: null,
      unlikeTimes: Number(unlike.toPrecision(2)),
    };
  return {
    ...where,
    findsMinutes: regressions.map(({ ratio, engine }) => ({ times: ratio, minutes: minutes(engine) })),
    leastTimes: leastRatio === null ? null : Number(leastRatio.toPrecision(3)),
    provesSafeMinutes: minutes(safety.engine),
  };
}
