/** What an endpoint's load is foreseen to take, for a plan that has the minimum of its fleet set by that. */
import type { Foreseen } from "../capacity/steady-bounds.ts";
import type { LoadHistory } from "../forecast/load-history.ts";
import type { LoadSoon } from "../forecast/load-soon.ts";
import type { Plan } from "../plan/plan.ts";
import { isSeen, knownDaysOf, sizeSoon, soonBy, soonShare } from "./size-soon.ts";

interface By {
  /** What the days of the history say of this one. */
  readonly soon?: LoadSoon;
  /** 0 … 1: of such times. */
  readonly share?: number;
}

/** Why not, where its past is not to be relied on. */
export function foreseenSize(
  plan: Plan,
  history: LoadHistory,
  { soon = soonBy(plan, history), share = soonShare }: By = {},
): Foreseen | { readonly lack: string } {
  const known = knownDaysOf(history);
  if ("lack" in known) return known;
  const { today, slotMinutes } = history;
  return {
    ...sizeSoon(plan, soon, { today, slotMinutes, share }),
    percent: 100 * share,
    isSeen: isSeen(history),
  };
}
