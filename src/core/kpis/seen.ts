/**
 * How much of a stage its looks have shown: since when the candidate has not been seen, up to when CloudWatch has
 * published, and in how many intervals either side was seen to answer.
 */
import * as z from "zod";
import {
  countOnce,
  intervalIndex,
  nothingCountedBefore,
  type Observation,
  requestsOf,
  type VerdictState,
} from "#verdict";
import type { Plan } from "../plan/plan.ts";
import type { EpochSeconds } from "../units.ts";
import type { Serves } from "./comparable.ts";
import { kindOf } from "./kinds/registry.ts";

/** Seconds since the end of the newest interval in which the candidate was seen, or since a moment before it. */
export function unseenSeconds(
  observations: readonly Observation[],
  { nowSeconds, sinceSeconds }: { readonly nowSeconds: EpochSeconds; readonly sinceSeconds: EpochSeconds },
): number {
  return nowSeconds - Math.max(sinceSeconds, ...endsOf(observations, "candidate"));
}

/**
 * Up to when the candidate's intervals are published. One without any request is never published: where stable is seen
 * `laterSeconds` beyond it, nothing more of it is to come.
 */
export function publishedUntil(observations: readonly Observation[], laterSeconds: number): EpochSeconds {
  const ofStable = endsOf(observations, "stable").map((end) => end - laterSeconds);
  return Math.max(0, ...endsOf(observations, "candidate"), ...ofStable);
}

const endsOf = (observations: readonly Observation[], side: "candidate" | "stable"): EpochSeconds[] =>
  observations.filter((one) => one[side] !== null).map(({ at, seconds }) => at + seconds);

const Sight = z.object({
  counted: z.object({ last: z.int(), gaps: z.array(z.int()).readonly() }),
  intervals: z.int(),
  /** In all of them. */
  requests: z.number(),
});
type Sight = z.infer<typeof Sight>;

/**
 * The intervals of a stage in which a side was seen to answer requests: the candidate, and stable beside it. Each counts
 * once however often it is read.
 */
export const StageSeen = z.object({ stage: z.int(), candidate: Sight, both: Sight });
export type StageSeen = z.infer<typeof StageSeen>;

export function stageSeenAfter(
  before: StageSeen | undefined,
  stage: { readonly stage: number; readonly at: number; readonly intervalSeconds: number },
  observations: readonly Observation[],
): StageSeen {
  const nothing: Sight = {
    counted: nothingCountedBefore(Math.ceil(stage.at / stage.intervalSeconds)),
    intervals: 0,
    requests: 0,
  };
  let { candidate, both } = before?.stage === stage.stage ? before : { candidate: nothing, both: nothing };
  for (const one of observations) {
    const [own, stables] = [requestsOf(one.candidate), requestsOf(one.stable)];
    if (one.at < stage.at || !(own > 0)) continue;
    candidate = sighted(candidate, one, own);
    if (stables > 0) both = sighted(both, one, stables);
  }
  return { stage: stage.stage, candidate, both };
}

function sighted(so: Sight, { at, seconds }: Observation, requests: number): Sight {
  const counted = countOnce(so.counted, intervalIndex(at, seconds));
  if (counted === null) return so;
  return { counted, intervals: so.intervals + 1, requests: so.requests + requests };
}

/**
 * The highest load of both sides in these intervals, requests per second; where there are none, that of before. Only
 * some kinds count requests: the total of a team's own metrics may be anything.
 */
export function loadSeen(
  { kpis }: Pick<Plan, "kpis">,
  observations: readonly Observation[],
  before: number | undefined,
): { loadRequestsPerSecond?: number } {
  const counts = new Set(kpis.filter((kpi) => kindOf(kpi).countsRequests).map(({ name }) => name));
  const loads = observations.flatMap(({ kpi, candidate, stable, seconds }) => {
    const requests = requestsOf(candidate) + requestsOf(stable);
    return counts.has(kpi) && requests > 0 ? [requests / seconds] : [];
  });
  const load = loads.length > 0 ? Math.max(...loads) : before;
  return load === undefined ? {} : { loadRequestsPerSecond: load };
}

/**
 * The share before, where it was looked at last: what CloudWatch had not published of it by then is read once more, so that
 * a fault of its last minutes is no secret of the shift's. What the fleets served then is what counts in them.
 */
export function endedBefore(
  { stages }: Pick<VerdictState, "stages">,
  before: { readonly lookedAt: EpochSeconds; readonly serves: Serves } | undefined,
  shiftedAtSeconds: EpochSeconds,
):
  | { readonly fromSeconds: EpochSeconds; readonly untilSeconds: EpochSeconds; readonly serves: Serves }
  | undefined {
  const fromSeconds = stages.at(-1)?.at;
  if (before === undefined || fromSeconds === undefined) return undefined;
  if (before.lookedAt >= shiftedAtSeconds) return undefined;
  return { fromSeconds, untilSeconds: before.lookedAt, serves: before.serves };
}
