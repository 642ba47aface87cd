/** What Application Auto Scaling holds: targets with their bounds, policies, scheduled actions, and what it did. */
import type { MetricName } from "./metric-state.ts";
import type { Statistic } from "./statistics.ts";

/** What moves a count that is scaled automatically. */
export type ScalingReason =
  /** A target-tracking policy: out on its high side, in on its low one. */
  | { readonly by: "policy"; readonly policy: string; readonly side: "high" | "low" }
  /** Bounds that a call has set, and that the count lay outside of. */
  | { readonly by: "bounds"; readonly operation: string }
  /** A scheduled action. */
  | { readonly by: "schedule"; readonly action: string };

export interface SuspendedState {
  readonly DynamicScalingInSuspended: boolean;
  readonly DynamicScalingOutSuspended: boolean;
  readonly ScheduledScalingSuspended: boolean;
}

export interface ScalingPolicy {
  readonly name: string;
  /** Of another type it is shown, and does nothing: what drives it is an alarm's action. Absent: target tracking. */
  readonly type?: "StepScaling" | "PredictiveScaling";
  /** The metric it follows; absent: the variant's invocations per instance. */
  readonly metric?: { readonly name: MetricName; readonly statistic: Statistic };
  readonly arn: string;
  readonly creationMs: number;
  readonly targetValue: number;
  readonly scaleOutCooldownSeconds: number;
  readonly scaleInCooldownSeconds: number;
  readonly disableScaleIn: boolean;
  /** TargetTrackingScalingPolicyConfiguration as it was put, or the configuration of its type. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

export interface ScheduledAction {
  readonly name: string;
  readonly arn: string;
  readonly creationMs: number;
  readonly schedule: string;
  readonly timeZone: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly minCapacity?: number;
  readonly maxCapacity?: number;
  /** When it fires next; absent when it will not fire again. */
  nextMs?: number;
}

export interface ScalableTarget {
  /** The resource id; where a resource has several dimensions, with the property that is scaled. */
  readonly id: string;
  /** Application Auto Scaling's names. */
  readonly namespace: string;
  /** `endpoint/NAME/variant/NAME` */
  readonly resourceId: string;
  readonly dimension: string;
  readonly arn: string;
  readonly creationMs: number;
  readonly roleArn: string;
  minCapacity: number;
  maxCapacity: number;
  suspended: SuspendedState;
  tags: Record<string, string>;
  readonly policies: Map<string, ScalingPolicy>;
  readonly scheduledActions: Map<string, ScheduledAction>;
  lastScaleOutMs: number;
  lastScaleInMs: number;
  /** Set while the live count is outside the bounds and has still to be pulled in. */
  pull?: ScalingReason;
  /** For how many minutes on end its utilisation was above its policy's target, and below 90 % of it. */
  highMinutes?: number;
  lowMinutes?: number;
  /** Until when an update of it is pending, epoch milliseconds. */
  pendingUntilMs?: number;
}

export interface ScalingActivity {
  readonly id: string;
  /** Whose it is. */
  readonly target: Pick<ScalableTarget, "id" | "namespace" | "resourceId" | "dimension">;
  readonly description: string;
  readonly reason: ScalingReason;
  /** The reason as the service tells it. */
  readonly cause: string;
  readonly startMs: number;
  endMs?: number;
  statusCode: "Successful" | "Failed" | "InProgress" | "Overridden" | "Unfulfilled";
  statusMessage: string;
}

export const notSuspended: SuspendedState = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};
