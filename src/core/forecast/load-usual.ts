/** A load's history without what events brought, and by what those that come multiply it. */
import { type LoadEvent, timesDuring } from "../plan/load-events.ts";
import type { EpochMs } from "../units.ts";
import type { LoadDay } from "./forecast.ts";
import type { LoadHistory } from "./load-history.ts";

/** Slots in which an event was are not known: how much it brought was somebody's guess. Where no day is left, as it came. */
export function usualDays(
  { days, slotMinutes, nextDayMs }: LoadHistory,
  events: readonly LoadEvent[] = [],
): readonly LoadDay[] {
  if (events.length === 0) return days;
  const usual = days.map((day, nth) => {
    const times = timesOfDay(events, { dayMs: nextDayMs + (nth - days.length) * dayMs, slotMinutes });
    return day.map((load, slot) => (times[slot] === 1 ? load : null));
  });
  return usual.some(isKnown) ? usual : days;
}

/** Whether more of it is known than not. */
export const isKnown = (day: LoadDay): boolean =>
  2 * day.filter((load) => load !== null).length >= day.length;

const dayMs = 86_400_000;

/** By what the load of each slot is multiplied, of the day that begins then. */
export function timesOfDay(
  events: readonly LoadEvent[] = [],
  { dayMs: fromMs, slotMinutes }: { readonly dayMs: EpochMs; readonly slotMinutes: number },
): number[] {
  const slotMs = slotMinutes * 60_000;
  return Array.from({ length: 1440 / slotMinutes }, (_, slot) =>
    timesDuring(events, fromMs + slot * slotMs, fromMs + (slot + 1) * slotMs),
  );
}
