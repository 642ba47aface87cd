/** Cron expressions said earlier: they fire that much before the others, by the twin's own reading of both. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseExpression } from "#twin/vocabulary";
import { cronAhead } from "../../../src/core/calendar/cron.ts";
import { holds } from "../../property.ts";

test.each([
  ["cron(0 2 ? * MON *)", 15, "cron(45 1 ? * MON *)"],
  ["cron(0 0 ? * MON *)", 15, "cron(45 23 ? * SUN *)"],
  ["cron(30 1 ? * SUN,WED *)", 100, "cron(50 23 ? * TUE,SAT *)"],
  ["cron(0 9 15 * ? *)", 96, "cron(24 7 15 * ? *)"],
  ["cron(0 1 2,16 * ? *)", 96, "cron(24 23 1,15 * ? *)"],
  ["cron(0 6,18 * * ? *)", 96, "cron(24 4,16 * * ? *)"],
  ["cron(0 1,13 * * ? *)", 96, "cron(24 11,23 * * ? *)"],
  ["cron(0/15 * * * ? *)", 15, "cron(0,15,30,45 * * * ? *)"],
  ["cron(10 * * * ? *)", 15, "cron(55 * * * ? *)"],
  ["cron(0 9 ? JAN-MAR MON#1 2027)", 96, "cron(24 7 ? JAN-MAR MON#1 2027)"],
  ["cron(0 9 LW * ? *)", 96, "cron(24 7 LW * ? *)"],
  ["cron(0 2 ? * MON *)", 0, "cron(0 2 ? * MON *)"],
  ["cron(0 2 ? * MON *)", 8 * 1440, "cron(0 2 ? * SUN *)"],
])("%s, %i minutes earlier, is %s", (cron, minutes, earlier) => {
  expect(cronAhead(cron, minutes)).toBe(earlier);
});

describe("no expression says what", () => {
  it.each([
    ["cron(0 0 1 * ? *)", 15, "may fall on the 28th, 30th or 31st"],
    ["cron(0 0 L * ? *)", 15, "is the day before the last"],
    ["cron(0 0 31 * ? *)", 15, "is on the 30th of the months that have a 31st alone"],
    ["cron(0 0 15,29 * ? *)", 15, "is on the 28th where there is a 29th alone"],
    ["cron(0 0 ? * MON#1 *)", 15, "is the day before the first Monday"],
    ["cron(0 0 ? * 6L *)", 15, "is the day before the last Friday"],
    ["cron(0 0 ? JAN MON *)", 15, "may be in December"],
    ["cron(0 0 * * ? 2027)", 15, "begins in 2026"],
    ["cron(0 1,13 ? * MON *)", 96, "is on Sunday once and on Monday once"],
    ["cron(0,30 9,17 * * ? *)", 15, "has other minutes in some of its hours"],
  ])("%s, %i minutes earlier, %s", (cron, minutes) => {
    expect(cronAhead(cron, minutes)).toBeUndefined();
  });
});

const hourMs = 3_600_000;
const fromMs = Date.parse("2027-01-05T00:00:00Z");

/** Firings within five weeks, epoch milliseconds. */
function firings(cron: string, { from, to }: { from: number; to: number }): number[] {
  const expression = parseExpression(cron, "UTC", 0);
  if (expression === undefined) throw new Error(`${cron} is refused`);
  const all: number[] = [];
  for (let next = expression.next(from); next !== undefined && next <= to; next = expression.next(next))
    all.push(next);
  return all;
}

test("where one is said, it fires that much earlier each time", () => {
  const some = (from: number, to: number) =>
    fc
      .uniqueArray(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: 3 })
      .map((all) => all.join(","));
  const minutes = fc.oneof(some(0, 59), fc.constantFrom("0/20", "10-12"));
  const hours = fc.oneof(some(0, 23), fc.constantFrom("*", "0/6", "22-23", "1-5/2"));
  const days = fc.oneof(
    fc.tuple(fc.oneof(some(1, 31), fc.constant("*"), fc.constant("L")), fc.constant("?")),
    fc.tuple(fc.constant("?"), fc.oneof(some(1, 7), fc.constantFrom("MON", "TUE-FRI", "2#1", "6L", "L"))),
  );
  const months = fc.constantFrom("*", "*", "*", "1-3");
  let said = 0;

  holds(
    fc.property(
      minutes,
      hours,
      days,
      months,
      fc.integer({ min: 1, max: 3000 }),
      (m, h, [day, week], month, ahead) => {
        const cron = `cron(${m} ${h} ${day} ${month} ${week} *)`;
        const earlier = cronAhead(cron, ahead);
        if (earlier === undefined) return;
        said++;
        const [from, to] = [fromMs, fromMs + 35 * 24 * hourMs];
        const aheadMs = ahead * 60_000;

        expect(firings(earlier, { from: from - aheadMs, to: to - aheadMs })).toEqual(
          firings(cron, { from, to }).map((ms) => ms - aheadMs),
        );
      },
    ),
    { numRuns: 100 },
  );
  expect(said).toBeGreaterThan(30);
});
