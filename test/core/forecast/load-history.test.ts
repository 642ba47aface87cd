/** Recorded requests as days of load: rates by slot, whole days alone, and what is missing is not known. */
import { expect, test } from "vitest";
import { historyOf, type RecordedRow } from "../../../src/core/forecast/load-history.ts";

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
