/** Members that several operations of Application Auto Scaling share, and the target that they name. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { World } from "../world/region.ts";
import { scalableKinds, targetId } from "../world/scalables/registry.ts";
import type { ScalableTarget } from "../world/scaling-state.ts";
import { variantDimension } from "../world/seeded-scaling.ts";
import { modelled } from "./members.ts";
import { NOT_MODELLED } from "./service.ts";

/** What an unknown NextToken is called (service model). */
export const invalidToken = "InvalidNextTokenException";

/** ServiceNamespace and ScalableDimension (service model, botocore 1.43). */
const namespaces = [
  ...(["ecs", "elasticmapreduce", "ec2", "appstream", "dynamodb", "rds", "sagemaker"] as const),
  ...(["custom-resource", "comprehend", "lambda", "cassandra", "kafka"] as const),
  ...(["elasticache", "neptune", "workspaces"] as const),
] as const;
const dimensions = [
  ...(["ecs:service:DesiredCount", "ec2:spot-fleet-request:TargetCapacity"] as const),
  ...(["elasticmapreduce:instancegroup:InstanceCount", "appstream:fleet:DesiredCapacity"] as const),
  ...(["dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits"] as const),
  ...(["dynamodb:index:ReadCapacityUnits", "dynamodb:index:WriteCapacityUnits"] as const),
  ...(["rds:cluster:ReadReplicaCount", variantDimension, "custom-resource:ResourceType:Property"] as const),
  "comprehend:document-classifier-endpoint:DesiredInferenceUnits",
  ...(["comprehend:entity-recognizer-endpoint:DesiredInferenceUnits"] as const),
  ...(["lambda:function:ProvisionedConcurrency", "cassandra:table:ReadCapacityUnits"] as const),
  ...(["cassandra:table:WriteCapacityUnits", "kafka:broker-storage:VolumeSize"] as const),
  ...(["elasticache:cache-cluster:Nodes", "elasticache:replication-group:NodeGroups"] as const),
  ...(["elasticache:replication-group:Replicas", "neptune:cluster:ReadReplicaCount"] as const),
  ...(["sagemaker:variant:DesiredProvisionedConcurrency"] as const),
  ...(["sagemaker:inference-component:DesiredCopyCount"] as const),
  "workspaces:workspacespool:DesiredUserSessions",
] as const;
const ours = { sagemaker: "sagemaker", variants: variantDimension } as const;
const isNamespace = (name: string) =>
  name === ours.sagemaker || scalableKinds.some(({ namespace }) => namespace === name);
const isDimension = (name: string) =>
  name === ours.variants || scalableKinds.some((kind) => kind.dimensions.includes(name));

export const namespace = modelled(z.enum(namespaces), namespaces.filter(isNamespace));
const scalableDimension = modelled(z.enum(dimensions), dimensions.filter(isDimension));

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

interface Key {
  readonly ServiceNamespace: string;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
}

/** Throws ValidationException for what is no resource of the namespace, or has not that dimension. */
export function requireResource({ ServiceNamespace, ResourceId, ScalableDimension }: Key): void {
  const formats = formatsOf(ServiceNamespace, ScalableDimension);
  if (formats.length > 0 && (ResourceId === undefined || formats.some((format) => format.test(ResourceId))))
    return;
  throw new AwsError(
    "ValidationException",
    `Unsupported service namespace, resource type or scalable dimension: ${ResourceId ?? ScalableDimension}`,
  );
}

const variantFormat = /^endpoint\/[^/]+\/variant\/[^/]+$/;

/** What a resource id of the namespace may look like. */
function formatsOf(of: string, dimension: string | undefined): RegExp[] {
  if (of === ours.sagemaker) return (dimension ?? ours.variants) === ours.variants ? [variantFormat] : [];
  return scalableKinds
    .filter(
      (kind) => kind.namespace === of && kind.dimensions.includes(dimension ?? kind.dimensions[0] ?? ""),
    )
    .map(({ resourceId }) => resourceId);
}

/** The registered target, or ObjectNotFoundException. */
export function findTarget(world: World, key: Required<Key>): ScalableTarget {
  requireResource(key);
  const target = world.state.scalableTargets.get(targetId(key.ResourceId ?? "", key.ScalableDimension ?? ""));
  if (target !== undefined) return target;
  throw new AwsError(
    "ObjectNotFoundException",
    `No scalable target registered for service namespace: ${key.ServiceNamespace}, resource ID: ${key.ResourceId}, scalable dimension: ${key.ScalableDimension}`,
  );
}

/** The targets that a listing asks for, in the order in which they were registered. */
export function listedTargets(world: World, key: Key): ScalableTarget[] {
  requireResource(key);
  return [...world.state.scalableTargets.values()].filter((target) => isListed(target, key));
}

export const isListed = (
  { namespace: of, resourceId, dimension }: Pick<ScalableTarget, "namespace" | "resourceId" | "dimension">,
  { ServiceNamespace, ResourceId = resourceId, ScalableDimension = dimension }: Key,
): boolean => of === ServiceNamespace && resourceId === ResourceId && dimension === ScalableDimension;

/** Policies are modelled on variants alone. */
export function requireVariant(operation: string, { ServiceNamespace }: Key): void {
  if (ServiceNamespace !== ours.sagemaker)
    throw new AwsError(
      "ValidationException",
      `${NOT_MODELLED} ${operation}'s ServiceNamespace '${ServiceNamespace}'`,
    );
}
