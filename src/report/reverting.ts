/** What a plan leaves of a way back after a promotion: what is kept, and what going back takes. */
import type { Outlook } from "../core/outlook.ts";
import { cost, counted, duration, instancesText } from "./text/figures.ts";

export const keptText = ({ revertDays: days }: Outlook): string =>
  days === 0
    ? "nothing that a release made, once another has taken its place: the sweep deletes it"
    : `what a release made, for ${counted(days, "day")} once another has taken its place, as a way back; then the sweep deletes it`;

/** A revert makes its own of the version's package, so that it takes the same after those days. */
export function revertText({ revertDays: days, revert, budget }: Outlook): string {
  const when = days === 0 ? "" : `in the ${counted(days, "day")} in which that is kept, and after: `;
  const within = revert.isWithinBudget ? "of" : "over";
  return `${when}slipway revert takes about ${duration(revert.minutes * 60)} and ${cost(revert.usd)} ${within} the budget of ${cost(budget.usdPerRelease)}, and ${instancesText(revert.peak)} of quota`;
}
