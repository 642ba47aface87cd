/** How long to wait before asking again: longer the longer it has taken, never more than five minutes. */

/** Seconds: a sixth of what has been waited already, between the floor and 300. */
export function growingWaitSeconds(waitedMs: number, floorSeconds = 30): number {
  return Math.max(floorSeconds, Math.min(300, Math.round(waitedMs / 6000 / 10) * 10));
}

/** A way back, or what is to do after a release, that takes longer than this is told to somebody, milliseconds. */
export const longWayBackMs = 3_600_000;

/** The time-out of every function, seconds (serverless.yml). */
export const functionTimeoutSeconds = 80;

/** "The Init phase is limited to 10 seconds" (Lambda developer guide); the function's time-out counts from its end. */
const longestInitSeconds = 10;

/** From the end of an execution to the end of the Lambda that it may have left at work, at most: a cold start, and its work. */
export const longestWorkSeconds = longestInitSeconds + functionTimeoutSeconds;
