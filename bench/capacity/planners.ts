/**
 * Slipway's planner as a contender, by the code that ships: `forecastDay` on whole days of a recording, the sizing of plans, and
 * the fleets that a release's strategy makes of them. What is known is what came before; as a release begins, the load of late.
 */
import { fleetsFor, sizingOf } from "../../src/core/capacity/candidate-fleet.ts";
import { flatLoad } from "../../src/core/capacity/load-outlook.ts";
import { raiseLeadSeconds } from "../../src/core/capacity/locked-minutes.ts";
import { candidateNeeds, designLoad, instancesFor, steadyInstances } from "../../src/core/capacity/sizing.ts";
import { minutesLookedAt, steadyBounds } from "../../src/core/capacity/steady-bounds.ts";
import { type DayForecast, forecastDay, type LoadDay } from "../../src/core/forecast/forecast.ts";
import { type LoadHistory, until } from "../../src/core/forecast/load-history.ts";
import { type LoadSoon, loadSoon } from "../../src/core/forecast/load-soon.ts";
import { foreseenLoad } from "../../src/core/outlook/foreseen-load.ts";
import { foreseenSize } from "../../src/core/outlook/foreseen-size.ts";
import { releasePeakSoon } from "../../src/core/outlook/size-soon.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { ScalingRule } from "../../src/core/plan/scaling-rule.ts";
import { strategies } from "../../src/core/plan/strategies.ts";
import type { Contender } from "./replay.ts";
import { newestVisible } from "./target-tracking.ts";
import { dayMinutes, highest, knownBefore, loadsOf, type Trace } from "./trace.ts";
import type { PlannedRelease } from "./two-variants.ts";

export interface Known {
  readonly plan: Plan;
  readonly loads: readonly number[];
  /** The days that are over as one begins. */
  readonly daysBefore: (day: number) => readonly LoadDay[];
  /** What the scheduled function knows as a minute begins. */
  readonly history: (minute: number) => LoadHistory;
}

export function knownOf(plan: Plan, trace: Trace): Known {
  const byDay = new Map<number, readonly LoadDay[]>();
  const byMinute = new Map<number, LoadHistory>();
  const daysBefore = (day: number) => {
    const found = byDay.get(day) ?? knownBefore(trace, day * dayMinutes).days;
    byDay.set(day, found);
    return found;
  };
  const historyAt = (minute: number): LoadHistory => {
    const day = Math.floor(minute / dayMinutes);
    // With a day before it: a history is of whole days.
    const recent = knownBefore(trace, minute - newestVisible, (day - 1) * dayMinutes);
    return { ...until(recent, trace.startMs + minute * 60_000), days: daysBefore(day) };
  };
  return {
    plan,
    loads: loadsOf(trace),
    daysBefore,
    history: (minute) => {
      const found = byMinute.get(minute) ?? historyAt(minute);
      byMinute.set(minute, found);
      return found;
    },
  };
}

/** A size for the day and a peak for the plan, as `slipway forecast` prints them for the next day, on such a share of days. */
export function byDay(known: Known, days: DayForecasts, share: number): Contender {
  const { plan } = known;
  const peakOf = (minute: number) => {
    const { forecast } = days(Math.floor((minute - newestVisible) / dayMinutes));
    return forecast.peak(share, 0, forecast.median.length);
  };
  return {
    floor: (minute) => Math.max(1, steadyInstances(plan, peakOf(minute))),
    target: 60 * servedAtPlan(plan),
    lagMinutes: newestVisible,
    release: (minute) => releaseBy(known, minute, { peak: peakOf(minute) }),
  };
}

/** With nothing given but that it may be as much as it takes. */
const freely = { minInstances: 1, maxInstances: 1000, maxUsdPerHour: 1_000_000 };

export interface Scaling {
  readonly mode: ScalingRule["mode"];
  /** 0 … 1: of the times at which a size is looked at, where it is predictive; of those at which a release begins. */
  readonly share: number;
  readonly releaseShare: number;
}

/**
 * `scaling` in a plan, by what the scheduled function goes by every five minutes; and releases with `requirements.load: forecast`,
 * whose plan's peak is beyond all loads.
 */
export function scaled(known: Known, days: DayForecasts, { mode, share, releaseShare }: Scaling): Contender {
  const { plan, loads } = known;
  const rule = ScalingRule.parse({ ...freely, mode });
  const own = 1;
  let [set, changedAtMs]: [number, number | undefined] = [own, undefined];
  const soonAt = (minute: number) => days(Math.floor(minute / dayMinutes)).soon;
  return {
    everyMinutes: lookMinutes,
    floor: (minute) => {
      const nowMs = minute * 60_000;
      const newest = minute - newestVisible;
      const from = newest - minutesLookedAt(rule);
      const foreseen =
        mode === "reactive"
          ? undefined
          : foreseenSize(plan, known.history(minute), { soon: soonAt(minute), share });
      if (foreseen !== undefined && "lack" in foreseen) throw new Error(foreseen.lack);
      const { to } = steadyBounds({
        rule,
        foreseen,
        instancesFor: (load) => steadyInstances(plan, load),
        minutes: loads
          .slice(from, newest)
          .map((requests, nth) => ({ at: (from + nth) * 60, requestsPerSecond: requests / 60 })),
        set,
        own,
        maximum: freely.maxInstances,
        affordable: freely.maxInstances,
        changedAtMs,
        nowMs,
      });
      if (to !== set) [set, changedAtMs] = [to, nowMs];
      return set;
    },
    target: 60 * servedAtPlan(plan),
    release: (minute) => {
      const now = { ...known.history(minute), share: releaseShare };
      return releaseBy(known, minute, {
        peak: releasePeakSoon(plan, soonAt(minute), now).requestsPerSecond,
        soon: (at) => {
          const load = foreseenLoad(unbounded(plan), known.history(at), { now: 0, soon: soonAt(at) });
          return load.at(raiseLeadSeconds(plan));
        },
      });
    },
  };
}

/** As serverless.yml has the schedule. */
const lookMinutes = 5;

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

interface Expected {
  /** The plan's. */
  readonly peak: number;
  /** What is foreseen as a share is to be given, requests per second; absent: that the load stays as it is. */
  readonly soon?: (minute: number) => number;
}

/** A plan whose peak bounds nothing. */
const unbounded = (plan: Plan): Plan => ({
  ...plan,
  requirements: { ...plan.requirements, peakRequestsPerSecond: Number.POSITIVE_INFINITY },
});

/** The highest minute of late, as the release looks at it, and the plan's peak: what PlanCapacity sizes a candidate by. */
function releaseBy(
  { plan, loads }: Known,
  minute: number,
  { peak, soon = () => 0 }: Expected,
): PlannedRelease {
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
    wanted: (at, share, isForeseen) => {
      const requestsPerSecond = isForeseen ? Math.max(late(at), soon(at)) : late(at);
      return Math.max(1, instancesFor(plan, needs, { requestsPerSecond, percent: 100 * share }));
    },
    maxRaises,
    timeoutMinutes: plan.rollout.capacityTimeoutMinutes,
  };
}

/** As `recentLoad` looks back. */
export const lateMinutes = 10;
