/**
 * For how long a rehearsal goes on once its releases are over: until the quality of what was promoted has been told of, where that is
 * watched, until a spike at low hours has come, where one is to, and until a first step of its fleet's minimum has been watched, where that
 * is set by what was learnt.
 */
import type { Plan } from "../../core/plan/plan.ts";
import { adjustedOf } from "../../core/plan/proposals.ts";
import { lastDueMs } from "../../core/release/quality-watch.ts";

const daySeconds = 86_400;
/** Chosen: a run has 24 days, and a version that is taken back is followed as long once more. */
const mostSeconds = 11 * daySeconds;

export function followedOn(
  plan: Plan,
  { settleSeconds = 0 }: { readonly settleSeconds?: number },
): { settleSeconds?: number } {
  const seconds = Math.max(qualitySeconds(plan), spikeSeconds(plan), adjustedSeconds(plan));
  if (seconds === 0) return {};
  return { settleSeconds: Math.max(settleSeconds, Math.min(mostSeconds, seconds)) };
}

function qualitySeconds({ quality }: Plan): number {
  if (quality === undefined) return 0;
  const since = new Date(0).toISOString();
  // The first day begins with the next whole hour, and the look at the last one comes within an hour.
  return lastDueMs({ since, quality }) / 1000 + 3 * 3600;
}

/** Until the last hour in which it may come, and a while. */
function spikeSeconds({ loadTest }: Plan): number {
  const { afterPromotion } = loadTest?.spike ?? {};
  return afterPromotion === undefined ? 0 : afterPromotion.withinDays * daySeconds + 2 * 3600;
}

/** A day until there is something to compare a step with, the hour in which it is asked for, the watch, and a while. */
function adjustedSeconds(plan: Plan): number {
  const adjusted = adjustedOf(plan);
  return adjusted === undefined ? 0 : (1 + adjusted.watchDays) * daySeconds + 4 * 3600;
}
