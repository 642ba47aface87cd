/** SageMaker's models: Create, Describe, Delete, List. */

import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { called } from "../world/events.ts";
import type { World } from "../world/region.ts";
import { arn, type Model } from "../world/state.ts";
import { asJson, members, modelled, page, present, seconds } from "./members.ts";
import { findPackage } from "./sagemaker-registry.ts";
import { byNameOrTime, listed, listing, modelName, roleArn } from "./sagemaker-shapes.ts";
import type { Operation } from "./service.ts";
import { refuseBadTags, tagList, tagsGiven } from "./tags.ts";

const modelArn = (name: string): string => arn("sagemaker", `model/${name}`);

export function modelOperations(world: World): Record<string, Operation> {
  return {
    CreateModel: (input) => create(world, members({ operation: "CreateModel", schema: creation }, input)),
    DescribeModel: (input) =>
      describe(findModel(world, members({ operation: "DescribeModel", schema: named }, input).ModelName)),
    DeleteModel: (input) =>
      remove(world, members({ operation: "DeleteModel", schema: named }, input).ModelName),
    ListModels: (input) => list(world, members({ operation: "ListModels", schema: modelListing }, input)),
  };
}

const named = z.strictObject({ ModelName: modelName });
const modelListing = z.strictObject({ ...listing, ...byNameOrTime });
const container = z.strictObject({
  ContainerHostname: z.string().max(63).optional(),
  Image: z.string().max(255).regex(/^\S+$/).optional(),
  Mode: modelled(z.enum(["SingleModel", "MultiModel"]), ["SingleModel"]).optional(),
  ModelDataUrl: z
    .string()
    .max(1024)
    .regex(/^(https|s3):\/\/([^/]+)\/?(.*)$/)
    .optional(),
  Environment: z.record(z.string(), z.string()).optional(),
  ModelPackageName: z.string().min(1).max(176).optional(),
  InferenceSpecificationName: z.string().max(63).optional(),
  /** Kept and described: nothing is scraped. */
  ContainerMetricsConfig: z.record(z.string(), z.unknown()).optional(),
});
const creation = z.strictObject({
  ModelName: modelName,
  PrimaryContainer: container.optional(),
  ExecutionRoleArn: roleArn.optional(),
  EnableNetworkIsolation: z.boolean().default(false),
  VpcConfig: z
    .strictObject({
      SecurityGroupIds: z.array(z.string()).min(1).max(5),
      Subnets: z.array(z.string()).min(1).max(16),
    })
    .optional(),
  Tags: tagList,
});
/** The model of that name, or the ValidationException that AWS answers with. */
export function findModel(world: World, name: string): Model {
  const model = world.state.models.get(name);
  if (model === undefined)
    throw new AwsError("ValidationException", `Could not find model "${modelArn(name)}".`);
  return model;
}

function create(world: World, input: z.output<typeof creation>): Json {
  const { ModelName: name, Tags: tags, ...definition } = input;
  refuseBadTags(tags);
  const { PrimaryContainer: primary } = definition;
  if (world.state.models.has(name))
    throw new AwsError("ValidationException", `Cannot create already existing model "${modelArn(name)}".`);
  if (primary === undefined)
    throw new AwsError(
      "ValidationException",
      "Either PrimaryContainer or Containers must be given; the twin does not model Containers.",
    );
  if (primary.Image === undefined && primary.ModelPackageName === undefined)
    throw new AwsError(
      "ValidationException",
      "Either Image or ModelPackageName must be given in a container definition.",
    );
  if (primary.ModelPackageName !== undefined) findPackage(world, primary.ModelPackageName);
  world.state.models.set(name, { name, creationMs: world.nowMs, definition, tags: tagsGiven(tags) });
  world.record({ kind: "model", subject: name, from: undefined, to: name, by: called("CreateModel") });
  return { ModelArn: modelArn(name) };
}

function describe(model: Model): Json {
  return {
    ModelName: model.name,
    ModelArn: modelArn(model.name),
    CreationTime: seconds(model.creationMs),
    ...(asJson(model.definition) as Record<string, Json>),
  };
}

/** Deletes only the entry: a fleet that runs the model keeps running (API reference of DeleteModel). */
function remove(world: World, name: string): Json {
  findModel(world, name);
  const used = [...world.state.endpoints.values()].some((endpoint) =>
    endpoint.variants.some((variant) => variant.modelName === name),
  );
  world.state.models.delete(name);
  world.record({
    kind: "model",
    subject: name,
    from: name,
    to: undefined,
    by: { ...called("DeleteModel"), ...(used && { inUse: true }) },
  });
  return {};
}

function list(world: World, input: z.output<typeof modelListing>): Json {
  const { items, next } = page(listed(world.state.models.values(), input), {
    token: input.NextToken,
    size: input.MaxResults,
  });
  const summaries = items.map(({ name, creationMs }) => ({
    ModelName: name,
    ModelArn: modelArn(name),
    CreationTime: seconds(creationMs),
  }));
  return { Models: summaries, ...present("NextToken", next) };
}
