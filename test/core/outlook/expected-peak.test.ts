/** What a release is expected to meet, and when nobody is to rely on that. */
import { describe, expect, test } from "vitest";
import { flatLoad } from "../../../src/core/capacity/load-outlook.ts";
import { designLoad } from "../../../src/core/capacity/sizing.ts";
import type { LoadHistory } from "../../../src/core/forecast/load-history.ts";
import { expectedPeakOf, foreseen } from "../../../src/core/outlook/expected-peak.ts";
import { releaseOutlook } from "../../../src/core/outlook/release-outlook.ts";
import { plan, planWith } from "../example.ts";

/** So many days by hours, all alike, and the hours of today that are over; the load is the hour's number and one. */
const history = (days: number, hours: number): LoadHistory => ({
  days: Array.from({ length: days }, () => Array.from({ length: 24 }, (_, hour) => hour + 1)),
  today: Array.from({ length: hours }, (_, hour) => hour + 1),
  slotMinutes: 60,
  nextDayMs: Date.UTC(2026, 10, 23),
});
const { defaultReleaseType } = plan;

describe("the load that a release is expected to meet", () => {
  test("is the highest of the hours that it takes", () => {
    const minutes = releaseOutlook(plan, defaultReleaseType).minutes;
    const hours = Math.ceil(minutes / 60);
    expect(expectedPeakOf(plan, defaultReleaseType, history(20, 6))).toEqual({
      requestsPerSecond: 6 + hours,
      percent: 75,
      minutes: 60 * hours,
      knownDays: 20,
    });
  });

  test("needs a week, and that more of each day is known than not", () => {
    const partly = {
      ...history(7, 6),
      days: history(7, 6).days.map((day, nth) => (nth === 3 ? day.map(() => null) : day)),
    };
    expect(expectedPeakOf(plan, defaultReleaseType, history(7, 6))).toHaveProperty("requestsPerSecond");
    for (const short of [history(6, 6), partly])
      expect(expectedPeakOf(plan, defaultReleaseType, short)).toEqual({
        lack: "of its past 6 whole days are known, and 7 are needed",
      });
  });

  test("is not known of a release of more than a day", () => {
    const long = planWith({ rollout: { stages: [{ trafficPercent: 50, bakeMinutes: 1500 }] } });
    expect(expectedPeakOf(long, defaultReleaseType, history(20, 6))).toEqual({
      lack: "it takes longer than a day",
    });
  });
});

describe("what a fleet is sized for", () => {
  const expected = { requestsPerSecond: 20, percent: 75, minutes: 60, knownDays: 9 };

  test("is the plan's peak, or what is expected where that is less, and never less than what comes", () => {
    const forLoad = (now: number, known?: number) => designLoad(plan, flatLoad(now), known);
    expect([forLoad(10), forLoad(10, 20), forLoad(10, 90), forLoad(30, 20), forLoad(70, 20)]).toEqual([
      60, 20, 60, 30, 70,
    ]);
  });

  test("is the plan's peak where nothing is foreseen", () => {
    expect([foreseen(expected), foreseen({ lack: "so" }), foreseen(undefined)]).toEqual([
      20,
      undefined,
      undefined,
    ]);
  });
});
