/** Whether local times exist: where clocks are put forward they skip some, and where they are put back they show some twice. */
import type { EpochMs } from "../units.ts";

const dayMs = 86_400_000;

/** How often a clock in the zone shows a time, yyyy-mm-ddThh:mm:ss with seconds or without. `timeZone` is an IANA name. */
export const timesShown = (at: string, timeZone: string): number => instantsOf(at, timeZone).shown.length;

/**
 * When a clock in the zone shows a time: the first time where it does so twice, and where clocks skip it, when it would have
 * been without that.
 */
export function instantOf(at: string, timeZone: string): EpochMs {
  const { shown, meant } = instantsOf(at, timeZone);
  return Math.min(...(shown.length > 0 ? shown : [meant]));
}

function instantsOf(at: string, timeZone: string): { shown: number[]; meant: number } {
  const whole = toTheSecond(at);
  const asUtc = Date.parse(`${whole}Z`);
  const offsets = [asUtc - dayMs, asUtc + dayMs].map((ms) => Date.parse(`${wallTextAt(ms, timeZone)}Z`) - ms);
  const possible = offsets.map((offset) => asUtc - offset);
  const shown = [...new Set(possible)].filter((ms) => wallTextAt(ms, timeZone) === whole);
  return { shown, meant: possible[0] ?? asUtc };
}

/** `yyyy-mm-ddThh:mm:ss` as a clock on a wall of the zone shows it. */
export function wallTextAt(atMs: number, timeZone: string): string {
  const clock = clocks.get(timeZone) ?? clockIn(timeZone);
  clocks.set(timeZone, clock);
  return clock.format(atMs).replace(" ", "T");
}

/** Making one takes as long as reading it a hundred times. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** The Swedish form is ISO 8601's but for the space between date and time. */
const clockIn = (timeZone: string) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });

/** Seconds may be left out of a plan's date, and fractions of them mean nothing to Scheduler. */
export const toTheSecond = (at: string): string => `${at.slice(0, 16)}:${at.slice(17, 19) || "00"}`;
