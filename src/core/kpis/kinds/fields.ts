/** What KPIs of several kinds have in common: their fields in a plan, what they are measured by, and counts out of two of them. */
import * as z from "zod";
import type { CountSample } from "#verdict";
import { type Share, shareField } from "../../units.ts";
import type { JudgedBy, Measure, Measured } from "./kind.ts";

export const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens, a letter first, at most 40")
  .describe("How messages and reports call this KPI.");
const weight = shareField(z.number().positive().max(1))
  .optional()
  .describe("Share of the false-rollback rate that this KPI may spend; all weights together are at most 1.");
const tolerance = z
  .number()
  .min(0)
  .max(10)
  .default(0)
  .describe(
    "How much worse than stable is acceptable: a ratio of bad rates, or of means, up to 1 + tolerance. What instances may differ by for good (rollout.evidence.hostSpread) is allowed beside it, the more the fewer there are; slipway plan says what is found.",
  );

const safetyTolerance = z
  .number()
  .min(0.01)
  .max(20)
  .optional()
  .describe(
    "A stage is proved safe once a ratio of 1 + this or worse is ruled out, and where its bake ends without that, onInconclusive says what becomes of it; where it is left out, 1 for what is counted (less than twice as often) and 0.5 for a mean latency.",
  );

/** The fields of every KPI that is compared with stable. */
export const compared = { name, weight, tolerance, safetyTolerance };

interface Compared {
  readonly name: string;
  readonly weight?: Share | undefined;
  readonly tolerance: number;
  readonly safetyTolerance?: number | undefined;
}

/** The same as the verdict takes them. */
export const comparedBy = (
  { name: own, weight: part = 1, tolerance: up, safetyTolerance: safe }: Compared,
  { hostSpread }: JudgedBy,
) => ({
  name: own,
  weight: part,
  tolerance: up,
  hostSpread,
  ...(safe === undefined ? {} : { safetyTolerance: safe }),
});

/** A metric as CloudWatch knows it. */
export const Metric = z
  .strictObject({
    namespace: z.string().min(1).describe("Namespace of the metric."),
    metric: z.string().min(1).describe("Name of the metric."),
    dimensions: z
      .record(z.string(), z.string())
      .default({})
      .describe("EndpointName and VariantName are added where they are left out."),
  })
  .describe("A CloudWatch metric.");

export const measured = (measure: Measure, statistic: string): Measured => ({ measure, statistic });
export const requests = measured("requests", "Sum");
export const latencies = measured("latency", "SampleCount");

/** Bad events are the sum of their parts. */
export function counted(
  total: number | undefined,
  parts: readonly (number | undefined)[],
): CountSample | null {
  if (total === undefined) return null;
  let bad = 0;
  for (const part of parts) {
    if (part === undefined) return null;
    bad += part;
  }
  return { requests: total, bad };
}
