/**
 * Application Auto Scaling at work: every minute it fires scheduled actions, pulls counts into bounds and follows
 * target-tracking policies, through the same endpoint-wide lock as everybody else.
 */

import { AwsError } from "../vocabulary/aws-error.ts";
import { changeCapacity } from "./endpoint-changes.ts";
import { type Actor, type Bounds, called } from "./events.ts";
import type { World } from "./region.ts";
import type { ScalableTarget, ScalingReason } from "./scaling-state.ts";
import { nextFiring } from "./schedules.ts";
import { type Scaled, track } from "./target-tracking.ts";

export function runScaling(world: World): void {
  for (const target of world.state.scalableTargets.values()) {
    fireScheduledActions(world, target);
    const scaled = scaledVariant(world, target.resourceId);
    if (scaled === undefined || scaled.endpoint.status !== "InService") continue;
    if (target.pull !== undefined) pullIntoBounds(world, target, target.pull);
    else followPolicies(world, target, scaled);
  }
}

/**
 * Out as far as the neediest policy says; in only when every policy says so, and then by the least (user guide,
 * "Target tracking scaling policies", several policies on one target).
 */
function followPolicies(world: World, target: ScalableTarget, scaled: Scaled): void {
  const tracking = [...target.policies.values()].filter(({ type }) => type === undefined);
  const decisions = tracking.map((policy) => {
    const decision = track(world, target, { ...scaled, policy });
    return { side: decision?.side, count: decision?.count ?? 0, policy };
  });
  const out = decisions.filter(({ side }) => side === "high");
  const all = decisions.every(({ side }) => side === "low") ? decisions : [];
  const [winner] = (out.length > 0 ? out : all).toSorted((a, b) => b.count - a.count);
  if (winner === undefined) return;
  const { count, side } = winner;
  if (side !== undefined)
    scale(world, target, { ...scaled, count, reason: { by: "policy", policy: winner.policy.name, side } });
}

/** The endpoint and variant that a resource id names, if they are there. */
export function scaledVariant(world: World, resourceId: string): Scaled | undefined {
  const [, endpointName, variantName] = /^endpoint\/([^/]+)\/variant\/([^/]+)$/.exec(resourceId) ?? [];
  const endpoint = world.state.endpoints.get(endpointName ?? "");
  const variant = endpoint?.variants.find((each) => each.name === variantName);
  return endpoint === undefined || variant === undefined ? undefined : { endpoint, variant };
}

/**
 * Brings the live count into [min, max] at once, as registering does. While the endpoint is locked the pull stays
 * pending and is tried again every minute (unconfirmed: AWS does not document when a refused pull is repeated).
 */
function pullIntoBounds(world: World, target: ScalableTarget, reason: ScalingReason): void {
  delete target.pull;
  const scaled = scaledVariant(world, target.resourceId);
  if (scaled === undefined) return;
  const { desiredInstanceCount: count } = scaled.variant;
  const wanted = Math.min(Math.max(count, target.minCapacity), target.maxCapacity);
  if (wanted === count) return;
  if (scaled.endpoint.status !== "InService") target.pull = reason;
  else scale(world, target, { ...scaled, count: wanted, reason });
}

function scale(
  world: World,
  target: ScalableTarget,
  change: Scaled & { count: number; reason: ScalingReason },
): void {
  const { endpoint, variant, count, reason } = change;
  if (count > variant.desiredInstanceCount) target.lastScaleOutMs = world.nowMs;
  else target.lastScaleInMs = world.nowMs;
  const refusal = refusalOf(() =>
    changeCapacity(world, endpoint, { variant, count, by: { who: "auto-scaling", reason } }),
  );
  const { scalingActivities: activities } = world.state;
  activities.push({
    id: `${world.seed.toString(16).padStart(8, "0")}-${String(activities.length).padStart(12, "0")}`,
    resourceId: target.resourceId,
    description: `Setting desired instance count to ${count}.`,
    reason,
    startMs: world.nowMs,
    endMs: world.nowMs,
    statusCode: refusal === undefined ? "Successful" : "Failed",
    statusMessage:
      refusal === undefined
        ? `Successfully set desired instance count to ${count}. Change successfully fulfilled by sagemaker.`
        : `Failed to set desired instance count to ${count}. Reason: ${refusal.message}`,
  });
}

function refusalOf(attempt: () => void): AwsError | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

function fireScheduledActions(world: World, target: ScalableTarget): void {
  for (const action of target.scheduledActions.values()) {
    if (action.nextMs === undefined || action.nextMs > world.nowMs) continue;
    const next = nextFiring(action, action.nextMs);
    if (next === undefined) delete action.nextMs;
    else action.nextMs = next;
    if (target.suspended.ScheduledScalingSuspended) continue;
    const { minCapacity: min, maxCapacity: max } = action;
    setBounds(world, target, { min, max, reason: { by: "schedule", action: action.name } });
  }
}

/** Sets what is given of a target's bounds and pulls the live count into them. */
export function setBounds(
  world: World,
  target: ScalableTarget,
  bounds: { min: number | undefined; max: number | undefined; reason: ScalingReason },
): void {
  const { reason } = bounds;
  const from = boundsOf(target);
  target.minCapacity = bounds.min ?? target.minCapacity;
  target.maxCapacity = bounds.max ?? target.maxCapacity;
  const to = boundsOf(target);
  const by = reason.by === "bounds" ? called(reason.operation) : ({ who: "auto-scaling", reason } as const);
  if (from.min !== to.min || from.max !== to.max)
    world.record({ kind: "bounds", subject: target.resourceId, from, to, by });
  pullIntoBounds(world, target, reason);
}

const boundsOf = ({ minCapacity: min, maxCapacity: max }: ScalableTarget): Bounds => ({ min, max });

/** Removes the targets of an endpoint that is being deleted (SageMaker developer guide, "Delete endpoints that use automatic scaling"). */
export function removeTargetsOf(world: World, endpoint: string): void {
  for (const resourceId of [...world.state.scalableTargets.keys()])
    if (resourceId.startsWith(`endpoint/${endpoint}/`))
      deregister(world, resourceId, called("DeleteEndpoint"));
}

/** Takes a target away with its policies and scheduled actions. */
export function deregister(world: World, resourceId: string, by: Actor): void {
  const target = world.state.scalableTargets.get(resourceId);
  if (target === undefined) return;
  world.state.scalableTargets.delete(resourceId);
  world.record({
    kind: "bounds",
    subject: resourceId,
    from: boundsOf(target),
    to: undefined,
    by,
  });
}
