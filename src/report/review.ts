/** What each side of a team confirms of a milestone before its date, who has, and what becomes of it where one has not. */
import { occurrencesOf } from "../core/calendar/occurrences.ts";
import { planOfMilestone, releasesVersion } from "../core/plan/milestone-plan.ts";
import type { Plan } from "../core/plan/plan.ts";
import { nameOf } from "../core/release/person.ts";
import type { MilestoneReview, SideReview } from "../core/release/reviewing.ts";
import { epochMs } from "../core/units.ts";
import { cost, count, percent, usd } from "./text/figures.ts";
import type { Paint } from "./text/paint.ts";

type Reviewed = MilestoneReview & { readonly plan: Plan };

export function reviewLines(review: Reviewed, paint: Paint): string[] {
  const { model, kind, dueAt, plannedAt, until, closes, onMissing, sides } = review;
  const moved = plannedAt === dueAt ? "" : `, moved from ${plannedAt}`;
  const without =
    onMissing === "wait" ? `it waits until ${closes} and is then refused` : "it goes on, and they are told";
  return [
    paint.bold(`${model}, ${kind} of ${dueAt}${moved}`),
    `  to be confirmed until ${until}; where a side has not as it starts, ${without}`,
    ...sides.flatMap((side) => [
      `  ${side.side} (${side.owners.join(" or ")}; ${side.contact}): ${standing(side)}`,
      ...(side.side === "model" ? ofModel(review) : ofCapacity(review)).map((each) => `    ${each}`),
    ]),
  ];
}

function standing({ confirmed, stale }: SideReview): string {
  if (confirmed !== undefined) return `confirmed by ${nameOf(confirmed.by)} at ${confirmed.at}`;
  if (stale === undefined) return "not confirmed yet";
  return `to be confirmed anew: plan or limits have changed since ${nameOf(stale.by)} did at ${stale.at}`;
}

/** Version, criteria and requirements. */
function ofModel({ plan, kind }: Reviewed): string[] {
  const { requirements, milestones, defaultReleaseType } = planOfMilestone(plan, kind);
  const { latencyMsP99, errorRatePercent, peakRequestsPerSecond } = requirements;
  const criteria = milestones.validation?.criteria ?? [];
  return [
    releasesVersion(plan, kind)
      ? `version: the newest that is approved by then, as ${defaultReleaseType} where it does not say otherwise`
      : "version: none is released by it",
    `criteria: ${criteria.length === 0 ? "none" : count(criteria.length)} that a version must meet before`,
    `requirements: p99 of ${count(latencyMsP99)} ms, ${percent(errorRatePercent)} errors, ready for ${count(peakRequestsPerSecond)} requests/s`,
  ];
}

/** Quota, budget, sizes and freezes, as the calendar takes them. */
function ofCapacity({ plan, kind, plannedAt }: Reviewed): string[] {
  const { budget, freezes } = planOfMilestone(plan, kind);
  const dueMs = epochMs(plannedAt);
  const occurrence = occurrencesOf(plan, { fromMs: dueMs - 1, toMs: dueMs + 1 }, { launches: [] }).find(
    (one) => one.kind === kind && one.dueMs === dueMs,
  );
  const raised = (occurrence?.raised ?? []).filter(({ instances }) => instances > 0);
  const sizes = raised.map(
    ({ use, instanceType, instances }) => `${count(instances)} × ${instanceType} (${use})`,
  );
  return [
    `sizes and quota, beside what is there between releases: ${sizes.join(", ") || "nothing more"}`,
    `budget: about ${cost(occurrence?.costUsd ?? null)} of ${usd(budget.usdPerRelease)}`,
    `freezes: ${freezes.windows.length === 0 ? "none" : `${count(freezes.windows.length)} of the plan`}`,
  ];
}
