/** How a candidate proves that its models are loaded: the part of a plan that says what to probe it with. */
import * as z from "zod";

export const Warmth = z.strictObject({
  /** Probes per instance in one round; every one must be answered within the plan's p99 latency. */
  probesPerInstance: z.int().min(1).max(20).default(3),
  /** The body of a probe: any request that the model answers. */
  payload: z.string().min(1).default('{"inputs":"Are you warm?"}'),
  contentType: z.string().min(1).default("application/json"),
});
export type Warmth = z.infer<typeof Warmth>;
