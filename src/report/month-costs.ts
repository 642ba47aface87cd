/** What the releases of a month cost, as a person reads it: a row for each plan, what is held, and what of it is not known. */
import type { CostOfRelease, CostSum, MonthCosts, PlanCosts } from "../core/release/month-costs.ts";
import { accountSections } from "./account-costs.ts";
import { apart, type Page } from "./summary/page.ts";
import { cost, counted, percent, usd } from "./text/figures.ts";
import { table, wrap } from "./text/layout.ts";

/** `ofOne`: each release has a row, since one plan alone is asked for. */
export function monthPage(costs: MonthCosts, page: Page & { readonly ofOne: boolean }): string[] {
  const { width, paint, ofOne } = page;
  const folded = (text: string) => wrap(text, width);
  const until = `${costs.until.slice(0, 16).replace("T", " ")} UTC`;
  const head = `${costs.month}, until ${until}: US dollars on top of the steady fleets, by Slipway's own bill. A release counts whole to the month in which it was opened.`;
  return apart([
    folded(head),
    planRows(costs, page),
    ofOne ? releaseRows(costs.releases, page) : [],
    costs.releases.flatMap(held).flatMap(folded),
    costs.plans.flatMap(beyond).flatMap((text) => folded(text).map(paint.red)),
    unknowns(costs.total).flatMap(folded).map(paint.dim),
    ...(costs.account === undefined ? [] : accountSections(costs.account, costs, page)),
  ]);
}

function planRows({ plans, total }: MonthCosts, { width, paint }: Page): string[] {
  const columns = [
    { head: "plan" },
    { head: "releases" },
    { head: "planned", align: "right" },
    { head: "95 %", align: "right" },
    { head: "raised", align: "right" },
    { head: "to come", align: "right" },
    { head: "budget", align: "right" },
  ] as const;
  const row = (name: string, sum: CostSum, budget: string) => [
    name,
    statesText(sum),
    usd(sum.plannedUsd),
    usd(sum.p95Usd),
    `${sum.atLeast > 0 ? "≥ " : ""}${usd(sum.raisedUsd)}`,
    usd(sum.toComeUsd),
    budget,
  ];
  const rows = plans.map((plan) => row(plan.model, plan, budgetText(plan)));
  const all = plans.length > 1 ? [row("all", total, "")] : [];
  return table(columns, [...rows, ...all], { width, head: paint.dim });
}

function statesText({ releases, states }: CostSum): string {
  if (releases === 0) return "none";
  const each = Object.entries(states).map(([state, number]) => `${number} ${stateText(state)}`);
  return each.join(", ");
}

const stateText = (state: string): string => state.replace("-", " ");

function budgetText({ budgetUsd, raisedUsd, toComeUsd }: PlanCosts): string {
  if (budgetUsd === null) return "none";
  return `${percent((100 * (raisedUsd + toComeUsd)) / budgetUsd)} of ${usd(budgetUsd)}`;
}

function releaseRows(releases: readonly CostOfRelease[], { width, paint }: Page): string[] {
  if (releases.length === 0) return [];
  const columns = [
    { head: "opened" },
    { head: "release" },
    { head: "" },
    { head: "planned", align: "right" },
    { head: "95 %", align: "right" },
    { head: "raised", align: "right" },
  ] as const;
  const rows = releases.map(({ openedAt, releaseId, state, plannedUsd, p95Usd, raisedUsd, isAtLeast }) => [
    openedAt.slice(0, 16).replace("T", " "),
    releaseId,
    stateText(state),
    plannedUsd === null ? "" : usd(plannedUsd),
    p95Usd === null ? "" : usd(p95Usd),
    `${isAtLeast ? "≥ " : ""}${cost(raisedUsd)}`,
  ]);
  return table(columns, rows, { width, head: paint.dim });
}

const held = ({ releaseId, until, raisedUsd, toComeUsd }: CostOfRelease): string[] =>
  until === undefined
    ? []
    : [
        raisedUsd === null
          ? `${releaseId} holds capacity until ${until}, at a price that is not known`
          : `${releaseId} holds capacity until ${until}: ${usd(raisedUsd)} by now, ${usd(raisedUsd + toComeUsd)} by then`,
      ];

const beyond = ({ model, isBeyond, budgetUsd, raisedUsd, toComeUsd }: PlanCosts): string[] =>
  isBeyond
    ? [
        `${model}: ${usd(raisedUsd + toComeUsd)} is more than its budget of the month, ${usd(budgetUsd ?? 0)} (budget.usdPerMonth)`,
      ]
    : [];

function unknowns({ unplanned, unknown, atLeast }: CostSum): string[] {
  const of = (number: number) => counted(number, "release");
  return [
    ...(unplanned > 0
      ? [`${of(unplanned)} without an estimate: refused before one was made, or at no known price`]
      : []),
    ...(unknown > 0
      ? [`of ${of(unknown)} it is not known what was raised, and nothing of it is in the sums`]
      : []),
    ...(atLeast > 0 ? [`of ${of(atLeast)} what was raised is known up to the last look alone`] : []),
  ];
}
