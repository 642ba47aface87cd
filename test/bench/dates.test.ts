/** How often dates are met is counted by date: a pool that is primed again for the same lease has met no other. */
import { expect, test } from "vitest";
import { type Closings, minutesLate } from "../../bench/dates.ts";

const dayAt = (day: number, hour: number) => 86_400 * day + 3600 * hour;
const closing = (startSeconds: number, reason: string, outcome = "done"): Closings["executions"][number] => ({
  outcome,
  reason,
  startSeconds,
});
const available = "the warm pool is available";
const late = (minutes: number) => `${available}; ${minutes} min after it was due, 2026-01-05T12:00:00.000Z`;
const startedAt = "2026-01-05T00:00:00.000Z";

test("a pool that is kept by priming it again has one date a day", () => {
  const executions = [
    closing(0, "expected a milestone", "bad-input"),
    ...[11.7, 12.8, 13.7].map((hour) => closing(dayAt(0, hour), late(8))),
    closing(dayAt(0, 15), "the lease of chat-assistant-2026-01-05-training is over"),
    ...[11.6, 12.7, 13.6].map((hour) => closing(dayAt(1, hour), available)),
    closing(dayAt(2, 11.6), late(2)),
  ];

  expect(minutesLate({ startedAt, executions })).toEqual([8, 0, 2]);
});

test("a version that is not promoted has met no date", () => {
  expect(
    minutesLate({
      startedAt,
      executions: [closing(0, "rolled back", "rolled-back"), closing(dayAt(1, 0), "v7 serves", "promoted")],
    }),
  ).toEqual([0]);
});
