/** A step that is asked again knows since when, whether it is too late, and when it is asked next. */
import { expect, test } from "vitest";
import { polling } from "../../../src/core/release/polling.ts";

const startMs = Date.parse("2026-01-05T09:00:00Z");
const atMinute = (minute: number) => () => startMs + minute * 60_000;

test("the first look is the beginning, which later ones keep", () => {
  const first = polling(undefined, atMinute(0));

  expect(first).toMatchObject({ since: "2026-01-05T09:00:00.000Z" });
  expect(polling(first, atMinute(7))).toMatchObject({ since: first.since });
  expect(polling(first, atMinute(7)).waitedMs()).toBe(420_000);
});

test("it is overdue from its limit on", () => {
  const { since } = polling(undefined, atMinute(0));

  expect([29, 30, 31].map((minute) => polling({ since }, atMinute(minute)).isOverdue(30))).toEqual([
    ...[false, true, true],
  ]);
});

test("it is asked less often the longer it has taken", () => {
  const { since } = polling(undefined, atMinute(0));

  expect([0, 6, 60].map((minute) => polling({ since }, atMinute(minute)).waitSeconds())).toEqual([
    30, 60, 300,
  ]);
});

test("time that passes within the step counts", () => {
  let minute = 0;
  const poll = polling(undefined, () => atMinute(minute)());
  minute = 5;

  expect(poll.waitedMs()).toBe(300_000);
});
