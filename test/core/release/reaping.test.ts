/** When a holder that died is compensated: at once, again after a back-off, and no more after five attempts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Compensation, mostAttempts, reapingOf } from "../../../src/core/release/reaping.ts";
import { holds } from "../../property.ts";

const decidedMs = Date.UTC(2026, 10, 23, 8);
const minuteMs = 60_000;

function attempted(attempt: number, left?: string[]): Compensation {
  const name = `compensate-chat-${attempt}`;
  return { attempt, name, at: new Date(decidedMs).toISOString(), ...(left === undefined ? {} : { left }) };
}

test("a holder that died is compensated at once", () => {
  expect(reapingOf({ compensation: undefined, newest: "never-started", nowMs: decidedMs })).toBe("start");
});

test("an attempt that runs is waited for, however long ago it began", () => {
  const nowMs = decidedMs + 10_000 * minuteMs;

  expect(reapingOf({ compensation: attempted(1), newest: "running", nowMs })).toBe("wait");
});

test("an attempt that was decided on and never started is started again, under its own name", () => {
  expect(reapingOf({ compensation: attempted(2), newest: "never-started", nowMs: decidedMs })).toBe(
    "restart",
  );
});

test.each([
  [1, 10],
  [2, 20],
  [3, 40],
  [4, 80],
])("after attempt %i the next one comes %i minutes later", (attempt, minutes) => {
  const after = (ms: number) =>
    reapingOf({ compensation: attempted(attempt), newest: "over", nowMs: decidedMs + ms });

  expect(after(minutes * minuteMs - 1)).toBe("wait");
  expect(after(minutes * minuteMs)).toBe("start");
});

test("after the fifth attempt it is given up, and stays given up", () => {
  expect(reapingOf({ compensation: attempted(5), newest: "over", nowMs: decidedMs })).toBe("give-up");
  expect(reapingOf({ compensation: attempted(5, ["weights chat"]), newest: "over", nowMs: decidedMs })).toBe(
    "given-up",
  );
});

test("however sweeps come and attempts fail, there are at most five, and an end", () => {
  const sweeps = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 120, maxLength: 120 });
  holds(
    fc.property(sweeps, (gapsMinutes) => {
      let nowMs = decidedMs;
      let compensation: Compensation | undefined;
      for (const gap of gapsMinutes) {
        const answer = reapingOf({
          compensation,
          newest: compensation === undefined ? "never-started" : "over",
          nowMs,
        });
        if (answer === "start") {
          const attempt = (compensation?.attempt ?? 0) + 1;
          compensation = { attempt, name: `${attempt}`, at: new Date(nowMs).toISOString() };
        }
        if (answer === "give-up" && compensation !== undefined) compensation = { ...compensation, left: [] };
        nowMs += gap * minuteMs;
      }

      expect(compensation?.attempt).toBeLessThanOrEqual(mostAttempts);
      if (nowMs - decidedMs > 24 * 60 * minuteMs) expect(compensation?.left).toEqual([]);
    }),
  );
});
