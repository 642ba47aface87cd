/** Members that several operations of Application Auto Scaling share, and the target that they name. */
import * as z from "zod";
import type { ScalableTarget } from "../world/scaling-state.ts";
import type { World } from "../world/world.ts";
import { AwsError, NOT_MODELLED } from "./service.ts";

export const dimension = "sagemaker:variant:DesiredInstanceCount";
export const namespace = z.string();
const scalableDimension = z.string();

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

/** Throws ValidationException for what is not a SageMaker variant's instance count. */
export function requireVariant(key: {
  ServiceNamespace: string;
  ScalableDimension?: string | undefined;
  ResourceId?: string | undefined;
}): void {
  if (key.ServiceNamespace !== "sagemaker")
    throw new AwsError(
      "ValidationException",
      `${NOT_MODELLED} the service namespace ${key.ServiceNamespace}`,
    );
  if (key.ScalableDimension !== undefined && key.ScalableDimension !== dimension)
    throw new AwsError(
      "ValidationException",
      `${NOT_MODELLED} the scalable dimension ${key.ScalableDimension}`,
    );
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
