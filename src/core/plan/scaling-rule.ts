/** How the minimum of an endpoint's fleet follows its load between releases: the part of a plan that bounds it. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import { percentField } from "../units.ts";
import { count } from "./instances.ts";

export const ScalingRule = z
  .strictObject({
    mode: z
      .enum(["reactive", "predictive"])
      .default("reactive")
      .describe(
        "What the minimum goes by: reactive, the load of late; predictive, what the load is foreseen to stay below on 98 % of such times until more instances could be there. By less than a week of the endpoint's past, predictive is reactive.",
      ),
    minInstances: count.describe("The least that Slipway may set as the minimum."),
    maxInstances: count.describe("The most that Slipway may set as the minimum."),
    utilisationPercent: percentField(z.number().min(10).max(95))
      .optional()
      .describe(
        "How full an instance may run, percent; as requirements.utilisationPercent says where it is left out.",
      ),
    headroomPercent: percentField(z.number().min(0).max(300))
      .default(20)
      .describe(
        "How much more than the load there is to be room for, until more instances are there, percent; where it is reactive.",
      ),
    raiseAfterMinutes: z
      .int()
      .min(1)
      .max(30)
      .default(3)
      .describe(
        "How long a load must have lasted for the minimum to be raised to it, minutes; where it is reactive.",
      ),
    lowerAfterMinutes: z
      .int()
      .min(15)
      .max(1440)
      .default(60)
      .describe(
        "How long the load must have been lower for the minimum to be lowered, minutes; where it is reactive.",
      ),
    lowerEveryMinutes: z
      .int()
      .min(5)
      .max(1440)
      .default(15)
      .describe("How long after any change the minimum is lowered at the earliest, minutes."),
    lowerPercent: percentField(z.number().min(1).max(100))
      .default(25)
      .describe(
        "How much of the minimum goes at a time, percent; one instance at least; where it is reactive.",
      ),
    maxUsdPerHour: z
      .number()
      .positive()
      .max(1_000_000)
      .describe("What the instances may cost that the minimum is raised by, US dollars an hour."),
  })
  .superRefine(({ minInstances, maxInstances }, ctx) => {
    if (maxInstances < minInstances)
      tell(ctx, ["maxInstances"], {
        expected: `minInstances (${minInstances}) or more`,
        found: String(maxInstances),
      });
  })
  .describe(
    "Between releases the minimum of the endpoint's auto scaling follows the load within these limits. Absent: it stays as it is.",
  );
export type ScalingRule = z.infer<typeof ScalingRule>;
