/** What Application Auto Scaling holds: targets with their bounds, policies, scheduled actions, and what it did. */
export interface SuspendedState {
  readonly DynamicScalingInSuspended: boolean;
  readonly DynamicScalingOutSuspended: boolean;
  readonly ScheduledScalingSuspended: boolean;
}

export interface ScalingPolicy {
  readonly name: string;
  readonly arn: string;
  readonly creationMs: number;
  readonly targetValue: number;
  readonly scaleOutCooldownSeconds: number;
  readonly scaleInCooldownSeconds: number;
  readonly disableScaleIn: boolean;
  /** TargetTrackingScalingPolicyConfiguration as it was put. */
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
  /** `endpoint/NAME/variant/NAME` */
  readonly resourceId: string;
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
  pull?: { readonly cause: string };
}

export interface ScalingActivity {
  readonly id: string;
  readonly resourceId: string;
  readonly description: string;
  readonly cause: string;
  readonly startMs: number;
  readonly endMs?: number;
  readonly statusCode: "Successful" | "Failed" | "InProgress";
  readonly statusMessage: string;
}

export const notSuspended: SuspendedState = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};
