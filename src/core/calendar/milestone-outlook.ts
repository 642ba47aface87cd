/** What each milestone of a plan means before anything is run: when it starts, what it raises until when, and what that costs. */
import { poolExpense } from "../cost/expenses.ts";
import type { KnownLaunch } from "../learning/launch.ts";
import { type ReleaseOutlook, releaseOutlook } from "../outlook/release-outlook.ts";
import type { CompletedBy, Late } from "../plan/completion.ts";
import type { Criterion } from "../plan/criteria.ts";
import { planOfMilestone } from "../plan/milestone-plan.ts";
import { capacityOf, isCluster, type MilestoneKind, type Plan } from "../plan/plan.ts";
import { type Listing, pricedFor } from "../plan/price-list.ts";
import { type MilestoneStart, startOf } from "./calendar.ts";
import { type LeadPart, leadTimeOf } from "./lead-time.ts";

export interface MilestoneOutlook {
  readonly kind: MilestoneKind;
  readonly when: Plan["milestones"]["production"]["when"];
  /** When it is started; absent where an approval makes it due. */
  readonly start?: MilestoneStart;
  /** Of what the time from there to its date is made. */
  readonly lead?: readonly LeadPart[];
  readonly pool?: { readonly instanceType: string; readonly instances: number; readonly holdMinutes: number };
  /** In the place of a pool: more nodes of an instance group of a HyperPod cluster. */
  readonly cluster?: {
    readonly name: string;
    readonly instanceGroup: string;
    readonly instanceType: string;
    readonly instances: number;
    readonly holdMinutes: number;
  };
  /** What ends the hold before its time. */
  readonly completedBy?: CompletedBy;
  /** What becomes of it where that comes late, and its cost then, held to the end of the extension. */
  readonly late?: Late & { readonly costUsd: number | null };
  /** Of validation: what a version must measure up to. */
  readonly criteria?: readonly Criterion[];
  /** Of staging that is a release: its endpoint, and the candidate's fleet there. */
  readonly staging?: { readonly endpoint: string } & ReleaseOutlook["candidate"];
  /** Of a patch: the candidate's fleet where what serves is behind; where it is not, nothing is raised. */
  readonly patch?: ReleaseOutlook["candidate"];
  /** Of the pool or the nodes, held to the end, or of staging's release; null where its price is not known. */
  readonly costUsd?: number | null;
}

export function milestoneOutlook(
  given: Plan,
  kind: MilestoneKind,
  { launches, listing }: { launches: readonly KnownLaunch[]; listing: Listing },
): MilestoneOutlook[] {
  const milestone = given.milestones[kind];
  const plan = pricedFor(given, capacityOf(milestone) === undefined ? "hosting" : "training", listing);
  if (milestone === undefined) return [];
  const { when } = milestone;
  const capacity = capacityOf(milestone);
  const start = startOf(plan, kind, launches);
  const isAhead = start !== undefined && start.leadMinutes > 0;
  const outlook = {
    kind,
    when,
    ...(start !== undefined && { start }),
    ...(isAhead && { lead: leadTimeOf(plan, kind, launches).parts }),
  };
  const own = planOfMilestone(plan, kind);
  if (own !== plan) return [{ ...outlook, ...releasedBy(own, kind, launches) }];
  const criteria = kind === "validation" ? plan.milestones.validation?.criteria : undefined;
  const validated = { ...outlook, ...(criteria !== undefined && { criteria }) };
  if (capacity === undefined) return [validated];
  const { instanceType, instances, holdMinutes } = capacity;
  const { usd } = poolExpense(plan, capacity, { leadMinutes: start?.leadMinutes });
  const { completedBy, late } = plan.milestones[kind] ?? {};
  const extended = late && poolExpense(plan, capacity, { leadMinutes: start?.leadMinutes, ...late });
  const held = {
    ...(isCluster(capacity) ? { cluster: capacity } : { pool: { instanceType, instances, holdMinutes } }),
    ...(completedBy && { completedBy }),
    ...(late && { late: { ...late, costUsd: extended?.usd ?? null } }),
  };
  return [{ ...validated, ...held, costUsd: usd }];
}

function releasedBy(own: Plan, kind: MilestoneKind, launches: readonly KnownLaunch[]) {
  const { candidate, costUsd } = releaseOutlook(own, own.defaultReleaseType, launches);
  const staging = { endpoint: own.endpoint.name, ...candidate };
  return kind === "patch" ? { patch: candidate, costUsd } : { staging, costUsd };
}

export function poolWarnings(
  { budget }: Plan,
  { kind, pool, cluster, late, costUsd: held = 0 }: MilestoneOutlook,
): string[] {
  const capacity = pool ?? cluster;
  if (capacity === undefined) return [];
  const what = cluster === undefined ? "the pool of" : "what is raised in a cluster for";
  const costUsd = late === undefined ? held : late.costUsd;
  if (costUsd === null)
    return [
      `the price of ${capacity.instanceType} is not known, and the plan consents to that: ${what} ${kind} spends on it without limit`,
    ];
  if (costUsd <= budget.usdPerRelease) return [];
  return [
    `${what} ${kind} is estimated at $${costUsd.toFixed(2)} and would be refused: the budget is $${budget.usdPerRelease.toFixed(2)}`,
  ];
}
