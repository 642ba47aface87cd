/** SageMaker's training plans: capacity that was bought before, as far as endpoints and training run on it. */
import {
  DescribeTrainingPlanCommand,
  type DescribeTrainingPlanCommandOutput,
} from "@aws-sdk/client-sagemaker";
import type { TrainingPlanView } from "../core/feasibility/reserved.ts";
import { trainingPlanName } from "../core/plan/training-plan-name.ts";
import type { Aws } from "./clients.ts";
import { ifThere } from "./errors.ts";

/** By its ARN; undefined where the account has none of that name. */
export async function viewTrainingPlan(
  { sagemaker }: Aws,
  arn: string,
): Promise<TrainingPlanView | undefined> {
  const TrainingPlanName = trainingPlanName(arn);
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
