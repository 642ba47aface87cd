/**
 * Compares only what is comparable. How fast a model answers depends on what each of its instances carries, and so does
 * how often it fails beyond the planned load: where the candidate's carry far more than stable's, the difference says
 * nothing about the model. Where they carry less, a candidate that is worse all the same is worse.
 */
import * as z from "zod";
import type { Plan } from "../plan/plan.ts";
import type { Observation } from "../verdict/index.ts";
import { requestsOf } from "./seen.ts";

/** The candidate's instances may carry so much more than stable's, as parts of what either kind serves. */
export const comparableTimes = 1.5;

/** What a fleet of a side serves as planned, by its warm instances; requests per second. */
export interface Serves {
  readonly candidate: number;
  readonly stable: number;
}

/** Starts of intervals in which the candidate carried more, and how many times as much; by the requests that were observed. */
export type UnlikeIntervals = ReadonlyMap<number, number>;

export function unlikeIntervals(observations: readonly Observation[], serves: Serves): UnlikeIntervals {
  const unlike = new Map<number, number>();
  for (const { at, seconds, candidate, stable } of observations) {
    const own = requestsOf(candidate) / seconds / serves.candidate;
    const stables = requestsOf(stable) / seconds / serves.stable;
    if (stables > 0 && own / stables > comparableTimes) unlike.set(at, own / stables);
  }
  return unlike;
}

/**
 * Those that may be compared with stable's. Errors are left out only up to a moment before which the candidate was
 * short of instances: what it fails then may be for that.
 */
export function comparable(
  { kpis }: Pick<Plan, "kpis">,
  observations: readonly Observation[],
  { unlike, shortUntil }: { readonly unlike: UnlikeIntervals; readonly shortUntil: number },
): Observation[] {
  const kinds = new Map(kpis.map(({ name, kind }) => [name, kind]));
  return observations.filter(({ kpi, at }) => {
    const kind = kinds.get(kpi) ?? "";
    return !unlike.has(at) || !(isLatency(kind) || (kind === "availability" && at <= shortUntil));
  });
}

export const isLatency = (kind: string): boolean => kind === "latency-mean" || kind === "latency-threshold";

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

/** The KPIs that most of the stage's intervals say nothing of, of so many that were seen. */
export function notCompared({ kpis }: Pick<Plan, "kpis">, { intervals }: Unlike, seen: number): string[] {
  return intervals > 0 && 2 * intervals > seen
    ? kpis.filter(({ kind }) => isLatency(kind)).map(({ name }) => name)
    : [];
}
