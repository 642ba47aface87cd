/** How long to wait before asking again: longer the longer it has taken, never more than five minutes. */

/** Seconds: a sixth of what has been waited already, between the floor and 300. */
export function growingWaitSeconds(waitedMs: number, floorSeconds = 30): number {
  return Math.max(floorSeconds, Math.min(300, Math.round(waitedMs / 6000 / 10) * 10));
}

/** The time-out of every function, seconds (serverless.yml): no Lambda is at work for longer than its execution and this. */
export const longestWorkSeconds = 80;
