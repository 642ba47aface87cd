/** SageMaker's training plans: DescribeTrainingPlan, and what may run on one. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { World } from "../world/region.ts";
import { arn as arnOf } from "../world/state.ts";
import { availableOn, statusAt, type TrainingPlan } from "../world/training-plan-state.ts";
import { members, present, seconds } from "./members.ts";
import { planName, planOfferingOperations } from "./sagemaker-offerings.ts";
import type { Operation } from "./service.ts";

const named = z.strictObject({ TrainingPlanName: planName });

export const trainingPlanOperations = (world: World): Record<string, Operation> => ({
  DescribeTrainingPlan: (input) => {
    const { TrainingPlanName: name } = members({ operation: "DescribeTrainingPlan", schema: named }, input);
    const found = [...world.state.trainingPlans.values()].find((one) => one.name === name);
    if (found === undefined) throw new AwsError("ResourceNotFound", `Training plan ${name} not found.`);
    return describe(found, world.nowMs);
  },
  ...planOfferingOperations(world),
});

/** Its members are of one part; a training plan of several is not modelled. */
function describe(reserved: TrainingPlan, nowMs: number): Json {
  const { name, instanceType, instances, fromMs, toMs, target, bought } = reserved;
  const Status = statusAt(reserved, nowMs);
  const [StartTime, EndTime] = [seconds(fromMs), seconds(toMs)];
  return {
    TrainingPlanArn: reserved.arn,
    TrainingPlanName: name,
    Status,
    StartTime,
    EndTime,
    DurationHours: Math.floor((toMs - fromMs) / 3_600_000),
    TotalInstanceCount: instances,
    AvailableInstanceCount: availableOn(reserved, nowMs),
    InUseInstanceCount: reserved.held.size,
    TargetResources: [target],
    ...present("UpfrontFee", bought?.fee.toFixed(2)),
    ...present("CurrencyCode", bought && "USD"),
    ReservedCapacitySummaries: [
      {
        ReservedCapacityArn: arnOf("sagemaker", `reserved-capacity/${name}`),
        ReservedCapacityType: "Instance",
        InstanceType: instanceType,
        TotalInstanceCount: instances,
        Status,
        StartTime,
        EndTime,
      },
    ],
  };
}

interface WantedVariant {
  readonly InstanceType: string;
  readonly CapacityReservationConfig?: { readonly MlReservationArn: string } | undefined;
}

/**
 * "The InstanceType … must match the InstanceType of your training plan", and there is exactly one for an inference endpoint
 * (SageMaker guide, use-training-plan-for-inference-endpoints-using-api-cli-sdk). That this is refused as the configuration is
 * made, and in which words, is unconfirmed; a variant on demand beside one that is not is taken.
 */
export function refuseReservations(world: World, variants: readonly WantedVariant[]): void {
  const arns = new Set<string>();
  for (const { InstanceType: type, CapacityReservationConfig: config } of variants) {
    if (config === undefined) continue;
    const { MlReservationArn: arn } = config;
    const reserved = world.state.trainingPlans.get(arn);
    if (reserved === undefined || reserved.target !== "endpoint")
      throw new AwsError("ValidationException", `${arn} is no training plan for endpoints.`);
    if (reserved.instanceType !== type)
      throw new AwsError(
        "ValidationException",
        `InstanceType ${type} does not match that of training plan ${reserved.name}, ${reserved.instanceType}.`,
      );
    arns.add(arn);
  }
  if (arns.size > 1) throw new AwsError("ValidationException", "An endpoint uses exactly one training plan.");
}
