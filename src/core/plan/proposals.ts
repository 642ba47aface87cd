/**
 * What is to become of changes that Slipway has for a plan: whether any is made by itself and within which bounds, and what its team
 * does not want, decided where all else of the plan is decided.
 */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import { consentOf } from "./in-place.ts";
import { count } from "./instances.ts";
import type { ScalingRule } from "./scaling-rule.ts";

const Within = z
  .strictObject({
    minInstances: count.describe("The least that Slipway may set as the minimum by itself."),
    maxInstances: count.describe("The most that Slipway may set as the minimum by itself."),
    maxUsdPerHour: z
      .number()
      .positive()
      .max(1_000_000)
      .optional()
      .describe(
        "What the instances may cost that the minimum is raised by, US dollars an hour; only quota and maxInstances bound it where this is left out.",
      ),
  })
  .superRefine(({ minInstances, maxInstances }, ctx) => {
    if (maxInstances < minInstances)
      tell(ctx, ["maxInstances"], {
        expected: `minInstances (${minInstances}) or more`,
        found: String(maxInstances),
      });
  })
  .describe("How many instances the fleet is kept at, at rest: the minimum of its auto scaling.");

export const Proposals = z
  .strictObject({
    adjust: z
      .enum(["propose", "automatic"])
      .optional()
      .describe(
        "Whether the minimum of the endpoint's auto scaling is set by itself to what its load and its releases have taught: automatic; propose where it is left out. All else of the plan is only ever proposed.",
      ),
    within: Within.optional(),
    watchDays: z
      .int()
      .min(1)
      .max(7)
      .optional()
      .describe(
        "For how long a minimum that was lowered by itself is watched, days; 7 where it is left out.",
      ),
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
  .describe("What is to become of changes that Slipway has for this plan.");
type Proposals = z.infer<typeof Proposals>;

/** Within which bounds an endpoint's minimum is set by itself, and for how long one that was lowered is watched. */
export interface Adjusted {
  readonly minInstances: number;
  readonly maxInstances: number;
  /** What may be spent by the hour on what is more than was there before; absent: whatever the other bounds allow. */
  readonly maxUsdPerHour?: number | undefined;
  readonly watchDays: number;
}

/** Chosen: every hour of a week comes once. */
const aWeek = 7;

/** Undefined where nothing is. */
export function adjustedOf({
  proposals,
}: {
  readonly proposals?: Proposals | undefined;
}): Adjusted | undefined {
  if (proposals?.adjust !== "automatic" || proposals.within === undefined) return undefined;
  return { ...proposals.within, watchDays: proposals.watchDays ?? aWeek };
}

interface WithProposals {
  readonly proposals?: Proposals | undefined;
  readonly scaling?: ScalingRule | undefined;
  readonly rollout: Parameters<typeof consentOf>[0];
}

/** What does not go together with a minimum that is set by itself. */
export function checkProposals({ proposals, scaling, rollout }: WithProposals, ctx: z.RefinementCtx): void {
  if (proposals === undefined) return;
  const { adjust, within, watchDays } = proposals;
  if (adjust !== "automatic") {
    for (const [key, value] of Object.entries({ within, watchDays }))
      if (value !== undefined)
        tell(ctx, ["proposals", key], {
          expected: "proposals.adjust: automatic beside it, which alone it bounds",
          found: adjust === undefined ? "none" : `adjust: ${adjust}`,
        });
    return;
  }
  if (within === undefined)
    tell(ctx, ["proposals", "within"], {
      expected: "minInstances and maxInstances, the bounds of what is adjusted by itself",
      found: "nothing",
    });
  if (scaling !== undefined)
    tell(ctx, ["proposals", "adjust"], {
      expected: "propose, as scaling has the same minimum follow the load",
      found: "automatic",
    });
  if (consentOf(rollout) !== undefined)
    tell(ctx, ["proposals", "adjust"], {
      expected: "propose, since by rollout.inPlace releases take their instances from this fleet",
      found: "automatic",
    });
}
