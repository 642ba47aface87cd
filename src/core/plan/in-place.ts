/**
 * What a plan consents to with the strategy `in-place`: when stable may be shrunk so that the candidate fits beside it, and for
 * how much load what is left of it has to do.
 */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import type { EpochMs } from "../units.ts";
import { instantOf, wallTextAt } from "./local-time.ts";
import { type StrategyName, strategies } from "./strategies.ts";
import { days, timeZone } from "./when.ts";

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of the day such as "01:30"');

const Window = z
  .strictObject({
    from: clock.describe("When it opens, hh:mm."),
    to: clock.describe("When it closes, hh:mm; on the day after where that is no later than it opens."),
    days: z
      .array(z.enum(days))
      .min(1)
      .max(days.length)
      .optional()
      .describe("The days on which it opens: MON to SUN; every day without this."),
    timeZone,
  })
  .superRefine(({ from, to }, ctx) => {
    if (from === to) tell(ctx, ["to"], { expected: `another time than ${from}`, found: to });
  })
  .describe("When the load is low: a release begins in it, and is over or on its way back before it closes.");
type Window = z.infer<typeof Window>;

export const InPlace = z
  .strictObject({
    window: Window,
    mostRequestsPerSecond: z
      .number()
      .positive()
      .max(1_000_000)
      .describe(
        "The load that stable and candidate are each sized for meanwhile, requests per second; a release does not begin above it, and goes back where stable could not take it back.",
      ),
  })
  .describe(
    "What rollout.strategy in-place consents to: that stable is made smaller for the length of a release.",
  );
export type InPlace = z.infer<typeof InPlace>;

/** What of a rollout says whether stable may be shrunk. */
export interface Consent {
  readonly strategy: StrategyName;
  readonly inPlace?: InPlace | undefined;
}

/** When and for which load a rollout shrinks stable; undefined where it does not. */
export const consentOf = ({ strategy, inPlace }: Consent): InPlace | undefined =>
  strategies[strategy].shrinksStable === true ? inPlace : undefined;

export interface OpenTime {
  readonly opensMs: EpochMs;
  readonly closesMs: EpochMs;
}

const dayMs = 86_400_000;

/** The window that is open at a moment, or the one that opens next. */
export function windowAt({ from, to, days: on, timeZone: zone }: Window, atMs: EpochMs): OpenTime {
  const today = Date.parse(`${wallTextAt(atMs, zone).slice(0, 10)}T00:00:00Z`);
  // Yesterday's may still be open, and today's may be over.
  for (let day = -1; day <= days.length + 1; day++) {
    const date = (later: number) => new Date(today + (day + later) * dayMs).toISOString().slice(0, 10);
    const weekday = days[new Date(today + day * dayMs).getUTCDay()] ?? "SUN";
    const opensMs = instantOf(`${date(0)}T${from}:00`, zone);
    const closesMs = instantOf(`${date(to > from ? 0 : 1)}T${to}:00`, zone);
    if ((on ?? days).includes(weekday) && closesMs > atMs && closesMs > opensMs) return { opensMs, closesMs };
  }
  throw new Error("a window opens on a day of the week at least");
}
