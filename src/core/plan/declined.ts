/** A proposal to a plan that its team does not want, as the plan itself keeps it: decided where all else of it is decided. */
import * as z from "zod";

export const Proposals = z
  .strictObject({
    declined: z
      .strictObject({
        on: z.iso.date().describe("When, yyyy-mm-dd."),
        evidence: z
          .number()
          .min(0)
          .max(1_000_000)
          .describe(
            "How much the proposal rested on, as it said: nothing is proposed until that has doubled.",
          ),
        reason: z.string().min(1).max(500).optional().describe("Why, for whoever reads the plan."),
      })
      .optional()
      .describe("The last proposal that was declined, as `slipway propose --decline` writes it."),
  })
  .describe("What is to become of changes that `slipway propose` has for this plan.");
