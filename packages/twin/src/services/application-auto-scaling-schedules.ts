/** Scheduled actions: Put, Delete, Describe. They set a target's bounds at a time, and nothing sets them back. */

import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import { called } from "../world/events.ts";
import type { World } from "../world/region.ts";
import type { ScalableTarget, ScheduledAction } from "../world/scaling-state.ts";
import { isSchedule, nextFiring } from "../world/schedules.ts";
import { arn } from "../world/state.ts";
import {
  findTarget,
  invalidToken,
  listedTargets,
  listing,
  targetKey,
} from "./application-auto-scaling-shapes.ts";
import { members, page, present, seconds } from "./members.ts";
import type { Operation } from "./service.ts";

export function scheduledActionOperations(world: World): Record<string, Operation> {
  return {
    PutScheduledAction: (input) =>
      put(world, members({ operation: "PutScheduledAction", schema: action }, input)),
    DeleteScheduledAction: (input) =>
      remove(world, members({ operation: "DeleteScheduledAction", schema: deletion }, input)),
    DescribeScheduledActions: (input) =>
      describe(world, members({ operation: "DescribeScheduledActions", schema: actionListing }, input)),
  };
}

const actionName = z.string().min(1).max(256);
const action = z.strictObject({
  ...targetKey,
  ScheduledActionName: actionName,
  Schedule: z.string().min(1).max(1600).optional(),
  Timezone: z.string().optional(),
  StartTime: z.number().optional(),
  EndTime: z.number().optional(),
  ScalableTargetAction: z
    .strictObject({ MinCapacity: z.int().optional(), MaxCapacity: z.int().optional() })
    .optional(),
});
const deletion = z.strictObject({ ...targetKey, ScheduledActionName: actionName });
const actionListing = z.strictObject({
  ...listing,
  ScheduledActionNames: z.array(actionName).max(50).optional(),
});

function put(world: World, input: z.output<typeof action>): Json {
  const target = findTarget(world, input);
  const { ScheduledActionName: name, ScalableTargetAction: bounds } = input;
  const known = target.scheduledActions.get(name);
  const schedule = input.Schedule ?? known?.schedule;
  if (schedule === undefined)
    throw new AwsError("ValidationException", "Schedule is required when creating a scheduled action");
  const timeZone = input.Timezone ?? known?.timeZone ?? "UTC";
  requireTimeZone(timeZone);
  if (!isSchedule(schedule, timeZone))
    throw new AwsError("ValidationException", `Invalid schedule expression: ${schedule}`);
  const entry: ScheduledAction = {
    name,
    arn:
      known?.arn ??
      arn(
        "autoscaling",
        `scheduledAction:${world.nextOrdinal("scheduled-actions")}:resource/${target.namespace}/${target.resourceId}:scheduledActionName/${name}`,
      ),
    creationMs: known?.creationMs ?? world.nowMs,
    schedule,
    timeZone,
    ...present("startMs", input.StartTime === undefined ? known?.startMs : input.StartTime * 1000),
    ...present("endMs", input.EndTime === undefined ? known?.endMs : input.EndTime * 1000),
    ...present("minCapacity", bounds === undefined ? known?.minCapacity : bounds.MinCapacity),
    ...present("maxCapacity", bounds === undefined ? known?.maxCapacity : bounds.MaxCapacity),
  };
  if (entry.minCapacity === undefined && entry.maxCapacity === undefined)
    throw new AwsError(
      "ValidationException",
      "MinCapacity or MaxCapacity is required in ScalableTargetAction",
    );
  const nextMs = nextFiring(entry, world.nowMs);
  target.scheduledActions.set(name, nextMs === undefined ? entry : { ...entry, nextMs });
  if (nextMs !== undefined) world.mark(nextMs);
  world.record({
    kind: "policy",
    subject: `${target.id} ${name}`,
    from: known?.schedule,
    to: schedule,
    by: called("PutScheduledAction"),
  });
  return {};
}

function requireTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AwsError("ValidationException", `Invalid Timezone: ${timeZone}`);
  }
}

function remove(world: World, input: z.output<typeof deletion>): Json {
  const target = findTarget(world, input);
  const known = target.scheduledActions.get(input.ScheduledActionName);
  if (known === undefined)
    throw new AwsError(
      "ObjectNotFoundException",
      `No scheduled action found for service namespace: ${target.namespace}, resource ID: ${target.resourceId}, scalable dimension: ${target.dimension}, scheduled action name: ${input.ScheduledActionName}`,
    );
  target.scheduledActions.delete(known.name);
  world.record({
    kind: "policy",
    subject: `${target.id} ${known.name}`,
    from: known.schedule,
    to: undefined,
    by: called("DeleteScheduledAction"),
  });
  return {};
}

function describe(world: World, input: z.output<typeof actionListing>): Json {
  const all = listedTargets(world, input)
    .flatMap((target) => [...target.scheduledActions.values()].map((each) => ({ target, each })))
    .filter(({ each }) => input.ScheduledActionNames?.includes(each.name) ?? true);
  const { items, next } = page(all, {
    token: input.NextToken,
    size: input.MaxResults,
    errorName: invalidToken,
  });
  return {
    ScheduledActions: items.map(({ target, each }) => summary(target, each)),
    ...present("NextToken", next),
  };
}

function summary({ namespace, resourceId, dimension }: ScalableTarget, each: ScheduledAction): Json {
  return {
    ScheduledActionName: each.name,
    ScheduledActionARN: each.arn,
    ServiceNamespace: namespace,
    Schedule: each.schedule,
    Timezone: each.timeZone,
    ResourceId: resourceId,
    ScalableDimension: dimension,
    ...present("StartTime", each.startMs === undefined ? undefined : seconds(each.startMs)),
    ...present("EndTime", each.endMs === undefined ? undefined : seconds(each.endMs)),
    ScalableTargetAction: {
      ...present("MinCapacity", each.minCapacity),
      ...present("MaxCapacity", each.maxCapacity),
    },
    CreationTime: seconds(each.creationMs),
  };
}
