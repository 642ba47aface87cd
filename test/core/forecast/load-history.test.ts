/** Recorded requests as days of load: rates by slot, whole days alone, and what is missing is not known. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { historyOf, type RecordedRow, until, wentOn } from "../../../src/core/forecast/load-history.ts";
import { holds } from "../../property.ts";

const at = (iso: string) => Date.parse(`${iso}Z`);
const every = (
  fromIso: string,
  minutes: number,
  count: number,
  requests: (nth: number) => number,
): RecordedRow[] =>
  Array.from({ length: count }, (_, nth) => ({
    atMs: at(fromIso) + nth * minutes * 60_000,
    requests: requests(nth),
  }));

test("minutes become means of ten, in requests per second; the day that is not over is left out", () => {
  const rows = every("2026-11-01T00:00:00", 1, 1440 + 700, (nth) => (nth < 10 ? 600 : 60));
  const { days, slotMinutes, nextDayMs } = historyOf(rows);

  expect([days.length, slotMinutes, new Date(nextDayMs).toISOString()]).toEqual([
    1,
    10,
    "2026-11-02T00:00:00.000Z",
  ]);
  expect(days[0]?.slice(0, 3)).toEqual([10, 1, 1]);
  expect(days[0]).toHaveLength(144);
});

test("of the day that is not over, the slots that are", () => {
  const rows = every("2026-11-01T00:00:00", 1, 1440 + 25, (nth) => (nth < 1450 ? 60 : 120));

  expect(historyOf(rows).today).toEqual([1, 2]);
  expect(historyOf(rows.slice(0, 1440)).today).toEqual([]);
  expect(historyOf(rows.filter((_, nth) => nth < 1440 || nth >= 1450)).today).toEqual([null, 2]);
});

test("what begins within a day, or has a gap, is not known there", () => {
  const rows = every("2026-11-01T12:00:00", 5, 12 * 36, () => 300).filter(
    ({ atMs }) => atMs < at("2026-11-02T06:00:00") || atMs >= at("2026-11-02T07:00:00"),
  );
  const { days } = historyOf(rows);

  expect(days).toHaveLength(2);
  expect(days[0]?.slice(71, 73)).toEqual([null, 1]);
  expect(days[1]?.slice(35, 43)).toEqual([1, null, null, null, null, null, null, 1]);
});

test.each([
  [15, 15],
  [60, 60],
  [45, 60],
  [1440, 1440],
])("steps of %i minutes make slots of %i", (minutes, slotMinutes) => {
  const found = historyOf(every("2026-11-01T00:00:00", minutes, (3 * 1440) / minutes, () => 60 * minutes));
  expect(found.slotMinutes).toBe(slotMinutes);
  expect(found.days[1]?.every((load) => load === 1)).toBe(true);
});

test("of nothing, and of less than a day, there is no day", () => {
  expect(historyOf([])).toMatchObject({ days: [], today: [] });
  expect(historyOf(every("2026-11-01T00:00:00", 1, 1439, () => 1)).days).toEqual([]);
});

describe("up to a moment", () => {
  const rows = every("2026-11-01T00:00:00", 5, 3 * 288 + 7, () => 300);

  test("what nobody has reported is not known, be it days", () => {
    const { days, today, nextDayMs } = until(historyOf(rows, 300_000), at("2026-11-06T00:45:00"));
    expect(nextDayMs).toBe(at("2026-11-06T00:00:00"));
    expect(days.map((day) => day.filter((load) => load !== null).length)).toEqual([144, 144, 144, 3, 0]);
    expect(today).toEqual([null, null, null, null]);
    expect(until(historyOf([]), at("2026-11-06T00:45:00"))).toMatchObject({
      days: [],
      today: [null, null, null, null],
    });
  });

  test("days that are kept and what came since are as all of it read at once, wherever it is cut", () => {
    holds(
      fc.property(
        fc.array(fc.option(fc.nat(900), { freq: 5 }), { minLength: 600, maxLength: 1500 }),
        fc.nat(3),
        fc.nat(2000),
        (counts, keptDays, late) => {
          const all = counts.flatMap((requests, nth) =>
            requests === null ? [] : [{ atMs: at("2026-11-01T00:00:00") + nth * 300_000, requests }],
          );
          fc.pre((counts[0] ?? null) !== null && (counts.at(-1) ?? null) !== null);
          const nowMs = at("2026-11-01T00:00:00") + counts.length * 300_000 + late * 60_000;
          const whole = until(historyOf(all, 300_000), nowMs);
          const kept = Math.min(keptDays, Math.floor(counts.length / 288));
          const nextDayMs = at("2026-11-01T00:00:00") + kept * 86_400_000;
          // An hour of before is read again, as it is each time.
          const recent = all.filter(({ atMs }) => atMs >= nextDayMs - 3_600_000);
          const gone = wentOn(
            { days: whole.days.slice(0, kept), nextDayMs },
            historyOf(recent, 300_000),
            nowMs,
          );
          expect(gone).toEqual(whole);
        },
      ),
    );
  });
});
