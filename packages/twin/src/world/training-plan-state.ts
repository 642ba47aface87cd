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
  /** Of one that was bought in this world; those that were there before were paid before. */
  readonly bought?: {
    readonly fee: number;
    /** From when on it is paid. */
    readonly paidMs: number;
    readonly tags: Readonly<Record<string, string>>;
  };
}

/** What is offered, as long as `isOffered`. */
export interface PlanOffering {
  readonly id: string;
  readonly instanceType: string;
  readonly instances: number;
  readonly target: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Up front, US dollars. */
  fee: number;
  isOffered: boolean;
}

export type TrainingPlanStatus = "Pending" | "Scheduled" | "Active" | "Expired";

/** Pending until it is paid, then by its time (SageMaker guide, training-plan-details); that a payment fails is left out. */
export function statusAt(
  { fromMs, toMs, bought }: Pick<TrainingPlan, "fromMs" | "toMs" | "bought">,
  nowMs: number,
): TrainingPlanStatus {
  if (bought !== undefined && nowMs < bought.paidMs) return "Pending";
  if (nowMs < fromMs) return "Scheduled";
  return nowMs < toMs ? "Active" : "Expired";
}

/** Instances that nothing runs on; none while it is not active. */
export const availableOn = (reserved: TrainingPlan, nowMs: number): number =>
  statusAt(reserved, nowMs) === "Active" ? Math.max(0, reserved.instances - reserved.held.size) : 0;
