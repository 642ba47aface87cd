/** A target of Application Auto Scaling as the checkers see it, whatever is scaled: bounds, suspensions, policies, actions. */

import type { Call } from "#twin/services";
import type { ScalableTarget } from "#twin/world";
import type { JsonValue } from "../../../core/release/json-value.ts";
import { same } from "../equality.ts";
import { textOf } from "../observation.ts";
import { type Aim, isMembers } from "./define.ts";

/** What the ledger keeps of a target, in the same words. */
export type ScalingSnapshot = {
  readonly min: number;
  readonly max: number;
  readonly suspended: { readonly in: boolean; readonly out: boolean; readonly scheduled: boolean };
  /** Configurations by policy name, and expressions with bounds by action name. */
  readonly policies: { readonly [name: string]: JsonValue };
  readonly scheduledActions: { readonly [name: string]: JsonValue };
};

export function scalingSnapshot(target: ScalableTarget): ScalingSnapshot {
  const { suspended } = target;
  return {
    min: target.minCapacity,
    max: target.maxCapacity,
    suspended: {
      in: suspended.DynamicScalingInSuspended,
      out: suspended.DynamicScalingOutSuspended,
      scheduled: suspended.ScheduledScalingSuspended,
    },
    policies: Object.fromEntries(
      [...target.policies].map(([name, policy]) => [name, policy.configuration as JsonValue]),
    ),
    scheduledActions: Object.fromEntries(
      [...target.scheduledActions].map(([name, action]) => [
        name,
        {
          schedule: action.schedule,
          timeZone: action.timeZone,
          min: action.minCapacity ?? null,
          max: action.maxCapacity ?? null,
        },
      ]),
    ),
  };
}

/** What the calls of Application Auto Scaling do to the targets of one service, by its namespace: `sagemaker`. */
export function targetCalls(namespace: string): Readonly<Record<string, (call: Call) => Aim | undefined>> {
  const on = (leadsTo: (call: Call, state: JsonValue) => boolean) => (call: Call) =>
    textOf(call, "ServiceNamespace") === namespace ? aimOf(call, leadsTo) : undefined;
  return {
    "application-autoscaling.RegisterScalableTarget": on(registers),
    "application-autoscaling.DeregisterScalableTarget": on((_, state) => state === null),
    "application-autoscaling.PutScalingPolicy": on((call, state) =>
      has(state, "policies", textOf(call, "PolicyName")),
    ),
    "application-autoscaling.DeleteScalingPolicy": on(
      (call, state) => !has(state, "policies", textOf(call, "PolicyName")),
    ),
    "application-autoscaling.PutScheduledAction": on((call, state) =>
      has(state, "scheduledActions", textOf(call, "ScheduledActionName")),
    ),
    "application-autoscaling.DeleteScheduledAction": on(
      (call, state) => !has(state, "scheduledActions", textOf(call, "ScheduledActionName")),
    ),
  };
}

function aimOf(call: Call, leadsTo: (call: Call, state: JsonValue) => boolean): Aim {
  const about = textOf(call, "PolicyName") || textOf(call, "ScheduledActionName");
  return {
    name: textOf(call, "ResourceId"),
    part: about === "" ? call.operation : `${call.operation} ${about}`,
    leadsTo: (state) => leadsTo(call, state),
  };
}

/** Bounds and suspensions as far as the call gives them. */
function registers({ input }: Call, state: JsonValue): boolean {
  if (!isMembers(state)) return false;
  const { MinCapacity, MaxCapacity, SuspendedState } = input;
  const suspended = isMembers(state.suspended) ? state.suspended : {};
  const given = SuspendedState as JsonValue | undefined;
  const asked = isMembers(given) ? given : {};
  return [
    [MinCapacity, state.min],
    [MaxCapacity, state.max],
    [asked.DynamicScalingInSuspended, suspended.in],
    [asked.DynamicScalingOutSuspended, suspended.out],
    [asked.ScheduledScalingSuspended, suspended.scheduled],
  ].every(([one, recorded]) => one === undefined || same(one, recorded));
}

function has(state: JsonValue, list: "policies" | "scheduledActions", name: string): boolean {
  const items = isMembers(state) ? state[list] : undefined;
  return Array.isArray(items) && items.some((item: JsonValue) => isMembers(item) && item.name === name);
}
