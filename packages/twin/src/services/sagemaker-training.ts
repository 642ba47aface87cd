/** SageMaker's training jobs: Create, Describe, Update (how long the warm pool is kept), Stop, List. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { World } from "../world/region.ts";
import { donorOf, keepAlive, startJob, stopJob, trainingUse } from "../world/training.ts";
import type { TrainingJob } from "../world/training-state.ts";
import type { Publish } from "./event-bridge.ts";
import { asJson, members, modelled, page, present, seconds } from "./members.ts";
import {
  byStatusToo,
  entityName,
  listed,
  listing,
  oldestFirst,
  roleArn,
  trainingInstanceType,
} from "./sagemaker-shapes.ts";
import { jobArn, tellOfJobs } from "./sagemaker-training-events.ts";
import type { Operation } from "./service.ts";
import { refuseBadTags, tagList, tagsGiven } from "./tags.ts";

export function trainingOperations(world: World, publish: Publish): Record<string, Operation> {
  tellOfJobs(world, publish);
  return {
    CreateTrainingJob: (input) =>
      create(world, members({ operation: "CreateTrainingJob", schema: creation }, input)),
    DescribeTrainingJob: (input) =>
      describe(
        world,
        find(world, members({ operation: "DescribeTrainingJob", schema: named }, input).TrainingJobName),
      ),
    UpdateTrainingJob: (input) =>
      update(world, members({ operation: "UpdateTrainingJob", schema: updating }, input)),
    StopTrainingJob: (input) =>
      stop(world, members({ operation: "StopTrainingJob", schema: named }, input).TrainingJobName),
    ListTrainingJobs: (input) =>
      list(world, members({ operation: "ListTrainingJobs", schema: jobListing }, input)),
  };
}

const named = z.strictObject({ TrainingJobName: entityName });
/** The API model allows up to 21,600 seconds; the documentation says 3,600. */
const keepAliveSeconds = z.int().min(0).max(21_600);
const creation = z.strictObject({
  TrainingJobName: entityName,
  AlgorithmSpecification: z.strictObject({
    TrainingImage: z.string().max(255).optional(),
    AlgorithmName: z.string().max(170).optional(),
    TrainingInputMode: z.enum(["Pipe", "File", "FastFile"]),
    ContainerEntrypoint: z.array(z.string()).min(1).max(100).optional(),
    ContainerArguments: z.array(z.string()).min(1).max(100).optional(),
  }),
  RoleArn: roleArn,
  InputDataConfig: z.array(z.unknown()).min(1).max(20).optional(),
  OutputDataConfig: z.strictObject({
    S3OutputPath: z
      .string()
      .max(1024)
      .regex(/^(https|s3):\/\/([^/]+)\/?(.*)$/),
    KmsKeyId: z.string().max(2048).optional(),
    CompressionType: z.enum(["GZIP", "NONE"]).optional(),
  }),
  ResourceConfig: z.strictObject({
    InstanceType: trainingInstanceType,
    InstanceCount: z.int().min(1),
    VolumeSizeInGB: z.int().min(1),
    VolumeKmsKeyId: z.string().max(2048).optional(),
    KeepAlivePeriodInSeconds: keepAliveSeconds.optional(),
  }),
  StoppingCondition: z.strictObject({ MaxRuntimeInSeconds: z.int().min(1).default(86_400) }),
  HyperParameters: z.record(z.string(), z.string()).optional(),
  Environment: z.record(z.string(), z.string()).optional(),
  EnableNetworkIsolation: z.boolean().default(false),
  EnableInterContainerTrafficEncryption: z.boolean().default(false),
  /** Spot training keeps no warm pools (developer guide); the twin leaves it out. */
  EnableManagedSpotTraining: modelled(z.boolean(), [false]).default(false),
  VpcConfig: z
    .strictObject({
      SecurityGroupIds: z.array(z.string()).min(1).max(5),
      Subnets: z.array(z.string()).min(1).max(16),
    })
    .optional(),
  Tags: tagList,
});
const updating = z.strictObject({
  TrainingJobName: entityName,
  ResourceConfig: z.strictObject({ KeepAlivePeriodInSeconds: keepAliveSeconds }),
});
const jobListing = z.strictObject({
  ...listing,
  ...byStatusToo,
  ...oldestFirst,
  LastModifiedTimeAfter: z.number().optional(),
  LastModifiedTimeBefore: z.number().optional(),
  StatusEquals: z.enum(["InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting"]).optional(),
  WarmPoolStatusEquals: z.enum(["Available", "Terminated", "Reused", "InUse"]).optional(),
});

function find(world: World, name: string): TrainingJob {
  const job = world.state.trainingJobs.get(name);
  if (job === undefined) throw new AwsError("ValidationException", "Requested resource not found.");
  return job;
}

function create(world: World, input: z.output<typeof creation>): Json {
  const { TrainingJobName: name, Tags: tags, ...definition } = input;
  refuseBadTags(tags);
  if (world.state.trainingJobs.has(name))
    throw new AwsError(
      "ResourceInUse",
      `Job name must be unique within an AWS account and region, and a training job with this name already exists (${jobArn(name)})`,
    );
  const { ResourceConfig: resources, AlgorithmSpecification: algorithm } = definition;
  if ((algorithm.TrainingImage === undefined) === (algorithm.AlgorithmName === undefined))
    throw new AwsError(
      "ValidationException",
      "Exactly one of TrainingImage and AlgorithmName must be given in AlgorithmSpecification.",
    );
  const key = poolKey(definition);
  if (donorOf(world, key) === undefined) claimQuota(world, resources.InstanceType, resources.InstanceCount);
  startJob(world, {
    name,
    definition,
    tags: tagsGiven(tags),
    instanceType: resources.InstanceType,
    instanceCount: resources.InstanceCount,
    maxRuntimeSeconds: definition.StoppingCondition.MaxRuntimeInSeconds,
    poolKey: key,
    keepAliveSeconds: resources.KeepAlivePeriodInSeconds ?? 0,
  });
  return { TrainingJobArn: jobArn(name) };
}

/** What must match for a pool to be reused (developer guide, "Matching training jobs"). */
function poolKey(definition: Omit<z.output<typeof creation>, "TrainingJobName" | "Tags">): string {
  const { InstanceType, InstanceCount, VolumeSizeInGB, VolumeKmsKeyId } = definition.ResourceConfig;
  const { RoleArn, VpcConfig, EnableNetworkIsolation, EnableInterContainerTrafficEncryption } = definition;
  return JSON.stringify([
    RoleArn,
    InstanceType,
    InstanceCount,
    VolumeSizeInGB,
    VolumeKmsKeyId,
    VpcConfig,
    EnableNetworkIsolation,
    EnableInterContainerTrafficEncryption,
  ]);
}

/** Instances in pools count, too; a job that takes one adds none (developer guide, "Request a warm pool quota increase"). */
function claimQuota(world: World, type: string, delta: number): void {
  const quota = world.quota("training job", type);
  const { atWork, pooled } = trainingUse(world, type);
  const used = atWork + pooled;
  if (used + delta <= quota) return;
  throw new AwsError(
    "ResourceLimitExceeded",
    `The account-level service limit '${type} for training job usage' is ${quota} Instances, with current utilization of ${used} Instances and a request delta of ${delta} Instances. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.`,
  );
}

/** Only a pool that is in use or available can be kept for longer or shorter. */
function update(world: World, input: z.output<typeof updating>): Json {
  const job = find(world, input.TrainingJobName);
  const pool = job.warmPool?.status;
  if (pool !== "InUse" && pool !== "Available")
    throw new AwsError(
      "ValidationException",
      `The warm pool of training job ${job.name} cannot be updated: its status is ${pool ?? "none"}.`,
    );
  keepAlive(world, job, input.ResourceConfig.KeepAlivePeriodInSeconds);
  return { TrainingJobArn: jobArn(job.name) };
}

function stop(world: World, name: string): Json {
  const job = find(world, name);
  if (job.status !== "InProgress")
    throw new AwsError(
      "ValidationException",
      `The request was rejected because the training job is in status ${job.status}.`,
    );
  stopJob(world, job);
  return {};
}

function describe(world: World, job: TrainingJob): Json {
  const { definition } = job;
  const { S3OutputPath } = definition["OutputDataConfig"] as { S3OutputPath: string };
  const resources = { ...(definition["ResourceConfig"] as Record<string, Json>) };
  if (job.keepAliveSeconds > 0 || "KeepAlivePeriodInSeconds" in resources)
    resources["KeepAlivePeriodInSeconds"] = job.keepAliveSeconds;
  const times = job.trainingStartMs === undefined ? {} : { TrainingStartTime: seconds(job.trainingStartMs) };
  return {
    ...(asJson(definition) as Record<string, Json>),
    ResourceConfig: resources,
    TrainingJobName: job.name,
    TrainingJobArn: jobArn(job.name),
    ModelArtifacts: {
      S3ModelArtifacts: `${S3OutputPath.replace(/\/$/, "")}/${job.name}/output/model.tar.gz`,
    },
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondaryStatus,
    ...present("FailureReason", job.failureReason),
    CreationTime: seconds(job.creationMs),
    ...times,
    ...present("TrainingEndTime", job.trainingEndMs === undefined ? undefined : seconds(job.trainingEndMs)),
    LastModifiedTime: seconds(job.lastModifiedMs),
    SecondaryStatusTransitions: job.transitions.map(({ status, startMs, endMs }) => ({
      Status: status,
      StartTime: seconds(startMs),
      ...present("EndTime", endMs === undefined ? undefined : seconds(endMs)),
    })),
    ...present("WarmPoolStatus", poolStatus(world, job)),
  };
}

function poolStatus(world: World, job: TrainingJob): { [key: string]: Json } | undefined {
  const { warmPool: pool } = job;
  if (pool === undefined) return undefined;
  const keptMs = pool.keptFromMs === undefined ? 0 : (pool.keptUntilMs ?? world.nowMs) - pool.keptFromMs;
  return {
    Status: pool.status,
    ResourceRetainedBillableTimeInSeconds: Math.round(keptMs / 1000),
    ...present("ReusedByJob", pool.reusedByJob),
  };
}

function list(world: World, input: z.output<typeof jobListing>): Json {
  const found = listed(world.state.trainingJobs.values(), input).filter(
    (job) =>
      (input.StatusEquals ?? job.status) === job.status &&
      (input.WarmPoolStatusEquals === undefined || job.warmPool?.status === input.WarmPoolStatusEquals) &&
      job.lastModifiedMs > (input.LastModifiedTimeAfter ?? 0) * 1000 &&
      job.lastModifiedMs < (input.LastModifiedTimeBefore ?? Number.POSITIVE_INFINITY) * 1000,
  );
  const { items, next } = page(found, { token: input.NextToken, size: input.MaxResults });
  const summaries = items.map((job) => ({
    TrainingJobName: job.name,
    TrainingJobArn: jobArn(job.name),
    CreationTime: seconds(job.creationMs),
    ...present("TrainingEndTime", job.trainingEndMs === undefined ? undefined : seconds(job.trainingEndMs)),
    LastModifiedTime: seconds(job.lastModifiedMs),
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondaryStatus,
    ...present("WarmPoolStatus", poolStatus(world, job)),
  }));
  return { TrainingJobSummaries: summaries, ...present("NextToken", next) };
}
