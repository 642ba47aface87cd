/**
 * The account as a run finds it: the endpoint in service with one version of its model, that one and the next in
 * the registry, a scalable target on the serving variant, and quotas.
 */
import type { AccountSeed } from "./account-seed.ts";
import type { Bill } from "./bill.ts";
import { seededEvaluation } from "./evaluations.ts";
import { bucketOf, seededImages, seededKeys } from "./images.ts";
import { modelDataOf, seededModelData } from "./model-data.ts";
import type { Bucket } from "./object-state.ts";
import type { InstanceQuota } from "./quotas.ts";
import type { Streams } from "./random.ts";
import { seededScalables } from "./scalables/seeded.ts";
import { seededClusters } from "./seeded-clusters.ts";
import { seededConfig, seededEndpoint } from "./seeded-fleet.ts";
import { grantedTo, quotasOf, shortPools } from "./seeded-quotas.ts";
import { seededTarget, servingVariant } from "./seeded-scaling.ts";
import type { Scenario, SettledSpec } from "./settled.ts";
import { account as accountId, type Model, type ModelPackage, region, type WorldState } from "./state.ts";
import { seededPlans, servedOn } from "./training-plans.ts";

const dayMs = 86_400_000;

export interface SeededState {
  readonly state: WorldState;
  readonly quotas: readonly InstanceQuota[];
  /** The same once AWS has granted more. */
  readonly granted: readonly InstanceQuota[];
  readonly instanceIds: readonly string[];
}

export function seedState({ startMs, spec, account }: Scenario, streams: Streams, bill: Bill): SeededState {
  const creationMs = startMs - spec.past.days * dayMs;
  const models = [account, ...(account.others ?? [])].map((each) =>
    seededModel({ ...account, model: each.model }, spec, creationMs),
  );
  const version = spec.registry.serving;
  const trainingPlans = seededPlans({ account, spec, startMs });
  const reservation = servedOn(account.endpoint, trainingPlans, spec);
  const own = { ...account.endpoint, model: account.model, version, reservation };
  const config = seededConfig(own, creationMs, spec);
  const endpoint = seededEndpoint(own, creationMs, (nth) => streams("seeded-instances", nth));
  const fleets = spec.others.map((one) => ({ ...one, version }));
  const configs = [config, ...fleets.map((one) => seededConfig(one, creationMs))];
  const endpoints = [
    endpoint,
    ...fleets.map((one) =>
      seededEndpoint(one, creationMs, (nth) => streams(`seeded-instances/${one.name}`, nth)),
    ),
  ];
  if (spec.metrics.enhancedSeconds !== null) endpoint.enhancedSeconds = spec.metrics.enhancedSeconds;
  const instances = endpoint.variants.flatMap((variant) => variant.instances);
  for (const { id } of instances) trainingPlans.get(reservation ?? "")?.held.add(id);
  const strangers = new Set(spec.others.flatMap(({ name, isOwn }) => (isOwn ? [] : [name])));
  for (const { name, variants } of endpoints)
    for (const instance of strangers.has(name) ? [] : variants.flatMap((variant) => variant.instances))
      bill.open(instance, `${name}/${servingVariant(spec)}`);
  const packages = [account, ...(account.others ?? [])].flatMap((each) =>
    seededPackages({ ...account, metadata: {}, ...each }, spec, startMs),
  );
  const evaluations = packages.map(({ group, version }) =>
    seededEvaluation({ ...account, model: group }, spec, version),
  );
  const loaded = seededModelData(packages, spec, creationMs);
  const leanedOn = seededScalables(account, spec, startMs);
  const targets = [seededTarget(account, spec, startMs), ...leanedOn.targets];
  return {
    state: {
      endpoints: new Map(endpoints.map((each) => [each.name, each])),
      endpointConfigs: new Map(configs.map((each) => [each.name, each])),
      models: new Map(models.map((each) => [each.name, each])),
      stableModels: new Set(models.map(({ name }) => name)),
      modelPackages: new Map(
        packages.map((each) => [modelPackageArn(each.group, each.version, each.account), each]),
      ),
      trainingJobs: new Map(),
      trainingPlans,
      planOfferings: new Map(),
      clusters: seededClusters({ account, spec, creationMs }, streams, bill),
      scalableTargets: new Map(targets.map((each) => [each.id, each])),
      scalables: new Map(leanedOn.scalables.map((each) => [each.id, each])),
      scalingActivities: [],
      alarms: new Map(),
      compositeAlarms: new Map(),
      poolInstances: spec.provisioning.poolInstances ?? Number.POSITIVE_INFINITY,
      shortPools: shortPools(account, spec),
      unroutedRequests: 0,
      sharedWaitMs: 0,
      metrics: { series: new Map(), custom: new Map(), taken: new Map() },
      buckets: bucketsOf(packages, evaluations, spec),
      objectVersions: new Map(),
      images: seededImages(packages, spec, startMs),
      keys: new Map([...seededKeys(spec, creationMs), ...loaded.keys.map((key) => [key.id, key] as const)]),
      objectEncryption: loaded.encryption,
      objects: new Map([
        ...loaded.objects,
        ...evaluations.flatMap(({ objects }) => objects),
        ...Object.entries(account.objects ?? {}),
      ]),
    },
    quotas: quotasOf(account, spec),
    granted: grantedTo(account, spec),
    instanceIds: instances.map((instance) => instance.id),
  };
}

export const modelPackageArn = (group: string, version: number, of: string = accountId): string =>
  `arn:aws:sagemaker:${region}:${of}:model-package/${group}/${version}`;

function seededModel({ model, registryAccount }: AccountSeed, spec: SettledSpec, creationMs: number): Model {
  const { serving } = spec.registry;
  const { environment } = spec.serving;
  const definition = {
    PrimaryContainer: {
      ModelPackageName: modelPackageArn(model, serving, registryAccount),
      ...(Object.keys(environment).length === 0 ? {} : { Environment: environment }),
    },
    ExecutionRoleArn: `arn:aws:iam::${accountId}:role/${model}-serving`,
    EnableNetworkIsolation: spec.security.networkIsolation,
    ...(spec.security.vpc && { VpcConfig: ownVpc }),
  };
  return { name: `${model}-v${serving}`, creationMs, definition };
}

const ownVpc = { SecurityGroupIds: ["sg-0a1b2c3d"], Subnets: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"] };

/** What serves is old, what is newer than it is an hour old; the newest is the last that came. */
function seededPackages(account: AccountSeed, spec: SettledSpec, startMs: number): ModelPackage[] {
  const { registry } = spec;
  const { serving } = registry;
  const held = new Set([serving, serving + 1, ...registry.versions, ...account.versions]);
  const versions = [...held].sort((a, b) => a - b);
  const newest = versions.at(-1) ?? serving;
  return versions.map((version) => {
    const ageMs =
      version > serving ? 3_600_000 + (newest - version) * 1000 : (41 + serving - version) * dayMs;
    return seededPackage(account, spec, { version, creationMs: startMs - ageMs });
  });
}

function seededPackage(
  account: AccountSeed,
  spec: SettledSpec,
  { version, creationMs }: { version: number; creationMs: number },
): ModelPackage {
  const { model, registryAccount = accountId, metadata = {} } = account;
  const { metrics } = seededEvaluation(account, spec, version);
  const { security, registry } = spec;
  const isNew = version > registry.serving;
  const imageDigest = `sha256:${version.toString(16).padStart(64, "0")}`;
  const repository = `${registryAccount}.dkr.ecr.${region}.amazonaws.com/${model}`;
  const creator = security.approver === "creator" && isNew ? approverArn : creatorArn;
  return {
    account: registryAccount,
    group: model,
    version,
    creationMs,
    lastModifiedMs: creationMs + 1_800_000,
    approvalStatus: "Approved",
    metadata: {
      ...metadata,
      "training-job": `${model}-train-${version}`,
    },
    ...(!(isNew && security.approver === "unknown") && { createdBy: creator }),
    image: `${repository}${security.imageBy === "tag" ? `:${version}` : `@${imageDigest}`}`,
    imageDigest,
    modelData: modelDataOf(model, version, spec),
    ...(metrics !== undefined && { shown: { ModelMetrics: metrics } }),
  };
}

/** Who registers versions, and who approves them. */
const creatorArn = `arn:aws:sts::${accountId}:assumed-role/training-pipeline/build`;
export const approverArn = `arn:aws:sts::${accountId}:assumed-role/release-manager/console`;

/** Those of versions and of their evaluations. */
function bucketsOf(
  packages: readonly ModelPackage[],
  evaluations: readonly { readonly objects: readonly (readonly [string, string])[] }[],
  { security, registry }: SettledSpec,
): Map<string, Bucket> {
  const measures = evaluations.flatMap(({ objects }) => objects.map(([key]) => key.split("/")[0] ?? ""));
  const plain = (where: string): Bucket => ({ region: where, objectLock: false });
  return new Map([
    ...measures.map((name): [string, Bucket] => [name, plain(region)]),
    ...packages.map(({ group, version }): [string, Bucket] => {
      const where = version > registry.serving ? security.dataRegion : region;
      return [bucketOf(group, where), plain(where)];
    }),
  ]);
}
