/** What a release meets at most, by the load that was before: for a plan that has its candidate sized for that. */

import type { LoadHistory } from "../forecast/load-history.ts";
import type { Plan, ReleaseType } from "../plan/plan.ts";
import { knownDaysOf, releasePeakSoon, releaseSoonShare, soonBy } from "./size-soon.ts";

export interface ExpectedPeak {
  readonly requestsPerSecond: number;
  /** It stays below on that share of such times, percent. */
  readonly percent: number;
  /** For so long from now on. */
  readonly minutes: number;
  /** Whole days that it was forecast from. */
  readonly knownDays: number;
}

/** Beyond a day nothing that is seen now says how high the load is. */
const longestMinutes = 1440;

/** Why not, where it is not to be relied on. */
export function expectedPeakOf(
  plan: Plan,
  releaseType: ReleaseType,
  history: LoadHistory,
): ExpectedPeak | { readonly lack: string } {
  const known = knownDaysOf(history);
  if ("lack" in known) return known;
  const { minutes, requestsPerSecond } = releasePeakSoon(plan, soonBy(plan, history), {
    ...history,
    releaseType,
  });
  if (minutes > longestMinutes) return { lack: "it takes longer than a day" };
  return {
    requestsPerSecond: Math.round(requestsPerSecond * 1000) / 1000,
    percent: 100 * releaseSoonShare,
    minutes,
    knownDays: known.days,
  };
}

/** The load that is to be reckoned with, requests per second; undefined where none is known. */
export const foreseen = (
  expected: ExpectedPeak | { readonly lack: string } | undefined,
): number | undefined =>
  expected === undefined || "lack" in expected ? undefined : expected.requestsPerSecond;
