/**
 * Whether a release is within its means: quota and budget, for the way forward and for the way back. An
 * UpdateEndpoint runs old and new fleets side by side, so both updates of a release are counted with that surge.
 */

import { finalOf, raisesOf, type SizedFleet } from "../capacity/candidate-fleet.ts";
import { raiseLockMinutesP95 } from "../capacity/locked-minutes.ts";
import { type CandidateSide, estimateOf } from "../cost/estimate.ts";
import type { Plan } from "../plan/plan.ts";
import { isAccountedFor, unaccountedFor } from "../plan/prices.ts";

/** What quotas are for, in the words with which their names end. */
export type QuotaUse = "endpoint usage" | "training job usage" | "training warm pool usage" | "cluster usage";

/** Instances by type. */
export type InstancesByType = Readonly<Record<string, number>>;

export interface Feasibility {
  readonly fits: boolean;
  /** One sentence for each thing that is too small. */
  readonly lacks: readonly string[];
  /** The most instances of each type that exist at one time. */
  readonly peak: InstancesByType;
  /** What the release is expected to raise; null where the price of any of it is not known. */
  readonly costUsd: number | null;
}

export interface FeasibilityQuestion {
  readonly plan: Plan;
  /** Stable's live fleet, and the candidate's as it joins and is raised. */
  readonly stable: SizedFleet;
  readonly candidate: CandidateSide;
  /** The account's quotas for endpoint instances, by type; of a type that is absent none is known. */
  readonly quota: InstancesByType;
  /** Instances of other endpoints that count against the same quotas. */
  readonly elsewhere: InstancesByType;
}

/** Answers for a whole production release: join, bake, and then either dropping stable or dropping the candidate. */
export function feasibilityOf(question: FeasibilityQuestion): Feasibility {
  const { plan, stable, candidate } = question;
  const { peak, lacks: lacksOfInstances } = instancesOf(question);
  const lacks = [...lacksOfInstances, ...lackOfLockedMinutes(question)];
  const { usd: costUsd, dearestKnownUsd } = estimateOf(plan, stable, candidate);
  if (dearestKnownUsd > plan.budget.usdPerRelease)
    lacks.push(
      `the release is estimated at $${dearestKnownUsd.toFixed(2)}, its budget is $${plan.budget.usdPerRelease.toFixed(2)}`,
    );
  return { fits: lacks.length === 0, lacks, peak, costUsd };
}

/**
 * The most instances at one time, and what of them cannot be had or is of no known price. To go back takes more than to join
 * does: by then the candidate is as large as it gets.
 */
export function instancesOf(question: FeasibilityQuestion): Pick<Feasibility, "peak" | "lacks"> {
  const { plan, stable, candidate } = question;
  const steady = { [stable.instanceType]: stable.instances };
  const final = { [candidate.instanceType]: finalOf(candidate) };
  const returning = add(add(steady, steady), final);
  const promoting = add(add(steady, final), final);
  const peak = largest(returning, promoting);
  const lacks = Object.entries(peak).flatMap(([type, needed]) => lackOfQuota(type, needed, question));
  for (const instanceType of new Set([stable.instanceType, candidate.instanceType]))
    if (!isAccountedFor(instanceType, plan)) lacks.push(unaccountedFor(instanceType));
  return { peak, lacks };
}

/** A raise beside traffic holds the endpoint; one before the first share does not, since nothing could have to be put back. */
function lackOfLockedMinutes({ plan, candidate }: FeasibilityQuestion): string[] {
  const raises = raisesOf(candidate, 1).length;
  const minutes = raises * raiseLockMinutesP95;
  const { maxLockedMinutes } = plan.budget;
  if (minutes <= maxLockedMinutes) return [];
  return [
    `the rollout raises the candidate ${raises === 1 ? "once" : `${raises} times`} beside traffic, which locks the endpoint for ${minutes} minutes; the plan allows ${maxLockedMinutes}`,
  ];
}

function lackOfQuota(type: string, needed: number, { quota, elsewhere }: FeasibilityQuestion): string[] {
  const limit = quota[type];
  const others = elsewhere[type] ?? 0;
  if (limit !== undefined && needed + others <= limit) return [];
  const beside = others > 0 ? ` beside ${others} of other endpoints` : "";
  const what = `the release needs ${needed} ${type}${beside} at its peak`;
  return [
    `${what}, ${limit === undefined ? unlisted(type, "endpoint usage") : `the account's quota is ${limit}`}`,
  ];
}

const unlisted = (type: string, use: string) => `and Service Quotas lists no quota "${type} for ${use}"`;

/**
 * One sentence for each quota that is too small for a pool of training instances: the priming job runs under the one
 * for training jobs, and what it leaves is kept under the one for warm pools (SageMaker guide, train-warm-pools).
 */
export function lacksOfPool(
  { instanceType, instances }: { readonly instanceType: string; readonly instances: number },
  quota: {
    readonly "training job usage": InstancesByType;
    readonly "training warm pool usage": InstancesByType;
  },
): string[] {
  return (["training job usage", "training warm pool usage"] as const).flatMap((use) => {
    const limit = quota[use][instanceType];
    if (limit !== undefined && instances <= limit) return [];
    const what = `the pool needs ${instances} ${instanceType}`;
    const named = use === "training job usage" ? "training job" : "warm pool";
    return [
      `${what}, ${limit === undefined ? unlisted(instanceType, use) : `the account's ${named} quota is ${limit}`}`,
    ];
  });
}

/** What a HyperPod cluster's group may come to: of its type, and whatever their types of one cluster and of all. */
export interface ClusterQuotas {
  readonly type: number | undefined;
  readonly each: number | undefined;
  readonly all: number | undefined;
}

export interface GroupQuestion {
  readonly quota: ClusterQuotas;
  /** Instances that clusters have or are promised. */
  readonly inUse: { readonly byType: InstancesByType; readonly byCluster: Readonly<Record<string, number>> };
}

/**
 * One sentence for each quota that is too small for more nodes of an instance group. The two of all types are looked at
 * where Service Quotas lists them.
 */
export function lacksOfGroup(
  {
    name,
    instanceType,
    instances,
  }: { readonly name: string; readonly instanceType: string; readonly instances: number },
  { quota, inUse: { byType, byCluster } }: GroupQuestion,
): string[] {
  const there = Object.values(byCluster).reduce((sum, each) => sum + each, 0);
  const limits = [
    { of: instanceType, used: byType[instanceType] ?? 0, limit: quota.type ?? Number.NEGATIVE_INFINITY },
    { of: `nodes in cluster ${name}`, used: byCluster[name] ?? 0, limit: quota.each },
    { of: "nodes in all clusters", used: there, limit: quota.all },
  ];
  return limits.flatMap(({ of, used, limit = Number.POSITIVE_INFINITY }) => {
    if (used + instances <= limit) return [];
    const known =
      limit === Number.NEGATIVE_INFINITY ? unlisted(of, "cluster usage") : `the account's quota is ${limit}`;
    return [`the hold needs ${instances} more ${of} beside the ${used} that there are, ${known}`];
  });
}

function add(a: InstancesByType, b: InstancesByType): InstancesByType {
  const sum: Record<string, number> = { ...a };
  for (const [type, count] of Object.entries(b)) sum[type] = (sum[type] ?? 0) + count;
  return sum;
}

function largest(a: InstancesByType, b: InstancesByType): InstancesByType {
  const most: Record<string, number> = { ...a };
  for (const [type, count] of Object.entries(b)) most[type] = Math.max(most[type] ?? 0, count);
  return most;
}
