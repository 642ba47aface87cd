/** What is known that a plan could go by: what its instances serve, and how high its load comes, each with what it rests on. */

import { candidateNeeds } from "../capacity/sizing.ts";
import type { LoadHistory } from "../forecast/load-history.ts";
import { isKnown } from "../forecast/load-usual.ts";
import { weightAt } from "../learning/forgetting.ts";
import type { Belief } from "../learning/log-normal.ts";
import { type Posterior, posteriorOf } from "../learning/posterior.ts";
import { learntOf, priorBelief, type QuantitySeen } from "../learning/quantity.ts";
import type { Plan } from "../plan/plan.ts";
import type { PastRelease } from "../release/past.ts";
import { throughputOf } from "../release/quantity-lessons.ts";
import type { EpochMs } from "../units.ts";

export interface Evidence {
  /** Of the plan's model. */
  readonly past: readonly PastRelease[];
  /** The highest load of each day that is known, requests per second; empty where nobody looked. */
  readonly days: readonly QuantitySeen[];
  readonly nowMs: EpochMs;
}

export interface KnownQuantity {
  readonly belief: Belief;
  readonly posterior: Posterior;
  /** Releases, or days; 0 where the plan is taken at its word. */
  readonly records: number;
}

const dayMs = 86_400_000;

/** Of releases of the plan's model, and of days that are known whole. */
export function evidenceOf(
  plan: Plan,
  {
    past,
    history,
    nowMs,
  }: { readonly past: readonly PastRelease[]; readonly history: LoadHistory; readonly nowMs: EpochMs },
): Evidence {
  const { days, nextDayMs } = history;
  const seen = days.flatMap((day, nth): QuantitySeen[] => {
    const atMs = nextDayMs - (days.length - nth) * dayMs;
    const highest = Math.max(...day.map((load) => load ?? 0));
    if (!isKnown(day) || highest <= 0) return [];
    const at = new Date(atMs).toISOString();
    return [
      { instances: 1, moreThan: 0.99 * highest, atMost: 1.01 * highest, at, weight: weightAt(atMs, nowMs) },
    ];
  });
  return { past: past.filter(({ model }) => model === plan.model), days: seen, nowMs };
}

/** Chosen: fewer releases are chance. */
export const fewestReleases = 3;

/** A tenth less is within a plan's rounding, as tests under load have it. */
const nearly = 0.9;

/** Of what a team has measured, and of what it has seen: a tenth more or less. */
const atItsWord = (value: number): KnownQuantity => {
  const belief = priorBelief({ centre: value, deviation: 0.02, spread: 0.05, spreadDeviation: 0.1 });
  return { belief, posterior: posteriorOf(belief, []), records: 0 };
};

export interface KnownThroughput extends KnownQuantity {
  /** What at least two releases have shown an instance to serve. */
  readonly shown: number;
  /** Whether any has shown it to serve less than the plan says. */
  readonly isRefuted: boolean;
}

/** What an instance of the type that the plan is promoted on serves. Traffic alone says too little: its fleets have room. */
export function throughputKnown(plan: Plan, { past, nowMs }: Evidence): KnownThroughput {
  const { instanceType, requestsPerSecondPerInstance: planned } = candidateNeeds(
    plan,
    plan.defaultReleaseType,
  );
  const tested = past.filter(({ retrospective }) =>
    retrospective?.throughput?.seen.some(
      (one) => one.by === "load-test" && one.instanceType === instanceType,
    ),
  );
  const found = throughputOf({ model: plan.model, instanceType, planned, past: tested, nowMs });
  // What contradicts the plan counts at once: up fast, down slow.
  const isRefuted = found.seen.some(({ atMost }) => atMost < planned);
  // Tests that went less far than the plan's number, and refute nothing of it, leave it as it is.
  const isSeen = found.seen.length >= fewestReleases && shownBy(found.seen) >= nearly * planned;
  if (!isSeen && !isRefuted) return { ...atItsWord(planned), shown: planned, isRefuted };
  const { belief, seen } = found;
  return {
    belief,
    posterior: posteriorOf(belief, seen),
    records: seen.length,
    shown: shownBy(seen),
    isRefuted,
  };
}

/** The second highest: one alone may be a lucky minute. Of what is known from both sides its middle. */
function shownBy(seen: readonly QuantitySeen[]): number {
  const shown = seen.map(({ moreThan, atMost }) =>
    atMost === Number.POSITIVE_INFINITY ? moreThan : moreThan > 0 ? Math.sqrt(moreThan * atMost) : 0,
  );
  return (
    shown
      .toSorted((one, other) => other - one)
      .slice(0, 2)
      .at(-1) ?? 0
  );
}

/** How high the load of a week comes: days of one are unlike each other, and weeks are much like the last. */
export function loadKnown(plan: Plan, { days }: Evidence): KnownQuantity {
  const weeks = weeksOf(days);
  if (weeks.length === 0) {
    // As high as the plan is ready for in the highest of the coming weeks.
    const { peakRequestsPerSecond: peak } = plan.requirements;
    return atItsWord(peak / Math.exp(highestOf4 * 0.05));
  }
  const middles = weeks
    .map(({ moreThan, atMost }) => Math.sqrt(moreThan * atMost))
    .toSorted((one, other) => one - other);
  const centre = middles[middles.length >> 1] ?? 0;
  // Chosen: the median of the weeks is about theirs, and weeks differ by a tenth, or by far less or more.
  const prior = { centre, deviation: 0.1, spread: 0.08, spreadDeviation: 0.6 };
  const { belief, seen } = learntOf(prior, weeks);
  return { belief, posterior: posteriorOf(belief, seen), records: seen.length };
}

/** By seven days that are known each, the newest ones first: what is left of the oldest is no week. */
function weeksOf(days: readonly QuantitySeen[]): QuantitySeen[] {
  const newest = days.toSorted((one, other) => (one.at > other.at ? -1 : 1));
  const whole = Array.from({ length: Math.floor(newest.length / 7) }, (_, week) =>
    newest.slice(7 * week, 7 * week + 7),
  );
  return whole.flatMap((week) => week.toSorted((one, other) => other.moreThan - one.moreThan).slice(0, 1));
}

/** In standard deviations, what the highest of four stays below nineteen times of twenty. */
const highestOf4 = 2.23;
