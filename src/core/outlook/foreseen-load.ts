/** What a load is foreseen to be soon, for a release whose plan has that: what a share is raised for goes by it. */
import { flatLoad, type LoadOutlook } from "../capacity/load-outlook.ts";
import type { LoadHistory } from "../forecast/load-history.ts";
import type { LoadSoon } from "../forecast/load-soon.ts";
import type { Plan } from "../plan/plan.ts";
import { isSeen, knownDaysOf, soonBy, soonShare } from "./size-soon.ts";

/**
 * What the load stays below on 98 % of such times, and no more than the plan's peak, which quota and budget go by. As it is where
 * too little is known of its past, or nothing of the last half hour.
 */
export function foreseenLoad(
  plan: Plan,
  history: LoadHistory,
  { now, soon = soonBy(plan, history) }: { readonly now: number; readonly soon?: LoadSoon },
): LoadOutlook {
  if ("lack" in knownDaysOf(history) || !isSeen(history)) return flatLoad(now);
  const { today, slotMinutes } = history;
  return {
    now,
    at: (leadTimeSeconds) => {
      // With the slot that is under way.
      const slots = 1 + Math.ceil(leadTimeSeconds / 60 / slotMinutes);
      const peak = soon.peak(today, { share: soonShare, slots });
      return Math.min(plan.requirements.peakRequestsPerSecond, peak);
    },
  };
}
