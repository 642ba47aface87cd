/** SageMaker's model registry: Describe, Update and List model packages, and the event of each update. */

import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { called } from "../world/events.ts";
import type { World } from "../world/region.ts";
import { approverArn, modelPackageArn } from "../world/seed.ts";
import { account, arn, type ModelPackage, region } from "../world/state.ts";
import type { Publish } from "./event-bridge.ts";
import { asJson, members, modelled, page, present, seconds } from "./members.ts";
import { byNameOrTime, listed, listing, oldestFirst } from "./sagemaker-shapes.ts";
import type { Operation } from "./service.ts";

export function registryOperations(world: World, publish: Publish): Record<string, Operation> {
  return {
    DescribeModelPackage: (input) =>
      describePackage(
        findPackage(
          world,
          members({ operation: "DescribeModelPackage", schema: packageNamed }, input).ModelPackageName,
        ),
      ),
    UpdateModelPackage: (input) =>
      updatePackage(
        world,
        publish,
        members({ operation: "UpdateModelPackage", schema: packageUpdate }, input),
      ),
    ListModelPackages: (input) =>
      listPackages(world, members({ operation: "ListModelPackages", schema: packageListing }, input)),
  };
}

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
  ...byNameOrTime,
  ...oldestFirst,
  ModelPackageGroupName: z.string().optional(),
  ModelApprovalStatus: approval.optional(),
  ModelPackageType: modelled(z.enum(["Versioned", "Unversioned", "Both"]), ["Versioned", "Both"]).optional(),
});

const ownArn = (each: ModelPackage): string => modelPackageArn(each.group, each.version, each.account);

/** By name or ARN; or the ValidationException that AWS answers with. */
export function findPackage(world: World, name: string): ModelPackage {
  const wanted = name.startsWith("arn:") ? name : arn("sagemaker", `model-package/${name}`);
  const found = world.state.modelPackages.get(wanted);
  if (found === undefined)
    throw new AwsError("ValidationException", `ModelPackage ${wanted} does not exist.`);
  return found;
}

/** A versioned package's name is its group's; its version tells it apart. */
function describePackage(each: ModelPackage): Json {
  return {
    ModelPackageName: each.group,
    ...descriptionOf(each, seconds),
    ...present("CreatedBy", each.createdBy && identityOf(each.createdBy)),
    LastModifiedBy: identityOf(approverArn),
  };
}

const identityOf = (Arn: string): Json => ({
  IamIdentity: { Arn, PrincipalId: `AROATWIN:${Arn.split("/").at(-1)}` },
});

const loadedFrom = ({ uri, isPrefix }: ModelPackage["modelData"]) =>
  isPrefix
    ? {
        ModelDataSource: {
          S3DataSource: { S3Uri: uri, S3DataType: "S3Prefix", CompressionType: "None" },
        },
      }
    : { ModelDataUrl: uri };

/** What DescribeModelPackage and the registry's event say alike; they write moments each in its own way. */
function descriptionOf(each: ModelPackage, moment: (atMs: number) => Json) {
  const { group, version } = each;
  return {
    ModelPackageGroupName: group,
    ModelPackageVersion: version,
    ModelPackageArn: ownArn(each),
    CreationTime: moment(each.creationMs),
    InferenceSpecification: {
      Containers: [
        {
          Image: each.image,
          ImageDigest: each.imageDigest,
          ...loadedFrom(each.modelData),
          ...present("Environment", each.environment && { ...each.environment }),
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
    LastModifiedTime: moment(each.lastModifiedMs),
    ...(Object.keys(each.metadata).length === 0 ? {} : { CustomerMetadataProperties: { ...each.metadata } }),
    MetadataProperties: {
      GeneratedBy: arn("sagemaker", `training-job/${group}-train-${version}`),
      Repository: `https://git.${region}.example.com/${group}`,
    },
    ...(asJson(each.shown ?? {}) as Record<string, Json>),
  };
}

const updatable = ["ModelApprovalStatus", "ApprovalDescription", "CustomerMetadataProperties"] as const;

/**
 * Every update is told of, also one that leaves the status as it is: rules see a life-cycle update of an approved
 * version as Approved too. Event: "Amazon SageMaker AI model package state change", developer guide.
 */
function updatePackage(world: World, publish: Publish, input: z.output<typeof packageUpdate>): Json {
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
      by: called("UpdateModelPackage"),
    });
  publish({
    source: "aws.sagemaker",
    "detail-type": "SageMaker Model Package State Change",
    resources: [ownArn(each)],
    atMs: world.nowMs,
    detail: {
      ...descriptionOf(each, isoSeconds),
      UpdatedModelPackageFields: updatable.filter((field) => input[field] !== undefined),
    },
  });
  return { ModelPackageArn: ownArn(each) };
}

const isoSeconds = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

function listPackages(world: World, input: z.output<typeof packageListing>): Json {
  const group = input.ModelPackageGroupName?.split("/").at(-1);
  const owner = /^arn:(?:[^:]*:){3}(\d{12}):/.exec(input.ModelPackageGroupName ?? "")?.[1] ?? account;
  const found = [...world.state.modelPackages.values()]
    .filter(
      (each) =>
        (group === undefined || each.group === group) &&
        each.account === owner &&
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
