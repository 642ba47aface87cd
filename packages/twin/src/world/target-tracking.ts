/**
 * What a target-tracking policy wants: up fast, down slowly, on metrics that come late, with cooldowns, within the
 * target's bounds, and not in a direction that is suspended.
 */
import type { Clock } from "./clock.ts";
import { endpointMetrics } from "./endpoint-metrics.ts";
import type { Endpoint, Variant } from "./endpoint-state.ts";
import { type MetricSource, readMetric } from "./metric-reader.ts";
import { visiblePoints } from "./metrics.ts";
import type { ScalableTarget, ScalingPolicy } from "./scaling-state.ts";
import { evaluate } from "./statistics.ts";

export interface Scaled {
  readonly endpoint: Endpoint;
  readonly variant: Variant;
}

/**
 * The service keeps two alarms on one-minute points: high after 3 above the target, low after 15 below 90 % of it
 * (as they appear in accounts; not documented).
 */
const highPoints = 3;
const lowPoints = 15;
const lowShare = 0.9;

export interface Decision {
  readonly side: "high" | "low";
  readonly count: number;
}

/** The count that a policy sets now, or undefined when it leaves it alone. */
export function track(
  world: MetricSource,
  target: ScalableTarget,
  of: Scaled & { policy: ScalingPolicy },
): Decision | undefined {
  const { policy } = of;
  const count = of.variant.desiredInstanceCount;
  const values =
    policy.metric === undefined ? invocationsPerInstance(world, of) : metricValues(world, policy.metric);
  const high = values.slice(-highPoints);
  if (high.length === highPoints && high.every((value) => value > policy.targetValue))
    return scaleOut(world, target, { policy, count, value: high.at(-1) ?? 0 });
  if (values.length === lowPoints && values.every((value) => value < lowShare * policy.targetValue))
    return scaleIn(world, target, { policy, count, value: Math.max(...values) });
  return undefined;
}

interface Reading {
  readonly policy: ScalingPolicy;
  readonly count: number;
  readonly value: number;
}

const proportional = ({ policy, count, value }: Reading): number =>
  Math.ceil((count * value) / policy.targetValue);

function scaleOut(world: Clock, target: ScalableTarget, reading: Reading): Decision | undefined {
  const cooledMs = target.lastScaleOutMs + reading.policy.scaleOutCooldownSeconds * 1000;
  if (target.suspended.DynamicScalingOutSuspended || world.nowMs < cooledMs) return undefined;
  const count = Math.min(target.maxCapacity, Math.max(reading.count + 1, proportional(reading)));
  return count > reading.count ? { side: "high", count } : undefined;
}

function scaleIn(world: Clock, target: ScalableTarget, reading: Reading): Decision | undefined {
  const { policy } = reading;
  const cooledMs =
    Math.max(target.lastScaleInMs, target.lastScaleOutMs) + policy.scaleInCooldownSeconds * 1000;
  if (target.suspended.DynamicScalingInSuspended || policy.disableScaleIn || world.nowMs < cooledMs)
    return undefined;
  const count = Math.max(target.minCapacity, Math.min(reading.count, proportional(reading)));
  return count < reading.count ? { side: "low", count } : undefined;
}

/** SageMakerVariantInvocationsPerInstance: requests per instance and minute; the newest unbroken run of minutes. */
function invocationsPerInstance(world: MetricSource, scaled: Scaled): number[] {
  const series = world.state.metrics.series.get(`${scaled.endpoint.name}/${scaled.variant.name}`);
  if (series === undefined) return [];
  const toMs = Math.floor((world.nowMs - world.spec.metrics.lagSeconds * 1000) / 60_000) * 60_000;
  const minutes = new Map<number, number>();
  for (const { samples } of visiblePoints(world, series, { fromMs: toMs - lowPoints * 60_000, toMs }))
    for (const { requests, instanceIds, atMs } of samples) {
      const minute = Math.floor(atMs / 60_000);
      const each = requests / Math.max(1, instanceIds.length);
      if (requests > 0) minutes.set(minute, (minutes.get(minute) ?? 0) + each);
    }
  return unbrokenRun(minutes, toMs);
}

/** A metric of the team's choice, by the minute; the newest unbroken run of minutes. */
function metricValues(
  world: MetricSource,
  { name, statistic }: NonNullable<ScalingPolicy["metric"]>,
): number[] {
  const lagMs = name.name in endpointMetrics ? world.spec.metrics.lagSeconds * 1000 : 0;
  const toMs = Math.floor((world.nowMs - lagMs) / 60_000) * 60_000;
  const range = { fromMs: toMs - lowPoints * 60_000, toMs, periodSeconds: 60 };
  const minutes = new Map<number, number>();
  for (const { atMs, statistics } of readMetric(world, name, range)) {
    const value = evaluate(statistics, statistic);
    if (value !== undefined) minutes.set(atMs / 60_000, value);
  }
  return unbrokenRun(minutes, toMs);
}

function unbrokenRun(minutes: ReadonlyMap<number, number>, toMs: number): number[] {
  const values: number[] = [];
  for (let minute = toMs / 60_000 - 1; values.length < lowPoints; minute--) {
    const value = minutes.get(minute);
    if (value === undefined) break;
    values.unshift(value);
  }
  return values;
}
