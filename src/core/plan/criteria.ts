/**
 * What a version must measure up to before it is released: metrics in the documents that its registry entry names
 * (`ModelMetrics`), each against a bound, and against the version that serves.
 */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";

/** Members of ModelMetrics that name a document of measures (DescribeModelPackage, API reference). */
export const evaluationKinds = ["model-quality", "model-data-quality", "bias", "explainability"] as const;
export type EvaluationKind = (typeof evaluationKinds)[number];

export const Criterion = z
  .strictObject({
    metric: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^.\s]+(\.[^.\s]+)*$/, 'keys with dots between, such as "binary_classification_metrics.auc"')
      .describe(
        "Where the metric is in its document, keys with dots between; a number, or a map with a number as its value.",
      ),
    of: z
      .enum(evaluationKinds)
      .default("model-quality")
      .describe(
        "Which of the version's documents it is in: of its quality, its data, bias or explainability.",
      ),
    atLeast: z.number().optional().describe("The least that is good enough, where more is better."),
    atMost: z.number().optional().describe("The most that is good enough, where less is better."),
    worseThanServingBy: z
      .number()
      .min(0)
      .optional()
      .describe(
        "By how much it may be worse than what serves, in the metric's own unit; not compared where it is left out.",
      ),
  })
  .superRefine(({ atLeast, atMost }, ctx) => {
    if ((atLeast === undefined) === (atMost === undefined))
      tell(ctx, [], {
        expected: "atLeast or atMost, not both",
        found: atLeast === undefined ? "neither" : "both",
      });
  });
export type Criterion = z.infer<typeof Criterion>;

export const Criteria = z
  .array(Criterion)
  .min(1)
  .max(50)
  .describe("What a version must measure up to before it is released; what is not known is no pass.");
