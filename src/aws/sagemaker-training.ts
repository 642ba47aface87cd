/**
 * SageMaker managed warm pools. There is no empty pool: a short job primes one, and its instances are kept for
 * the next job that matches. Ending the pool is setting its keep-alive to zero.
 */
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  StopTrainingJobCommand,
  type TrainingInstanceType,
  UpdateTrainingJobCommand,
} from "@aws-sdk/client-sagemaker";
import * as z from "zod";
import { TrainingPool } from "../core/plan/plan.ts";
import type { Tag } from "../core/plan/tags.ts";
import type { JsonValue } from "../core/release/json-value.ts";
import { asJson } from "./as-json.ts";
import type { Aws } from "./clients.ts";
import { saysNotFound } from "./errors.ts";
import { isRefusal } from "./refusals.ts";

/** A pool's state in terms of what a release waits for. */
export type PoolView = {
  readonly status: "priming" | "available" | "used" | "over" | "failed";
  readonly reason: string;
  /** When all of its instances were there, and when the job had ended by itself, ISO 8601. */
  readonly startedAt?: string | undefined;
  readonly endedAt?: string | undefined;
  /** Until when a pool lasts that no job takes, ISO 8601. */
  readonly keptUntil?: string | undefined;
};

type Job = DescribeTrainingJobCommandOutput;

async function describe({ sagemaker }: Aws, name: string): Promise<Job | undefined> {
  try {
    return await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
  } catch (error) {
    if (saysNotFound(error)) return undefined;
    throw error;
  }
}

/** Where the pool primed by a job stands. */
export async function viewPool(aws: Aws, jobName: string): Promise<PoolView> {
  return viewOf(jobName, await describe(aws, jobName));
}

function viewOf(jobName: string, job: Job | undefined): PoolView {
  if (job === undefined) return { status: "over", reason: `training job ${jobName} does not exist` };
  // "The time when the training job starts on training instances", and when it "ends on" them (API reference).
  const startedAt = job.TrainingStartTime?.toISOString();
  const endedAt = job.TrainingEndTime?.toISOString();
  return { ...standingOf(job), startedAt, endedAt, keptUntil: keptUntil(job) };
}

/** A pool's keep-alive counts from the end of the job that left it; an update of it does, too (unconfirmed). */
function keptUntil({ TrainingEndTime, ResourceConfig, WarmPoolStatus }: Job): string | undefined {
  const seconds = ResourceConfig?.KeepAlivePeriodInSeconds;
  if (TrainingEndTime === undefined || seconds === undefined || WarmPoolStatus?.Status !== "Available")
    return undefined;
  return new Date(TrainingEndTime.getTime() + seconds * 1000).toISOString();
}

/** Jobs that had a pool one after the other; a pool that went through more of them is in use for all that is known. */
const longestChain = 50;

/**
 * Where a pool stands that was primed by a job and may have gone from job to job since: the last of them has it, be it
 * somebody else's. One that may not be seen is at work for all that is known.
 */
export async function viewHeldPool(aws: Aws, primer: string): Promise<PoolView> {
  let name = primer;
  for (let nth = 0; nth < longestChain; nth++) {
    const job = await describe(aws, name).catch((error: unknown) => {
      if (name !== primer && isRefusal(error)) return "unseen" as const;
      throw error;
    });
    if (job === "unseen") return { status: "used", reason: `training job ${name} may not be seen` };
    const next = nextInChain(job);
    if (next === undefined) return name === primer ? viewOf(name, job) : heldBy(name, job);
    name = next;
  }
  return { status: "used", reason: `more than ${longestChain} jobs have had the pool` };
}

const nextInChain = (job: Job | undefined): string | undefined =>
  job?.WarmPoolStatus?.Status === "Reused" ? job.WarmPoolStatus.ReusedByJob : undefined;

/** A pool by a job of somebody else's: whatever became of that job, what it has left counts. */
function heldBy(name: string, job: Job | undefined): PoolView {
  const running = job?.TrainingJobStatus === "InProgress" || job?.TrainingJobStatus === "Stopping";
  if (running) return { status: "used", reason: `training job ${name} has the pool` };
  if (job?.WarmPoolStatus?.Status !== "Available")
    return { status: "over", reason: `training job ${name} has left no pool` };
  return { status: "available", reason: `training job ${name} has left the pool`, keptUntil: keptUntil(job) };
}

/** A completed job without a pool means that the account's quota keeps none. */
function standingOf(job: Job): PoolView {
  const status = job.TrainingJobStatus;
  if (status === "InProgress" || status === "Stopping")
    return { status: "priming", reason: job.SecondaryStatus ?? status ?? "" };
  if (status !== "Completed")
    return { status: "failed", reason: job.FailureReason ?? `the priming job is ${status}` };
  const pool = job.WarmPoolStatus?.Status;
  if (pool === "Available") return { status: "available", reason: "the warm pool is available" };
  if (pool === "InUse" || pool === "Reused") return { status: "used", reason: `the warm pool is ${pool}` };
  const reason =
    pool === undefined
      ? "no warm pool was kept; the account's warm pool quota may be 0"
      : `the warm pool is ${pool}`;
  return { status: "over", reason };
}

/** Whether the name of a job is taken: jobs stay, whatever has become of them. */
export const jobExists = async (aws: Aws, name: string): Promise<boolean> =>
  (await describe(aws, name)) !== undefined;

/** What the ledger keeps of a priming job: null once it holds no instances any more. */
export async function readPrimer(aws: Aws, name: string): Promise<Primer | null> {
  const job = await describe(aws, name);
  if (job === undefined) return null;
  const running = job.TrainingJobStatus === "InProgress" || job.TrainingJobStatus === "Stopping";
  const pooled = job.WarmPoolStatus?.Status === "Available" || job.WarmPoolStatus?.Status === "InUse";
  return running || pooled
    ? { instanceType: job.ResourceConfig?.InstanceType, instances: job.ResourceConfig?.InstanceCount }
    : null;
}

/** A priming job as the ledger keeps it: what it runs on, and of one that is to be started all that it is started with. */
export const Primer = z.object({
  instanceType: z.string().optional(),
  instances: z.int().optional(),
  pool: TrainingPool.optional(),
  /** Absent where older code has written it. */
  tags: z.array(z.object({ Key: z.string(), Value: z.string() })).optional(),
});
export type Primer = z.infer<typeof Primer>;

/** The priming job of a plan's pool, with its tags. */
export const primerOf = (pool: TrainingPool, tags?: readonly Tag[]): JsonValue =>
  asJson({ instanceType: pool.instanceType, instances: pool.instances, pool, tags });

/**
 * Starts the short job whose instances become the pool. A later job matches on role, type, count, volume and its key,
 * network, isolation and encryption between containers (SageMaker guide, train-warm-pools).
 */
export async function startPrimer(
  { sagemaker }: Aws,
  name: string,
  pool: TrainingPool,
  tags?: readonly Tag[],
): Promise<void> {
  await sagemaker.send(
    new CreateTrainingJobCommand({
      TrainingJobName: name,
      AlgorithmSpecification: {
        TrainingImage: pool.trainingImage,
        TrainingInputMode: "File",
        ContainerEntrypoint: ["/bin/sh", "-c"],
        ContainerArguments: ["exit 0"],
      },
      RoleArn: pool.roleArn,
      OutputDataConfig: { S3OutputPath: pool.outputPath },
      ResourceConfig: {
        InstanceType: pool.instanceType as TrainingInstanceType,
        InstanceCount: pool.instances,
        VolumeSizeInGB: pool.volumeGb,
        VolumeKmsKeyId: pool.volumeKmsKeyId,
        KeepAlivePeriodInSeconds: pool.keepAliveMinutes * 60,
      },
      VpcConfig: pool.vpcConfig && {
        SecurityGroupIds: pool.vpcConfig.securityGroupIds,
        Subnets: pool.vpcConfig.subnets,
      },
      EnableNetworkIsolation: pool.networkIsolation,
      EnableInterContainerTrafficEncryption: pool.trafficEncryption,
      StoppingCondition: { MaxRuntimeInSeconds: 900 },
      Tags: tags === undefined ? undefined : [...tags],
    }),
  );
}

/**
 * Takes the next step towards giving a pool's instances back: stops a job that still runs, and ends the keep-alive of
 * one that is over. A job that is being stopped is waited for: it leaves a pool if its cluster had been launched
 * (SageMaker guide, train-warm-pools).
 */
export async function endPool(aws: Aws, name: string): Promise<void> {
  const job = await describe(aws, name);
  if (job?.TrainingJobStatus === "InProgress") return stop(aws, name);
  if (job?.WarmPoolStatus?.Status !== "Available") return;
  const ResourceConfig = { KeepAlivePeriodInSeconds: 0 };
  await aws.sagemaker.send(new UpdateTrainingJobCommand({ TrainingJobName: name, ResourceConfig }));
}

/** A job that ends while it is being stopped is refused the stop; what it left is looked at next. */
async function stop(aws: Aws, name: string): Promise<void> {
  try {
    await aws.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: name }));
  } catch (error) {
    if ((await describe(aws, name))?.TrainingJobStatus === "InProgress") throw error;
  }
}
