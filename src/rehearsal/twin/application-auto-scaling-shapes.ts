/** Members that several operations of Application Auto Scaling share, and the target that they name. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { World } from "../world/region.ts";
import type { ScalableTarget } from "../world/scaling-state.ts";
import { modelled } from "./members.ts";

/** What an unknown NextToken is called (service model). */
export const invalidToken = "InvalidNextTokenException";
export const dimension = "sagemaker:variant:DesiredInstanceCount";
/** ServiceNamespace and, of SageMaker, ScalableDimension (service model, botocore 1.43). */
export const namespace = modelled(
  z.enum([
    ...(["ecs", "elasticmapreduce", "ec2", "appstream", "dynamodb", "rds", "sagemaker"] as const),
    ...(["custom-resource", "comprehend", "lambda", "cassandra", "kafka"] as const),
    ...(["elasticache", "neptune", "workspaces"] as const),
  ]),
  ["sagemaker"],
);
const scalableDimension = modelled(
  z.enum([
    dimension,
    "sagemaker:variant:DesiredProvisionedConcurrency",
    "sagemaker:inference-component:DesiredCopyCount",
  ]),
  [dimension],
);

/** What names a scalable target. */
export const targetKey = {
  ServiceNamespace: namespace,
  ResourceId: z.string().min(1).max(1600),
  ScalableDimension: scalableDimension,
};
export const listing = {
  ServiceNamespace: namespace,
  ResourceId: z.string().min(1).max(1600).optional(),
  ScalableDimension: scalableDimension.optional(),
  /** At most and by default 50 (API reference). */
  MaxResults: z.int().min(1).max(50).default(50),
  NextToken: z.string().optional(),
};

/** Throws ValidationException for what is no SageMaker variant. */
export function requireVariant(key: { ResourceId?: string | undefined }): void {
  if (key.ResourceId !== undefined && !/^endpoint\/[^/]+\/variant\/[^/]+$/.test(key.ResourceId))
    throw new AwsError(
      "ValidationException",
      `Unsupported service namespace, resource type or scalable dimension: ${key.ResourceId}`,
    );
}

/** The registered target, or ObjectNotFoundException. */
export function findTarget(
  world: World,
  key: { ServiceNamespace: string; ScalableDimension: string; ResourceId: string },
): ScalableTarget {
  requireVariant(key);
  const target = world.state.scalableTargets.get(key.ResourceId);
  if (target !== undefined) return target;
  throw new AwsError(
    "ObjectNotFoundException",
    `No scalable target registered for service namespace: ${key.ServiceNamespace}, resource ID: ${key.ResourceId}, scalable dimension: ${key.ScalableDimension}`,
  );
}
