/** What whoever asks for a release says of the try and of themselves: nobody has looked into it. */
import * as z from "zod";

/** Of one try, which may be asked for several times: a pipeline's step is run again, an answer is lost. */
export const AttemptKey = z
  .string()
  .min(1)
  .max(300)
  .describe(
    "Which try it is, such as the address of a CI run: a try that has opened a release opens no other, however often it is asked for.",
  );

const text = (longest: number, says: string) => z.string().min(1).max(longest).optional().describe(says);

/** Kept with the release and shown as claimed: no decision goes by it. */
export const Claimed = z
  .strictObject({
    by: text(200, "Who set the run off, by the CI system."),
    commit: text(100, "The commit that is released."),
    run: text(500, "The run of a pipeline that asks: its address, or its id."),
    role: text(2048, "The ARN that AWS told the caller of its own credentials."),
  })
  .describe("What the caller says of itself: kept with the release, shown as claimed, and not relied on.");
export type Claimed = z.infer<typeof Claimed>;
