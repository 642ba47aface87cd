/**
 * How much of a stage its looks have shown: since when the candidate has not been seen, up to when CloudWatch has
 * published, and in how many intervals both sides were seen to be asked.
 */
import * as z from "zod";
import type { Observation, Sample } from "../verdict/index.ts";
import { countOnce, intervalIndex, nothingCountedBefore } from "../verdict/observations/counted.ts";

/** Seconds since the end of the newest interval in which the candidate was seen, or since a moment before it. */
export function unseenSeconds(
  observations: readonly Observation[],
  { nowSeconds, sinceSeconds }: { readonly nowSeconds: number; readonly sinceSeconds: number },
): number {
  return nowSeconds - Math.max(sinceSeconds, ...endsOf(observations, "candidate"));
}

/**
 * Up to when the candidate's intervals are published. One without any request is never published: where stable is seen
 * `laterSeconds` beyond it, nothing more of it is to come.
 */
export function publishedUntil(observations: readonly Observation[], laterSeconds: number): number {
  const ofStable = endsOf(observations, "stable").map((end) => end - laterSeconds);
  return Math.max(0, ...endsOf(observations, "candidate"), ...ofStable);
}

const endsOf = (observations: readonly Observation[], side: "candidate" | "stable"): number[] =>
  observations.filter((one) => one[side] !== null).map(({ at, seconds }) => at + seconds);

/** The intervals of a stage in which both sides answered requests, each counted once however often it is read. */
export const BothSeen = z.object({
  stage: z.int(),
  counted: z.object({ last: z.int(), gaps: z.array(z.int()).readonly() }),
  intervals: z.int(),
});
export type BothSeen = z.infer<typeof BothSeen>;

export function bothSeenAfter(
  before: BothSeen | undefined,
  stage: { readonly stage: number; readonly at: number; readonly intervalSeconds: number },
  observations: readonly Observation[],
): BothSeen {
  const { intervalSeconds } = stage;
  const nothing = nothingCountedBefore(Math.ceil(stage.at / intervalSeconds));
  let { counted, intervals }: Pick<BothSeen, "counted" | "intervals"> =
    before?.stage === stage.stage ? before : { counted: nothing, intervals: 0 };
  for (const { at, seconds, candidate, stable } of observations) {
    if (at < stage.at || !(requestsOf(candidate) > 0 && requestsOf(stable) > 0)) continue;
    const next = countOnce(counted, intervalIndex(at, seconds));
    if (next === null) continue;
    counted = next;
    intervals += 1;
  }
  return { stage: stage.stage, counted, intervals };
}

/** None where the sample is no count of requests. */
export function requestsOf(sample: Sample | null): number {
  if (sample === null || "value" in sample) return 0;
  return "requests" in sample ? sample.requests : sample.count;
}
