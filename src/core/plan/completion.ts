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

export const Late = z
  .strictObject({
    extendMinutes: z
      .int()
      .min(15)
      .max(7 * 24 * 60)
      .describe(
        "How much longer the pool is held then, once, minutes; the budget has to have room for that.",
      ),
    laterDates: z
      .enum(["keep", "move"])
      .default("keep")
      .describe(
        "Whether milestones after it that have a date are moved by as much; those of a cron stay as they are, and so does what somebody else has changed.",
      ),
  })
  .describe(
    "What becomes of a milestone whose hold ends before what completes it: it is extended; without this its capacity is given back.",
  );
export type Late = z.infer<typeof Late>;

/** How a milestone of capacity is completed, and what becomes of it when it is not by its end. */
export interface Completion {
  readonly completedBy?: CompletedBy | undefined;
  readonly late?: Late | undefined;
}

/** What a milestone waits for, as a sentence names it. */
export function awaitedWork({ completedBy = {} }: Completion): string | undefined {
  const [[of, name] = []] = Object.entries(completedBy) as [keyof CompletedBy, string | undefined][];
  return of === undefined || name === undefined ? undefined : `${titles[of]} ${name}`;
}

export const titles: Readonly<Record<keyof CompletedBy, string>> = {
  trainingJob: "training job",
  processingJob: "processing job",
  pipeline: "pipeline",
};

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
  milestone: Completion | undefined,
  openedAt: string,
): boolean {
  const wanted = milestone?.completedBy?.[of];
  if (wanted === undefined || !reached.has(status)) return false;
  const isNamed = wanted.endsWith("*") ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
  return isNamed && (begunMs === undefined || begunMs >= Date.parse(openedAt));
}

/** What a plan as a record keeps it says of a milestone's completion; nothing where it says nothing that can be read. */
export function completionIn(plan: unknown, milestone: string | undefined): Completion {
  const parsed = Kept.safeParse(plan);
  return (parsed.success ? parsed.data.milestones[milestone ?? ""] : undefined) ?? {};
}

const Kept = z.looseObject({
  milestones: z.record(
    z.string(),
    z.looseObject({ completedBy: CompletedBy.optional(), late: Late.optional() }).catch({}),
  ),
});
