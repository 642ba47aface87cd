/** A past of days that are all alike, in which the load grows by a request per second every ten minutes. */
import type { LoadDay } from "../../../src/core/forecast/forecast.ts";
import type { LoadHistory } from "../../../src/core/forecast/load-history.ts";

export const growing = (from: number): LoadDay => Array.from({ length: 144 }, (_, slot) => from + slot);

export const daysOf = (day: LoadDay, count: number, today: LoadDay): LoadHistory => ({
  days: Array.from({ length: count }, () => day),
  today,
  slotMinutes: 10,
  nextDayMs: Date.UTC(2026, 10, 23),
});
