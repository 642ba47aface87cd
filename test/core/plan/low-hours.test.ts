/** When the hours come in which a spike may: one a day by the zone's own clocks, whatever these do; and what of a plan is wrong. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { wallTextAt } from "../../../src/core/plan/local-time.ts";
import { AfterPromotion, lowHoursSince } from "../../../src/core/plan/low-hours.ts";
import { loadTested } from "../example.ts";

const hourMs = 3_600_000;
const zones = [
  ...["UTC", "Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"],
  ...["Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Casablanca", "America/Santiago"],
];
const twoDigits = (value: number) => String(value).padStart(2, "0");
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${twoDigits(hour)}:${twoDigits(minute)}`);
const asked = fc.record({
  at: time,
  timeZone: fc.constantFrom(...zones),
  withinDays: fc.integer({ min: 1, max: 28 }),
});
const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2034, 0, 1) });

describe("the hours in which it may come", () => {
  test("are as many as the plan has days, an hour each, the first within a day of the promotion and one a day after it", () => {
    fc.assert(
      fc.property(asked, moment, (plan, sinceMs) => {
        const hours = lowHoursSince(AfterPromotion.parse(plan), sinceMs);
        expect(hours).toHaveLength(plan.withinDays);
        const from = hours.map(({ fromMs }) => fromMs);
        expect(from[0]).toBeGreaterThanOrEqual(sinceMs);
        expect(from[0]).toBeLessThan(sinceMs + 25 * hourMs);
        for (const { fromMs, toMs } of hours) expect(toMs - fromMs).toBe(hourMs);
        for (const [nth, each] of from.slice(1).entries())
          expect(Math.abs(each - (from[nth] ?? 0) - 24 * hourMs)).toBeLessThanOrEqual(hourMs);
      }),
      { numRuns: 300 },
    );
  });

  test("begin as the zone's clocks show it, on each of its days once; only where clocks skip it, by as much later", () => {
    fc.assert(
      fc.property(asked, moment, (plan, sinceMs) => {
        const hours = lowHoursSince(AfterPromotion.parse(plan), sinceMs);
        const shown = hours.map(({ fromMs }) => wallTextAt(fromMs, plan.timeZone));
        expect(new Set(shown.map((text) => text.slice(0, 10))).size).toBe(hours.length);
        const others = shown.filter((text) => text.slice(11, 16) !== plan.at);
        // Clocks are put forward twice in four weeks where a month of fasting interrupts a summer, else once.
        expect(others.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 300 },
    );
  });

  test("on the nights on which clocks change there is one", () => {
    const plan = AfterPromotion.parse({ at: "02:30", timeZone: "Europe/Amsterdam", withinDays: 3 });
    const from = (since: string) =>
      lowHoursSince(plan, Date.parse(since)).map(({ fromMs }) => new Date(fromMs).toISOString());
    expect(from("2026-03-28T00:00:00Z")).toEqual([
      "2026-03-28T01:30:00.000Z",
      // Clocks go from 02:00 to 03:00: as it would have been without that.
      "2026-03-29T01:30:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
    // It is shown twice: the first counts.
    expect(from("2026-10-24T12:00:00Z")[0]).toBe("2026-10-25T00:30:00.000Z");
    expect(from("2026-10-25T00:30:00.001Z")[0]).toBe("2026-10-26T01:30:00.000Z");
  });
});

describe("a plan", () => {
  const mistakesOf = (spike: unknown, more: object = {}): string[] => {
    const plan = { ...loadTested, ...more, loadTest: { ...loadTested.loadTest, maxMinutes: 30, spike } };
    const parsed = parsePlan(JSON.stringify(plan), "plan.yml");
    return parsed.ok
      ? []
      : parsed.mistakes.map(({ where, expected, found }) => `${where}: ${expected} (${found})`);
  };
  const spike = (later: object, more: object = {}) => ({
    times: 2,
    minutes: 2,
    afterPromotion: later,
    ...more,
  });

  test("that says when is understood, with what goes without saying", () => {
    expect(mistakesOf(spike({ at: "03:00" }))).toEqual([]);
    expect(AfterPromotion.parse({ at: "03:00" })).toEqual({ at: "03:00", timeZone: "UTC", withinDays: 7 });
  });

  test.each([
    ["a time that no day has", spike({ at: "24:00" }), {}, "loadTest.spike.afterPromotion.at"],
    ["no time at all", spike({}), {}, "loadTest.spike.afterPromotion.at"],
    [
      "a zone that there is not",
      spike({ at: "03:00", timeZone: "Europe/Amsterdm" }),
      {},
      "loadTest.spike.afterPromotion.timeZone",
    ],
    ["no day", spike({ at: "03:00", withinDays: 0 }), {}, "loadTest.spike.afterPromotion.withinDays"],
    [
      "longer than one invocation sends",
      spike({ at: "03:00" }, { minutes: 11 }),
      {},
      "loadTest.spike.afterPromotion: none where spike.minutes is above 10",
    ],
    [
      "more than one invocation sends",
      spike({ at: "03:00" }),
      { requirements: { ...loadTested.requirements, peakRequestsPerSecond: 251, utilisationPercent: 90 } },
      "loadTest.spike.afterPromotion: none where spike.times times requirements.peakRequestsPerSecond is above 500",
    ],
  ])("with %s is refused in a sentence", (_, own, more, told) => {
    const mistakes = mistakesOf(own, more);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(told);
  });
});
