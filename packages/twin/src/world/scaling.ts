/**
 * Application Auto Scaling at work: every minute it fires scheduled actions, pulls capacity into bounds and follows
 * target-tracking policies, through the same endpoint-wide lock, and refused by the same services, as everybody else.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import { type Adjustable, type Adjusting, adjustableOf, scaledVariant } from "./adjustable.ts";
import type { Beginning, Clock } from "./clock.ts";
import { type Actor, type Bounds, called, type Recorder, reasonText } from "./events.ts";
import type { MetricSource } from "./metric-reader.ts";
import type { Seeded } from "./random.ts";
import { followTraffic } from "./scalables/following.ts";
import type { ScalableTarget, ScalingActivity, ScalingReason } from "./scaling-state.ts";
import { nextFiring } from "./schedules.ts";
import type { MutableState } from "./state.ts";
import { type Scaled, track } from "./target-tracking.ts";
import type { Arrivals } from "./traffic.ts";

/** What pulling capacity into bounds takes, and what following a policy does. */
type Bounding = Adjusting & Seeded;
type Following = Bounding & MetricSource & Arrivals & Beginning;

export function runScaling(world: Following): void {
  for (const target of world.state.scalableTargets.values()) {
    fireScheduledActions(world, target);
    if (adjustableOf(world, target)?.isActive !== true || isPending(world, target)) continue;
    const scaled = scaledVariant(world, target.id);
    if (target.pull !== undefined) pullIntoBounds(world, target, target.pull);
    else if (scaled !== undefined) followPolicies(world, target, scaled);
    else followUtilisation(world, target);
  }
}

/**
 * Out as far as the neediest policy says; in only when every policy says so, and then by the least (user guide,
 * "Target tracking scaling policies", several policies on one target).
 */
function followPolicies(world: Following, target: ScalableTarget, scaled: Scaled): void {
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
  const adjustable = adjustableOf(world, target);
  if (side !== undefined && adjustable !== undefined)
    scale(world, target, { adjustable, count, reason: { by: "policy", policy: winner.policy.name, side } });
}

function followUtilisation(world: Following, target: ScalableTarget): void {
  const scalable = world.state.scalables.get(target.id);
  const adjustable = adjustableOf(world, target);
  const decision = scalable && followTraffic(world, target, scalable);
  if (adjustable === undefined || decision === undefined) return;
  const { count, side, policy } = decision;
  scale(world, target, { adjustable, count, reason: { by: "policy", policy: policy.name, side } });
  target.highMinutes = 0;
  target.lowMinutes = 0;
}

/**
 * Brings the capacity into [min, max]. While its service is busy with it the pull stays pending and is tried again
 * every minute (unconfirmed: AWS does not document when a refused pull is repeated).
 */
function pullIntoBounds(world: Bounding, target: ScalableTarget, reason: ScalingReason): void {
  delete target.pull;
  const adjustable = adjustableOf(world, target);
  if (adjustable === undefined) return;
  const { count, isActive } = adjustable;
  const wanted = Math.min(Math.max(count, target.minCapacity), target.maxCapacity);
  if (wanted === count) return;
  if (!isActive) target.pull = reason;
  else scale(world, target, { adjustable, count: wanted, reason });
}

/** Seconds from a call until Application Auto Scaling acts upon it; not documented, observed to be few. */
const laterSeconds = { least: 1, most: 3 };

/** The same a moment later: until then an update of the target is pending. */
function pullLater(world: Bounding, target: ScalableTarget, reason: ScalingReason): void {
  const { least, most } = laterSeconds;
  const { id } = target;
  const share = world.streams(`auto-scaling/${id}`, world.nextOrdinal(`auto-scaling/${id}`)).uniform();
  const delayMs = Math.round((least + share * (most - least)) * 1000);
  target.pull = reason;
  target.pendingUntilMs = world.nowMs + delayMs;
  world.after(delayMs, () => {
    if (target.pull !== undefined && world.state.scalableTargets.get(id) === target)
      pullIntoBounds(world, target, target.pull);
  });
}

/** Whether a call on the target would find an update of it pending. */
export const isPending = (world: Clock, { pendingUntilMs = 0 }: ScalableTarget): boolean =>
  world.nowMs < pendingUntilMs;

interface Scale {
  readonly adjustable: Adjustable;
  readonly count: number;
  readonly reason: ScalingReason;
}

function scale(world: Bounding, target: ScalableTarget, { adjustable, count, reason }: Scale): void {
  if (count > adjustable.count) target.lastScaleOutMs = world.nowMs;
  else target.lastScaleInMs = world.nowMs;
  const { scalingActivities: activities } = world.state;
  const what = `${adjustable.capacityName} to ${count}`;
  const activity: ScalingActivity = {
    id: `${world.seed.toString(16).padStart(8, "0")}-${String(activities.length).padStart(12, "0")}`,
    target,
    description: `Setting ${what}.`,
    reason,
    cause: causeOf(target, { count, reason, isLater: adjustable.isLater }),
    startMs: world.nowMs,
    statusCode: "InProgress",
    statusMessage: `Successfully set ${what}. Waiting for change to be fulfilled by ${target.namespace}.`,
  };
  for (const other of activities)
    if (other.target.id === target.id && other.statusCode === "InProgress")
      end(world, other, "Overridden", `${other.description} was overridden.`);
  activities.push(activity);
  const refusal = refusalOf(() =>
    adjustable.set(count, { who: "auto-scaling", reason }, (isFulfilled) => {
      if (activity.statusCode !== "InProgress") return;
      if (isFulfilled)
        end(
          world,
          activity,
          "Successful",
          `Successfully set ${what}. Change successfully fulfilled by ${target.namespace}.`,
        );
      else end(world, activity, "Unfulfilled", `${what} was not fulfilled by ${target.namespace}.`);
    }),
  );
  if (refusal !== undefined)
    end(world, activity, "Failed", `Failed to set ${what}. Reason: ${refusal.message}`);
}

function end(
  world: Clock,
  activity: ScalingActivity,
  statusCode: ScalingActivity["statusCode"],
  statusMessage: string,
): void {
  Object.assign(activity, { endMs: world.nowMs, statusCode, statusMessage });
}

/** "monitor alarm NAME in state ALARM triggered policy NAME", "minimum capacity was set to 1" (user guide, scaling activities). */
function causeOf(
  { resourceId, minCapacity }: ScalableTarget,
  { count, reason, isLater }: Pick<Scale, "count" | "reason"> & { isLater: boolean | undefined },
): string {
  if (reason.by === "policy") {
    const alarm = `TargetTracking-${resourceId}-Alarm${reason.side === "high" ? "High" : "Low"}`;
    return `monitor alarm ${alarm} in state ALARM triggered policy ${reason.policy}`;
  }
  if (isLater !== true && reason.by !== "bounds") return reasonText(reason);
  return `${count === minCapacity ? "minimum" : "maximum"} capacity was set to ${count}`;
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

function fireScheduledActions(world: Bounding, target: ScalableTarget): void {
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
  world: Bounding,
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
    world.record({ kind: "bounds", subject: target.id, from, to, by });
  const adjustable = adjustableOf(world, target);
  if (adjustable?.isLater === true) pullLater(world, target, reason);
  else pullIntoBounds(world, target, reason);
}

const boundsOf = ({ minCapacity: min, maxCapacity: max }: ScalableTarget): Bounds => ({ min, max });

/** Removes the targets of an endpoint that is being deleted (SageMaker developer guide, "Delete endpoints that use automatic scaling"). */
export function removeTargetsOf(world: MutableState & Recorder, endpoint: string): void {
  for (const resourceId of [...world.state.scalableTargets.keys()])
    if (resourceId.startsWith(`endpoint/${endpoint}/`))
      deregister(world, resourceId, called("DeleteEndpoint"));
}

/** Takes a target away with its policies and scheduled actions. */
export function deregister(world: MutableState & Recorder, id: string, by: Actor): void {
  const target = world.state.scalableTargets.get(id);
  if (target === undefined) return;
  world.state.scalableTargets.delete(id);
  world.record({
    kind: "bounds",
    subject: id,
    from: boundsOf(target),
    to: undefined,
    by,
  });
}
