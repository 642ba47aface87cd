/** What completes a milestone of capacity: work of the team's, known by its name. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import type { EpochMs } from "../units.ts";

const name = (example: string) =>
  z
    .string()
    .regex(
      /^[A-Za-z0-9](-*[A-Za-z0-9])*-?\*?$/,
      `a name, or the beginning of names and *, such as ${example}`,
    )
    .max(256);

export const CompletedBy = z
  .strictObject({
    trainingJob: name("chat-train-*")
      .optional()
      .describe("A training job: its name, or how its name begins: chat-train-*."),
    processingJob: name("chat-features-*").optional().describe("A processing job, likewise."),
    pipeline: name("chat-retrain")
      .optional()
      .describe("An execution of a pipeline: the pipeline's name, likewise."),
  })
  .superRefine((by, ctx) => {
    const named = Object.keys(by);
    if (named.length !== 1)
      tell(ctx, [], {
        expected: "one of trainingJob, processingJob and pipeline",
        found: named.length === 0 ? "none" : named.join(" and "),
      });
  })
  .describe(
    "What completes the milestone: its capacity is given back once work of this name, begun after the milestone's release, has succeeded. Work that fails leaves it held, for another try.",
  );
export type CompletedBy = z.infer<typeof CompletedBy>;

/** Work that has ended as its service says: a job, or an execution of a pipeline. */
export interface Work {
  readonly of: keyof CompletedBy;
  readonly name: string;
  readonly status: string;
  /** When it was begun, epoch milliseconds, where the event says so. */
  readonly begunMs?: EpochMs | undefined;
}

/** What a service says of a job, or of a pipeline's execution, that has reached its goal (SageMaker, API reference). */
const reached: ReadonlySet<string> = new Set(["Completed", "Succeeded"]);

/** Whether work is what a milestone is completed by: of its name, successful, and begun after its release was opened. */
export function completes(
  { of, name, status, begunMs }: Work,
  milestone: { readonly completedBy?: CompletedBy | undefined } | undefined,
  openedAt: string,
): boolean {
  const wanted = milestone?.completedBy?.[of];
  if (wanted === undefined || !reached.has(status)) return false;
  const isNamed = wanted.endsWith("*") ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
  return isNamed && (begunMs === undefined || begunMs >= Date.parse(openedAt));
}
