/** What a load is foreseen to be soon, and when it is taken to stay as it is. */
import { expect, test } from "vitest";
import type { LoadDay } from "../../../src/core/forecast/forecast.ts";
import { foreseenLoad } from "../../../src/core/outlook/foreseen-load.ts";
import { plan, planWith } from "../example.ts";
import { daysOf, growing } from "./growing-days.ts";

const day = growing(0);
const history = (days: number, today: LoadDay) => daysOf(day, days, today);

test("it is the highest of the slot under way and of those until then, and no more than the plan's peak", () => {
  const load = foreseenLoad(plan, history(14, day.slice(0, 31)), { now: 30 });
  expect(load.now).toBe(30);
  expect(load.at(0)).toBeCloseTo(31, 3);
  expect(load.at(600)).toBeCloseTo(32, 3);
  expect(load.at(601)).toBeCloseTo(33, 3);
  expect(load.at(3600)).toBeCloseTo(37, 3);
  const low = planWith({ requirements: { peakRequestsPerSecond: 33 } });
  expect(foreseenLoad(low, history(14, day.slice(0, 31)), { now: 30 }).at(3600)).toBe(33);
});

test("where less than a week is known, or nothing of the last half hour, it stays as it is", () => {
  const dark = [...day.slice(0, 28), null, null, null];
  for (const unknown of [history(6, day.slice(0, 31)), history(14, dark)])
    expect(foreseenLoad(plan, unknown, { now: 30 }).at(3600)).toBe(30);
});
