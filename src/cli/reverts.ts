/** Whether each model could go back now to the version that served before: how long that takes, and whether it can be had. */
import type { Aws } from "../aws/clients.ts";
import { pastReleases } from "../aws/history.ts";
import { allKept } from "../aws/kept.ts";
import { plansInForce } from "../aws/plans.ts";
import { listingAt } from "../aws/price-list.ts";
import { servingPlatform } from "../aws/serving/platforms.ts";
import { type RevertOutlook, revertLacks, revertOutlook } from "../core/outlook/revert-outlook.ts";
import type { Plan } from "../core/plan/plan.ts";
import { pricedFor } from "../core/plan/price-list.ts";
import { type KeptStanding, type KeptThings, standingOfKept } from "../core/release/kept.ts";
import type { PastRelease } from "../core/release/past.ts";
import { revertTarget, typeIn } from "../core/release/reverting.ts";
import { cost, duration } from "../report/text/figures.ts";

export interface Revert extends RevertOutlook {
  readonly model: string;
  readonly version: number;
  /** What it cannot be had for, a sentence each; empty where it can. */
  readonly lacks: readonly string[];
  /** What that version's own release made, and until when it is kept; absent where no release of it is known to have been replaced. */
  readonly kept?: KeptStanding;
}

/** Of each plan in force; `without`, a sentence each: of which no other version was promoted. */
export async function revertsOf(aws: Aws): Promise<{
  readonly reverts: readonly Revert[];
  readonly without: readonly string[];
  /** Releases of which cannot be read what is kept. */
  readonly unread: readonly string[];
}> {
  const { plans } = await plansInForce(aws);
  const { past } = await pastReleases(aws, 0);
  const { kept, unread } = await allKept(aws);
  const listing = await listingAt(aws, Date.now());
  const reverts: Revert[] = [];
  const without: string[] = [];
  for (const plan of plans) {
    const found = await revertOf(aws, pricedFor(plan, "hosting", listing), { past, kept });
    if (typeof found === "string") without.push(found);
    else reverts.push(found);
  }
  return { reverts, without, unread };
}

interface Known {
  readonly past: readonly PastRelease[];
  readonly kept: readonly KeptThings[];
}

async function revertOf(aws: Aws, plan: Plan, { past, kept: all }: Known): Promise<Revert | string> {
  const target = revertTarget(past, { model: plan.model });
  if (typeof target === "string") return target;
  const type = typeIn(plan, target);
  const outlook = revertOutlook(plan, type);
  const types = [...new Set([plan.endpoint.instanceType, outlook.instanceType])];
  const limits = await servingPlatform(aws).limits({ but: [plan.endpoint.name], types });
  const dear = `it is estimated above its budget of ${cost(plan.budget.usdPerRelease)}`;
  const lacks = [...revertLacks(plan, type, limits), ...(outlook.isWithinBudget ? [] : [dear])];
  const { model, endpoint } = plan;
  const kept = standingOfKept(all, { endpoint: endpoint.name, version: target.version });
  return { model, version: target.version, ...outlook, lacks, ...(kept !== undefined && { kept }) };
}

export const keptUnread = (releases: readonly string[]): string =>
  `what is kept of ${releases.join(", ")} was written by another version of slipway, and cannot be read`;

/** What is there of the version's own release. Going back takes none of it: a release makes its own. */
export function keptText(version: number, kept: KeptStanding): string {
  if (kept.is === "kept") return `what the release of version ${version} made is kept until ${kept.until}`;
  return `what the release of version ${version} made was deleted at ${kept.at} (${kept.things.join(", ")}): going back makes it anew from the version's package`;
}

export function revertLine({ model, version, minutes, usd, lacks, kept }: Revert): string {
  const can =
    lacks.length === 0
      ? `${model} can go back to version ${version}: about ${duration(minutes * 60)} and ${cost(usd)} (slipway revert ${model})`
      : `${model} cannot go back to version ${version} now: ${lacks.join("; ")}`;
  return kept === undefined ? can : `${can}; ${keptText(version, kept)}`;
}
