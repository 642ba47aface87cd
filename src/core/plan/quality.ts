/** What a version is watched for once it is promoted: measures of quality that come late, as the part of a plan that names them. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import { compared, Metric } from "../kpis/kinds/fields.ts";
import { shareField } from "../units.ts";
import { checkNamesAndWeights } from "./kpis.ts";

/** Read as it is named: a series that goes on over versions, so that there is something to compare with. */
const OwnSeries = Metric.extend({
  dimensions: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      "Its dimensions, all of them: none is added, since the series must go on from version to version.",
    ),
}).describe("A CloudWatch metric, as it is published.");

export type OwnSeries = z.infer<typeof OwnSeries>;

const { name, weight, tolerance } = compared;
/** CloudWatch takes points of up to two weeks ago (PutMetricData, API reference). */
const delayHours = z
  .number()
  .min(0)
  .max(336)
  .default(0)
  .describe("How long after a moment all that belongs to it is published, hours: labels that come later.");

const Counted = z
  .strictObject({
    kind: z.literal("custom"),
    name,
    weight,
    tolerance,
    bad: OwnSeries,
    total: OwnSeries,
    delayHours,
  })
  .describe("Bad events and the total that they are part of, day by day: more of them is worse.");

const Valued = z
  .strictObject({
    kind: z.literal("value"),
    name,
    weight,
    metric: OwnSeries,
    better: z.enum(["higher", "lower"]).describe("Which values are good."),
    tolerance: z
      .number()
      .min(0)
      .max(0.9)
      .optional()
      .describe(
        "How much worse than the weeks before is acceptable, as a share of their value; 0 where this and margin are left out. Values must be above 0.",
      ),
    margin: z
      .number()
      .min(0)
      .optional()
      .describe("The same in the metric's own unit, for what may be 0 or less."),
    delayHours,
  })
  .superRefine(({ tolerance: relative, margin }, ctx) => {
    if (relative !== undefined && margin !== undefined)
      tell(ctx, ["margin"], { expected: "either tolerance or margin", found: "both" });
  })
  .describe("A metric's average of each day: accuracy, a score, earnings per request.");

export const QualityKpi = z.discriminatedUnion("kind", [Counted, Valued]);
export type QualityKpi = z.infer<typeof QualityKpi>;

export const Quality = z
  .strictObject({
    qualityDays: z
      .int()
      .min(2)
      .max(28)
      .default(7)
      .describe(
        "How many days since its promotion a version is watched, each whole; delayHours come on top.",
      ),
    kpis: z
      .array(QualityKpi)
      .min(1)
      .max(10)
      .superRefine(checkNamesAndWeights, { when: ({ value }) => Array.isArray(value) })
      .describe("What it is watched by."),
    alpha: shareField(z.number().min(1e-6).max(0.2))
      .default(0.01)
      .describe(
        "Chance that harm is told of a version that is as good, in all these days and by all KPIs together.",
      ),
    onHarm: z
      .enum(["tell", "revert"])
      .default("tell")
      .describe(
        "What harm does: it is published and the alarm rings; with revert, the version that served before is released again as well, as slipway revert does it.",
      ),
  })
  .describe(
    "For days after a promotion its quality is compared with the weeks before it, by metrics of the team's that come late. Absent: it is not.",
  );
export type Quality = z.infer<typeof Quality>;

/** ln of the evidence at which each KPI has shown harm: its part of alpha by its weight, and an even one where none has any. */
export function thresholdsOf({ kpis, alpha }: Pick<Quality, "kpis" | "alpha">): ReadonlyMap<string, number> {
  const weights = kpis.map(({ weight: own = 1 }) => own);
  const sum = weights.reduce((all, each) => all + each, 0);
  return new Map(kpis.map((kpi, i) => [kpi.name, Math.log(sum / ((weights[i] ?? 1) * alpha))]));
}
