/** What a plan does with a stage that has shown neither harm nor safety: go on, go back, look longer, or ask people. */
import * as z from "zod";
import { foundText } from "../input/bad-input.ts";
import { tell } from "../input/bad-input-schema.ts";
import { TeamSide } from "./team.ts";

const minutesOfWeek = 7 * 24 * 60;
/** What to do when a bake ends with neither harm nor safety shown. */
export const InconclusivePolicy = z
  .discriminatedUnion("action", [
    z.strictObject({ action: z.literal("proceed") }).describe("Go on to the next stage."),
    z.strictObject({ action: z.literal("roll-back") }).describe("Roll the release back."),
    z
      .strictObject({
        action: z.literal("extend"),
        upToMinutes: z
          .int()
          .min(1)
          .max(minutesOfWeek)
          .describe("How much longer each stage may bake, minutes."),
        then: z.enum(["proceed", "roll-back"]).describe("What to do when the extension ends the same way."),
      })
      .describe("Bake on."),
    z
      .strictObject({
        action: z.literal("ask"),
        waitMinutes: z
          .int()
          .min(1)
          .max(minutesOfWeek)
          .describe("How long a person has to answer with `slipway approve`, minutes; no answer rolls back."),
        people: z
          .int()
          .min(1)
          .max(5)
          .optional()
          .describe(
            "How many people have to say yes, 1 where it is left out; one no is enough. From two on only those count whom AWS knows by name.",
          ),
        notAuthor: z
          .boolean()
          .optional()
          .describe(
            "Whether whoever made the version, by the registry (CreatedBy), may not say yes to it; then nobody may whom AWS does not know by name, nor where it is not known who made it.",
          ),
        sides: z
          .array(TeamSide)
          .min(1)
          .max(2)
          .superRefine((sides, ctx) => {
            if (sides.length === 2 && sides[0] === sides[1])
              tell(ctx, [1], { expected: "each side once", found: foundText(sides[1]) });
          })
          .optional()
          .describe(
            "The sides of the plan's team of which an owner each has to say yes; nobody else's yes counts then. One no of anybody is enough.",
          ),
      })
      .describe("Ask a person, or several, and bake on meanwhile."),
  ])
  .describe("What to do when a bake ends with neither harm nor safety shown.");
export type InconclusivePolicy = z.infer<typeof InconclusivePolicy>;
