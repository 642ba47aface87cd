/** The section of the state document that CheckGates adds. */
import * as z from "zod";
import { GateAnswer } from "../gates/gate-answer.ts";

/** What the plan's gates said before the first change. */
export const Gated = z.object({
  status: z.enum(["pass", "refused"]),
  reason: z.string(),
  answers: z.array(GateAnswer),
  /** When, ISO 8601. */
  lookedAt: z.iso.datetime(),
});
export type Gated = z.infer<typeof Gated>;
