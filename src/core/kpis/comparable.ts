/**
 * Compares only what is comparable. How fast a model answers depends on what each of its instances carries, and so does
 * how often it fails beyond the planned load: where the candidate's carry far more than stable's, the difference says
 * nothing about the model, and where they carry somewhat more, what that may come to is taken off. Where they carry less,
 * a candidate that is worse all the same is worse.
 */
import * as z from "zod";
import { type Observation, requestsOf } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import { judgedKpis } from "../plan/requirements.ts";
import { type EpochSeconds, type Share, shareOf } from "../units.ts";
import type { AnyKpi } from "./kinds/kind.ts";
import { kindOf } from "./kinds/registry.ts";

/** The candidate's instances may carry so much more than stable's, as parts of what either kind serves. */
export const comparableTimes = 1.5;

/** What a fleet of a side serves as planned, by its warm instances; requests per second. */
export const Serves = z.object({ candidate: z.number(), stable: z.number() });
export type Serves = z.infer<typeof Serves>;

/** More than this many times as much says no more; a fleet without a warm instance carries any number of times. */
const mostTimes = 1000;

/** Starts of intervals in which the candidate carried more, and how many times as much; by the requests that were observed. */
export type UnlikeIntervals = ReadonlyMap<EpochSeconds, number>;

export function unlikeIntervals(observations: readonly Observation[], serves: Serves): UnlikeIntervals {
  const unlike = new Map<EpochSeconds, number>();
  for (const { at, seconds, candidate, stable } of observations) {
    const own = requestsOf(candidate) / seconds / serves.candidate;
    const stables = requestsOf(stable) / seconds / serves.stable;
    if (stables > 0 && own / stables > comparableTimes) unlike.set(at, Math.min(mostTimes, own / stables));
  }
  return unlike;
}

/** An instance that is as full as this, or fuller, says nothing more about how much fuller it is. */
const fullest = 0.95;

/**
 * How many times as long an answer may take for what an instance carries: as in a queue for one server, whose answers take
 * 1 / (1 − ρ) times what they take alone (M/M/1; Kleinrock, Queueing Systems I, 1975), the steepest of the usual laws.
 */
function loadTimes({ candidate, stable, seconds }: Observation, serves: Serves, utilisation: Share): number {
  const full = (sample: Observation["candidate"], serving: number) =>
    Math.min(fullest, (requestsOf(sample) / seconds / serving) * utilisation);
  const [own, stables] = [full(candidate, serves.candidate), full(stable, serves.stable)];
  return Math.max(1, (1 - stables) / (1 - own));
}

/**
 * Those that may be compared with stable's, mean latency without what the candidate's instances carry more than stable's
 * do. A ceiling of latency is the candidate's all the same; what stable's instances show of it while they carry far less
 * excuses nobody, and accuses nobody either: it counts as unseen. Errors are left out only up to a moment before which the candidate was
 * short of instances: what it fails then may be for that.
 */
export function comparable(
  { kpis, requirements }: Pick<Plan, "kpis" | "requirements">,
  observations: readonly Observation[],
  { unlike, serves, shortUntil }: Loaded,
): Observation[] {
  const rules = new Map(
    judgedKpis({ kpis, requirements }).map((kpi) => [kpi.name, kindOf(kpi).whereUnlike(kpi)]),
  );
  return observations.flatMap((observation) => {
    const { kpi, at, candidate } = observation;
    const rule = unlike.has(at) ? rules.get(kpi) : "all";
    if (rule === "candidate-alone") return [{ ...observation, stable: null }];
    if (rule === "nothing" || (rule === "nothing-while-short" && at <= shortUntil)) return [];
    if (candidate === null || !("mean" in candidate)) return [observation];
    const times = loadTimes(observation, serves, shareOf(requirements.utilisationPercent));
    return [{ ...observation, candidate: { ...candidate, mean: candidate.mean / times } }];
  });
}

interface Loaded {
  readonly unlike: UnlikeIntervals;
  readonly serves: Serves;
  /** Up to when the candidate was short of instances, epoch seconds. */
  readonly shortUntil: EpochSeconds;
}

/** KPIs that say nothing where the sides are loaded unlike: what they measure follows what instances carry. */
export const followsLoad = (kpi: AnyKpi): boolean => kindOf(kpi).whereUnlike(kpi) === "nothing";

/** How many intervals of a stage were unlike, the newest of them, and how unlike that was. */
export const Unlike = z.object({
  stage: z.int(),
  intervals: z.int(),
  newest: z.number(),
  times: z.number(),
});
export type Unlike = z.infer<typeof Unlike>;

export function unlikeAfter(before: Unlike | undefined, stage: number, found: UnlikeIntervals): Unlike {
  let so = before?.stage === stage ? before : { stage, intervals: 0, newest: 0, times: 0 };
  for (const [at, times] of [...found].toSorted(([a], [b]) => a - b))
    if (at > so.newest) so = { stage, intervals: so.intervals + 1, newest: at, times };
  return so;
}

/** The KPIs that most of the stage's intervals say nothing of, of so many in which both sides were seen. */
export function notCompared({ kpis }: Pick<Plan, "kpis">, { intervals }: Unlike, seen: number): string[] {
  return intervals > 0 && 2 * intervals > seen ? kpis.filter(followsLoad).map(({ name }) => name) : [];
}
