/** How much of a stage was seen of the candidate, by any KPI that counts requests: each interval once. */
import { type Counted, countOnce, intervalIndex, nothingCountedBefore } from "./counted.ts";
import type { Observation, Seen } from "./observation.ts";

export interface Sighted {
  readonly counted: Counted;
  readonly intervals: number;
}

/** Of a stage that begins at `at`, epoch seconds. */
export function nothingSighted(at: number, intervalSeconds: number): Sighted {
  return { counted: nothingCountedBefore(Math.ceil(at / intervalSeconds)), intervals: 0 };
}

export function sight(
  sighted: Sighted,
  { at, seconds }: Pick<Observation, "at" | "seconds">,
  candidate: Seen["candidate"],
): Sighted {
  if (candidate === null || "value" in candidate) return sighted;
  if (("requests" in candidate ? candidate.requests : candidate.count) === 0) return sighted;
  const counted = countOnce(sighted.counted, intervalIndex(at, seconds));
  return counted === null ? sighted : { counted, intervals: sighted.intervals + 1 };
}
