/** What a dated milestone has both sides of the team confirm before it: until when, and what becomes of it where they have not. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import type { Team } from "./team.ts";
import type { When } from "./when.ts";

export const Review = z
  .strictObject({
    daysBefore: z
      .number()
      .min(0)
      .max(90)
      .describe("Until when each side of the team is to confirm it: so many days before its date."),
    onMissing: z
      .enum(["proceed", "wait"])
      .default("proceed")
      .describe(
        "What it does where a side has not confirmed it as it starts: go on, and tell them; or wait for them until when.graceMinutes after its date (240 where there is none), and be refused then with nothing raised.",
      ),
  })
  .describe(
    "What both sides of the team confirm of the milestone before its date, by `slipway plan confirm`: bound to the plan and the limits as they are then.",
  );
export type Review = z.infer<typeof Review>;

interface Reviewed {
  readonly team?: Team | undefined;
  readonly milestones: Readonly<
    Record<string, { readonly when: When; readonly review?: Review | undefined } | undefined>
  >;
}

/** Only what has a date is reviewed before it, by sides that have owners. */
export function checkReviews({ team, milestones }: Reviewed, ctx: z.RefinementCtx): void {
  for (const [kind, milestone] of Object.entries(milestones)) {
    if (milestone?.review === undefined) continue;
    const path = ["milestones", kind, "review"];
    if ("event" in milestone.when)
      tell(ctx, path, {
        expected: "none: there is no date that it could come before",
        found: `one of a milestone that ${milestone.when.event} makes due`,
      });
    else if (team === undefined)
      tell(ctx, path, { expected: "none, or a team that says who confirms it", found: "a review" });
  }
}
