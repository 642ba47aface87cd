/** SageMaker's training plans: capacity that was bought before, as far as endpoints and training run on it. */
import {
  CreateTrainingPlanCommand,
  DescribeTrainingPlanCommand,
  type DescribeTrainingPlanCommandOutput,
  type ReservedCapacityInstanceType,
  SageMakerResourceName,
  SearchTrainingPlanOfferingsCommand,
  type TrainingPlanOffering,
} from "@aws-sdk/client-sagemaker";
import { inOrderOfTime, isCovered, type Offering, type OfferingSearch } from "../core/calendar/offerings.ts";
import type { TrainingPlanView } from "../core/feasibility/reserved.ts";
import type { Tag } from "../core/plan/tags.ts";
import { trainingPlanName } from "../core/plan/training-plan-name.ts";
import type { Aws } from "./clients.ts";
import { ifThere } from "./errors.ts";

/** By its ARN; undefined where the account has none of that name. */
export async function viewTrainingPlan(aws: Aws, arn: string): Promise<TrainingPlanView | undefined> {
  return trainingPlanNamed(aws, trainingPlanName(arn));
}

/** The same by its name. */
export async function trainingPlanNamed(
  { sagemaker }: Aws,
  TrainingPlanName: string,
): Promise<TrainingPlanView | undefined> {
  const found = await ifThere(() => sagemaker.send(new DescribeTrainingPlanCommand({ TrainingPlanName })));
  return found && viewOf(found);
}

const viewOf = (found: DescribeTrainingPlanCommandOutput): TrainingPlanView => ({
  arn: found.TrainingPlanArn ?? "",
  name: found.TrainingPlanName ?? "",
  status: found.Status ?? "",
  targets: found.TargetResources ?? [],
  available: found.AvailableInstanceCount ?? 0,
  parts: (found.ReservedCapacitySummaries ?? []).map((part) => ({
    instanceType: part.InstanceType ?? "",
    instances: part.TotalInstanceCount ?? 0,
    fromMs: (part.StartTime ?? found.StartTime)?.getTime() ?? 0,
    toMs: (part.EndTime ?? found.EndTime)?.getTime() ?? 0,
  })),
});

/** For whom a training plan can be bought; it is for them alone (API reference, TargetResources). */
const targets = {
  candidate: SageMakerResourceName.ENDPOINT,
  pool: SageMakerResourceName.TRAINING_JOB,
  cluster: SageMakerResourceName.HYPERPOD_CLUSTER,
} as const;

/**
 * Buys what is offered, at once and for good. A call that is sent twice is told by its name alone: there is no ClientToken
 * (API model, CreateTrainingPlanRequest).
 */
export async function buyTrainingPlan(
  { sagemaker }: Aws,
  { name, offering, tags }: { name: string; offering: string; tags: readonly Tag[] },
): Promise<void> {
  await sagemaker.send(
    new CreateTrainingPlanCommand({
      TrainingPlanName: name,
      TrainingPlanOfferingId: offering,
      Tags: [...tags],
    }),
  );
}

/** Offerings may begin so long before they are needed: what begins later may come too late. */
const earlierMs = 48 * 3_600_000;

/** What could be bought for a milestone, and when it would be there. It buys nothing. */
export async function searchOfferings(
  { sagemaker }: Aws,
  search: Omit<OfferingSearch, "milestone" | "isDated">,
  nowMs: number,
): Promise<Offering[]> {
  const { TrainingPlanOfferings: found = [] } = await sagemaker.send(
    new SearchTrainingPlanOfferingsCommand({
      InstanceType: search.instanceType as ReservedCapacityInstanceType,
      InstanceCount: search.instances,
      DurationHours: search.hours,
      StartTimeAfter: new Date(Math.max(nowMs, Date.parse(search.from) - earlierMs)),
      TargetResources: [targets[search.runs]],
    }),
  );
  return inOrderOfTime(found.flatMap((one) => offeringOf(one, search)));
}

/** Of several parts it lasts from the first's start to the last's end, and covers nothing unless it is of one. */
function offeringOf(
  one: TrainingPlanOffering,
  search: Omit<OfferingSearch, "milestone" | "isDated">,
): Offering[] {
  const parts = one.ReservedCapacityOfferings ?? [];
  const starts = parts.flatMap(({ StartTime }) => StartTime?.getTime() ?? []);
  const ends = parts.flatMap(({ EndTime }) => EndTime?.getTime() ?? []);
  if (starts.length === 0 || ends.length === 0) return [];
  const span = {
    from: new Date(Math.min(...starts)).toISOString(),
    until: new Date(Math.max(...ends)).toISOString(),
  };
  const instances = Math.min(...parts.map(({ InstanceCount }) => InstanceCount ?? 0));
  const fee = one.UpfrontFee === undefined ? Number.NaN : Number(one.UpfrontFee);
  const upfrontFee = Number.isFinite(fee) ? fee : null;
  const hours = (one.DurationHours ?? 0) + (one.DurationMinutes ?? 0) / 60;
  return [
    {
      id: one.TrainingPlanOfferingId ?? "",
      instanceType: parts[0]?.InstanceType ?? "",
      instances,
      ...span,
      upfrontFee,
      currency: one.CurrencyCode ?? "",
      feePerInstanceHour:
        upfrontFee === null || hours * instances === 0 ? null : upfrontFee / (hours * instances),
      covers: parts.length === 1 && instances >= search.instances && isCovered(search, span),
    },
  ];
}
