/**
 * Slipway's planner as a contender, by the code that ships: `forecastDay` on whole days of a recording, the sizing of plans, and
 * the fleets that a release's strategy makes of them. What is known is what came before; as a release begins, the load of late.
 */
import { fleetsFor, sizingOf } from "../../src/core/capacity/candidate-fleet.ts";
import { type DayForecast, forecastDay } from "../../src/core/capacity/forecast.ts";
import { flatLoad } from "../../src/core/capacity/load-outlook.ts";
import { raiseLeadSeconds } from "../../src/core/capacity/locked-minutes.ts";
import { candidateNeeds, designLoad, instancesFor } from "../../src/core/capacity/sizing.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { strategies } from "../../src/core/plan/strategies.ts";
import { withZoneSpare } from "../../src/core/plan/zone-spare.ts";
import type { Contender } from "./replay.ts";
import { dayMinutes, highest, knownBefore, type Trace } from "./trace.ts";
import type { PlannedRelease } from "./two-variants.ts";

/** How high the load is to be expected from a minute until another, requests per second; it stays below on such a share of days. */
export type ExpectedPeak = (from: number, to: number, share: number) => number;

/** At the begin of each day, by the days before it, for that day and the next. */
export function forecastsOf(trace: Trace): ExpectedPeak {
  const made = new Map<number, readonly DayForecast[]>();
  const slotMinutes = 10;
  const of = (day: number): readonly DayForecast[] => {
    const known = made.get(day);
    if (known !== undefined) return known;
    const { days } = knownBefore(trace, day);
    const both = [forecastDay(days, 1), forecastDay(days, 2)];
    made.set(day, both);
    return both;
  };
  return (from, to, share) => {
    const day = Math.floor(from / dayMinutes);
    const parts = of(day).map((forecast, ahead) => {
      const begins = (day + ahead) * dayMinutes;
      const [first, last] = [from - begins, to - begins].map((minute) =>
        Math.min(Math.max(0, minute), dayMinutes),
      ) as [number, number];
      if (last <= first) return 0;
      return forecast.peak(share, Math.floor(first / slotMinutes), Math.ceil(last / slotMinutes));
    });
    return Math.max(...parts);
  };
}

export interface Planned {
  readonly plan: Plan;
  readonly loads: readonly number[];
  readonly expectedPeak: ExpectedPeak;
  /** 0 … 1 */
  readonly share: number;
}

const sizeOf = (plan: Plan, requestsPerSecond: number): number =>
  Math.max(
    1,
    withZoneSpare(
      plan.requirements.zoneSpare,
      instancesFor(plan, plan.endpoint, { requestsPerSecond, percent: 100 }),
    ),
  );

/** As `slipway forecast` prints it: a size for the day, and the plan's peak from the same figure. */
export function byDay({ plan, loads, expectedPeak, share }: Planned): Contender {
  const peakOf = (minute: number) => {
    const begins = Math.floor(minute / dayMinutes) * dayMinutes;
    return expectedPeak(begins, begins + dayMinutes, share);
  };
  return {
    floor: (minute) => sizeOf(plan, peakOf(minute)),
    target: 60 * servedAtPlan(plan),
    release: (minute) => releaseBy(plan, loads, { minute, peak: peakOf(minute) }),
  };
}

/**
 * The same sizing by the peak of what a size has to last for: a window, and after it as long as it takes at most until a raise
 * that is begun then is there. A release is sized by the peak of as long as it takes.
 */
export function byWindow({ plan, loads, expectedPeak, share }: Planned, lasts: Lasts): Contender {
  const leadMinutes = raiseLeadSeconds(plan) / 60;
  return {
    floor: (minute) => sizeOf(plan, expectedPeak(minute, minute + lasts.windowMinutes + leadMinutes, share)),
    target: 60 * servedAtPlan(plan),
    release: (minute) =>
      releaseBy(plan, loads, { minute, peak: expectedPeak(minute, minute + lasts.releaseMinutes, share) }),
  };
}

export interface Lasts {
  readonly windowMinutes: number;
  readonly releaseMinutes: number;
}

const servedAtPlan = ({ endpoint, requirements }: Plan): number =>
  (endpoint.requestsPerSecondPerInstance * requirements.utilisationPercent) / 100;

/** The highest minute of late, as the release looks at it, and the plan's peak: what PlanCapacity sizes a candidate by. */
function releaseBy(
  plan: Plan,
  loads: readonly number[],
  { minute, peak }: { minute: number; peak: number },
): PlannedRelease {
  const requirements = { ...plan.requirements, peakRequestsPerSecond: peak };
  const now = flatLoad(highest(loads, minute - lateMinutes, minute - 1) / 60);
  const design = designLoad({ ...plan, requirements }, now);
  const [choice] = fleetsFor(plan, candidateNeeds(plan, plan.defaultReleaseType), design);
  if (choice === undefined) throw new Error("a strategy comes down to one at least");
  const isAhead = strategies[choice.strategy].isAhead;
  return { fleet: choice.fleet, leadMinutes: isAhead ? sizingOf(plan).raiseMinutes : 0 };
}

/** As `recentLoad` looks back. */
const lateMinutes = 10;
