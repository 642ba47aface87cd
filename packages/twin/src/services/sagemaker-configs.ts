/** SageMaker's endpoint configurations: Create, Describe, Delete, List. */

import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { EndpointConfig, VariantConfig } from "../world/endpoint-state.ts";
import { called } from "../world/events.ts";
import { hasLocalStorage } from "../world/machines.ts";
import type { World } from "../world/region.ts";
import { arn } from "../world/state.ts";
import { asJson, members, page, present, seconds } from "./members.ts";
import { findModel } from "./sagemaker-models.ts";
import {
  byNameOrTime,
  entityName,
  hostingInstanceType,
  listed,
  listing,
  modelName,
  roleArn,
  weight,
} from "./sagemaker-shapes.ts";
import { refuseReservations } from "./sagemaker-training-plans.ts";
import type { Operation } from "./service.ts";
import { refuseBadTags, tagList, tagsGiven } from "./tags.ts";

const configArn = (name: string): string => arn("sagemaker", `endpoint-config/${name}`);

export function configOperations(world: World): Record<string, Operation> {
  return {
    CreateEndpointConfig: (input) =>
      create(world, members({ operation: "CreateEndpointConfig", schema: creation }, input)),
    DescribeEndpointConfig: (input) =>
      describe(
        findConfig(
          world,
          members({ operation: "DescribeEndpointConfig", schema: named }, input).EndpointConfigName,
        ),
      ),
    DeleteEndpointConfig: (input) =>
      remove(world, members({ operation: "DeleteEndpointConfig", schema: named }, input).EndpointConfigName),
    ListEndpointConfigs: (input) =>
      list(world, members({ operation: "ListEndpointConfigs", schema: configListing }, input)),
  };
}

const named = z.strictObject({ EndpointConfigName: entityName });
const configListing = z.strictObject({ ...listing, ...byNameOrTime });
const timeoutSeconds = z.int().min(60).max(3600).optional();
const productionVariant = z.strictObject({
  VariantName: entityName,
  ModelName: modelName,
  InstanceType: hostingInstanceType,
  InitialInstanceCount: z.int().min(1),
  InitialVariantWeight: weight.default(1),
  VolumeSizeInGB: z.int().min(1).max(512).optional(),
  ModelDataDownloadTimeoutInSeconds: timeoutSeconds,
  ContainerStartupHealthCheckTimeoutInSeconds: timeoutSeconds,
  EnableSSMAccess: z.boolean().optional(),
  InferenceAmiVersion: z.string().optional(),
  /** Of reservations the twin has training plans alone. */
  CapacityReservationConfig: z
    .strictObject({
      CapacityReservationPreference: z.literal("capacity-reservations-only"),
      MlReservationArn: z.string().min(20).max(258),
    })
    .optional(),
  RoutingConfig: z
    .strictObject({ RoutingStrategy: z.enum(["LEAST_OUTSTANDING_REQUESTS", "RANDOM"]) })
    .optional(),
});
/** Publishing utilisation alone at another pace is not modelled; enhanced metrics come at 10, 30 or 60 seconds. */
const metricsConfig = z.union([
  z.strictObject({
    EnableEnhancedMetrics: z.literal(false).optional(),
    MetricPublishFrequencyInSeconds: z.literal(60).optional(),
  }),
  z.strictObject({
    EnableEnhancedMetrics: z.literal(true),
    MetricPublishFrequencyInSeconds: z.literal([10, 30, 60]).default(60),
  }),
]);
const creation = z.strictObject({
  EndpointConfigName: entityName,
  /** At most ten production variants (API reference). */
  ProductionVariants: z.array(productionVariant).min(1).max(10),
  MetricsConfig: metricsConfig.optional(),
  KmsKeyId: z.string().max(2048).optional(),
  /** Kept and described; what is captured or explained changes nothing here. */
  DataCaptureConfig: z.record(z.string(), z.unknown()).optional(),
  ExplainerConfig: z.record(z.string(), z.unknown()).optional(),
  ExecutionRoleArn: roleArn.optional(),
  EnableNetworkIsolation: z.boolean().optional(),
  VpcConfig: z
    .strictObject({
      SecurityGroupIds: z.array(z.string()).min(1).max(5),
      Subnets: z.array(z.string()).min(1).max(16),
    })
    .optional(),
  Tags: tagList,
});

/** The configuration of that name, or the ValidationException that AWS answers with. */
export function findConfig(world: World, name: string): EndpointConfig {
  const config = world.state.endpointConfigs.get(name);
  if (config === undefined)
    throw new AwsError("ValidationException", `Could not find endpoint configuration "${configArn(name)}".`);
  return config;
}

function create(world: World, input: z.output<typeof creation>): Json {
  const { EndpointConfigName: name, ProductionVariants, MetricsConfig, Tags: tags, ...rest } = input;
  refuseBadTags(tags);
  if (world.state.endpointConfigs.has(name))
    throw new AwsError(
      "ValidationException",
      `Cannot create already existing endpoint configuration "${configArn(name)}".`,
    );
  for (const { ModelName } of ProductionVariants) findModel(world, ModelName);
  const names = ProductionVariants.map((variant) => variant.VariantName);
  if (new Set(names).size < names.length)
    throw new AwsError(
      "ValidationException",
      "Variant names must be unique within an endpoint configuration.",
    );
  refuseReservations(world, ProductionVariants);
  if (rest.KmsKeyId !== undefined) refuseKeyOfLocal(ProductionVariants.map((each) => each.InstanceType));
  const variants = ProductionVariants.map(
    ({
      VariantName,
      ModelName,
      InstanceType,
      InitialInstanceCount,
      InitialVariantWeight,
      ...kept
    }): VariantConfig => ({
      VariantName,
      ModelName,
      InstanceType,
      InitialInstanceCount,
      InitialVariantWeight,
      rest: kept,
    }),
  );
  const enhanced =
    MetricsConfig?.EnableEnhancedMetrics === true
      ? { enhancedSeconds: MetricsConfig.MetricPublishFrequencyInSeconds ?? 60 }
      : {};
  world.state.endpointConfigs.set(name, {
    name,
    creationMs: world.nowMs,
    variants,
    ...enhanced,
    rest,
    tags: tagsGiven(tags),
  });
  world.record({
    kind: "config",
    subject: name,
    from: undefined,
    to: name,
    by: called("CreateEndpointConfig"),
  });
  return { EndpointConfigArn: configArn(name) };
}

function describe(config: EndpointConfig): Json {
  const { name, creationMs, enhancedSeconds, rest } = config;
  return {
    EndpointConfigName: name,
    EndpointConfigArn: configArn(name),
    ProductionVariants: config.variants.map(describeVariant),
    CreationTime: seconds(creationMs),
    EnableNetworkIsolation: false,
    ...(enhancedSeconds === undefined
      ? {}
      : { MetricsConfig: { EnableEnhancedMetrics: true, MetricPublishFrequencyInSeconds: enhancedSeconds } }),
    ...(asJson(rest) as Record<string, Json>),
  };
}

/** Local storage is encrypted by its instance, and takes no key (API reference, KmsKeyId; wording unconfirmed). */
function refuseKeyOfLocal(instanceTypes: readonly string[]): void {
  const local = instanceTypes.find(hasLocalStorage);
  if (local === undefined) return;
  throw new AwsError(
    "ValidationException",
    `KmsKeyId is not supported for instance type ${local}: its local storage is encrypted by a module of the instance.`,
  );
}

/** What a variant of another kind has none of (a model, a type, a count) is left out, as AWS does. */
function describeVariant({ rest, ...variant }: VariantConfig): Json {
  const given = Object.entries(variant).filter(
    ([name, value]) => value !== "" && !(name === "InitialInstanceCount" && value === 0),
  );
  return asJson({ ...Object.fromEntries(given), ...rest });
}

/**
 * Deletes also what an endpoint uses: AWS warns against it and does not stop it (API reference of
 * DeleteEndpointConfig). The history says when it was in use.
 */
function remove(world: World, name: string): Json {
  findConfig(world, name);
  const used = [...world.state.endpoints.values()].some(
    (endpoint) => endpoint.configName === name || endpoint.update?.configName === name,
  );
  world.state.endpointConfigs.delete(name);
  world.record({
    kind: "config",
    subject: name,
    from: name,
    to: undefined,
    by: { ...called("DeleteEndpointConfig"), ...(used && { inUse: true }) },
  });
  return {};
}

function list(world: World, input: z.output<typeof configListing>): Json {
  const { items, next } = page(listed(world.state.endpointConfigs.values(), input), {
    token: input.NextToken,
    size: input.MaxResults,
  });
  const summaries = items.map(({ name, creationMs }) => ({
    EndpointConfigName: name,
    EndpointConfigArn: configArn(name),
    CreationTime: seconds(creationMs),
  }));
  return { EndpointConfigs: summaries, ...present("NextToken", next) };
}
