/**
 * Slipway's planner as a contender, by the code that ships: `forecastDay` on whole days of a recording, the sizing of plans, and
 * the fleets that a release's strategy makes of them. What is known is what came before; as a release begins, the load of late.
 */
import { fleetsFor, sizingOf } from "../../src/core/capacity/candidate-fleet.ts";
import { flatLoad } from "../../src/core/capacity/load-outlook.ts";
import { candidateNeeds, designLoad, instancesFor, steadyInstances } from "../../src/core/capacity/sizing.ts";
import { type DayForecast, forecastDay, type LoadDay } from "../../src/core/forecast/forecast.ts";
import { type LoadSoon, loadSoon } from "../../src/core/forecast/load-soon.ts";
import { releasePeakSoon, sizeSoon } from "../../src/core/outlook/size-soon.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { strategies } from "../../src/core/plan/strategies.ts";
import type { Contender } from "./replay.ts";
import { newestVisible } from "./target-tracking.ts";
import { dayMinutes, highest, knownBefore, loadsOf, type Trace } from "./trace.ts";
import type { PlannedRelease } from "./two-variants.ts";

export interface Known {
  readonly plan: Plan;
  readonly loads: readonly number[];
  /** What is known as a minute begins: which day it is by the newest minute that is seen, the days before it, and of it. */
  readonly dayOf: (minute: number) => number;
  readonly daysBefore: (day: number) => readonly LoadDay[];
  readonly until: (minute: number) => { readonly today: LoadDay; readonly slotMinutes: number };
}

export function knownOf(plan: Plan, trace: Trace): Known {
  const dayOf = (minute: number) => Math.floor((minute - newestVisible) / dayMinutes);
  const seen = new Map<number, ReturnType<Known["until"]>>();
  return {
    plan,
    loads: loadsOf(trace),
    dayOf,
    daysBefore: (day) => knownBefore(trace, day * dayMinutes).days,
    until: (minute) => {
      // With a day before it: a history is of whole days.
      const from = (dayOf(minute) - 1) * dayMinutes;
      const found = seen.get(minute) ?? knownBefore(trace, minute - newestVisible, from);
      seen.set(minute, found);
      return found;
    },
  };
}

/** A size for the day and a peak for the plan, as `slipway forecast` prints them for the next day, on such a share of days. */
export function byDay(known: Known, days: DayForecasts, share: number): Contender {
  const { plan } = known;
  const peakOf = (minute: number) => {
    const { forecast } = days(known.dayOf(minute));
    return forecast.peak(share, 0, forecast.median.length);
  };
  return {
    floor: (minute) => Math.max(1, steadyInstances(plan, peakOf(minute))),
    target: 60 * servedAtPlan(plan),
    lagMinutes: newestVisible,
    release: (minute) => releaseBy(known, minute, peakOf(minute)),
  };
}

export interface OnTheDay {
  /** 0 … 1: of the times at which a size is looked at; of those at which a release begins. */
  readonly share: number;
  readonly releaseShare: number;
}

/** A size for now, looked at anew as each window begins, and a peak for each release, as `slipway forecast` prints them of a recording until then. */
export function onTheDay(known: Known, days: DayForecasts, { share, releaseShare }: OnTheDay): Contender {
  const { plan } = known;
  const soonAt = (minute: number) => days(known.dayOf(minute)).soon;
  return {
    floor: (minute) => sizeSoon(plan, soonAt(minute), { ...known.until(minute), share }).instances,
    target: 60 * servedAtPlan(plan),
    lagMinutes: newestVisible,
    release: (minute) => {
      const now = { ...known.until(minute), share: releaseShare };
      return releaseBy(known, minute, releasePeakSoon(plan, soonAt(minute), now).requestsPerSecond);
    },
  };
}

/** By day: how it is foreseen by the days before it. */
export type DayForecasts = (day: number) => { readonly forecast: DayForecast; readonly soon: LoadSoon };

export function dayForecasts({ daysBefore }: Known): DayForecasts {
  const made = new Map<number, ReturnType<DayForecasts>>();
  return (day) => {
    const found = made.get(day);
    if (found !== undefined) return found;
    const days = daysBefore(day);
    const fresh = { forecast: forecastDay(days), soon: loadSoon(days) };
    made.set(day, fresh);
    return fresh;
  };
}

const servedAtPlan = ({ endpoint, requirements }: Plan): number =>
  (endpoint.requestsPerSecondPerInstance * requirements.utilisationPercent) / 100;

/** The highest minute of late, as the release looks at it, and the plan's peak: what PlanCapacity sizes a candidate by. */
function releaseBy({ plan, loads }: Known, minute: number, peak: number): PlannedRelease {
  const late = (at: number) => highest(loads, at - lateMinutes, at - 1) / 60;
  const requirements = { ...plan.requirements, peakRequestsPerSecond: peak };
  const design = designLoad({ ...plan, requirements }, flatLoad(late(minute)));
  const needs = candidateNeeds(plan, plan.defaultReleaseType);
  const [choice] = fleetsFor(plan, needs, design);
  if (choice === undefined) throw new Error("a strategy comes down to one at least");
  const { maxRaises, raiseMinutes } = sizingOf(plan);
  return {
    fleet: choice.fleet,
    leadMinutes: strategies[choice.strategy].isAhead ? raiseMinutes : 0,
    wanted: (at, share) =>
      Math.max(1, instancesFor(plan, needs, { requestsPerSecond: late(at), percent: 100 * share })),
    maxRaises,
    timeoutMinutes: plan.rollout.capacityTimeoutMinutes,
  };
}

/** As `recentLoad` looks back. */
export const lateMinutes = 10;
