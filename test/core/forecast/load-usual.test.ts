/** What events make of a load's history, and of what comes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoadHistory } from "../../../src/core/forecast/load-history.ts";
import { timesOfDay, usualDays } from "../../../src/core/forecast/load-usual.ts";
import { type LoadEvent, timesDuring } from "../../../src/core/plan/load-events.ts";

const event = (from: string, to: string, timesPercent = 200): LoadEvent => ({
  name: "sale",
  from: `2026-12-${from}:00Z`,
  to: `2026-12-${to}:00Z`,
  timesPercent,
});
const dayMs = Date.parse("2026-12-01T00:00:00Z");
const history: LoadHistory = {
  days: [Array(24).fill(5), Array(24).fill(5)],
  today: [],
  slotMinutes: 60,
  nextDayMs: dayMs + 2 * 86_400_000,
};

describe("a day with events", () => {
  test("is multiplied while they last, in part where a slot is in part of one", () => {
    const times = timesOfDay([event("01T08:00", "01T09:30", 300)], { dayMs, slotMinutes: 60 });
    expect([times[7], times[8], times[9], times[10]]).toEqual([1, 3, 2, 1]);
    expect(times).toHaveLength(24);
  });

  test("is multiplied by all that are at once", () => {
    const both = [event("01T08:00", "01T09:00", 300), event("01T08:00", "01T10:00", 50)];
    const times = timesOfDay(both, { dayMs, slotMinutes: 60 });
    expect(times.slice(8, 10)).toEqual([1.5, 0.5]);
  });

  test("is as usual without any", () => {
    expect(new Set(timesOfDay(undefined, { dayMs, slotMinutes: 10 }))).toEqual(new Set([1]));
  });

  test("is multiplied by no more than the events are, and by no less", () => {
    const minute = fc.integer({ min: -3000, max: 3000 });
    fc.assert(
      fc.property(
        minute,
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 900 }),
        (at, long, percent) => {
          const iso = (minutes: number) => new Date(dayMs + minutes * 60_000).toISOString();
          const one = { name: "x", from: iso(at), to: iso(at + long), timesPercent: percent };
          const times = timesDuring([one], dayMs, dayMs + 600_000);
          expect(times).toBeGreaterThanOrEqual(Math.min(1, percent / 100) - 1e-9);
          expect(times).toBeLessThanOrEqual(Math.max(1, percent / 100) + 1e-9);
          const isApart = at >= 10 || at + long <= 0;
          if (isApart) expect(times).toBe(1);
        },
      ),
    );
  });
});

describe("a history", () => {
  test("does not know what came during an event", () => {
    const [first, second] = usualDays(history, [event("02T10:00", "02T12:30")]);
    expect(first).toEqual(history.days[0]);
    expect((second ?? []).flatMap((load, slot) => (load === null ? [slot] : []))).toEqual([10, 11, 12]);
  });

  test("is as it came where events leave no day of it", () => {
    expect(usualDays(history, [event("01T00:00", "03T00:00")])).toEqual(history.days);
  });
});
