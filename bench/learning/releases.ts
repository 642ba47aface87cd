/**
 * Fifty releases, one a week, of a plan that is wrong by up to a half in every number, and what its proposals make of it. Each is
 * taken over as it is proposed. The days' highest loads, what each version serves and how long it loads are drawn; what a release
 * keeps of it goes through the shipped posteriors.
 */
import { streams } from "#twin/world";
import { launchedFor } from "../../src/core/capacity/sizing.ts";
import { weightAt } from "../../src/core/learning/forgetting.ts";
import type { QuantitySeen } from "../../src/core/learning/quantity.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { withChanges } from "../../src/core/proposing/changes.ts";
import { proposalOf } from "../../src/core/proposing/proposal.ts";
import type { PastRelease } from "../../src/core/release/past.ts";
import type { Retrospective } from "../../src/core/release/retrospective.ts";

const dayMs = 86_400_000;
export const startMs = Date.UTC(2026, 0, 5);

/** Chosen: days differ by a tenth, versions serve what the last one did but for 3 %, and loading differs by a fifth. */
const spreads = { load: 0.1, throughput: 0.03, loading: 0.2 };
/** The load test goes up to so much of what the plan says, finds a knee below it to within so much, and refuses what serves less. */
const test = { cap: 1.1, within: 0.05, passing: 0.9 };
/** From such a part of its full load on a fleet is too slow. */
const slowFrom = 0.9;
/** Of the highest load of 28 days, nineteen of twenty in standard deviations of a day: Φ⁻¹(.95^(1/28)). */
const highestOf28 = 2.905;

export interface Course {
  /** The steady fleet over the one that the right numbers give, after so many releases: 0 … 50. */
  readonly overOracle: readonly number[];
  readonly accepted: number;
  /** Of these, those after which a day asked for more than the fleet served in time, before the next or within 28 days. */
  readonly breached: number;
  /** Days on which the plan as it was before any proposal asked too much of its fleet. */
  readonly daysBefore: number;
  /** Releases that their test under load refused after a proposal, since an instance serves less than the plan says. */
  readonly refused: number;
}

export function courseOf(sample: Plan, seed: number, releases: number): Course {
  const { truth, right, wrongly } = drawn(sample, seed);
  const draw = streams(seed);
  const oracle = promotedWith(right);
  const known: { readonly days: QuantitySeen[]; readonly past: PastRelease[] } = { days: [], past: [] };
  const overOracle = [promotedWith(wrongly) / oracle];
  const counts = { accepted: 0, breached: 0, daysBefore: 0, refused: 0 };
  const about = (what: string, nth: number, median: number, spread: number) =>
    median * Math.exp(spread * draw(what, nth).normal());
  let [plan, fleet, serving] = [wrongly, promotedWith(wrongly), truth.throughput];
  let watched: Watched | undefined;
  for (let week = 0; week < releases; week += 1) {
    const loads = Array.from({ length: 7 }, (_, day) =>
      about("day", 7 * week + day, truth.load, spreads.load),
    );
    const breaches = loads.filter((load) => load > slowFrom * fleet * serving).length;
    if (counts.accepted === 0) counts.daysBefore += breaches;
    if (watched !== undefined && hasBreached(watched, { loads, fleet, serving, week })) counts.breached += 1;
    for (const [day, load] of loads.entries()) known.days.push(seenAs(load, 0.01, 7 * week + day));
    const serves = about("version", week, truth.throughput, spreads.throughput);
    const isRefused = serves < test.passing * plan.endpoint.requestsPerSecondPerInstance;
    if (isRefused && counts.accepted > 0) counts.refused += 1;
    if (!isRefused) [fleet, serving] = [promotedWith(plan), serves];
    known.past.push(
      pastOf(plan, { week, serves, loading: about("loading", week, truth.loadSeconds, spreads.loading) }),
    );
    const next = afterWeek(plan, known, week);
    if (promotedWith(next) !== promotedWith(plan)) {
      counts.accepted += 1;
      watched = { untilWeek: week + 5, hasBreached: false, fleetBefore: promotedWith(plan) };
    }
    plan = next;
    overOracle.push(promotedWith(plan) / oracle);
  }
  return { overOracle, ...counts };
}

interface Watched {
  readonly untilWeek: number;
  readonly fleetBefore: number;
  hasBreached: boolean;
}

/** For the first time. What would have been too much for the fleet of before as well is not for the proposal to answer for. */
function hasBreached(
  watched: Watched,
  { loads, fleet, serving, week }: { loads: readonly number[]; fleet: number; serving: number; week: number },
): boolean {
  if (watched.hasBreached || week >= watched.untilWeek) return false;
  const isTooMuch = (load: number, of: number) => load > slowFrom * of * serving;
  watched.hasBreached = loads.some((load) => isTooMuch(load, fleet) && !isTooMuch(load, watched.fleetBefore));
  return watched.hasBreached;
}

/** The plan with what is proposed for it then, where anything is. */
function afterWeek(
  plan: Plan,
  { days, past }: { readonly days: readonly QuantitySeen[]; readonly past: readonly PastRelease[] },
  week: number,
): Plan {
  const nowMs = startMs + dayMs * (7 * week + 7);
  const newest = days.slice(-mostDays);
  const weighed = newest.map((one) => ({ ...one, weight: weightAt(Date.parse(one.at), nowMs) }));
  const found = proposalOf(plan, { past, days: weighed, nowMs });
  return "quiet" in found ? plan : withChanges(plan, found.changes);
}

/** As many as CloudWatch keeps in steps of five minutes. */
const mostDays = 63;

/** What is so, the plan that has it right, and the one that a team begins with. */
export function drawn(sample: Plan, seed: number, scale = 1) {
  const numbers = streams(seed)("numbers", 0);
  const truth = {
    load: scale * (300 + 900 * numbers.uniform()),
    throughput: 8 + 16 * numbers.uniform(),
    loadSeconds: 60 + 240 * numbers.uniform(),
  };
  const peak = truth.load * Math.exp(highestOf28 * spreads.load);
  const loadSeconds = truth.loadSeconds * Math.exp(z95 * spreads.loading);
  const wrongly = (value: number) => value * (0.5 + numbers.uniform());
  return {
    truth,
    right: planWith(sample, { peak, throughput: truth.throughput, loadSeconds }),
    wrongly: planWith(sample, {
      peak: wrongly(peak),
      throughput: wrongly(truth.throughput),
      loadSeconds: wrongly(loadSeconds),
    }),
  };
}

/** Φ⁻¹(.95) */
const z95 = 1.6449;

export const promotedWith = (plan: Plan): number =>
  launchedFor(plan, plan.endpoint, {
    requestsPerSecond: plan.requirements.peakRequestsPerSecond,
    percent: 100,
  });

function planWith(
  sample: Plan,
  { peak, throughput, loadSeconds }: { peak: number; throughput: number; loadSeconds: number },
): Plan {
  const { instanceType } = sample.endpoint;
  const needs = { instanceType, requestsPerSecondPerInstance: throughput };
  const named = { inference: needs };
  const plan = {
    ...sample,
    endpoint: { ...sample.endpoint, ...needs },
    releaseTypes: { minor: named },
    requirements: { ...sample.requirements, peakRequestsPerSecond: peak },
    warmth: { ...sample.warmth, loadSecondsP95: loadSeconds },
    budget: { ...sample.budget, usdPerRelease: 100_000 },
  };
  return { ...plan, endpoint: { ...plan.endpoint, instances: promotedWith(plan) } };
}

const at = (day: number): string => new Date(startMs + dayMs * day).toISOString();

export const seenAs = (value: number, within: number, day: number): QuantitySeen => ({
  instances: 1,
  moreThan: value * (1 - within),
  atMost: value * (1 + within),
  at: at(day),
});

/** What a release of that version keeps, as it closes. */
export function pastOf(
  plan: Plan,
  { week, serves, loading }: { week: number; serves: number; loading: number },
): PastRelease {
  const { instanceType, requestsPerSecondPerInstance: planned } = plan.endpoint;
  const cap = test.cap * planned;
  const seen =
    serves > cap
      ? { moreThan: cap }
      : { moreThan: serves * (1 - test.within), atMost: serves * (1 + test.within) };
  const retrospective: Retrospective = {
    schema: 1,
    instances: { instanceType, planned: plan.endpoint.instances, most: plan.endpoint.instances },
    modelLoad: { plannedSeconds: plan.warmth.loadSecondsP95, moreThan: loading - 15, atMost: loading + 15 },
    throughput: { planned, seen: [{ instanceType, ...seen, by: "load-test" }] },
  };
  return {
    releaseId: `v${week}`,
    ...{ model: plan.model, milestone: "production", attempt: 1, outcome: "promoted", reason: "", left: 0 },
    openedAt: at(7 * week + 6),
    closedAt: at(7 * week + 6.5),
    retrospective,
  };
}
