/** Whether each model could go back now to the version that served before: how long that takes, and whether it can be had. */
import type { Aws } from "../aws/clients.ts";
import { pastReleases } from "../aws/history.ts";
import { plansInForce } from "../aws/plans.ts";
import { listingAt } from "../aws/price-list.ts";
import { servingPlatform } from "../aws/serving/platforms.ts";
import { type RevertOutlook, revertLacks, revertOutlook } from "../core/capacity/revert-outlook.ts";
import type { Plan } from "../core/plan/plan.ts";
import { pricedFor } from "../core/plan/price-list.ts";
import type { PastRelease } from "../core/release/past.ts";
import { revertTarget, typeIn } from "../core/release/reverting.ts";
import { cost, duration } from "../report/text/figures.ts";

export interface Revert extends RevertOutlook {
  readonly model: string;
  readonly version: number;
  /** What it cannot be had for, a sentence each; empty where it can. */
  readonly lacks: readonly string[];
}

/** Of each plan in force; a model of which no other version was promoted has none to go back to. */
export async function revertsOf(aws: Aws): Promise<Revert[]> {
  const { plans } = await plansInForce(aws);
  const { past } = await pastReleases(aws, 0);
  const listing = await listingAt(aws, Date.now());
  const found: Revert[] = [];
  for (const plan of plans) found.push(...(await revertOf(aws, pricedFor(plan, "hosting", listing), past)));
  return found;
}

async function revertOf(aws: Aws, plan: Plan, past: readonly PastRelease[]): Promise<Revert[]> {
  const target = revertTarget(past, { model: plan.model });
  if (typeof target === "string") return [];
  const type = typeIn(plan, target);
  const outlook = revertOutlook(plan, type);
  const types = [...new Set([plan.endpoint.instanceType, outlook.instanceType])];
  const limits = await servingPlatform(aws).limits({ but: plan.endpoint.name, types });
  const dear = `it is estimated above its budget of ${cost(plan.budget.usdPerRelease)}`;
  const lacks = [...revertLacks(plan, type, limits), ...(outlook.isWithinBudget ? [] : [dear])];
  return [{ model: plan.model, version: target.version, ...outlook, lacks }];
}

export const revertLine = ({ model, version, minutes, usd, lacks }: Revert): string =>
  lacks.length === 0
    ? `${model} can go back to version ${version}: about ${duration(minutes * 60)} and ${cost(usd)} (slipway revert ${model})`
    : `${model} cannot go back to version ${version} now: ${lacks.join("; ")}`;
