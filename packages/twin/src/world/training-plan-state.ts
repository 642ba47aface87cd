/** What SageMaker holds of a training plan. */

export interface TrainingPlan {
  readonly arn: string;
  readonly name: string;
  readonly instanceType: string;
  /** What may run on it. */
  readonly target: string;
  readonly instances: number;
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Ids of the instances that run on it. */
  readonly held: Set<string>;
}

export type TrainingPlanStatus = "Scheduled" | "Active" | "Expired";

/** By its time alone: one that is there has been paid (SageMaker guide, training-plan-details). */
export function statusAt(
  { fromMs, toMs }: Pick<TrainingPlan, "fromMs" | "toMs">,
  nowMs: number,
): TrainingPlanStatus {
  if (nowMs < fromMs) return "Scheduled";
  return nowMs < toMs ? "Active" : "Expired";
}

/** Instances that nothing runs on; none while it is not active. */
export const availableOn = (reserved: TrainingPlan, nowMs: number): number =>
  statusAt(reserved, nowMs) === "Active" ? Math.max(0, reserved.instances - reserved.held.size) : 0;
