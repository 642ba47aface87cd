/** SageMaker's models and the model registry: Create, Describe, Delete and List models; Describe, Update and List packages. */
import * as z from "zod";
import { modelPackageArn } from "../world/seed.ts";
import { account, arn, type Model, type ModelPackage, region } from "../world/state.ts";
import type { World } from "../world/world.ts";
import { asJson, ignored, members, page, present, seconds } from "./members.ts";
import { listed, listing, modelName, roleArn } from "./sagemaker-shapes.ts";
import { AwsError, type Json, type Operation } from "./service.ts";

export const modelArn = (name: string): string => arn("sagemaker", `model/${name}`);

export function modelOperations(world: World): Record<string, Operation> {
  return {
    CreateModel: (input) => create(world, members({ operation: "CreateModel", schema: creation }, input)),
    DescribeModel: (input) =>
      describe(findModel(world, members({ operation: "DescribeModel", schema: named }, input).ModelName)),
    DeleteModel: (input) =>
      remove(world, members({ operation: "DeleteModel", schema: named }, input).ModelName),
    ListModels: (input) =>
      list(world, members({ operation: "ListModels", schema: z.strictObject(listing) }, input)),
    DescribeModelPackage: (input) =>
      describePackage(
        findPackage(
          world,
          members({ operation: "DescribeModelPackage", schema: packageNamed }, input).ModelPackageName,
        ),
      ),
    UpdateModelPackage: (input) =>
      updatePackage(world, members({ operation: "UpdateModelPackage", schema: packageUpdate }, input)),
    ListModelPackages: (input) =>
      listPackages(world, members({ operation: "ListModelPackages", schema: packageListing }, input)),
  };
}

const named = z.strictObject({ ModelName: modelName });
const container = z.strictObject({
  ContainerHostname: z.string().max(63).optional(),
  Image: z.string().max(255).regex(/^\S+$/).optional(),
  Mode: z.literal("SingleModel").optional(),
  ModelDataUrl: z
    .string()
    .max(1024)
    .regex(/^(https|s3):\/\/([^/]+)\/?(.*)$/)
    .optional(),
  Environment: z.record(z.string(), z.string()).optional(),
  ModelPackageName: z.string().min(1).max(176).optional(),
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
  Tags: ignored,
});
const packageNamed = z.strictObject({ ModelPackageName: z.string().min(1).max(176) });
const approval = z.enum(["Approved", "Rejected", "PendingManualApproval"]);
const packageUpdate = z.strictObject({
  ModelPackageArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:sagemaker:[a-z0-9-]{9,16}:[0-9]{12}:model-package\/\S{1,2048}$/),
  ModelApprovalStatus: approval.optional(),
  ApprovalDescription: z.string().max(1024).optional(),
  CustomerMetadataProperties: z.record(z.string().min(1).max(128), z.string().min(1).max(256)).optional(),
  CustomerMetadataPropertiesToRemove: z.array(z.string()).optional(),
});
const packageListing = z.strictObject({
  ...listing,
  ModelPackageGroupName: z.string().optional(),
  ModelApprovalStatus: approval.optional(),
  ModelPackageType: z.enum(["Versioned", "Both"]).optional(),
});

/** The model of that name, or the ValidationException that AWS answers with. */
export function findModel(world: World, name: string): Model {
  const model = world.state.models.get(name);
  if (model === undefined)
    throw new AwsError("ValidationException", `Could not find model "${modelArn(name)}".`);
  return model;
}

function create(world: World, input: z.output<typeof creation>): Json {
  const { ModelName: name, Tags: _, ...definition } = input;
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
  world.state.models.set(name, { name, creationMs: world.nowMs, definition });
  world.record({ kind: "model", subject: name, from: undefined, to: name, cause: "CreateModel" });
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
    cause: used ? "DeleteModel (in use)" : "DeleteModel",
  });
  return {};
}

function list(world: World, input: z.output<z.ZodObject<typeof listing>>): Json {
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

const ownArn = (each: ModelPackage): string => modelPackageArn(each.group, each.version);

function findPackage(world: World, name: string): ModelPackage {
  const wanted = name.startsWith("arn:") ? name : arn("sagemaker", `model-package/${name}`);
  const found = world.state.modelPackages.get(wanted);
  if (found === undefined)
    throw new AwsError("ValidationException", `ModelPackage ${wanted} does not exist.`);
  return found;
}

/** A versioned package's name is its group's; its version tells it apart. */
function describePackage(each: ModelPackage): Json {
  const { group, version } = each;
  return {
    ModelPackageName: group,
    ModelPackageGroupName: group,
    ModelPackageVersion: version,
    ModelPackageArn: ownArn(each),
    CreationTime: seconds(each.creationMs),
    InferenceSpecification: {
      Containers: [
        {
          Image: each.image,
          ImageDigest: each.imageDigest,
          ModelDataUrl: each.modelDataUrl,
          Environment: {},
        },
      ],
      SupportedContentTypes: ["application/json"],
      SupportedResponseMIMETypes: ["application/json"],
    },
    ModelPackageStatus: "Completed",
    ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
    CertifyForMarketplace: false,
    ModelApprovalStatus: each.approvalStatus,
    ...present("ApprovalDescription", each.approvalDescription),
    LastModifiedTime: seconds(each.lastModifiedMs),
    LastModifiedBy: {
      IamIdentity: {
        Arn: `arn:aws:sts::${account}:assumed-role/release-manager/console`,
        PrincipalId: "AROATWIN:console",
      },
    },
    ...(Object.keys(each.metadata).length === 0 ? {} : { CustomerMetadataProperties: { ...each.metadata } }),
    MetadataProperties: {
      GeneratedBy: arn("sagemaker", `training-job/${group}-train-${version}`),
      Repository: `https://git.${region}.example.com/${group}`,
    },
  };
}

function updatePackage(world: World, input: z.output<typeof packageUpdate>): Json {
  const each = findPackage(world, input.ModelPackageArn);
  const before = each.approvalStatus;
  each.approvalStatus = input.ModelApprovalStatus ?? before;
  each.lastModifiedMs = world.nowMs;
  if (input.ApprovalDescription !== undefined) each.approvalDescription = input.ApprovalDescription;
  Object.assign(each.metadata, input.CustomerMetadataProperties);
  for (const key of input.CustomerMetadataPropertiesToRemove ?? []) delete each.metadata[key];
  if (before !== each.approvalStatus)
    world.record({
      kind: "status",
      subject: ownArn(each),
      from: before,
      to: each.approvalStatus,
      cause: "UpdateModelPackage",
    });
  return { ModelPackageArn: ownArn(each) };
}

function listPackages(world: World, input: z.output<typeof packageListing>): Json {
  const group = input.ModelPackageGroupName?.split("/").at(-1);
  const found = [...world.state.modelPackages.values()]
    .filter(
      (each) =>
        (group === undefined || each.group === group) &&
        (input.ModelApprovalStatus ?? each.approvalStatus) === each.approvalStatus,
    )
    .map((each) => ({ name: each.group, creationMs: each.creationMs, each }));
  const { items, next } = page(listed(found, input), { token: input.NextToken, size: input.MaxResults });
  const summaries = items.map(({ each }) => ({
    ModelPackageName: each.group,
    ModelPackageGroupName: each.group,
    ModelPackageVersion: each.version,
    ModelPackageArn: ownArn(each),
    CreationTime: seconds(each.creationMs),
    ModelPackageStatus: "Completed",
    ModelApprovalStatus: each.approvalStatus,
  }));
  return { ModelPackageSummaryList: summaries, ...present("NextToken", next) };
}
