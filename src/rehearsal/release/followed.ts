/** For how long a rehearsal goes on once its releases are over: until the quality of what was promoted has been told of, where that is watched. */
import type { Plan } from "../../core/plan/plan.ts";
import { lastDueMs } from "../../core/release/quality-watch.ts";

const daySeconds = 86_400;
/** Chosen: a run has 24 days, and a version that is taken back is followed as long once more. */
const mostSeconds = 11 * daySeconds;

export function followedOn(
  { quality }: Plan,
  { settleSeconds = 0 }: { readonly settleSeconds?: number },
): { settleSeconds?: number } {
  if (quality === undefined) return {};
  const since = new Date(0).toISOString();
  // The first day begins with the next whole hour, and the look at the last one comes within an hour.
  const seconds = lastDueMs({ since, quality }) / 1000 + 3 * 3600;
  return { settleSeconds: Math.max(settleSeconds, Math.min(mostSeconds, seconds)) };
}
