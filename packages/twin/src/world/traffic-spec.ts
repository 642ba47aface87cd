/** The part of a world's file that says how many requests come, and how its parts say when something happens. */
import * as z from "zod";

export const minutes = z.number().min(0).max(1_000_000);
export const factor = z.number().min(0).max(1_000_000);

const atMinute = minutes.describe("When, in minutes from the start.");
const atBakePercent = z
  .number()
  .min(0)
  .max(1000)
  .describe(
    "When, by how far the account's bakes are: 0 is a quarter of an hour from the start, 100 later by all bakes together.",
  );

/** What happens at a moment: its keys beside one of the two ways to say when. */
export function atMoment<T extends z.core.$ZodLooseShape>(shape: T, what: string) {
  return z
    .union([z.strictObject({ atMinute, ...shape }), z.strictObject({ atBakePercent, ...shape })])
    .describe(what);
}

export const Recording = z
  .strictObject({
    everySeconds: z.number().min(1).max(86_400).describe("How long each entry lasts, seconds."),
    requests: z
      .array(z.number().min(0).max(1e12))
      .min(1)
      .max(100_000)
      .describe("Requests that came in each, in order; repeated when the run outlasts them."),
  })
  .describe("Recorded traffic.");
export type Recording = z.infer<typeof Recording>;

export const Traffic = z.strictObject({
  trace: z
    .string()
    .default("azure-llm-2023-chat")
    .describe("A trace that ships with the twin, scaled to the account's peak: azure-llm-2023-chat."),
  file: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Traffic of your own instead, as it was: a CSV of times and requests, or the JSON of `aws cloudwatch get-metric-data` or `get-metric-statistics`. The path counts from the world's file.",
    ),
  recording: Recording.optional().describe("The same written out here."),
  peakPercent: z
    .number()
    .min(0)
    .max(100_000)
    .optional()
    .describe(
      "The highest minute becomes this share of the account's peak: 100 for a trace; traffic of your own stays as it was where this is absent.",
    ),
  changes: z
    .array(
      atMoment(
        { factor: factor.describe("2 doubles the traffic, 0 takes it away, 1 brings it back.") },
        "A change.",
      ),
    )
    .default([])
    .describe("From a moment on, traffic is multiplied."),
});
