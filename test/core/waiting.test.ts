/** How long to wait before asking again, and whether one more lock fits what the plan allows. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { raiseFits, raiseLockMinutesP95 } from "../../src/core/capacity/locks.ts";
import { growingWaitSeconds } from "../../src/core/wait.ts";
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
