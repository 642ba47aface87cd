/** How long the model takes on average. */
import * as z from "zod";
import { compared, comparedBy, latencies, measured } from "./fields.ts";
import { defineKind } from "./kind.ts";

const schema = z
  .strictObject({ kind: z.literal("latency-mean"), ...compared })
  .describe("Mean model latency against stable's.");

/** ModelLatency is in microseconds (SageMaker developer guide, endpoint metrics); samples are in milliseconds. */
export const latencyMean = defineKind<z.infer<typeof schema>, "mean" | "count", typeof schema>(schema, {
  kind: "latency-mean",
  parts: () => ({ mean: measured("latency", "Average"), count: latencies }),
  sample: (read) => {
    const [mean, count] = [read("mean"), read("count")];
    return mean === undefined || count === undefined ? null : { mean: mean / 1000, count };
  },
  settings: (kpi, by) => ({ shape: "mean", ...comparedBy(kpi, by) }),
  whereUnlike: () => "nothing",
  countsRequests: false,
});
