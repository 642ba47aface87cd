/** How many requests are slower than a threshold. */
import * as z from "zod";
import { compared, comparedBy, latencies, measured } from "./fields.ts";
import { defineKind } from "./kind.ts";

const schema = z
  .strictObject({
    kind: z.literal("latency-threshold"),
    ...compared,
    thresholdMs: z.number().positive().describe("Slower than this is bad, milliseconds."),
  })
  .describe(
    "Requests slower than a threshold, of all requests; needs a metric with percentile-rank statistics.",
  );

/** Ranks are percentages of ModelLatency, which is in microseconds (SageMaker developer guide, endpoint metrics). */
export const latencyThreshold = defineKind<z.infer<typeof schema>, "count" | "fast", typeof schema>(schema, {
  kind: "latency-threshold",
  parts: ({ thresholdMs }) => ({
    count: latencies,
    fast: measured("latency", `PR(:${thresholdMs * 1000})`),
  }),
  sample: (read) => {
    const [count, fast] = [read("count"), read("fast")];
    if (count === undefined || fast === undefined) return null;
    return { requests: count, bad: Math.round(count * (1 - fast / 100)) };
  },
  settings: (kpi, by) => ({
    shape: "count",
    verb: "is slow",
    followsLoad: true,
    ...comparedBy(kpi, by),
  }),
  whereUnlike: () => "nothing",
  countsRequests: false,
});
