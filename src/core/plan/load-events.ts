/** What is known to bring another load than is usual: campaigns, other releases, holidays. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import type { EpochMs } from "../units.ts";
import { instant } from "./freeze.ts";

const LoadEvent = z
  .strictObject({
    name: z.string().min(1).max(100).describe("What it is, in a few words."),
    from: instant.describe("When it begins, with its offset: 2026-12-01T08:00:00+01:00."),
    to: instant.describe("When it ends."),
    timesPercent: z
      .number()
      .min(1)
      .max(10_000)
      .describe("The load meanwhile, percent of what would come without it: 180 is nearly twice as much."),
  })
  .superRefine(({ from, to }, ctx) => {
    const areTimes = [from, to].every((each) => instant.safeParse(each).success);
    if (areTimes && Date.parse(to) <= Date.parse(from))
      tell(ctx, ["to"], { expected: `a time after ${from}`, found: to });
  });
export type LoadEvent = z.infer<typeof LoadEvent>;

export const LoadEvents = z
  .array(LoadEvent)
  .max(100)
  .describe(
    "What brings another load than is usual, for `slipway forecast`: what came during those that are over says nothing of usual days.",
  );

/** By what the load of a time is multiplied, on its mean; of events at once by all of them. Epoch milliseconds. */
export function timesDuring(events: readonly LoadEvent[], fromMs: EpochMs, toMs: EpochMs): number {
  return events.reduce((times, { from, to, timesPercent }) => {
    const sharedMs = Math.min(toMs, Date.parse(to)) - Math.max(fromMs, Date.parse(from));
    const part = Math.max(0, sharedMs) / (toMs - fromMs);
    return times * (1 + part * (timesPercent / 100 - 1));
  }, 1);
}
