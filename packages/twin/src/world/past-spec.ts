/** The part of a world's file that says what was before it began: for how long an endpoint had served, and what served it. */
import * as z from "zod";

const variant = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, "letters, digits and inner hyphens, at most 63 characters");

export const Past = z.strictObject({
  days: z
    .number()
    .min(0)
    .max(455)
    .default(40)
    .describe(
      "How long the endpoint had served when the world began, days; CloudWatch keeps what it keeps of it.",
    ),
  served: z
    .array(
      z.strictObject({
        variant: variant.describe("The variant's name."),
        untilDaysAgo: z
          .number()
          .min(0)
          .max(455)
          .describe("When the next one began to take over, days before the world began."),
      }),
    )
    .max(500)
    .default([])
    .describe("Variants that served before the one that serves, each until another was promoted."),
  handoverMinutes: z
    .number()
    .min(0)
    .max(10_000)
    .default(60)
    .describe("How long one variant took over from another, evenly; meanwhile both had requests."),
});
