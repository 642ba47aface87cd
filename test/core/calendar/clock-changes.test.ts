/** Starts ahead of a cron's dates around clock changes: by Scheduler's own reading of what is laid, each date has its one start. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseExpression } from "#twin/vocabulary";
import { datesMissed, strayOf } from "../../../src/core/calendar/clock-changes.ts";
import { cronAhead } from "../../../src/core/calendar/cron.ts";
import { holds } from "../../property.ts";

const from = Date.parse("2026-12-01T00:00:00Z");
const to = Date.parse("2028-12-01T00:00:00Z");
const minuteMs = 60_000;
const isoOf = (ms: number) => new Date(ms).toISOString();

/** When Scheduler fires a cron, as the twin has it. */
function firings(cron: string, timeZone: string, span: { from: number; to: number }): number[] {
  const expression = parseExpression(cron, timeZone, 0);
  if (expression === undefined) throw new Error(`${cron} is refused`);
  const all: number[] = [];
  for (
    let next = expression.next(span.from - 1);
    next !== undefined && next < span.to;
    next = expression.next(next)
  )
    all.push(next);
  return all;
}

/** The dates that what is laid starts so far ahead of them, of all whose start is in the span; with those that have several. */
function started(cron: string, timeZone: string, leadMinutes: number): number[] {
  const leadMs = leadMinutes * minuteMs;
  const ahead = cronAhead(cron, leadMinutes);
  if (ahead === undefined) throw new Error(`${cron} is not said ${leadMinutes} minutes earlier`);
  const dates = new Set(datesOf(cron, timeZone, leadMinutes));
  const recurring = firings(ahead, timeZone, { from, to })
    // Those that are for the date after them are looked at now and then: each takes a while.
    .filter(
      (startMs, nth) =>
        (dates.has(startMs + leadMs) && nth % 50 > 0) ||
        strayOf({ cron, timeZone }, { startMs, leadMinutes }) === undefined,
    )
    .map((startMs) => startMs + leadMs);
  const apart = datesMissed({ cron, timeZone }, leadMinutes, { fromMs: from, toMs: to });
  return [...recurring, ...apart].sort((one, other) => one - other);
}

const datesOf = (cron: string, timeZone: string, leadMinutes: number) => {
  const leadMs = leadMinutes * minuteMs;
  return firings(cron, timeZone, { from: from + leadMs, to: to + leadMs });
};

/** At three in the night in Amsterdam. */
const missedAtThree = ["2027-03-28T01:00", "2027-10-31T02:00", "2028-03-26T01:00", "2028-10-29T02:00"];

describe("the dates that a cron said earlier misses", () => {
  it.each([
    // What would start at 02:42, which clocks skip once, and show twice.
    ["cron(0 3 * * ? *)", 18, "Europe/Amsterdam", missedAtThree],
    // Skipped, and an hour too early.
    [
      "cron(0 4 ? * SUN *)",
      102,
      "Europe/Amsterdam",
      ["2027-03-28T02:00", "2027-10-31T03:00", "2028-03-26T02:00", "2028-10-29T03:00"],
    ],
    // An hour too late, and too early.
    ["cron(0 3 ? * SUN *)", 102, "Europe/Amsterdam", missedAtThree],
    ["cron(0 9 ? * MON *)", 18, "Europe/Amsterdam", []],
    ["cron(0 3 * * ? *)", 18, "UTC", []],
    ["cron(0 3 * * ? *)", 0, "Europe/Amsterdam", []],
    ["cron(0 * * * ? *)", 18, "Europe/Amsterdam", ["2027-10-31T02:00", "2028-10-29T02:00"]],
  ] as const)("%s, by %i minutes in %s", (cron, leadMinutes, timeZone, missed) => {
    const found = datesMissed({ cron, timeZone }, leadMinutes, { fromMs: from, toMs: to });

    expect(found.map((ms) => isoOf(ms).slice(0, 16))).toEqual(missed);
  });
});

describe("a recurring start", () => {
  const early = { cron: "cron(0 4 ? * SUN *)", timeZone: "Europe/Amsterdam" };
  const skipped = { cron: "cron(30 2 * * ? *)", timeZone: "Europe/Amsterdam" };
  it.each([
    ["is for the date after it", early, "2027-10-24T00:18:00Z", undefined],
    ["is an hour early", early, "2027-10-31T00:18:00Z", ["2027-10-31T04:00:00", "2027-10-31T03:00:00.000Z"]],
    ["is for a time that clocks skip", skipped, "2027-03-27T23:48:00Z", ["2027-03-28T02:30:00", undefined]],
    ["is for nothing that the cron says", early, "2027-10-28T10:00:00Z", undefined],
  ] as const)("%s", (_, when, start, expected) => {
    const stray = strayOf(when, { startMs: Date.parse(start), leadMinutes: 102 });

    expect(stray && [stray.wall, stray.dueMs === undefined ? undefined : isoOf(stray.dueMs)]).toEqual(
      expected,
    );
  });
});

test("each date of two years has one start, its lead time ahead of it, in any zone", () => {
  const some = (least: number, most: number) => fc.integer({ min: least, max: most }).map(String);
  const zones = fc.constantFrom(
    "Europe/Amsterdam",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Beirut",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Atlantic/Azores",
    "America/St_Johns",
    "Asia/Kolkata",
  );
  const minutes = fc.oneof(some(0, 59), fc.constantFrom("0", "30", "0,30"));
  const hours = fc.oneof(some(0, 6), some(0, 23), fc.constantFrom("1,13", "0/6"));
  const days = fc.constantFrom("* * ?", "? * SUN", "? * SUN,MON", "? * SAT", "15,28,31 * ?");
  const leads = fc.oneof(fc.integer({ min: 1, max: 240 }), fc.integer({ min: 241, max: 4000 }));
  let missed = 0;

  holds(
    fc.property(zones, minutes, hours, days, leads, (timeZone, minute, hour, day, leadMinutes) => {
      const cron = `cron(${minute} ${hour} ${day} *)`;
      if (cronAhead(cron, leadMinutes) === undefined) return;
      missed += datesMissed({ cron, timeZone }, leadMinutes, { fromMs: from, toMs: to }).length;

      expect(started(cron, timeZone, leadMinutes)).toEqual(datesOf(cron, timeZone, leadMinutes));
    }),
    { numRuns: 25 },
  );
  expect(missed).toBeGreaterThan(20);
});
