/** How long to wait before asking again, and whether one more lock fits what the plan allows. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { raiseFits, raiseLockMinutesP95 } from "../../src/core/capacity/locked-minutes.ts";
import {
  growingWaitSeconds,
  heldWaitSeconds,
  idleWaitSeconds,
  undoingWaitSeconds,
  waitUntilSeconds,
} from "../../src/core/wait.ts";
import { holds } from "../property.ts";

test.each([
  [0, 30],
  [3, 30],
  [10, 100],
  [30, 300],
  [600, 300],
])("after %d minutes the next question comes %d seconds later", (minutes, seconds) => {
  expect(growingWaitSeconds(minutes * 60_000)).toBe(seconds);
});

test("a floor holds the first waits up", () => {
  expect(growingWaitSeconds(0, 60)).toBe(60);
  expect(growingWaitSeconds(6 * 60_000, 60)).toBe(60);
});

test("waits are whole seconds between the floor and five minutes, and only grow", () => {
  const waited = fc.integer({ min: 0, max: 20 * 86_400_000 });
  holds(
    fc.property(waited, waited, (one, more) => {
      const [first, then] = [growingWaitSeconds(one), growingWaitSeconds(one + more)];

      expect(Number.isInteger(first)).toBe(true);
      expect(first).toBeGreaterThanOrEqual(30);
      expect(then).toBeLessThanOrEqual(300);
      expect(then).toBeGreaterThanOrEqual(first);
    }),
  );
});

test("a whole day of waiting is little more than a question every five minutes", () => {
  let waitedMs = 0;
  let questions = 0;
  for (; waitedMs < 86_400_000; questions++) waitedMs += growingWaitSeconds(waitedMs) * 1000;

  expect(questions).toBeLessThan(288 + 20);
});

test.each([
  [0, 30],
  [30, 300],
  [60, 600],
  [120, 1200],
  [20 * 1440, 1200],
])(
  "where nothing has been changed, the question after %d minutes comes %d seconds later",
  (minutes, seconds) => {
    expect(idleWaitSeconds(minutes * 60_000)).toBe(seconds);
  },
);

test("a known end is waited for, twenty minutes at a time", () => {
  expect(waitUntilSeconds(90_500, 0)).toBe(91);
  expect(waitUntilSeconds(0, 1000)).toBe(1);
  expect(waitUntilSeconds(Number.POSITIVE_INFINITY, 0)).toBe(1200);
  expect(waitUntilSeconds(90_500, 0, 60)).toBe(60);
});

test("a held stage is looked at every interval for an hour, then every five minutes", () => {
  expect(heldWaitSeconds(0, 60)).toBe(60);
  expect(heldWaitSeconds(3_599_999, 10)).toBe(10);
  expect(heldWaitSeconds(3_600_000, 10)).toBe(300);
});

test.each([
  [0, 30],
  [30, 30],
  [120, 120],
  [2880, 1200],
])("a way back of %d minutes, which would look after 30 seconds, looks after %d", (minutes, seconds) => {
  expect(undoingWaitSeconds(minutes * 60_000, 30)).toBe(seconds);
});

test("twenty days of a way back are fewer looks than make 18,000 events", () => {
  let takenMs = 0;
  let looks = 0;
  for (; takenMs < 20 * 86_400_000; looks++) takenMs += undoingWaitSeconds(takenMs, 30) * 1000;

  expect(looks * 9).toBeLessThan(18_000);
});

test("a raise costs no locked minutes while the candidate has no traffic", () => {
  expect(raiseFits({ maxLockedMinutes: 0, lockedMinutes: 0, candidatePercent: 0 })).toBe(true);
});

test("under traffic a raise starts only if its planned lock fits what is left", () => {
  const fits = (lockedMinutes: number) =>
    raiseFits({ maxLockedMinutes: 15, lockedMinutes, candidatePercent: 5 });

  expect(fits(0)).toBe(true);
  expect(fits(15 - raiseLockMinutesP95)).toBe(true);
  expect(fits(15 - raiseLockMinutesP95 + 0.1)).toBe(false);
});
