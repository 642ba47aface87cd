/** How a candidate proves that its models are loaded: the part of a plan that says what to probe it with. */
import * as z from "zod";

export const WarmthRequirement = z.strictObject({
  probesPerInstance: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe(
      "Probes per instance in one round; every one must be answered within the plan's p99 latency, or within 250 ms where that is less.",
    ),
  loadSecondsP95: z
    .number()
    .min(0)
    .max(3600)
    .default(300)
    .describe(
      "The 95th percentile of the seconds from an instance's being in service to its model's being loaded; until then an instance that was not seen to serve gets no traffic counted on.",
    ),
  payload: z
    .string()
    .min(1)
    .default('{"inputs":"Are you warm?"}')
    .describe("The body of a probe: any request that the model answers."),
  contentType: z.string().min(1).default("application/json").describe("The body's media type."),
});
export type WarmthRequirement = z.infer<typeof WarmthRequirement>;
