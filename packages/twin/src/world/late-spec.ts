/** The part of a world's file that says how good answers turn out to be, in metrics that the account publishes late. */
import * as z from "zod";

const percent = z.number().min(0).max(100);

export const LateQuality = z.strictObject({
  worsePercent: percent
    .default(0)
    .describe(
      "How much worse answers of versions newer than what serves turn out to be, percent of the metric.",
    ),
  noisePercent: percent
    .default(1)
    .describe("How much a day differs from its weekday's usual value: its standard deviation, percent."),
  persistence: z
    .number()
    .min(0)
    .max(0.95)
    .default(0.3)
    .describe("How much of such a difference the next day has."),
  missingPercent: percent.default(0).describe("Chance that nothing is ever published of a day."),
});
