/** Scalable targets: Register (which also pulls capacity into bounds), Deregister, Describe, their activities and tags. */
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { called, reasonText } from "../world/events.ts";
import type { World } from "../world/region.ts";
import { deregister, scaledVariant, setBounds } from "../world/scaling.ts";
import {
  notSuspended,
  type ScalableTarget,
  type ScalingActivity,
  type SuspendedState,
} from "../world/scaling-state.ts";
import { scalingRoleArn } from "../world/seeded-scaling.ts";
import { arn } from "../world/state.ts";
import {
  dimension,
  findTarget,
  invalidToken,
  listing,
  namespace,
  requireVariant,
  targetKey,
} from "./application-auto-scaling-shapes.ts";
import { members, modelled, page, present, seconds } from "./members.ts";
import type { Operation } from "./service.ts";

export function targetOperations(world: World): Record<string, Operation> {
  return {
    RegisterScalableTarget: (input) =>
      register(world, members({ operation: "RegisterScalableTarget", schema: registration }, input)),
    DeregisterScalableTarget: (input) =>
      remove(
        world,
        members({ operation: "DeregisterScalableTarget", schema: z.strictObject(targetKey) }, input),
      ),
    DescribeScalableTargets: (input) =>
      describe(world, members({ operation: "DescribeScalableTargets", schema: targetListing }, input)),
    DescribeScalingActivities: (input) =>
      activities(world, members({ operation: "DescribeScalingActivities", schema: activityListing }, input)),
    ListTagsForResource: (input) =>
      tags(
        world,
        members(
          { operation: "ListTagsForResource", schema: z.strictObject({ ResourceARN: z.string().min(1) }) },
          input,
        ),
      ),
  };
}

const registration = z.strictObject({
  ...targetKey,
  MinCapacity: z.int().optional(),
  MaxCapacity: z.int().optional(),
  RoleARN: z.string().min(1).optional(),
  SuspendedState: z
    .strictObject({
      DynamicScalingInSuspended: z.boolean().optional(),
      DynamicScalingOutSuspended: z.boolean().optional(),
      ScheduledScalingSuspended: z.boolean().optional(),
    })
    .optional(),
  Tags: z.record(z.string(), z.string()).optional(),
});
const targetListing = z.strictObject({
  ServiceNamespace: namespace,
  ResourceIds: z.array(z.string()).max(50).optional(),
  ScalableDimension: listing.ScalableDimension,
  MaxResults: listing.MaxResults,
  NextToken: listing.NextToken,
});
const activityListing = z.strictObject({
  ...listing,
  IncludeNotScaledActivities: modelled(z.boolean(), [false]).optional(),
});

/** What is left out stays as it is; a new target needs both bounds (API reference of RegisterScalableTarget). */
function register(world: World, input: z.output<typeof registration>): Json {
  requireVariant(input);
  const { ResourceId: resourceId } = input;
  const known = world.state.scalableTargets.get(resourceId);
  const scaled = scaledVariant(world, resourceId);
  /** Burstable instances are not scaled (SageMaker developer guide, on automatic scaling; wording unconfirmed). */
  if (/^ml\.t\d/.test(scaled?.variant.instanceType ?? ""))
    throw new AwsError(
      "ValidationException",
      `Automatic scaling is not supported for instance type ${scaled?.variant.instanceType} of ${resourceId}`,
    );
  if (known === undefined && scaled === undefined)
    throw new AwsError(
      "ValidationException",
      `SageMaker: Could not find endpoint or variant for resource ID: ${resourceId}`,
    );
  if (known === undefined && (input.MinCapacity === undefined || input.MaxCapacity === undefined))
    throw new AwsError(
      "ValidationException",
      "MinCapacity and MaxCapacity are required when registering a new scalable target",
    );
  const min = input.MinCapacity ?? known?.minCapacity ?? 1;
  const max = input.MaxCapacity ?? known?.maxCapacity ?? 1;
  /**
   * The minimum of a real-time variant is at least one (SageMaker developer guide, "Register a model"); the API reference
   * of RegisterScalableTarget allows 0 for "SageMaker endpoint variants". Which holds is unconfirmed.
   */
  if (min < 1)
    throw new AwsError("ValidationException", `Minimum capacity cannot be less than 1 for a variant: ${min}`);
  if (max < min)
    throw new AwsError(
      "ValidationException",
      `Maximum capacity cannot be less than minimum capacity: ${max} < ${min}`,
    );
  const target = known ?? add(world, resourceId, { min, max });
  Object.assign(target.tags, input.Tags);
  suspend(world, target, input.SuspendedState ?? {});
  setBounds(world, target, { min, max, reason: { by: "bounds", operation: "RegisterScalableTarget" } });
  return { ScalableTargetARN: target.arn };
}

function add(world: World, resourceId: string, bounds: { min: number; max: number }): ScalableTarget {
  const nth = world.launched("scalable-targets");
  const target: ScalableTarget = {
    resourceId,
    arn: arn("application-autoscaling", `scalable-target/${nth.toString().padStart(12, "0")}`),
    creationMs: world.nowMs,
    roleArn: scalingRoleArn,
    minCapacity: bounds.min,
    maxCapacity: bounds.max,
    suspended: notSuspended,
    tags: {},
    policies: new Map(),
    scheduledActions: new Map(),
    lastScaleOutMs: 0,
    lastScaleInMs: 0,
  };
  world.state.scalableTargets.set(resourceId, target);
  world.record({
    kind: "bounds",
    subject: resourceId,
    from: undefined,
    to: { ...bounds },
    by: called("RegisterScalableTarget"),
  });
  return target;
}

function suspend(
  world: World,
  target: ScalableTarget,
  change: Partial<{ [K in keyof SuspendedState]: boolean | undefined }>,
): void {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const next: SuspendedState = { ...target.suspended, ...given };
  if (!isDeepStrictEqual(next, target.suspended))
    world.record({
      kind: "suspension",
      subject: target.resourceId,
      from: target.suspended,
      to: next,
      by: called("RegisterScalableTarget"),
    });
  target.suspended = next;
}

function remove(world: World, input: z.output<z.ZodObject<typeof targetKey>>): Json {
  deregister(world, findTarget(world, input).resourceId, called("DeregisterScalableTarget"));
  return {};
}

function describe(world: World, input: z.output<typeof targetListing>): Json {
  const all = [...world.state.scalableTargets.values()].filter(
    (target) => input.ResourceIds?.includes(target.resourceId) ?? true,
  );
  const { items, next } = page(all, {
    token: input.NextToken,
    size: input.MaxResults,
    errorName: invalidToken,
  });
  const targets = items.map((target) => ({
    ServiceNamespace: "sagemaker",
    ResourceId: target.resourceId,
    ScalableDimension: dimension,
    MinCapacity: target.minCapacity,
    MaxCapacity: target.maxCapacity,
    RoleARN: target.roleArn,
    CreationTime: seconds(target.creationMs),
    SuspendedState: { ...target.suspended },
    ScalableTargetARN: target.arn,
  }));
  return { ScalableTargets: targets, ...present("NextToken", next) };
}

/** Newest first (API reference). */
function activities(world: World, input: z.output<typeof activityListing>): Json {
  requireVariant(input);
  const all = world.state.scalingActivities
    .filter((each) => (input.ResourceId ?? each.resourceId) === each.resourceId)
    .toReversed();
  const { items, next } = page(all, {
    token: input.NextToken,
    size: input.MaxResults,
    errorName: invalidToken,
  });
  return { ScalingActivities: items.map((each) => activity(each)), ...present("NextToken", next) };
}

function activity(each: ScalingActivity): Json {
  return {
    ActivityId: each.id,
    ServiceNamespace: "sagemaker",
    ResourceId: each.resourceId,
    ScalableDimension: dimension,
    Description: each.description,
    Cause: reasonText(each.reason),
    StartTime: seconds(each.startMs),
    ...present("EndTime", each.endMs === undefined ? undefined : seconds(each.endMs)),
    StatusCode: each.statusCode,
    StatusMessage: each.statusMessage,
  };
}

function tags(world: World, input: { ResourceARN: string }): Json {
  const target = [...world.state.scalableTargets.values()].find((each) => each.arn === input.ResourceARN);
  if (target === undefined)
    throw new AwsError(
      "ResourceNotFoundException",
      `The specified resource doesn't exist: ${input.ResourceARN}`,
      { detail: { ResourceName: input.ResourceARN } },
    );
  return { Tags: { ...target.tags } };
}
