/** At which hours a spike is rehearsed once its version serves: the part of a plan that names them, and when they come. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import type { EpochMs } from "../units.ts";
import { instantOf, wallTextAt } from "./local-time.ts";
import { timeZone } from "./when.ts";

export const AfterPromotion = z
  .strictObject({
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as "03:00"')
      .describe(
        "When the hour begins, hh:mm, in which few users are there, in the time zone given beside it.",
      ),
    timeZone,
    withinDays: z
      .int()
      .min(1)
      .max(28)
      .default(7)
      .describe("In how many such hours since the promotion, one a day, it may come; then it is given up."),
  })
  .describe(
    "The same spike once more after a promotion that stands, on top of the users' load, in the first such hour in which that is low. Absent: none.",
  );
export type AfterPromotion = z.infer<typeof AfterPromotion>;

/** What one invocation sends whole, with its ramp, before its quarter of an hour is over, minutes. */
const longestMinutes = 10;

interface LaterSpike {
  readonly times: number;
  readonly minutes: number;
  readonly afterPromotion?: AfterPromotion | undefined;
}

/** A spike that one sender could not send on time, or not whole. */
export function checkAfterPromotion(
  { times, minutes, afterPromotion }: LaterSpike,
  peakRequestsPerSecond: number,
  { ctx, mostPerSecond }: { readonly ctx: z.RefinementCtx; readonly mostPerSecond: number },
): void {
  if (afterPromotion === undefined) return;
  const path = ["loadTest", "spike", "afterPromotion"];
  if (minutes > longestMinutes)
    tell(ctx, path, {
      expected: `none where spike.minutes is above ${longestMinutes}: one invocation sends all of it`,
      found: `${minutes} minutes`,
    });
  const most = times * peakRequestsPerSecond;
  if (most > mostPerSecond)
    tell(ctx, path, {
      expected: `none where spike.times times requirements.peakRequestsPerSecond is above ${mostPerSecond} requests per second: one invocation sends all of it`,
      found: `${Math.round(most)} requests per second`,
    });
}

/** An hour in which few users are there. */
export interface LowHour {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The hours in which it may come, in their order: one a day by the zone's clocks, that has not begun before. */
export function lowHoursSince(
  { at, timeZone: zone, withinDays }: AfterPromotion,
  sinceMs: EpochMs,
): LowHour[] {
  const day = Date.parse(`${wallTextAt(sinceMs, zone).slice(0, 10)}T00:00:00Z`);
  const hours = Array.from({ length: withinDays + 1 }, (_, nth): LowHour => {
    const date = new Date(day + nth * dayMs).toISOString().slice(0, 10);
    const fromMs = instantOf(`${date}T${at}:00`, zone);
    return { fromMs, toMs: fromMs + hourMs };
  });
  return hours.filter(({ fromMs }) => fromMs >= sinceMs).slice(0, withinDays);
}
