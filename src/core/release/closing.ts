/** How a release ends: the outcomes there are, and what its closing says of what is left. */
import * as z from "zod";
import { PlainData } from "./json-value.ts";
import { resourceKinds } from "./resource-kinds.ts";

/** How a release can end (DESIGN: the command's exit codes follow from it). */
export const outcomes = [
  "promoted",
  "done",
  "ignored",
  "rolled-back",
  "superseded",
  "stopped",
  "refused",
  "failed",
] as const;
export const Outcome = z.enum(outcomes);
export type Outcome = z.infer<typeof Outcome>;

const RemainderSchema = z.object({
  resource: z.object({ kind: z.enum(resourceKinds), name: z.string() }),
  is: PlainData,
  should: PlainData,
  unsure: z.boolean().optional(),
  refusedBy: z.string(),
  since: z.string(),
});

/** How a release ended, as the execution's output and the release's record say it. */
export const Closing = z.object({
  outcome: Outcome,
  reason: z.string(),
  releaseId: z.string(),
  drifted: z.array(z.string()),
  /** The KPIs by whose evidence of harm it was rolled back; absent where it ended for anything else. */
  harm: z.array(z.string()).readonly().optional(),
  /** By how many minutes its capacity, or its promotion, came after the milestone's date; 0 in time, absent without one. */
  lateMinutes: z.int().min(0).optional(),
  /** What could not be put back; the release keeps its lock until the sweep has done it. */
  remainder: z.array(RemainderSchema).readonly().optional(),
  /** Who gave the lock back although something was left, and what that is. */
  freed: z
    .object({ by: z.string(), at: z.string(), reason: z.string(), left: z.array(RemainderSchema).readonly() })
    .optional(),
});
export type Closing = z.infer<typeof Closing>;
