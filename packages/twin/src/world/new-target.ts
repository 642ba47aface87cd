/** A scalable target as Application Auto Scaling begins with it: its bounds, and nothing that acts upon them. */
import { notSuspended, type ScalableTarget } from "./scaling-state.ts";
import { arn } from "./state.ts";

export function newTarget(
  own: Pick<ScalableTarget, "id" | "namespace" | "resourceId" | "dimension" | "creationMs" | "roleArn"> & {
    /** The end of its ARN. */
    readonly arnId: string;
    readonly min: number;
    readonly max: number;
  },
): ScalableTarget {
  const { arnId, min, max, ...names } = own;
  return {
    ...names,
    arn: arn("application-autoscaling", `scalable-target/${arnId}`),
    minCapacity: min,
    maxCapacity: max,
    suspended: notSuspended,
    tags: {},
    policies: new Map(),
    scheduledActions: new Map(),
    lastScaleOutMs: 0,
    lastScaleInMs: 0,
  };
}
