/** The longest release that a plan allows must fit into one execution's history. */
import { expect, test } from "vitest";
import {
  allowedJudgedMinutes,
  expectedHistoryEvents,
  historyLimitEvents,
  type Timing,
} from "../../src/core/plan-history.ts";

function timing(changes: Partial<Timing["rollout"]> = {}): Timing {
  return {
    rollout: {
      stages: [{ bakeMinutes: 15 }, { bakeMinutes: 15 }],
      intervalSeconds: 60,
      capacityTimeoutMinutes: 60,
      onInconclusive: { action: "proceed" },
      onNoData: { waitMinutes: 0 },
      ...changes,
    },
  };
}

test("events are those of the fixed part, the shifts, the judged intervals and the polls of capacity", () => {
  expect(expectedHistoryEvents(timing())).toBe(400 + 2 * 30 + 30 * 13 + 60 * 13);
});

test("an extension and a wait for data do not add up: a stage ends by one of them", () => {
  const extended = timing({
    onInconclusive: { action: "extend", upToMinutes: 30 },
    onNoData: { waitMinutes: 20 },
  });

  expect(expectedHistoryEvents(extended) - expectedHistoryEvents(timing())).toBe(2 * 30 * 13);
});

test("judging every ten seconds writes six times the events of judging every minute", () => {
  const added = expectedHistoryEvents(timing({ intervalSeconds: 10 })) - expectedHistoryEvents(timing());

  expect(added).toBe(30 * 5 * 13);
});

test("the minutes said to be allowed are the most that fit", () => {
  const minutes = allowedJudgedMinutes(timing({ stages: [{ bakeMinutes: 1 }] }));

  const fits = expectedHistoryEvents(timing({ stages: [{ bakeMinutes: minutes }] }));
  const tooLong = expectedHistoryEvents(timing({ stages: [{ bakeMinutes: minutes + 1 }] }));
  expect(fits).toBeLessThanOrEqual(historyLimitEvents);
  expect(tooLong).toBeGreaterThan(historyLimitEvents);
});
