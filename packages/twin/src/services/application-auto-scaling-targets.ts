/** Scalable targets: Register (which also pulls capacity into bounds), Deregister, Describe, their activities and tags. */
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { type Bounds, called } from "../world/events.ts";
import { newTarget } from "../world/new-target.ts";
import type { World } from "../world/region.ts";
import { deregister, isPending, setBounds } from "../world/scaling.ts";
import type { ScalableTarget, ScalingActivity, SuspendedState } from "../world/scaling-state.ts";
import { type Registrable, registrable } from "./application-auto-scaling-resources.ts";
import {
  findTarget,
  invalidToken,
  isListed,
  listedTargets,
  listing,
  namespace,
  requireResource,
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
  requireResource(input);
  const { ServiceNamespace, ResourceId: resourceId, ScalableDimension: dimension } = input;
  const { names, leastMinimum } = registrable(world, { namespace: ServiceNamespace, dimension, resourceId });
  const known = world.state.scalableTargets.get(names.id);
  if (known !== undefined) refusePending(world, known);
  if (known === undefined && (input.MinCapacity === undefined || input.MaxCapacity === undefined))
    throw new AwsError(
      "ValidationException",
      "MinCapacity and MaxCapacity are required when registering a new scalable target",
    );
  const min = input.MinCapacity ?? known?.minCapacity ?? 1;
  const max = input.MaxCapacity ?? known?.maxCapacity ?? 1;
  if (min < leastMinimum)
    throw new AwsError(
      "ValidationException",
      `Minimum capacity cannot be less than ${leastMinimum} for ${dimension}: ${min}`,
    );
  if (max < min)
    throw new AwsError(
      "ValidationException",
      `Maximum capacity cannot be less than minimum capacity: ${max} < ${min}`,
    );
  const target = known ?? add(world, names, { min, max });
  Object.assign(target.tags, input.Tags);
  suspend(world, target, input.SuspendedState ?? {});
  setBounds(world, target, { min, max, reason: { by: "bounds", operation: "RegisterScalableTarget" } });
  return { ScalableTargetARN: target.arn };
}

/** "if you request an update to an Application Auto Scaling resource that already has a pending update" (service model). */
function refusePending(world: World, target: ScalableTarget): void {
  if (isPending(world, target))
    throw new AwsError(
      "ConcurrentUpdateException",
      "You already have a pending update to an Auto Scaling resource.",
    );
}

function add(world: World, names: Registrable["names"], bounds: Bounds): ScalableTarget {
  const nth = world.nextOrdinal("scalable-targets");
  const target = newTarget({
    ...names,
    ...bounds,
    arnId: nth.toString().padStart(12, "0"),
    creationMs: world.nowMs,
  });
  world.state.scalableTargets.set(target.id, target);
  world.record({
    kind: "bounds",
    subject: target.id,
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
      subject: target.id,
      from: target.suspended,
      to: next,
      by: called("RegisterScalableTarget"),
    });
  target.suspended = next;
}

function remove(world: World, input: z.output<z.ZodObject<typeof targetKey>>): Json {
  const target = findTarget(world, input);
  refusePending(world, target);
  deregister(world, target.id, called("DeregisterScalableTarget"));
  return {};
}

function describe(world: World, input: z.output<typeof targetListing>): Json {
  const all = listedTargets(world, input).filter(
    (target) => input.ResourceIds?.includes(target.resourceId) ?? true,
  );
  const { items, next } = page(all, {
    token: input.NextToken,
    size: input.MaxResults,
    errorName: invalidToken,
  });
  const targets = items.map((target) => ({
    ServiceNamespace: target.namespace,
    ResourceId: target.resourceId,
    ScalableDimension: target.dimension,
    MinCapacity: target.minCapacity,
    MaxCapacity: target.maxCapacity,
    RoleARN: target.roleArn,
    CreationTime: seconds(target.creationMs),
    SuspendedState: { ...target.suspended },
    ScalableTargetARN: target.arn,
  }));
  return { ScalableTargets: targets, ...present("NextToken", next) };
}

/** "from the previous six weeks" (DescribeScalingActivities, API reference); by its start, which is unconfirmed. */
const keptMs = 42 * 86_400_000;

/** Newest first (API reference). */
function activities(world: World, input: z.output<typeof activityListing>): Json {
  requireResource(input);
  const all = world.state.scalingActivities
    .filter(({ target, startMs }) => isListed(target, input) && startMs >= world.nowMs - keptMs)
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
    ServiceNamespace: each.target.namespace,
    ResourceId: each.target.resourceId,
    ScalableDimension: each.target.dimension,
    Description: each.description,
    Cause: each.cause,
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
