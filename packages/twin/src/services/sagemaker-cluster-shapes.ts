/** What calls about HyperPod clusters may say (API model), and how a cluster is named. */
import { createHash } from "node:crypto";
import * as z from "zod";
import { arn } from "../world/state.ts";
import { modelled } from "./members.ts";
import { clusterInstanceType, listing, roleArn } from "./sagemaker-shapes.ts";

/** Clusters are known by an id of SageMaker's, twelve characters of a-z and 0-9 (API model, ClusterArn). */
export const clusterArn = (name: string): string =>
  arn("sagemaker", `cluster/${createHash("sha256").update(name).digest("hex").slice(0, 12)}`);

/** A name, or an ARN. */
const clusterName = z
  .string()
  .max(256)
  .regex(
    /^(arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:cluster\/[a-z0-9]{12})|([a-zA-Z0-9](-*[a-zA-Z0-9]){0,62})$/,
  );
const groupName = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/);
export const named = z.strictObject({ ClusterName: clusterName });
/** Groups are changed here, and neither made nor deleted; MinInstanceCount and groups of several types are left out. */
const specification = z.strictObject({
  InstanceGroupName: groupName,
  InstanceType: clusterInstanceType,
  InstanceCount: z.int().min(0).max(6758),
  ExecutionRole: roleArn,
  LifeCycleConfig: z.record(z.string(), z.unknown()).optional(),
  ThreadsPerCore: z.int().min(1).max(2).optional(),
  InstanceStorageConfigs: z.array(z.record(z.string(), z.unknown())).max(6).optional(),
  OnStartDeepHealthChecks: z.array(z.enum(["InstanceStress", "InstanceConnectivity"])).optional(),
  TrainingPlanArn: z.string().optional(),
  OverrideVpcConfig: z.record(z.string(), z.unknown()).optional(),
  ScheduledUpdateConfig: z.record(z.string(), z.unknown()).optional(),
  AutoPatchConfig: z.record(z.string(), z.unknown()).optional(),
  ImageId: z.string().optional(),
  ImageReleaseVersion: z.string().optional(),
  KubernetesConfig: z.record(z.string(), z.unknown()).optional(),
  SlurmConfig: z.record(z.string(), z.unknown()).optional(),
  CapacityRequirements: z.record(z.string(), z.unknown()).optional(),
  NetworkInterface: z.record(z.string(), z.unknown()).optional(),
});
export const updating = z.strictObject({
  ClusterName: clusterName,
  InstanceGroups: z.array(specification).min(1).max(100),
  NodeRecovery: z.enum(["Automatic", "None"]).optional(),
  NodeProvisioningMode: modelled(z.enum(["Continuous"]), []).optional(),
});
export const nodeListing = z.strictObject({
  ClusterName: clusterName,
  InstanceGroupNameContains: z.string().max(63).optional(),
  MaxResults: z.int().min(1).max(100).default(10),
  NextToken: z.string().max(8192).optional(),
  SortBy: modelled(z.enum(["CREATION_TIME", "NAME"]), ["CREATION_TIME"]).default("CREATION_TIME"),
  SortOrder: z.enum(["Ascending", "Descending"]).default("Ascending"),
  IncludeNodeLogicalIds: modelled(z.boolean(), [false]).default(false),
});
export const clusterListing = z.strictObject({
  ...listing,
  SortBy: z.enum(["CREATION_TIME", "NAME"]).default("CREATION_TIME"),
  SortOrder: z.enum(["Ascending", "Descending"]).default("Ascending"),
});
/** "A combined maximum of 50 identifiers" is said of logical ids, 99 of instances (API model). */
export const deleting = z.strictObject({
  ClusterName: clusterName,
  NodeIds: z
    .array(z.string().regex(/^i-[a-f0-9]{8}(?:[a-f0-9]{9})?$/))
    .min(1)
    .max(99),
});
