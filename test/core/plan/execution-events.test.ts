/** The longest release that a plan allows must fit into one execution's history. */
import { expect, test } from "vitest";
import {
  allowedBakeMinutes,
  expectedHistoryEvents,
  historyLimitEvents,
  type Timing,
} from "../../../src/core/plan/execution-events.ts";

/** Stages with growing shares that bake so long. */
const baking = (...minutes: number[]) =>
  minutes.map((bakeMinutes, i) => ({ trafficPercent: 10 * (i + 1), bakeMinutes }));

function timing(changes: Partial<Timing["rollout"]> = {}): Timing {
  return {
    rollout: {
      strategy: "upfront",
      stages: baking(15, 15),
      intervalSeconds: 60,
      capacityTimeoutMinutes: 60,
      onInconclusive: { action: "proceed" },
      onNoData: { waitMinutes: 0 },
      ...changes,
    },
  };
}

/** What a change of the plan adds. */
const added = (changes: Partial<Timing["rollout"]>) =>
  expectedHistoryEvents(timing(changes)) - expectedHistoryEvents(timing());

test("another minute of baking adds one judged interval, and six where they last ten seconds", () => {
  const longer = baking(15, 16);

  expect(added({ stages: longer })).toBe(9);
  expect(added({ stages: longer, intervalSeconds: 10 }) - added({ intervalSeconds: 10 })).toBe(6 * 9);
});

test("a stage adds its shift, its intervals, and the looks until its last minutes are published", () => {
  expect(added({ stages: baking(15, 15, 15) })).toBe((5 + 15 + 3) * 9);
});

test("an extension and a wait for data do not add up: a stage ends by one of them", () => {
  const extended = { onInconclusive: { action: "extend", upToMinutes: 30 } };

  expect(added(extended)).toBeGreaterThan(0);
  expect(added({ ...extended, onNoData: { waitMinutes: 20 } })).toBe(added(extended));
});

test("after an hour of extension a look comes every five minutes", () => {
  const extended = (minutes: number) => added({ onInconclusive: { action: "extend", upToMinutes: minutes } });

  expect(extended(60)).toBe(2 * 60 * 9);
  expect(extended(24 * 60) - extended(60)).toBe(2 * 23 * 12 * 9);
});

test("the minutes said to be allowed are the most that fit", () => {
  const minutes = allowedBakeMinutes(timing({ stages: baking(1) }));

  const fits = expectedHistoryEvents(timing({ stages: baking(minutes) }));
  const tooLong = expectedHistoryEvents(timing({ stages: baking(minutes + 1) }));
  expect(fits).toBeLessThanOrEqual(historyLimitEvents);
  expect(tooLong).toBeGreaterThan(historyLimitEvents);
});

test("policies that leave no room for any bake allow none", () => {
  const endless = { onInconclusive: { action: "extend", upToMinutes: 7 * 24 * 60 } };

  expect(allowedBakeMinutes(timing(endless))).toBe(0);
});
