/** What a candidate is judged by: the part of a plan that names metrics, tolerances and ceilings. */
import * as z from "zod";
import { foundText } from "../input/bad-input.ts";
import { tell } from "../input/bad-input-schema.ts";

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens, a letter first, at most 40")
  .describe("How messages and reports call this KPI.");
const weight = z
  .number()
  .positive()
  .max(1)
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

export const Kpi = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("availability"),
      name,
      weight,
      tolerance,
      safetyTolerance,
      count4xx: z.boolean().default(false).describe("Whether 4XX answers count as errors too."),
    })
    .describe("5XX errors of all invocations."),
  z
    .strictObject({ kind: z.literal("latency-mean"), name, weight, tolerance, safetyTolerance })
    .describe("Mean model latency against stable's."),
  z
    .strictObject({
      kind: z.literal("latency-threshold"),
      name,
      weight,
      tolerance,
      safetyTolerance,
      thresholdMs: z.number().positive().describe("Slower than this is bad, milliseconds."),
    })
    .describe(
      "Requests slower than a threshold, of all requests; needs a metric with percentile-rank statistics.",
    ),
  z
    .strictObject({
      kind: z.literal("custom"),
      name,
      weight,
      tolerance,
      safetyTolerance,
      bad: Metric,
      total: Metric,
    })
    .superRefine(checkCustom)
    .describe("Any two metrics: bad events and the total they are part of."),
  z
    .strictObject({
      kind: z.literal("guardrail"),
      name,
      of: z
        .enum(["latency-p99-ms", "error-rate-percent", "cpu-percent", "gpu-percent", "memory-percent"])
        .describe("The value that has a ceiling. CPU is summed over cores: four busy cores are 400."),
      ceiling: z.number().positive().describe("The value that must not be exceeded."),
      minutes: z
        .strictObject({
          breaching: z.int().min(1).max(60).describe("Minutes above the ceiling …"),
          outOf: z.int().min(1).max(60).describe("… of the newest so many that roll the release back."),
        })
        .superRefine(({ breaching, outOf }, ctx) => {
          if (breaching > outOf)
            tell(ctx, ["breaching"], { expected: `at most outOf (${outOf})`, found: String(breaching) });
        })
        .describe("How often the ceiling must be exceeded before it counts."),
    })
    .superRefine(checkCeiling)
    .describe("A ceiling held for m of n minutes: a threshold, with no promise about false alarms."),
]);
export type Kpi = z.infer<typeof Kpi>;
export type Guardrail = Extract<Kpi, { kind: "guardrail" }>;

/** The KPIs of a plan; refuses lists in which names or weights contradict each other, or nothing compares with stable. */
export const Kpis = z
  .array(Kpi)
  .min(1)
  .superRefine(checkKpis, { when: ({ value }) => Array.isArray(value) })
  .describe("What the candidate is judged by.");

/** A KPI in which anything may still be wrong. */
type Draft = { readonly kind?: unknown; readonly name?: unknown; readonly weight?: unknown } | null;

function checkKpis(kpis: readonly Draft[], ctx: z.RefinementCtx): void {
  for (const [i, kpi] of kpis.entries()) {
    const first = kpis.findIndex((other) => other?.name === kpi?.name);
    if (first < i && typeof kpi?.name === "string")
      tell(ctx, [i, "name"], {
        expected: `a name that kpis[${first}] does not have`,
        found: foundText(kpi.name),
      });
  }
  /** Weights such as 0.1 are no binary fractions: ten of them may sum to a trace more than 1. */
  const sum = kpis.reduce((total, kpi) => total + (typeof kpi?.weight === "number" ? kpi.weight : 0), 0);
  if (sum > 1 + 1e-9)
    tell(ctx, [], { expected: "weights of at most 1 together", found: String(Number(sum.toFixed(6))) });
  if (kpis.length > 0 && kpis.every((kpi) => kpi?.kind === "guardrail"))
    tell(ctx, [], { expected: "a KPI that compares with stable", found: "guardrails alone" });
}

function checkCustom(
  { bad, total }: { bad: z.infer<typeof Metric>; total: z.infer<typeof Metric> },
  ctx: z.RefinementCtx,
): void {
  if (JSON.stringify(bad) === JSON.stringify(total))
    tell(ctx, ["total"], { expected: "another metric than bad", found: "the same" });
}

function checkCeiling({ of, ceiling }: { of: string; ceiling: number }, ctx: z.RefinementCtx): void {
  if ((of === "error-rate-percent" || of === "memory-percent") && ceiling > 100)
    tell(ctx, ["ceiling"], { expected: "at most 100 percent", found: String(ceiling) });
}
