/** The table of the calendar: it says which zone its times are in, and what the plan's own clocks show where there is room. */
import { expect, test } from "vitest";
import type { Occurrence } from "../../src/core/calendar/occurrences.ts";
import { calendarTable } from "../../src/report/calendar.ts";

const one = (more: Partial<Occurrence> = {}): Occurrence => ({
  ...{ id: "chat-production", model: "chat", kind: "production", subject: "endpoint/chat" },
  dueMs: Date.parse("2026-12-01T14:00:00Z"),
  timeZone: "America/New_York",
  fromMs: Date.parse("2026-12-01T12:19:00Z"),
  untilMs: Date.parse("2026-12-01T14:11:00Z"),
  raised: [{ use: "endpoint usage", instanceType: "ml.g5.xlarge", instances: 16 }],
  costUsd: 22.63,
  isTentative: false,
  ...more,
});
const shown = (width: number, ...all: readonly Occurrence[]) =>
  calendarTable(all, { width, paint: { dim: (text: string) => text } as never });

test("times are in UTC, and said to be", () => {
  const [head, row] = shown(100, one({ timeZone: "UTC" }));
  expect(head).toMatch(/^due \(UTC\) +model +milestone +from +until +raises +cost$/);
  expect(row).toMatch(/^2026-12-01 14:00 {2}chat +production {2}12:19 {2}14:11 {2}16 ml.g5.xlarge +\$22.63$/);
});

test("a plan's own clocks are beside them, with the day where it is another", () => {
  const [head, ...rows] = shown(
    160,
    one(),
    one({ timeZone: "Asia/Tokyo" }),
    one({ timeZone: "UTC" }),
    one({ isTentative: true }),
  );
  expect(head).toMatch(/^due \(UTC\) +by its clocks +model /);
  expect(rows.map((row) => /^(\S+ \S+) +(.*?) * {2}chat /.exec(row)?.slice(1))).toEqual([
    ["2026-12-01 14:00", "09:00 America/New_York"],
    ["2026-12-01 14:00", "23:00 Asia/Tokyo"],
    ["2026-12-01 14:00", ""],
    ["about 2026-12-01", ""],
  ]);
  const late = one({ timeZone: "Asia/Tokyo", dueMs: Date.parse("2026-12-01T16:00:00Z") });
  expect(shown(160, late)[1]).toContain("12-02 01:00 Asia/Tokyo");
});

test("they are left out where the page is too narrow for both, so that it stays a table", () => {
  const [head, row] = shown(90, one());
  expect(head).toMatch(/^due \(UTC\) +model /);
  expect(row).not.toContain("New_York");
});
