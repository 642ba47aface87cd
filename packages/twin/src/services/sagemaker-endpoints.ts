/** SageMaker's endpoint operations: Describe, Create, Update, new weights or one new count, Delete, List. */

import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { changeCapacity, changeWeights } from "../world/endpoint-changes.ts";
import type { Endpoint, EndpointConfig } from "../world/endpoint-state.ts";
import { called } from "../world/events.ts";
import { createEndpoint, deleteEndpoint, replaceFleet } from "../world/fleets.ts";
import type { World } from "../world/region.ts";
import { removeTargetsOf } from "../world/scaling.ts";
import { claimLock, endpointArn } from "../world/updates.ts";
import { ignored, members, modelled, page, present } from "./members.ts";
import { findConfig } from "./sagemaker-configs.ts";
import { describeEndpoint, endpointSummary } from "./sagemaker-endpoint-views.ts";
import { findModel } from "./sagemaker-models.ts";
import { byStatusToo, entityName, listed, listing, weight } from "./sagemaker-shapes.ts";
import type { Operation } from "./service.ts";

export function endpointOperations(world: World): Record<string, Operation> {
  return {
    DescribeEndpoint: (input) =>
      describeEndpoint(
        world,
        find(world, members({ operation: "DescribeEndpoint", schema: named }, input).EndpointName),
      ),
    CreateEndpoint: (input) =>
      create(world, members({ operation: "CreateEndpoint", schema: creation }, input)),
    UpdateEndpoint: (input) =>
      update(world, members({ operation: "UpdateEndpoint", schema: updating }, input)),
    UpdateEndpointWeightsAndCapacities: (input) =>
      rebalance(
        world,
        members({ operation: "UpdateEndpointWeightsAndCapacities", schema: rebalancing }, input),
      ),
    DeleteEndpoint: (input) =>
      remove(world, members({ operation: "DeleteEndpoint", schema: named }, input).EndpointName),
    ListEndpoints: (input) =>
      list(world, members({ operation: "ListEndpoints", schema: endpointListing }, input)),
  };
}

const named = z.strictObject({ EndpointName: entityName });
const creation = z.strictObject({ EndpointName: entityName, EndpointConfigName: entityName, Tags: ignored });
const updating = z.strictObject({
  EndpointName: entityName,
  EndpointConfigName: entityName,
  /** Default false: counts and weights are those of the new configuration. */
  RetainAllVariantProperties: z.boolean().default(false),
  ExcludeRetainedVariantProperties: z
    .array(z.strictObject({ VariantPropertyType: z.enum(["DesiredInstanceCount", "DesiredWeight"]) }))
    .max(3)
    .default([]),
  RetainDeploymentConfig: modelled(z.boolean(), [false]).optional(),
});
const rebalancing = z.strictObject({
  EndpointName: entityName,
  DesiredWeightsAndCapacities: z
    .array(
      z.strictObject({
        VariantName: entityName,
        DesiredWeight: weight.optional(),
        DesiredInstanceCount: z.int().min(0).optional(),
      }),
    )
    .min(1),
});
/** EndpointStatus (service model, botocore 1.43). */
const endpointStatus = z.enum([
  ...(["OutOfService", "Creating", "Updating", "SystemUpdating", "RollingBack"] as const),
  ...(["InService", "Deleting", "Failed", "UpdateRollbackFailed"] as const),
]);
const endpointListing = z.strictObject({
  ...listing,
  ...byStatusToo,
  StatusEquals: endpointStatus.optional(),
});

function find(world: World, name: string): Endpoint {
  const endpoint = world.state.endpoints.get(name);
  if (endpoint === undefined)
    throw new AwsError("ValidationException", `Could not find endpoint "${endpointArn(name)}".`);
  return endpoint;
}

function create(world: World, input: z.output<typeof creation>): Json {
  const { EndpointName: name } = input;
  if (world.state.endpoints.has(name))
    throw new AwsError(
      "ValidationException",
      `Cannot create already existing endpoint "${endpointArn(name)}".`,
    );
  createEndpoint(world, name, findConfig(world, input.EndpointConfigName));
  return { EndpointArn: endpointArn(name) };
}

function update(world: World, input: z.output<typeof updating>): Json {
  const endpoint = find(world, input.EndpointName);
  claimLock(endpoint);
  const config = findConfig(world, input.EndpointConfigName);
  if (config.name === endpoint.configName)
    throw new AwsError(
      "ValidationException",
      `Cannot update endpoint "${endpointArn(endpoint.name)}" with the endpoint configuration it already has.`,
    );
  for (const { ModelName } of config.variants) findModel(world, ModelName);
  refuseScaledChanges(world, endpoint, config);
  const excluded = input.ExcludeRetainedVariantProperties.map((each) => each.VariantPropertyType);
  const retain = input.RetainAllVariantProperties;
  replaceFleet(world, endpoint, {
    config,
    retained: {
      weights: retain && !excluded.includes("DesiredWeight"),
      counts: retain && !excluded.includes("DesiredInstanceCount"),
    },
  });
  return { EndpointArn: endpointArn(endpoint.name) };
}

/**
 * The update fails when it would change the instance type of a variant that is scaled automatically, or drop it:
 * deregister it first (SageMaker developer guide, "Update endpoints that use automatic scaling"; wording unconfirmed).
 */
function refuseScaledChanges(world: World, endpoint: Endpoint, config: EndpointConfig): void {
  for (const variant of endpoint.variants) {
    if (!world.state.scalableTargets.has(`endpoint/${endpoint.name}/variant/${variant.name}`)) continue;
    const next = config.variants.find((each) => each.VariantName === variant.name);
    if (next?.InstanceType === variant.instanceType) continue;
    const change = next === undefined ? "remove" : "change the instance type of";
    throw new AwsError(
      "ValidationException",
      `Cannot ${change} variant "${variant.name}" of endpoint "${endpointArn(endpoint.name)}": it is registered as a scalable target with Application Auto Scaling. Deregister it first.`,
    );
  }
}

/** The API takes new weights for one or more variants, or a new capacity for one variant (API reference). */
function rebalance(world: World, input: z.output<typeof rebalancing>): Json {
  const endpoint = find(world, input.EndpointName);
  claimLock(endpoint);
  const changes = input.DesiredWeightsAndCapacities;
  const unknown = changes.filter(
    (change) => !endpoint.variants.some((variant) => variant.name === change.VariantName),
  );
  if (unknown.length > 0) {
    const names = unknown.map((change) => `"${change.VariantName}"`).join(", ");
    throw new AwsError(
      "ValidationException",
      `The variant name(s) ${names} is/are not present within endpoint configuration "${endpoint.configName}".`,
    );
  }
  const twice = changes.find(
    ({ VariantName }, i) => changes.findIndex((each) => each.VariantName === VariantName) < i,
  );
  if (twice !== undefined)
    throw new AwsError(
      "ValidationException",
      `The variant name "${twice.VariantName}" was non-unique within the request.`,
    );
  const counts = changes.filter((change) => change.DesiredInstanceCount !== undefined);
  const weights = changes.filter((change) => change.DesiredWeight !== undefined);
  if (counts.length + weights.length === 0)
    throw new AwsError("ValidationException", "Either DesiredWeight or DesiredInstanceCount must be given.");
  if (counts.length > 1 || (counts.length === 1 && (weights.length > 0 || changes.length > 1)))
    throw new AwsError(
      "ValidationException",
      "One request changes the weights of one or more variants or the instance count of one variant.",
    );
  const [change] = counts;
  if (change === undefined)
    changeWeights(world, endpoint, {
      weights: new Map(weights.map((each) => [each.VariantName, each.DesiredWeight ?? 0])),
      by,
    });
  else recount(world, endpoint, { name: change.VariantName, count: change.DesiredInstanceCount ?? 0 });
  return { EndpointArn: endpointArn(endpoint.name) };
}

const by = called("UpdateEndpointWeightsAndCapacities");

function recount(world: World, endpoint: Endpoint, change: { name: string; count: number }): void {
  const variant = endpoint.variants.find((each) => each.name === change.name);
  if (variant !== undefined) changeCapacity(world, endpoint, { variant, count: change.count, by });
}

function remove(world: World, name: string): Json {
  deleteEndpoint(world, find(world, name));
  removeTargetsOf(world, name);
  return {};
}

function list(world: World, input: z.output<typeof endpointListing>): Json {
  const found = listed(world.state.endpoints.values(), input).filter(
    (each) => input.StatusEquals === undefined || each.status === input.StatusEquals,
  );
  const { items, next } = page(found, { token: input.NextToken, size: input.MaxResults });
  return { Endpoints: items.map((endpoint) => endpointSummary(endpoint)), ...present("NextToken", next) };
}
