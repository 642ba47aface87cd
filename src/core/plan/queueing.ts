/** What a plan knows of how its model answers, so that a small fleet can be sized by how long its requests wait. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";

/** No fleet is so large that nothing waits: so much of its latency may a request take by itself. */
const most = 0.9;

export const Queueing = z
  .strictObject({
    aloneMs: z
      .number()
      .positive()
      .max(480_000)
      .describe(
        "Mean latency of a request that waits for no other, milliseconds: ModelLatency's average while little comes.",
      ),
    aloneMsP99: z.number().positive().max(480_000).describe("Its 99th percentile, milliseconds."),
    routing: z
      .enum(["random", "least-outstanding"])
      .default("random")
      .describe(
        "How the endpoint routes requests to instances, as its variant's RoutingConfig has it: random where it has none.",
      ),
  })
  .superRefine(({ aloneMs, aloneMsP99 }, ctx) => {
    if (aloneMsP99 < aloneMs)
      tell(ctx, ["aloneMsP99"], {
        expected: `at least ${aloneMs}, as aloneMs is`,
        found: String(aloneMsP99),
      });
  })
  .describe(
    "What requests take that wait for no other: instances are added until 99 % keep to latencyMsP99 with what they wait; without this a fleet is sized by utilisationPercent alone.",
  );
export type Queueing = z.infer<typeof Queueing>;

/** What 99 % of requests may take that wait for no other, of a latency that must be kept, milliseconds. */
export const longestAloneMs = (latencyMsP99: number): number => most * latencyMsP99;
