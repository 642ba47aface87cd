/** What an endpoint is to have now: enough until more could be there, whole, and with the plan's zone spare. */
import { expect, test } from "vitest";
import type { LoadDay } from "../../../src/core/forecast/forecast.ts";
import { loadSoon } from "../../../src/core/forecast/load-soon.ts";
import { releaseOutlook } from "../../../src/core/outlook/release-outlook.ts";
import { releasePeakSoon, sizeSoon } from "../../../src/core/outlook/size-soon.ts";
import { plan } from "../example.ts";

/** By ten minutes: a load that grows by a request per second each of them. */
const day = Array.from({ length: 144 }, (_, slot) => 20 + slot);
const days: LoadDay[] = Array.from({ length: 15 }, () => day);
const at = (slot: number) => ({ today: day.slice(0, slot), slotMinutes: 10 });

test("lasts for ten minutes and until a raise that is begun after them is there", () => {
  const { minutes, requestsPerSecond, instances } = sizeSoon(plan, loadSoon(days), at(60));

  // Ten minutes of a lock and five until the model is loaded, at most: in whole slots.
  expect(minutes).toBe(30);
  expect(requestsPerSecond).toBeCloseTo(day[62] ?? 0, 3);
  expect(instances).toBe(Math.ceil((day[62] ?? 0) / 8.4));
});

test("lasts as long as the model takes to load", () => {
  const slow = { ...plan, warmth: { ...plan.warmth, loadSecondsP95: 1500 } };
  expect(sizeSoon(slow, loadSoon(days), at(60)).minutes).toBe(50);
});

test("has what the plan asks for to lose a zone", () => {
  const spared = { ...plan, requirements: { ...plan.requirements, zoneSpare: { ofZones: 2 } } };
  const { instances } = sizeSoon(plan, loadSoon(days), at(60));
  expect(sizeSoon(spared, loadSoon(days), at(60)).instances).toBe(2 * instances);
});

test("has one where nothing comes", () => {
  const nothing = days.map((each) => each.map(() => 0));
  expect(sizeSoon(plan, loadSoon(nothing), { today: [0, 0, 0], slotMinutes: 10 }).instances).toBe(1);
});

test("a release that begins now has the peak of as long as it takes", () => {
  const { minutes, requestsPerSecond } = releasePeakSoon(plan, loadSoon(days), at(60));

  expect(minutes).toBe(10 * Math.ceil(releaseOutlook(plan, plan.defaultReleaseType).minutes / 10));
  expect(requestsPerSecond).toBeCloseTo(day[60 + minutes / 10 - 1] ?? 0, 3);
});
