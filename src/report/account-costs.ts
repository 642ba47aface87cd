/** What Cost Explorer says beside Slipway's own bill, as a person reads it: what tags show, what they do not, and what to do. */
import type { AccountCosts, AccountUnasked, TaggedCost } from "../core/cost/tagged-costs.ts";
import { printable } from "../core/input/bad-input.ts";
import { planTag, releaseTag } from "../core/plan/tags.ts";
import type { MonthCosts } from "../core/release/month-costs.ts";
import type { Page } from "./summary/page.ts";
import { cost, counted, usd } from "./text/figures.ts";
import { table, wrap } from "./text/layout.ts";

export function accountSections(
  account: AccountCosts | AccountUnasked,
  costs: Pick<MonthCosts, "releases">,
  { width, paint }: Page,
): string[][] {
  const folded = (text: string) => wrap(text, width);
  if ("refused" in account)
    return [
      folded(
        `Cost Explorer could not be asked: ${printable(account.refused)}. It takes ce:GetCostAndUsage, and that the account lets IAM see its bill`,
      ).map(paint.yellow),
    ];
  const { from, to, requests, isCut, estimatedDays, tagged } = account;
  const cut = isCut ? ", and there was more: ask for one plan (--plan)" : "";
  const asked = `${counted(requests, "request")}, ${usd(requests / 100)}${cut}`;
  const late =
    estimatedDays > 0
      ? ` ${counted(estimatedDays, "day")} of it are estimates, and the last 24 hours may be missing.`
      : "";
  return [
    folded(
      `Cost Explorer, from ${from} to before ${to}, by the tags ${planTag} and ${releaseTag} (${asked}).${late}`,
    ),
    tagged.length === 0
      ? folded(nothingUnderTags).map(paint.yellow)
      : table(
          columns(account),
          tagged.map((one) => rowOf(one, costs)),
          { width, head: paint.dim },
        ),
    folded(whatTagsShow).map(paint.dim),
  ];
}

const nothingUnderTags = `Nothing is billed under ${planTag}, which is not $0: either the tag is not activated for cost allocation, or nothing that carries it was paid for, as where releases raise endpoints alone. Whoever manages the bill activates both tags (Billing and Cost Management, cost allocation tags; or aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=${planTag},Status=Active TagKey=${releaseTag},Status=Active), once each has been used; that takes up to 24 hours, and what was used before it is only shown after a backfill.`;

const whatTagsShow = `Tags show what carries them: of what releases create, jobs that prime warm pools. What a release raises on an endpoint is billed under the endpoint's own tags, with what serves there at rest: an endpoint that is tagged ${planTag}=MODEL is in these figures, whole. Nodes of a cluster are billed under the cluster's.`;

const columns = ({ currency }: AccountCosts) =>
  [
    { head: "plan" },
    { head: "release" },
    { head: `unblended ${currency}`, align: "right" },
    { head: "amortised", align: "right" },
    { head: "by Slipway", align: "right" },
  ] as const;

function rowOf(
  { plan, releaseId, unblended, amortised }: TaggedCost,
  { releases }: Pick<MonthCosts, "releases">,
) {
  const own = releases.find((one) => one.releaseId === releaseId);
  return [
    printable(plan),
    releaseId === null ? "none" : printable(releaseId),
    unblended.toFixed(2),
    amortised.toFixed(2),
    own === undefined ? "" : cost(own.raisedUsd),
  ];
}
