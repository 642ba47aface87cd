/**
 * A target-tracking policy on what a model leans on: its utilisation goes with the traffic that comes to the endpoint,
 * and is the policy's target between releases. Out after three minutes above the target, in after fifteen below 90 % of
 * it, as the alarms that the service keeps for such policies have it (as they appear in accounts; not documented).
 */
import type { Beginning, Clock } from "../clock.ts";
import type { ScalableTarget, ScalingPolicy } from "../scaling-state.ts";
import type { Arrivals } from "../traffic.ts";
import type { Scalable } from "./scalable-state.ts";

const highMinutes = 3;
const lowMinutes = 15;
const lowShare = 0.9;

export interface Decision {
  readonly side: "high" | "low";
  readonly count: number;
  readonly policy: ScalingPolicy;
}

/** Looks at a target once a minute; what its policy sets now, or undefined where it leaves it alone. */
export function followTraffic(
  world: Clock & Beginning & Arrivals,
  target: ScalableTarget,
  scalable: Scalable,
): Decision | undefined {
  const [policy] = target.policies.values();
  if (policy === undefined || scalable.ready === 0) return undefined;
  const before = world.rate(world.startMs);
  if (before === 0) return undefined;
  const needed = scalable.atRest * (world.rate(world.nowMs) / before);
  const share = needed / scalable.ready;
  target.highMinutes = share > 1 ? (target.highMinutes ?? 0) + 1 : 0;
  target.lowMinutes = share < lowShare ? (target.lowMinutes ?? 0) + 1 : 0;
  const { DynamicScalingInSuspended: isInHeld, DynamicScalingOutSuspended: isOutHeld } = target.suspended;
  const wanted = Math.min(Math.max(Math.ceil(needed), target.minCapacity), target.maxCapacity);
  if (target.highMinutes >= highMinutes && wanted > scalable.desired && !isOutHeld)
    return { side: "high", count: wanted, policy };
  if (target.lowMinutes >= lowMinutes && wanted < scalable.desired && !isInHeld)
    return { side: "low", count: wanted, policy };
  return undefined;
}
