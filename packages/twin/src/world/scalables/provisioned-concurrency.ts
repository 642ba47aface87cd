/**
 * The provisioned concurrency of a Lambda function's alias or version. "Lambda starts allocating provisioned concurrency
 * after a minute or two of preparation", then up to 6,000 environments a minute and function (developer guide,
 * provisioned concurrency). That a change is refused while another is under way is what its ResourceConflictException
 * says ("another operation is in progress"); that it goes for two changes of a number is unconfirmed, and stricter.
 */
import { AwsError } from "../../vocabulary/aws-error.ts";
import type { VisibleState } from "../state.ts";
import type { Change, ScalableKind, Step } from "./kind.ts";

const preparationMs = { least: 60_000, most: 120_000 };
const environmentsPerMinute = 6_000;
/** Taking some away is not documented to take any time; a few seconds are chosen. */
const releaseMs = 10_000;
/** Concurrent executions of an account in a region, and what of it must stay unreserved (developer guide, quotas). */
const accountLimit = 1_000;
const unreserved = 100;

export const provisionedConcurrency: ScalableKind = {
  namespace: "lambda",
  dimensions: ["lambda:function:ProvisionedConcurrency"],
  /** "the function name with a function version or alias name suffix that is not $LATEST" (API reference). */
  resourceId: /^function:[\w-]+:[\w-]+$/,
  leastMinimum: 0,
  capacityName: () => "provisioned concurrency",
  serviceLinkedRole: "AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency",
  utilisationMetric: () => "LambdaProvisionedConcurrencyUtilization",
  utilisationTarget: 0.7,
  actions: [
    "lambda:PutProvisionedConcurrencyConfig",
    "lambda:GetProvisionedConcurrencyConfig",
    "lambda:DeleteProvisionedConcurrencyConfig",
  ],
  resourceNamed: (name) => `function:${name}:${name}`,
  usual: { capacity: 10, min: 5, max: 100 },
  /** On x86, United States, 0.0000041667 for a GB-second (AWS Lambda pricing): a unit is taken to be of 1 GB. */
  usdPerUnitHour: () => 0.015,
  /** Wording unconfirmed. */
  missing: (resourceId) => `Lambda: Could not find function version or alias for resource ID: ${resourceId}`,
  isActive: (_, { changing }) => !changing,
  admit(world, change) {
    const { scalable, to } = change;
    if (scalable.changing)
      throw new AwsError(
        "ResourceConflictException",
        `An operation is in progress on the provisioned concurrency of ${scalable.resourceId}.`,
        { statusCode: 409 },
      );
    // In the words of anomalyco/sst#5829, with the documented minimum.
    if (to > scalable.desired && provisionedElsewhere(world, change) + to > accountLimit - unreserved)
      throw new AwsError(
        "InvalidParameterValueException",
        `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${unreserved}].`,
      );
  },
  resizing(_, { scalable, to: ProvisionedConcurrentExecutions }) {
    const [, FunctionName, Qualifier] = scalable.resourceId.split(":");
    const qualified = { FunctionName, Qualifier };
    return ProvisionedConcurrentExecutions === 0
      ? { service: "lambda", operation: "DeleteProvisionedConcurrencyConfig", input: qualified }
      : {
          service: "lambda",
          operation: "PutProvisionedConcurrencyConfig",
          input: { ...qualified, ProvisionedConcurrentExecutions },
        };
  },
  steps(world, { scalable, to }): readonly Step[] {
    const { ready, id, most } = scalable;
    if (to === 0) return [{ afterMs: 0, ready: 0 }];
    if (to <= ready) return [{ afterMs: releaseMs, ready: to }];
    const { least } = preparationMs;
    const share = world.streams(`scalables/${id}`, scalable.changes).uniform();
    const preparedMs = Math.round(least + share * (preparationMs.most - least));
    const missing = Math.max(0, Math.min(to, most) - ready);
    const minutes = Math.max(1, Math.ceil(missing / environmentsPerMinute));
    return Array.from({ length: minutes }, (_, nth) => {
      const allocated = Math.min(missing, (nth + 1) * environmentsPerMinute);
      const afterMs = preparedMs + Math.round((allocated / environmentsPerMinute) * 60_000);
      return { afterMs, ready: ready + allocated };
    });
  },
};

function provisionedElsewhere(world: VisibleState, { scalable }: Change): number {
  const others = [...world.state.scalables.values()].filter(
    ({ namespace, id }) => namespace === scalable.namespace && id !== scalable.id,
  );
  return others.reduce((sum, { desired }) => sum + desired, 0);
}
