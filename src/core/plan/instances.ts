/** What kind of instances, how many, and what each can do: the parts of a plan that several of its sections share. */
import * as z from "zod";
import { foundText } from "../input/bad-input.ts";
import { tell } from "../input/bad-input-schema.ts";

export const instanceType = z
  .string()
  .regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, 'a SageMaker instance type such as "ml.g5.xlarge"')
  .describe('SageMaker instance type, such as "ml.g5.xlarge".');
export const count = z.int().min(1).max(1000);

/** What one model instance of a type can do. */
export const InstanceNeeds = z.strictObject({
  instanceType,
  requestsPerSecondPerInstance: z
    .number()
    .positive()
    .max(1_000_000)
    .describe("What one instance serves at full load, requests per second, as a load test measured it."),
});

/** What a training plan's ARN is (TrainingPlanArn and TrainingPlanName, API model of SageMaker). */
const trainingPlanArn =
  /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:training-plan\/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}$/;

const Reserved = z
  .strictObject({
    trainingPlan: z
      .string()
      .regex(trainingPlanArn, "the ARN of a SageMaker training plan")
      .describe(
        "ARN of the training plan, bought for endpoints and of this instance type. A release is refused where it has too few instances left, or ends before the release would be over.",
      ),
  })
  .describe(
    "Reserved capacity that the candidate runs on, and nothing else: it launches no instance beyond it, and serves until it ends.",
  );

/** The same of a candidate, which may run on capacity that was bought before. */
const CandidateType = InstanceNeeds.extend({ reserved: Reserved.optional() });
export type InstanceNeeds = z.infer<typeof CandidateType>;

/** SageMaker's own instance pools take as many (API model, ProductionVariantInstancePoolList). */
const mostTypes = 5;

/** What a type of release runs on, and on what else where that cannot be had. */
export const CandidateNeeds = CandidateType.extend({
  fallback: z
    .array(CandidateType)
    .min(1)
    .max(mostTypes - 1)
    .optional()
    .describe(
      "Other instance types in the order in which they are tried: where quota or budget do not suffice for those before, or the region has no instances of them. Each with what it serves itself.",
    ),
}).superRefine(checkTypes);

/** A type that is named twice would be tried twice, and may be said to serve two things. */
function checkTypes(
  {
    instanceType: first,
    fallback = [],
  }: { instanceType: string; fallback?: readonly InstanceNeeds[] | undefined },
  ctx: z.RefinementCtx,
): void {
  const seen = new Set([first]);
  for (const [nth, { instanceType: type }] of fallback.entries()) {
    if (seen.has(type))
      tell(ctx, ["fallback", nth, "instanceType"], {
        expected: "a type that is not named before it",
        found: foundText(type),
      });
    seen.add(type);
  }
}

/** All of them, each without the others. */
export const inOrder = ({ fallback = [], ...first }: z.infer<typeof CandidateNeeds>): InstanceNeeds[] => [
  first,
  ...fallback,
];

/** Their types. */
export const typesIn = (needs: z.infer<typeof CandidateNeeds> | undefined): string[] =>
  needs === undefined ? [] : inOrder(needs).map(({ instanceType: type }) => type);
