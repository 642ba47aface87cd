/**
 * What one more kind of capacity behind Application Auto Scaling must say of itself: how its resources are named, what
 * AWS refuses, how long a change takes and what it costs. registry.ts lists them; nothing else tells them apart.
 */
import type { Clock } from "../clock.ts";
import type { Chance } from "../random.ts";
import type { VisibleState } from "../state.ts";
import type { Scalable } from "./scalable-state.ts";

export interface ScalableKind {
  /** Application Auto Scaling's ServiceNamespace. */
  readonly namespace: string;
  /** Its ScalableDimensions: of one resource. */
  readonly dimensions: readonly string[];
  /** What a ResourceId looks like; another is refused as unsupported. */
  readonly resourceId: RegExp;
  /** The smallest MinCapacity that a target may have (API reference of RegisterScalableTarget). */
  readonly leastMinimum: number;
  /** What of a dimension is scaled, as scaling activities say it: `desired count`. */
  readonly capacityName: (dimension: string) => string;
  /** The role that Application Auto Scaling acts in, `AWSServiceRoleForApplicationAutoScaling_…` (its user guide). */
  readonly serviceLinkedRole: string;
  /** The predefined metric that a target-tracking policy follows (API reference, MetricType), and its usual target. */
  readonly utilisationMetric: (dimension: string) => string;
  readonly utilisationTarget: number;
  /**
   * What that role does to its service: whoever registers a target must be allowed the same (user guide, identity-based
   * policy examples, "Permissions required for API actions on target services").
   */
  readonly actions: readonly string[];
  /** A resource of its service as ARNs end, by a name that nothing has. */
  readonly resourceNamed: (name: string) => string;
  /** Between releases, where neither account nor world says otherwise. */
  readonly usual: { readonly capacity: number; readonly min: number; readonly max: number };
  /** A list price, US dollars for a unit and hour. */
  readonly usdPerUnitHour: (dimension: string) => number;
  /** What Application Auto Scaling says of a resource that does not exist. */
  readonly missing: (resourceId: string) => string;
  /** Why a target may not be registered for one that exists. */
  readonly refusal?: (scalable: Scalable) => string | undefined;
  /** Whether its service takes a change now; always, where it is left out. */
  readonly isActive?: (world: VisibleState, scalable: Scalable) => boolean;
  /** @throws AwsError as its service refuses a change. */
  readonly admit?: (world: Clock & VisibleState, change: Change) => void;
  /** Its service's own call for a change, as the twin names it. */
  readonly resizing: (world: VisibleState, change: Change) => OwnCall;
  /** What there is after a change, step by step: a step after 0 ms is there at once. */
  readonly steps: (world: Chance, change: Change) => readonly Step[];
}

export interface Change {
  readonly scalable: Scalable;
  readonly to: number;
}

export interface OwnCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Step {
  readonly afterMs: number;
  readonly ready: number;
}

/** Milliseconds, log-normal: half of all draws are below the median, 95 % below the second figure; both in seconds. */
export function drawMs(
  normal: () => number,
  { p50, p95 }: { readonly p50: number; readonly p95: number },
): number {
  const deviation = Math.log(p95 / p50) / 1.6448536269514722;
  return Math.round(p50 * Math.exp(deviation * normal()) * 1000);
}
