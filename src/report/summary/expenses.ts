/** What the release cost: requests, instance-hours and money against the budget, locked minutes. */
import type { RehearsalFacts } from "../../core/facts/rehearsal-facts.ts";
import { count, counted, percent, usd } from "../text/figures.ts";
import { bar } from "../text/graphs.ts";
import { labelled, type Page, paragraph } from "./page.ts";

export function expenses(facts: RehearsalFacts, page: Page): string[] {
  const { candidateFailedRequests: failed, candidateRequests, instanceHours, figures } = facts;
  const { maxLockedMinutes } = facts.budget;
  const ofAll =
    candidateRequests === 0 ? "" : ` of the candidate's ${count(candidateRequests)} because of it`;
  const byScaling = figures.scalingLockedMinutes ?? 0;
  const beside = byScaling > 0 ? `; auto scaling locked it for ${count(byScaling)} more` : "";
  return [
    ...paragraph(page, "failed", `${counted(failed, "request")}${ofAll}`),
    ...paragraph(
      page,
      "capacity",
      `${count(instanceHours)} instance-hours in all, ${usd(facts.totalCostUsd)}; prices are indicative${unpriced(facts)}`,
    ),
    ...labelled(page, "budget", [spending(facts, page)]),
    ...paragraph(
      page,
      "locked",
      `${count(facts.lockedMinutes)} of at most ${counted(maxLockedMinutes, "minute")} in which a raise barred the way back${beside}`,
    ),
  ];
}

function spending({ costUsd, budget }: RehearsalFacts, { paint }: Page): string {
  const share = costUsd / budget.usdPerRelease;
  const { filled, rest } = bar(share, 12);
  const style = share > 1 ? paint.red : paint.green;
  return `${style(filled)}${paint.dim(rest)} ${usd(costUsd)} of ${usd(budget.usdPerRelease)} raised (${percent(100 * share)})`;
}

function unpriced({ unpricedInstanceTypes: types }: RehearsalFacts): string {
  return types.length === 0 ? "" : `, none is known for ${types.join(", ")}`;
}
