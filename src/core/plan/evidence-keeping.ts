/** A plan's say on the evidence of its releases' changes: for how long it is kept, which nobody can shorten afterwards. */
import * as z from "zod";
import type { Gates } from "../gates/settings.ts";

export const EvidenceKeeping = z
  .strictObject({
    retentionDays: z
      .int()
      .min(1)
      .max(3650)
      .optional()
      .describe(
        "For how long what shows each change is locked, days; 2190 where the gates' profile is hipaa, else 400, where it is left out.",
      ),
  })
  .describe("How what shows each change of a release is kept.");

/** Six years for documentation of the HIPAA rules (45 CFR 164.316(b)(2)); else chosen: more than a year, as audits look back on one. */
const usualDays = { hipaa: 2190, else: 400 };

/** For how long the evidence of a release by this plan is locked, days. */
export const retentionDaysOf = ({
  evidence,
  gates,
}: {
  readonly evidence?: z.output<typeof EvidenceKeeping> | undefined;
  readonly gates?: Pick<Gates, "profile"> | undefined;
}): number => evidence?.retentionDays ?? (gates?.profile === "hipaa" ? usualDays.hipaa : usualDays.else);
