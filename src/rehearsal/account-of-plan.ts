/** The account that a plan is rehearsed in, as numbers: the one place where a world's account is made from a plan. */

import type {
  AccountSeed,
  GroupSeed,
  LateMetric,
  OtherModel,
  ScalableSeed,
  ServingType,
  TrainingPlanSeed,
} from "#twin/world";
import { groupName } from "../core/capacity/instance-group.ts";
import { candidatesFor, namedFor } from "../core/capacity/sizing.ts";
import { leasedOf } from "../core/plan/alongside/alongside.ts";
import { leasableOf } from "../core/plan/alongside/kinds.ts";
import { planOfMilestone } from "../core/plan/milestone-plan.ts";
import type { InstanceNeeds, Plan } from "../core/plan/plan.ts";
import { publishedUsdPerHour } from "../core/plan/published-prices.ts";
import type { OwnSeries } from "../core/plan/quality.ts";
import type { ReleaseRequest } from "../core/request/normalised.ts";
import { normaliseRequest } from "../core/request/request.ts";
import { loadTestObjects } from "./load-test-objects.ts";

/** A plan, and what starts its release. */
interface Released {
  readonly plan: Plan;
  readonly event?: unknown;
}

/**
 * `event` is what starts the release: the registry has the version that it asks for, and its type decides the need.
 * `beside` are other plans of the account; what both plans name is as the first one says.
 */
export function accountOf(plan: Plan, event?: unknown, beside: readonly Released[] = []): AccountSeed {
  const account = accountOfOne(plan, event);
  if (beside.length === 0) return account;
  const others = beside.map((one) => accountOfOne(one.plan, one.event));
  const all = [account, ...others];
  const scalables = all.flatMap((each) => each.scalables ?? []);
  const groups = all.flatMap((each) => each.instanceGroups ?? []);
  const bought = all.flatMap((each) => each.trainingPlans ?? []);
  return {
    ...account,
    types: Object.assign({}, ...all.map(({ types }) => types).toReversed()),
    endpointNeeds: sumOf(all.map(({ endpointNeeds }) => endpointNeeds)),
    trainingNeeds: sumOf([...new Map(all.map((each) => [each.model, each.trainingNeeds])).values()]),
    ...(groups.length > 0 && { instanceGroups: groups }),
    ...(bought.length > 0 && { trainingPlans: bought }),
    ...(scalables.length > 0 && { scalables: eachOnce(scalables) }),
    others: others.map((other) => otherOf(other, account)),
  };
}

function otherOf(
  { model, metadata, versions, endpoint, peakRequestsPerSecond }: AccountSeed,
  account: AccountSeed,
): OtherModel {
  const trafficPercent = (100 * peakRequestsPerSecond) / account.peakRequestsPerSecond;
  return { model, versions, endpoint, trafficPercent, ...(metadata !== undefined && { metadata }) };
}

/** What several plans lean on is there once. */
function eachOnce(scalables: readonly ScalableSeed[]): ScalableSeed[] {
  const byScope = new Map<string, ScalableSeed>();
  for (const one of scalables.toReversed()) byScope.set(`${one.resourceId} ${one.dimension}`, one);
  return [...byScope.values()].toReversed();
}

function sumOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [type, count] of all.flatMap((each) => Object.entries(each)))
    sum[type] = (sum[type] ?? 0) + count;
  return sum;
}

function accountOfOne(plan: Plan, event?: unknown): AccountSeed {
  const { endpoint, requirements } = plan;
  const asked = askedIn(event);
  const { defaultReleaseType } = planOfMilestone(plan, asked.milestone ?? "production");
  const candidates = candidatesFor(plan, asked.releaseType ?? defaultReleaseType);
  const registryAccount = plan.modelPackageGroupArn?.split(":")[4];
  const { utilisationPercent, latencyMsP99, errorRatePercent } = requirements;
  return {
    model: plan.model,
    ...(registryAccount === undefined ? {} : { registryAccount }),
    metadata: { "slipway:release-type": defaultReleaseType },
    versions: asked.version === undefined ? [] : [asked.version],
    endpoint: { name: endpoint.name, instanceType: endpoint.instanceType, instances: endpoint.instances },
    types: typesOf(plan),
    ...evaluatedBy(plan),
    peakRequestsPerSecond: peakAtRest(plan),
    utilisationPercent,
    latencyMsP99,
    errorRatePercent,
    candidateTypes: candidates.map(({ instanceType }) => instanceType),
    endpointNeeds: mostOf(candidates.map((candidate) => needsOf(plan, candidate))),
    trainingNeeds: poolsOf(plan),
    listPrices: publishedUsdPerHour,
    ...groupsOf(plan),
    ...trainingPlansOf(plan, candidates),
    bakeMinutes: plan.rollout.stages.reduce((sum, { bakeMinutes }) => sum + bakeMinutes, 0),
    ...(plan.loadTest !== undefined && { objects: loadTestObjects(plan) }),
    ...lateMetricsOf(plan),
    ...(plan.alongside !== undefined && { scalables: plan.alongside.map(scalableOf) }),
  };
}

/** Of what is to be so many, half is there between releases; of the rest, what is usual for its kind. */
function scalableOf(entry: NonNullable<Plan["alongside"]>[number]): ScalableSeed {
  const { kind, name } = leasedOf(entry);
  const minimums = (entry.stages ?? [entry]).flatMap(({ minimum }) => minimum ?? []);
  const half = Math.max(1, Math.floor(Math.max(0, ...minimums) / 2));
  const { usdPerUnitHour } = entry;
  return {
    ...leasableOf(kind).scopeOf(name),
    ...(minimums.length > 0 && { capacity: half, min: Math.max(1, Math.floor(half / 2)) }),
    ...(usdPerUnitHour !== undefined && { usdPerUnitHour }),
  };
}

/** Of each criterion a value that meets it, one that does not, and one beside which the first is too much worse. */
function evaluatedBy({ milestones }: Plan): Pick<AccountSeed, "evaluated"> {
  const { criteria = [] } = milestones.validation ?? {};
  if (criteria.length === 0) return {};
  const evaluated = criteria.map(({ of, metric, atLeast, atMost, worseThanServingBy = 0 }) => {
    const bound = atLeast ?? atMost ?? 0;
    const better = atLeast === undefined ? -1 : 1;
    const margin = 0.01 * Math.max(Math.abs(bound), 0.01);
    const [good, bad] = [bound + better * margin, bound - better * margin];
    return {
      document: of,
      path: metric.split("."),
      good,
      bad,
      best: good + better * (2 * worseThanServingBy + margin),
    };
  });
  return { evaluated };
}

/** What the team publishes of its answers, as late as the plan says. */
function lateMetricsOf({ quality }: Plan): Pick<AccountSeed, "lateMetrics"> {
  if (quality === undefined) return {};
  const lateMetrics = quality.kpis.flatMap((kpi): LateMetric[] => {
    const { delayHours } = kpi;
    const named = ({ namespace, metric: name, dimensions }: OwnSeries) => ({
      namespace,
      name,
      dimensions,
      delayHours,
    });
    if (kpi.kind === "value") return [{ ...named(kpi.metric), measures: `${kpi.better}-is-better` }];
    return [
      { ...named(kpi.bad), measures: "bad" },
      { ...named(kpi.total), measures: "total" },
    ];
  });
  return { lateMetrics };
}

/** What of an event a world must know; of one that starts no release it is nothing. */
function askedIn(event: unknown): Partial<Pick<ReleaseRequest, "version" | "releaseType" | "milestone">> {
  const asked = normaliseRequest(event);
  return asked.kind === "release" ? asked.request : {};
}

/** The plan's peak; where the fleet between releases is too small for it, what that fleet serves no fuller than it may run. */
function peakAtRest({ endpoint, requirements }: Plan): number {
  const { peakRequestsPerSecond, utilisationPercent } = requirements;
  const fleet = endpoint.instances * endpoint.requestsPerSecondPerInstance;
  return Math.min(peakRequestsPerSecond, (fleet * utilisationPercent) / 100);
}

/** A type that is named twice does what the endpoint says of it, or else what the first type of release says. */
function typesOf(plan: Plan): Record<string, ServingType> {
  const named = namedFor(plan);
  return Object.fromEntries(
    [plan.endpoint, ...named]
      .toReversed()
      .map((needs) => [
        needs.instanceType,
        { requestsPerSecond: needs.requestsPerSecondPerInstance, needed: neededFor(plan, needs) },
      ]),
  );
}

function neededFor({ requirements }: Plan, { requestsPerSecondPerInstance }: InstanceNeeds): number {
  const { peakRequestsPerSecond, utilisationPercent } = requirements;
  const each = (requestsPerSecondPerInstance * utilisationPercent) / 100;
  return Math.ceil(peakRequestsPerSecond / each - 1e-9);
}

/** Both fleets, and once more the one that an update puts beside them: stable's on the way in, the candidate's on the way out. */
function needsOf(plan: Plan, needs: InstanceNeeds): Record<string, number> {
  const { instanceType, instances: stable } = plan.endpoint;
  const candidate = neededFor(plan, needs);
  if (needs.instanceType === instanceType)
    return { [instanceType]: stable + candidate + Math.max(stable, candidate) };
  return { [instanceType]: 2 * stable, [needs.instanceType]: 2 * candidate };
}

/** Of each type as many as any of several has. */
function mostOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const most: Record<string, number> = {};
  for (const [type, count] of all.flatMap((each) => Object.entries(each)))
    most[type] = Math.max(most[type] ?? 0, count);
  return most;
}

/** Those that candidates run on, with as much as their type may take at one time, what serves beside it. */
function trainingPlansOf(
  plan: Plan,
  candidates: readonly InstanceNeeds[],
): Pick<AccountSeed, "trainingPlans"> {
  const seeds = candidates.flatMap((candidate): TrainingPlanSeed[] => {
    const { instanceType, reserved } = candidate;
    if (reserved === undefined) return [];
    const needed = needsOf(plan, candidate)[instanceType] ?? 0;
    return [{ arn: reserved.trainingPlan, instanceType, needed, target: "endpoint" }];
  });
  return seeds.length === 0 ? {} : { trainingPlans: seeds };
}

/** The groups that milestones raise, each with the most that any of them asks for beside what it has. */
function groupsOf({ milestones }: Plan): Pick<AccountSeed, "instanceGroups"> {
  const groups = new Map<string, GroupSeed>();
  for (const each of Object.values(milestones).flatMap((one) => one?.cluster ?? [])) {
    const key = groupName(each);
    const needed = Math.max(each.instances, groups.get(key)?.needed ?? 0);
    const { name: cluster, instanceGroup: group, instanceType } = each;
    groups.set(key, { cluster, group, instanceType, needed });
  }
  return groups.size === 0 ? {} : { instanceGroups: [...groups.values()] };
}

function poolsOf({ milestones }: Plan): Record<string, number> {
  const most: Record<string, number> = {};
  for (const { instanceType, instances } of Object.values(milestones).flatMap((each) => each?.pool ?? []))
    most[instanceType] = Math.max(most[instanceType] ?? 0, instances);
  return most;
}
