/** What the release cost: requests, instance-hours and money against the budget, locked minutes. */
import { count, counted, duration, percent, usd } from "../text/figures.ts";
import { bar } from "../text/graphs.ts";
import { flow, wrap } from "../text/layout.ts";
import type { Outlay } from "../view/release-view.ts";
import { labelled, type Page, paragraph, roomFor } from "./page.ts";

export function expenses(facts: Outlay, page: Page): string[] {
  const { candidateFailedRequests: failed, candidateRequests, instanceHours, figures } = facts;
  const { maxLockedMinutes } = facts.budget;
  const ofAll =
    candidateRequests === 0 ? "" : ` of the candidate's ${count(candidateRequests)} because of it`;
  const byScaling = figures.scalingLockedMinutes ?? 0;
  const beside = byScaling > 0 ? `; auto scaling locked it for ${count(byScaling)} more` : "";
  return [
    ...paragraph(page, "failed", `${counted(failed, "request")}${ofAll}`),
    ...paragraph(page, "capacity", `${count(instanceHours)} instance-hours in all, ${bill(facts)}`),
    ...labelled(page, "budget", spending(facts, page)),
    ...itemised(facts, page),
    ...leanedOn(facts, page),
    ...paragraph(
      page,
      "locked",
      `${count(facts.lockedMinutes)} of at most ${counted(maxLockedMinutes, "minute")} in which a raise barred the way back${beside}`,
    ),
  ];
}

/** Beside a bar of its width. */
function spending(facts: Outlay, page: Page): string[] {
  const { costUsd, expenses: items, leasedUsd = 0, budget } = facts;
  const { paint } = page;
  const known = (costUsd ?? items.reduce((sum, { usd: spent }) => sum + (spent ?? 0), 0)) + leasedUsd;
  const share = known / budget.usdPerRelease;
  const { filled, rest } = bar(share, barWidth);
  const style = share > 1 ? paint.red : paint.green;
  const ofIt = leasedUsd > 0 ? `, ${usd(leasedUsd)} of it beside the endpoint` : "";
  const of = `of ${usd(budget.usdPerRelease)} raised${ofIt}`;
  const text =
    costUsd === null
      ? `${usd(known)} ${of}, and what has no known price`
      : `${usd(known)} ${of} (${percent(100 * share)})`;
  const lines = wrap(text, roomFor(page) - barWidth - 1);
  return lines.map(
    (line, i) => `${i === 0 ? style(filled) + paint.dim(rest) : " ".repeat(barWidth)} ${line}`,
  );
}

const barWidth = 12;

/** Item by item, as `slipway plan` estimates them. */
function itemised({ expenses: items }: Outlay, page: Page): string[] {
  const spending = items.filter(({ instanceHours }) => instanceHours > 0);
  const texts = spending.map(({ item, minutes, usd: spent }) => {
    const time = minutes > 0 ? ` in ${duration(minutes * 60)}` : "";
    return `${item} ${spent === null ? "at no known price" : usd(spent)}${time}`;
  });
  return labelled(page, "", flow(texts, ", ", roomFor(page) - 1).map(page.paint.dim));
}

/** What was raised beside the endpoint, thing by thing. */
function leanedOn({ alongside = [] }: Outlay, page: Page): string[] {
  if (alongside.length === 0) return [];
  const texts = alongside.map(
    ({ name, extraUnitHours, extraUsd }) =>
      `${name} ${extraUnitHours > 0 ? `${counted(Math.round(extraUnitHours * 10) / 10, "unit-hour")} more (${usd(extraUsd)})` : "as it was"}`,
  );
  return labelled(page, "alongside", flow(texts, ", ", roomFor(page) - 1));
}

function bill({ totalCostUsd, unpricedInstanceTypes: types }: Outlay): string {
  if (totalCostUsd === null) return `whose cost is not known: there is no price for ${types.join(", ")}`;
  return `${usd(totalCostUsd)}; prices are indicative`;
}
