/** What kind of instances, how many, and what each can do: the parts of a plan that several of its sections share. */
import * as z from "zod";

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
