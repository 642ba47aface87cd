/**
 * The account as a release finds it: the plan's endpoint in service with version 6 of its model, versions 6 and 7
 * in the registry, a scalable target on the serving variant, and quotas.
 */
import type { Plan } from "../../core/plan/plan.ts";
import type { Bill } from "./bill.ts";
import type { Random, Streams } from "./random.ts";
import { seededTarget, seededVariant } from "./seeded-scaling.ts";
import type { WorldSpec } from "./spec.ts";
import {
  account,
  type Endpoint,
  type EndpointConfig,
  type Instance,
  type Model,
  type ModelPackage,
  region,
  type WorldState,
} from "./state.ts";

const servingVersion = 6;
export const registeredVersions: readonly number[] = [servingVersion, 7];
const dayMs = 86_400_000;

/** How many instances of a type the account may have for a use, as Service Quotas names them. */
export interface InstanceQuota {
  readonly instanceType: string;
  readonly use: "endpoint" | "training job" | "training warm pool";
  readonly instances: number;
  /** False: it is AWS's default, which Service Quotas lists apart. */
  readonly applied: boolean;
}

export interface Seeded {
  readonly state: WorldState;
  readonly quotas: readonly InstanceQuota[];
  readonly throughputs: ReadonlyMap<string, number>;
  readonly instanceIds: readonly string[];
}

export function seedState(
  options: { startMs: number; spec: WorldSpec; plan: Plan },
  streams: Streams,
  bill: Bill,
): Seeded {
  const { startMs, spec, plan } = options;
  const model = seededModel(plan, spec, startMs - 40 * dayMs);
  const creationMs = startMs - 40 * dayMs;
  const config = seededConfig({ ...plan.endpoint, model: plan.model }, creationMs, spec);
  const endpoint = seededEndpoint({ ...plan.endpoint, model: plan.model }, creationMs, (nth) =>
    streams("seeded-instances", nth),
  );
  // An endpoint of the plan's own name is the plan's.
  const others = spec.others.filter(({ name }) => name !== plan.endpoint.name);
  const fleets = others.map(({ name, instances, instanceType = plan.endpoint.instanceType }) => ({
    ...{ name, instances, instanceType, model: plan.model },
  }));
  const configs = [config, ...fleets.map((one) => seededConfig(one, creationMs))];
  const endpoints = [
    endpoint,
    ...fleets.map((one) =>
      seededEndpoint(one, creationMs, (nth) => streams(`seeded-instances/${one.name}`, nth)),
    ),
  ];
  if (spec.metrics.enhancedSeconds !== null) endpoint.enhancedSeconds = spec.metrics.enhancedSeconds;
  const instances = endpoint.variants.flatMap((variant) => variant.instances);
  for (const instance of instances) bill.open(instance, `${endpoint.name}/${seededVariant}`);
  const packages = registeredVersions.map((version) =>
    seededPackage(plan, version, startMs - (version === servingVersion ? 41 * dayMs : 3_600_000)),
  );
  const target = seededTarget(plan, spec, startMs);
  return {
    state: {
      endpoints: new Map(endpoints.map((each) => [each.name, each])),
      endpointConfigs: new Map(configs.map((each) => [each.name, each])),
      models: new Map([[model.name, model]]),
      stableModels: new Set([model.name]),
      modelPackages: new Map(
        packages.map((each) => [modelPackageArn(each.group, each.version, each.account), each]),
      ),
      trainingJobs: new Map(),
      scalableTargets: new Map([[target.resourceId, target]]),
      scalingActivities: [],
      alarms: new Map(),
      compositeAlarms: new Map(),
      poolInstances: spec.provisioning.poolInstances ?? Number.POSITIVE_INFINITY,
      unroutedRequests: 0,
      metrics: { series: new Map(), custom: new Map() },
    },
    quotas: [...endpointQuotas(plan, spec), ...trainingQuotas(plan, spec)],
    throughputs: throughputs(plan),
    instanceIds: instances.map((instance) => instance.id),
  };
}

export const modelPackageArn = (group: string, version: number, of: string = account): string =>
  `arn:aws:sagemaker:${region}:${of}:model-package/${group}/${version}`;

/** The account whose registry the plan names, or the endpoint's own. */
export const registryAccountOf = (plan: Plan): string => plan.modelPackageGroupArn?.split(":")[4] ?? account;

function seededModel(plan: Plan, spec: WorldSpec, creationMs: number): Model {
  const name = `${plan.model}-v${servingVersion}`;
  const { environment } = spec.serving;
  const definition = {
    PrimaryContainer: {
      ModelPackageName: modelPackageArn(plan.model, servingVersion, registryAccountOf(plan)),
      ...(Object.keys(environment).length === 0 ? {} : { Environment: environment }),
    },
    ExecutionRoleArn: `arn:aws:iam::${account}:role/${plan.model}-serving`,
    EnableNetworkIsolation: false,
  };
  return { name, creationMs, definition };
}

/** A fleet as an endpoint of the world begins with it. */
interface Fleet {
  /** The endpoint's name. */
  readonly name: string;
  readonly instances: number;
  readonly instanceType: string;
  /** The model package group of what it serves. */
  readonly model: string;
}

function seededConfig(fleet: Fleet, creationMs: number, spec?: WorldSpec): EndpointConfig {
  const { name, instances, instanceType, model } = fleet;
  const variant = {
    VariantName: seededVariant,
    ModelName: `${model}-v${servingVersion}`,
    InstanceType: instanceType,
    InitialInstanceCount: instances,
    InitialVariantWeight: 1,
    rest: {},
  };
  const enhancedSeconds = spec?.metrics.enhancedSeconds ?? null;
  return {
    name: `${name}-config-v${servingVersion}`,
    creationMs,
    variants: [variant],
    ...(enhancedSeconds === null ? {} : { enhancedSeconds }),
    rest: {},
  };
}

function seededEndpoint(own: Fleet, creationMs: number, draw: (nth: number) => Random): Endpoint {
  const { name, instances, instanceType, model } = own;
  const fleet = Array.from({ length: instances }, (_, nth): Instance => {
    const random = draw(nth);
    const hex = () =>
      Math.floor(random.uniform() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, "0");
    return {
      id: `i-${hex()}${hex()}0`,
      instanceType,
      launchedMs: creationMs,
      readyMs: creationMs,
      warmMs: creationMs,
    };
  });
  return {
    name,
    creationMs,
    lastModifiedMs: creationMs,
    configName: `${name}-config-v${servingVersion}`,
    status: "InService",
    updates: 0,
    variants: [
      {
        name: seededVariant,
        modelName: `${model}-v${servingVersion}`,
        instanceType,
        currentWeight: 1,
        desiredWeight: 1,
        desiredInstanceCount: instances,
        instances: fleet,
        leaving: [],
      },
    ],
  };
}

function seededPackage(plan: Plan, version: number, creationMs: number): ModelPackage {
  const registry = `${registryAccountOf(plan)}.dkr.ecr.${region}.amazonaws.com/${plan.model}`;
  return {
    account: registryAccountOf(plan),
    group: plan.model,
    version,
    creationMs,
    lastModifiedMs: creationMs + 1_800_000,
    approvalStatus: "Approved",
    metadata: {
      "slipway:release-type": plan.defaultReleaseType,
      "training-job": `${plan.model}-train-${version}`,
    },
    image: `${registry}:${version}`,
    imageDigest: `sha256:${version.toString(16).padStart(64, "0")}`,
    modelDataUrl: `s3://${plan.model}-models/v${version}/model.tar.gz`,
  };
}

/** The world's quota, or four times the plan's peak fleet beside what others have, for every instance type that the plan serves on. */
function endpointQuotas(plan: Plan, spec: WorldSpec): InstanceQuota[] {
  const { peakRequestsPerSecond, utilisationPercent } = plan.requirements;
  return [...throughputs(plan)].map(([instanceType, throughput]) => {
    const needed = Math.ceil(peakRequestsPerSecond / ((throughput * utilisationPercent) / 100));
    const peak = Math.max(plan.endpoint.instances, needed);
    const others = spec.others.filter(
      (one) => (one.instanceType ?? plan.endpoint.instanceType) === instanceType,
    );
    const elsewhere = others.reduce((sum, one) => sum + one.instances, 0);
    const instances = spec.quotaInstances ?? 4 * peak + elsewhere;
    return { instanceType, use: "endpoint", instances, applied: !spec.defaultQuotas };
  });
}

function trainingQuotas(plan: Plan, spec: WorldSpec): InstanceQuota[] {
  const { quotaInstances, warmPoolQuotaInstances } = spec.training;
  const applied = !spec.defaultQuotas;
  const pools = Object.values(plan.milestones).flatMap((milestone) => milestone?.pool ?? []);
  return [...new Set(pools.map((pool) => pool.instanceType))].flatMap((instanceType): InstanceQuota[] => [
    { instanceType, use: "training job", instances: quotaInstances, applied },
    { instanceType, use: "training warm pool", instances: warmPoolQuotaInstances, applied },
  ]);
}

/** Requests per second of one instance at full load, by type. */
function throughputs(plan: Plan): Map<string, number> {
  const needs = [
    plan.endpoint,
    ...Object.values(plan.releaseTypes).flatMap((type) => (type === undefined ? [] : [type.inference])),
  ];
  return new Map(needs.toReversed().map((each) => [each.instanceType, each.requestsPerSecondPerInstance]));
}
