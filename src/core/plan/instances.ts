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
export type InstanceNeeds = z.infer<typeof InstanceNeeds>;

/** SageMaker's own instance pools take as many (API model, ProductionVariantInstancePoolList). */
const mostTypes = 5;

/** What a type of release runs on, and on what else where that cannot be had. */
export const CandidateNeeds = InstanceNeeds.extend({
  fallback: z
    .array(InstanceNeeds)
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
