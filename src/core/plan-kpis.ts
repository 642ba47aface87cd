/** What a candidate is judged by: the part of a plan that names metrics, tolerances and ceilings. */
import * as z from "zod";

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens");
const weight = z.number().positive().max(1).optional();
/** The acceptable ratio of bad rates is 1 + tolerance. */
const tolerance = z.number().min(0).max(10).default(0);

/** A metric as CloudWatch knows it; EndpointName and VariantName are added where they are left out. */
export const Metric = z.strictObject({
  namespace: z.string().min(1),
  metric: z.string().min(1),
  dimensions: z.record(z.string(), z.string()).default({}),
});

export const Kpi = z.discriminatedUnion("kind", [
  /** 5XX errors of all invocations; 4XX too when asked. */
  z.strictObject({ kind: z.literal("availability"), name, weight, tolerance, count4xx: z.boolean().default(false) }),
  /** Mean model latency against stable's. */
  z.strictObject({ kind: z.literal("latency-mean"), name, weight, tolerance }),
  /** Requests slower than a threshold, of all requests; needs a metric with percentile-rank statistics. */
  z.strictObject({ kind: z.literal("latency-threshold"), name, weight, tolerance, thresholdMs: z.number().positive() }),
  /** Any two metrics: bad events and total. */
  z.strictObject({ kind: z.literal("custom"), name, weight, tolerance, bad: Metric, total: Metric }),
  /** A ceiling that must not be exceeded in m of the last n minutes; a threshold, with no error guarantee. */
  z.strictObject({
    kind: z.literal("guardrail"),
    name,
    of: z.enum(["latency-p99-ms", "error-rate-percent", "cpu-percent", "gpu-percent", "memory-percent"]),
    ceiling: z.number().positive(),
    minutes: z.strictObject({ breaching: z.int().min(1).max(60), outOf: z.int().min(1).max(60) }),
  }),
]);
export type Kpi = z.infer<typeof Kpi>;
