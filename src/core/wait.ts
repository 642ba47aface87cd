/** How long to wait before asking again: longer the longer it has taken, and longest where nothing has been changed yet. */
import type { EpochMs } from "./units.ts";

/** Where a release may come to harm it is looked at this often at least. */
const longestSeconds = 300;

/** Where a release waits that has no traffic on its candidate, only an order can matter: 20 minutes are soon enough. */
export const idleSeconds = 1200;

/** Seconds: a sixth of what has been waited already, between the floor and the longest. */
export function growingWaitSeconds(
  waitedMs: number,
  floorSeconds = 30,
  mostSeconds = longestSeconds,
): number {
  return Math.max(floorSeconds, Math.min(mostSeconds, Math.round(waitedMs / 6000 / 10) * 10));
}

/** The same for a release that has changed nothing yet. */
export const idleWaitSeconds = (waitedMs: number): number => growingWaitSeconds(waitedMs, 30, idleSeconds);

/** Until a known moment, but no longer than orders may wait. */
export const waitUntilSeconds = (untilMs: EpochMs, nowMs: EpochMs, mostSeconds = idleSeconds): number =>
  Math.max(1, Math.min(mostSeconds, Math.ceil((untilMs - nowMs) / 1000)));

/** A stage that is held with traffic on the candidate is looked at as in its bake for so long, then less often. */
const closeLookMs = 3_600_000;

/** Seconds until the next look at a stage that has been held for a while. */
export const heldWaitSeconds = (heldMs: number, intervalSeconds: number): number =>
  heldMs < closeLookMs ? intervalSeconds : Math.max(intervalSeconds, longestSeconds);

/** CloudWatch shows a minute up to this long after its end; the last minutes of a bake are waited for. */
export const metricLagSeconds = 120;

/**
 * A way back, and what is to do after a release, end only when the endpoint lets them: their waits are a sixtieth of what
 * they have taken at least, so that 20 days of them fit into the history of an execution.
 */
export const undoingWaitSeconds = (takenMs: number, seconds: number): number =>
  Math.max(seconds, Math.min(idleSeconds, Math.round(takenMs / 60_000)));

/** A way back, or what is to do after a release, that takes longer than this is told to somebody, milliseconds. */
export const longWayBackMs = 3_600_000;

/** The time-out of every function but one, seconds (serverless.yml). */
export const functionTimeoutSeconds = 80;

/** Of one that sends a whole spike: the longest that Lambda has (Lambda quotas, developer guide). */
export const longestTimeoutSeconds = 900;

/** "The Init phase is limited to 10 seconds" (Lambda developer guide); the function's time-out counts from its end. */
const longestInitSeconds = 10;

/** From the end of an execution to the end of the Lambda that it may have left at work, at most: a cold start, and its work. */
export const longestWorkSeconds = longestInitSeconds + functionTimeoutSeconds;
