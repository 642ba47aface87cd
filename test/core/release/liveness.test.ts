/** Whether anybody acts for a release any more: what Step Functions does not know yet may run. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  actsNoMore,
  type ExecutionState,
  isLeft,
  leftLambdaAtWork,
  longestWorkLeftSeconds,
} from "../../../src/core/release/liveness.ts";
import { holds } from "../../property.ts";

const heardMs = Date.UTC(2026, 10, 23, 8);
const since = new Date(heardMs).toISOString();
const minutesLater = (minutes: number) => heardMs + minutes * 60_000;
const states = fc.constantFrom<ExecutionState>("running", "over", "never-started");

test.each([
  ["running", 10_000, false],
  ["over", 0, true],
  ["never-started", 4.99, false],
  ["never-started", 5, true],
] as const)("an execution that is %s acts no more after %d minutes: %s", (state, minutes, over) => {
  expect(actsNoMore({ state, since }, minutesLater(minutes))).toBe(over);
});

test("a release is left where its holder acts no more, and neither does who is to go on with it", () => {
  holds(
    fc.property(states, fc.option(states), fc.integer({ min: 0, max: 20 }), (state, next, minutes) => {
      const nowMs = minutesLater(minutes);
      const holder = { state, since };
      const successor = next === null ? undefined : { state: next, since };
      const acting = [holder, successor].filter((one) => one !== undefined && !actsNoMore(one, nowMs));
      expect(isLeft({ holder, successor }, nowMs)).toBe(acting.length === 0);
    }),
  );
});

test("a Lambda is at work for at most its cold start and its time-out, however long ago its execution ended", () => {
  expect(longestWorkLeftSeconds(heardMs, heardMs)).toBe(90);
  holds(
    fc.property(fc.integer({ min: 0, max: 500 }), (seconds) => {
      expect(longestWorkLeftSeconds(heardMs, heardMs + seconds * 1000)).toBe(Math.max(0, 90 - seconds));
    }),
  );
});

test("a history that ends with a Lambda that has not answered has left one at work", () => {
  expect(leftLambdaAtWork(["ExecutionAborted", "LambdaFunctionStarted"])).toBe(true);
  expect(leftLambdaAtWork(["ExecutionAborted", "LambdaFunctionScheduled"])).toBe(true);
  expect(leftLambdaAtWork(["ExecutionFailed", "LambdaFunctionTimedOut"])).toBe(false);
  expect(leftLambdaAtWork([])).toBe(false);
});
