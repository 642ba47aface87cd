/** SageMaker's training plans: DescribeTrainingPlan, what is offered, and which variants of an endpoint may run on one. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { World } from "../world/region.ts";
import { arn as arnOf } from "../world/state.ts";
import { availableOn, statusAt, type TrainingPlan } from "../world/training-plan-state.ts";
import { members, seconds } from "./members.ts";
import type { Operation } from "./service.ts";

/** TrainingPlanName (API model). */
const planName = z
  .string()
  .max(64)
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}$/);
const named = z.strictObject({ TrainingPlanName: planName });

/** ReservedCapacityInstanceType (API model): what can be reserved at all. */
const reservable = z.enum([
  "ml.p4d.24xlarge",
  "ml.p4de.24xlarge",
  "ml.p5.4xlarge",
  "ml.p5.48xlarge",
  "ml.p5e.48xlarge",
  "ml.p5en.48xlarge",
  "ml.p6-b200.48xlarge",
  "ml.p6-b300.48xlarge",
  "ml.p6e-gb200.36xlarge",
  "ml.trn1.32xlarge",
  "ml.trn2.48xlarge",
]);
/** Extensions of one that there is, and whole servers, are left out. */
const searching = z.strictObject({
  InstanceType: reservable,
  InstanceCount: z.int().min(1).max(256),
  StartTimeAfter: z.number().optional(),
  EndTimeBefore: z.number().optional(),
  DurationHours: z.int().min(1).max(87_600),
  TargetResources: z.array(z.string()).min(1).max(1),
});

export const trainingPlanOperations = (world: World): Record<string, Operation> => ({
  DescribeTrainingPlan: (input) => {
    const { TrainingPlanName: name } = members({ operation: "DescribeTrainingPlan", schema: named }, input);
    const found = [...world.state.trainingPlans.values()].find((one) => one.name === name);
    if (found === undefined) throw new AwsError("ResourceNotFound", `Training plan ${name} not found.`);
    return describe(found, world.nowMs);
  },
  SearchTrainingPlanOfferings: (input) =>
    search(world, members({ operation: "SearchTrainingPlanOfferings", schema: searching }, input)),
});

/** Its members are of one part; a training plan of several is not modelled. */
function describe(reserved: TrainingPlan, nowMs: number): Json {
  const { name, instanceType, instances, fromMs, toMs, target } = reserved;
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

/** What a fee comes to of a price on demand; what AWS asks is known to its offerings alone. */
const feeShare = 0.75;
const hourMs = 3_600_000;

/** One from the next full hour on, and one a day later: when AWS has any is unconfirmed, and a matter of the day. */
function search(world: World, wanted: z.output<typeof searching>): Json {
  const { InstanceType, InstanceCount, DurationHours, TargetResources } = wanted;
  const afterMs = Math.max(world.nowMs, (wanted.StartTimeAfter ?? 0) * 1000);
  const firstMs = Math.ceil(afterMs / hourMs) * hourMs;
  const fee = feeShare * (world.account.listPrices?.[InstanceType] ?? 0) * InstanceCount * DurationHours;
  const offered = [firstMs, firstMs + 24 * hourMs].map((fromMs, nth) => ({
    TrainingPlanOfferingId: `tpo-${nth + 1}-${fromMs / hourMs}`,
    TargetResources,
    DurationHours,
    DurationMinutes: 0,
    UpfrontFee: fee.toFixed(2),
    CurrencyCode: "USD",
    ReservedCapacityOfferings: [
      {
        ReservedCapacityType: "Instance",
        InstanceType,
        InstanceCount,
        DurationHours,
        StartTime: seconds(fromMs),
        EndTime: seconds(fromMs + DurationHours * hourMs),
      },
    ],
  }));
  const { EndTimeBefore: before = Number.POSITIVE_INFINITY } = wanted;
  const inTime = offered.filter(({ ReservedCapacityOfferings: [part] }) => Number(part?.EndTime) <= before);
  return { TrainingPlanOfferings: inTime };
}
