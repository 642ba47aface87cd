/** When what a holder left is undone: at once, then again after a back-off of an hour at most, and without end. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Compensation, longestBackOffMinutes, reapingOf } from "../../../src/core/release/reaping.ts";
import { holds } from "../../property.ts";

const decidedMs = Date.UTC(2026, 10, 23, 8);
const minuteMs = 60_000;

function attempted(attempt: number): Compensation {
  return { attempt, name: `compensate-chat-${attempt}`, at: new Date(decidedMs).toISOString() };
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
  [4, 60],
  [5, 60],
  [1000, 60],
])("after attempt %i the next one comes %i minutes later", (attempt, minutes) => {
  const after = (ms: number) =>
    reapingOf({ compensation: attempted(attempt), newest: "over", nowMs: decidedMs + ms });

  expect(after(minutes * minuteMs - 1)).toBe("wait");
  expect(after(minutes * minuteMs)).toBe("start");
});

test("however sweeps come and attempts fail, none waits longer than an hour and a sweep", () => {
  const sweeps = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 120, maxLength: 120 });
  holds(
    fc.property(sweeps, (gapsMinutes) => {
      let nowMs = decidedMs;
      let compensation: Compensation | undefined;
      for (const gap of gapsMinutes) {
        const newest = compensation === undefined ? "never-started" : "over";
        if (reapingOf({ compensation, newest, nowMs }) === "start") {
          const attempt = (compensation?.attempt ?? 0) + 1;
          compensation = { attempt, name: `${attempt}`, at: new Date(nowMs).toISOString() };
        }
        const waited = (nowMs - Date.parse(compensation?.at ?? "")) / minuteMs;
        expect(waited).toBeLessThan(longestBackOffMinutes);
        nowMs += gap * minuteMs;
      }
    }),
  );
});
