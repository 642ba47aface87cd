/** Training plans in a world: how many instances those that the account's models name have, and from when until when. */
import * as z from "zod";
import { minutes } from "./traffic-spec.ts";

export const TrainingPlans = z.strictObject({
  percent: z
    .number()
    .min(0)
    .max(100_000)
    .optional()
    .describe(
      "Instances that one has, percent of the most that are needed of its type. Absent: as many as the quota has room for.",
    ),
  fromMinute: minutes.default(0).describe("From when on it is active, in minutes from the start."),
  toMinute: minutes
    .default(90 * 24 * 60)
    .describe("Until when, likewise; after 90 days where this is absent."),
  serving: z
    .boolean()
    .default(false)
    .describe("What serves between releases runs on one of its instance type, too."),
});
