/** The feed for people's calendars, read again by another library, in whatever zone the machine is. */
import ICAL from "ical.js";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Occurrence } from "../../src/core/calendar/occurrences.ts";
import { feedOf } from "../../src/report/ical.ts";

afterEach(() => void vi.unstubAllEnvs());

const nowMs = Date.parse("2026-11-28T09:00:00Z");
const one = (more: Partial<Occurrence> = {}): Occurrence => ({
  id: "chat-production",
  model: "chat",
  kind: "production",
  subject: "endpoint/chat",
  dueMs: Date.parse("2026-12-01T14:00:00Z"),
  timeZone: "America/New_York",
  fromMs: Date.parse("2026-12-01T12:19:00Z"),
  untilMs: Date.parse("2026-12-01T14:11:00Z"),
  raised: [
    { use: "endpoint usage", instanceType: "ml.g5.xlarge", instances: 16 },
    { use: "endpoint usage", instanceType: "ml.g5.2xlarge", instances: 12 },
  ],
  costUsd: 22.63,
  isTentative: false,
  ...more,
});
const feed = (all: readonly Occurrence[], before?: string, at = nowMs) =>
  feedOf({ occurrences: all, ends: [] }, { stack: "slipway-prod", nowMs: at, before });

/** As a calendar would have it. */
function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      status: component.getFirstPropertyValue("status"),
      start: event.startDate.toJSDate().toISOString(),
      end: event.endDate.toJSDate().toISOString(),
      summary: event.summary,
      description: event.description,
    };
  });
}

test.each(["UTC", "America/Los_Angeles", "Asia/Kathmandu"])(
  "is the same where the machine is in %s",
  (zone) => {
    vi.stubEnv("TZ", zone);
    expect(read(feed([one()]))).toEqual([
      {
        uid: "chat-production@slipway-prod",
        sequence: 0,
        status: "CONFIRMED",
        start: "2026-12-01T12:19:00.000Z",
        end: "2026-12-01T14:11:00.000Z",
        summary: "chat: production",
        description:
          "Due 2026-12-01 09:00 America/New_York.\nRaises 16 ml.g5.xlarge + 12 ml.g5.2xlarge beside what is there.\nEstimated at $22.63.",
      },
    ]);
  },
);

test("lines are no longer than the standard allows, and end as it says", () => {
  const lines = feed([one({ timeZone: "America/Argentina/ComodRivadavia" })]).split("\r\n");
  expect(Math.max(...lines.map((line) => new TextEncoder().encode(line).length))).toBeLessThanOrEqual(75);
  expect(lines.every((line) => !line.includes("\n"))).toBe(true);
});

describe("what a feed said before", () => {
  const first = feed([one()]);
  const later = { fromMs: one().fromMs + 3_600_000, untilMs: one().untilMs + 3_600_000 };

  test("stays as it is where nothing has changed", () => {
    expect(read(feed([one()], first))).toEqual(read(first));
  });

  test("is counted on where it has, each time", () => {
    const moved = feed([one(later)], first);
    expect(read(moved)).toMatchObject([{ sequence: 1, start: "2026-12-01T13:19:00.000Z" }]);
    expect(read(feed([one({ ...later, costUsd: 9 })], moved))).toMatchObject([{ sequence: 2 }]);
    expect(read(feed([one(later)], moved))).toMatchObject([{ sequence: 1 }]);
  });

  test("and is off is cancelled, once, until its time is over; then it is gone", () => {
    const off = feed([], first);
    expect(read(off)).toMatchObject([
      { uid: "chat-production@slipway-prod", sequence: 1, status: "CANCELLED", summary: "chat: production" },
    ]);
    expect(read(feed([], off))).toEqual(read(off));
    expect(read(feed([], off, one().untilMs))).toEqual([]);
    expect(read(feed([one()], off))).toMatchObject([{ sequence: 2, status: "CONFIRMED" }]);
  });

  test("survives texts of any kind", () => {
    const model = "chat; with, a\\ comma";
    const odd = one({ model, id: "odd", timeZone: "Europe/Amsterdam" });
    const again = feed([odd], feed([odd]));
    expect(read(again)).toMatchObject([{ sequence: 0, summary: `${model}: production` }]);
  });

  test("in a file that is no feed is nothing", () => {
    expect(read(feed([one()], "{}"))).toEqual(read(first));
    expect(read(feed([one()], ""))).toEqual(read(first));
  });
});
