/** Crons that never come are warned of, and no other: however rare it is, or whatever its zone's clocks skip. */
import { expect, it } from "vitest";
import { cronWarnings } from "../../../src/core/calendar/cron-warnings.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { plan } from "../example.ts";

const nowMs = Date.parse("2026-12-01T09:00:00Z");
const withCron = (cron: string, timeZone = "UTC"): Plan => ({
  ...plan,
  milestones: { production: { when: { cron, timeZone, start: "on-date" } } },
});

it.each([
  ["cron(0 10 31 2 ? *)", "UTC"],
  ["cron(0 10 31 4,6 ? *)", "Europe/Amsterdam"],
  ["cron(0 10 ? * MON 2020)", "UTC"],
  ["cron(0 10 1 1-11 ? 2026)", "UTC"],
  ["cron(0 9 1 12 ? 2026)", "UTC"],
  // A clock that is ahead of UTC has shown it already.
  ["cron(0 17 1 12 ? 2026)", "Asia/Tokyo"],
])("%s, %s, never comes", (cron, timeZone) => {
  expect(cronWarnings(withCron(cron, timeZone), nowMs)).toEqual([
    `the cron of production never comes (${cron} ${timeZone}): nothing will start it`,
  ]);
});

it.each([
  ["cron(0 10 29 2 ? *)", "UTC"],
  ["cron(0 10 ? * 2#5 *)", "UTC"],
  ["cron(0 10 ? 2 L *)", "UTC"],
  ["cron(0 10 1 1 ? 2199)", "UTC"],
  ["cron(1 9 1 12 ? 2026)", "UTC"],
  ["cron(30 18 1 12 ? 2026)", "Asia/Tokyo"],
  ["cron(30 2 28 3 ? *)", "Europe/Amsterdam"],
])("%s, %s, comes", (cron, timeZone) => {
  expect(cronWarnings(withCron(cron, timeZone), nowMs)).toEqual([]);
});

it("is not about dates and events", () => {
  const at = { at: "2020-01-01T09:00:00", timeZone: "UTC", start: "on-date" } as const;
  expect(cronWarnings({ milestones: { production: { when: at } } }, nowMs)).toEqual([]);
  expect(cronWarnings({ milestones: { production: { when: { event: "model-approved" } } } }, nowMs)).toEqual(
    [],
  );
});
