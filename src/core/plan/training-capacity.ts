/** What a capacity-only milestone raises: a managed warm pool, or more nodes of an instance group of a HyperPod cluster. */
import * as z from "zod";
import { count, instanceType } from "./instances.ts";

const holdMinutes = z
  .int()
  .min(1)
  .max(20 * 24 * 60)
  .describe(
    "When the lease ends unless the milestone is completed before, minutes after the milestone's date, or after its start where that is later or there is no date.",
  );

export const TrainingPool = z
  .strictObject({
    instanceType,
    instances: count.describe("Instances of the pool."),
    volumeGb: z
      .int()
      .min(1)
      .max(16384)
      .default(50)
      .describe("Volume of each instance, GB; later jobs must ask for the same."),
    roleArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, "the ARN of an IAM role")
      .describe("Role of the priming job; later jobs must use the same."),
    volumeKmsKeyId: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe("Key of the volumes; later jobs must use the same. Not for instances with local storage."),
    vpcConfig: z
      .strictObject({
        securityGroupIds: z.array(z.string().min(1)).min(1).max(5).describe("Its security groups."),
        subnets: z.array(z.string().min(1)).min(1).max(16).describe("Its subnets."),
      })
      .optional()
      .describe("Network of the priming job; later jobs must be in the same."),
    networkIsolation: z
      .boolean()
      .default(false)
      .describe("Whether containers have no network; later jobs must say the same."),
    trafficEncryption: z
      .boolean()
      .default(false)
      .describe("Whether traffic between containers is encrypted; later jobs must say the same."),
    trainingImage: z.string().min(1).describe("Container image of the priming job."),
    outputPath: z
      .string()
      .regex(/^s3:\/\/.+/, "an S3 path such as s3://bucket/prefix")
      .describe("S3 path of its output."),
    keepAliveMinutes: z
      .int()
      .min(1)
      .max(60)
      .describe(
        "How long a pool lasts that no job takes, minutes; the documented limit is 60, and zero would keep none. From 20 on it is primed again before that, until the hold ends.",
      ),
    holdMinutes,
  })
  .describe("Training capacity: a managed warm pool, primed by a short job and kept until the hold ends.");
export type TrainingPool = z.infer<typeof TrainingPool>;

/** ClusterName and InstanceGroupName (API model of SageMaker). */
const name = z.string().regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, "a name of letters, digits and hyphens");

export const TrainingCluster = z
  .strictObject({
    name: name.describe("Name of the cluster."),
    instanceGroup: name.describe(
      "Name of the instance group. One that the cluster's own autoscaling governs, or that another release holds, is refused.",
    ),
    instanceType: instanceType.describe(
      "Instance type of the group; a group of another type is refused, since what it costs would be another.",
    ),
    instances: count.describe("Nodes beside those that the group has."),
    holdMinutes,
  })
  .describe(
    "Training capacity: more nodes of an instance group of a HyperPod cluster, in the place of a pool. The group has as many as before once the hold has ended; which of its nodes go then is SageMaker's choice, so let none of them run work by then that must not be lost.",
  );
export type TrainingCluster = z.infer<typeof TrainingCluster>;

/** Either: both say what they run on, how much of it, and for how long. */
export type TrainingCapacity = TrainingPool | TrainingCluster;

export const capacityOf = (
  milestone:
    | { readonly pool?: TrainingPool | undefined; readonly cluster?: TrainingCluster | undefined }
    | undefined,
): TrainingCapacity | undefined => milestone?.pool ?? milestone?.cluster;

export const isCluster = (capacity: TrainingCapacity): capacity is TrainingCluster =>
  "instanceGroup" in capacity;

/** How messages name what is raised. */
export const capacityText = (capacity: TrainingCapacity): string =>
  isCluster(capacity)
    ? `${capacity.instances} more ${capacity.instanceType} in ${capacity.name}/${capacity.instanceGroup}`
    : `${capacity.instances} ${capacity.instanceType}`;
