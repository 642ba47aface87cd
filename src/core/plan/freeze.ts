/**
 * Freezes: times in which no new stage may start. A release that is half-way holds where it is or walks back, as
 * the plan says; it is never left stranded.
 */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import type { EpochMs } from "../units.ts";

/** As a person writes a moment. */
export const instant = z.iso.datetime({
  offset: true,
  error: ({ input }) =>
    written.test(String(input))
      ? "a day and an hour that there are"
      : 'a date and time with its offset such as "2026-12-23T18:00:00+01:00"',
});
const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

export const FreezeWindow = z
  .strictObject({
    from: instant.describe("When the freeze begins, with its offset: 2026-12-23T18:00:00+01:00."),
    to: instant.describe("When it ends."),
    reason: z.string().min(1).max(200).describe("Why, in a few words."),
  })
  .superRefine(({ from, to }, ctx) => {
    const areTimes = [from, to].every((each) => instant.safeParse(each).success);
    if (areTimes && Date.parse(to) <= Date.parse(from))
      tell(ctx, ["to"], { expected: `a time after ${from}`, found: to });
  });

export const Freezes = z
  .strictObject({
    windows: z.array(FreezeWindow).max(100).default([]).describe("Dated freezes of this model."),
    halfWay: z
      .enum(["hold", "roll-back"])
      .default("hold")
      .describe(
        "What a release does that has traffic on the candidate when a freeze keeps it from its next stage.",
      ),
  })
  .describe("Times in which no new stage may start.");
export type Freezes = z.infer<typeof Freezes>;

/** A freeze that a person declared, for one endpoint or for all. */
export interface DeclaredFreeze {
  readonly by: string;
  readonly reason: string;
  /** ISO 8601; absent: until it is lifted. */
  readonly until?: string;
}

/** That nothing new may start. */
export interface Frozen {
  readonly reason: string;
  /** When it ends, epoch milliseconds, as far as is known; infinite until somebody lifts it. */
  readonly untilMs: EpochMs;
}

/** Whether and why nothing new may start at a moment (epoch milliseconds); undefined when nothing is frozen. */
export function frozenBy(
  freezes: Freezes,
  declared: readonly DeclaredFreeze[],
  nowMs: EpochMs,
): Frozen | undefined {
  const window = freezes.windows.find(({ from, to }) => Date.parse(from) <= nowMs && nowMs < Date.parse(to));
  if (window !== undefined)
    return { reason: `frozen until ${window.to}: ${window.reason}`, untilMs: Date.parse(window.to) };
  const standing = declared.find(({ until }) => until === undefined || nowMs < Date.parse(until));
  if (standing === undefined) return undefined;
  const { by, until, reason } = standing;
  return {
    reason: `frozen by ${by} ${until === undefined ? "until lifted" : `until ${until}`}: ${reason}`,
    untilMs: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
  };
}
