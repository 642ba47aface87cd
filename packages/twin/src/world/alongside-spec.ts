/** What a world's file says of the services, functions and tables that a model leans on. */
import * as z from "zod";
import { factor } from "./traffic-spec.ts";

export const Alongside = z.strictObject({
  registered: z
    .boolean()
    .default(true)
    .describe("Whether Application Auto Scaling knows it before the release."),
  follows: z
    .boolean()
    .default(false)
    .describe("Whether a target-tracking policy has it follow the endpoint's traffic."),
  slowness: factor.default(1).describe("How many times as long as usual its capacity takes."),
  roomPercent: z
    .number()
    .min(100)
    .max(100_000)
    .optional()
    .describe(
      "The most that there is of each, percent of what it has between releases; the rest never comes.",
    ),
  onDemand: z
    .boolean()
    .default(false)
    .describe("Whether what can be paid for by request is: such a table has no capacity to set."),
  decreasesToday: z
    .int()
    .min(0)
    .max(27)
    .default(0)
    .describe("How often each was lowered shortly before; DynamoDB counts a table's decreases of a day."),
});
