/** The longest release that a plan allows must fit into one execution's history. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parsePlan } from "../../../src/core/plan/file.ts";
import {
  allowedBakeMinutes,
  expectedHistoryEvents,
  historyLimitEvents,
  type Timing,
} from "../../../src/core/plan/history.ts";
import { rehearse } from "../../../src/rehearsal/engine/worker-thread.ts";
import { loadWorld } from "../../../src/rehearsal/worlds/load.ts";

const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

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

/** What a change of the plan adds. */
const added = (changes: Partial<Timing["rollout"]>) =>
  expectedHistoryEvents(timing(changes)) - expectedHistoryEvents(timing());

test("another minute of baking adds one judged interval, and six where they last ten seconds", () => {
  const longer = [{ bakeMinutes: 15 }, { bakeMinutes: 16 }];

  expect(added({ stages: longer })).toBe(13);
  expect(added({ stages: longer, intervalSeconds: 10 }) - added({ intervalSeconds: 10 })).toBe(6 * 13);
});

test("a stage adds its shift and its intervals", () => {
  expect(added({ stages: [{ bakeMinutes: 15 }, { bakeMinutes: 15 }, { bakeMinutes: 15 }] })).toBe(
    30 + 15 * 13,
  );
});

test("an extension and a wait for data do not add up: a stage ends by one of them", () => {
  const extended = { onInconclusive: { action: "extend", upToMinutes: 30 } };

  expect(added(extended)).toBeGreaterThan(0);
  expect(added({ ...extended, onNoData: { waitMinutes: 20 } })).toBe(added(extended));
});

test("waits grow, so a day of extension writes far fewer events than a day of baking", () => {
  const day = 24 * 60;
  const extended = added({ onInconclusive: { action: "extend", upToMinutes: day } });

  expect(extended).toBeGreaterThan(2 * (day / 5) * 13);
  expect(extended).toBeLessThan(0.3 * 2 * day * 13);
});

test("the minutes said to be allowed are the most that fit", () => {
  const minutes = allowedBakeMinutes(timing({ stages: [{ bakeMinutes: 1 }] }));

  const fits = expectedHistoryEvents(timing({ stages: [{ bakeMinutes: minutes }] }));
  const tooLong = expectedHistoryEvents(timing({ stages: [{ bakeMinutes: minutes + 1 }] }));
  expect(fits).toBeLessThanOrEqual(historyLimitEvents);
  expect(tooLong).toBeGreaterThan(historyLimitEvents);
});

test("policies that leave no room for any bake allow none", () => {
  const endless = { onInconclusive: { action: "extend", upToMinutes: 7 * 24 * 60 } };

  expect(allowedBakeMinutes(timing(endless))).toBe(0);
});

test.each(["healthy", "no-traffic", "no-capacity"])(
  "a rehearsal in the world %s writes no more than that",
  async (world) => {
    const parsed = parsePlan(textOf("plans/chat-assistant.yml"), "plans/chat-assistant.yml");
    if (!parsed.ok) throw new Error("the sample plan is broken");
    const event: unknown = JSON.parse(textOf("events/registry-approved.json"));

    const { executions } = await rehearse({ plan: parsed.plan, world: loadWorld(world), event, seed: 1 });

    const [first] = executions;
    expect(first?.historyEvents).toBeGreaterThan(100);
    expect(first?.historyEvents).toBeLessThan(expectedHistoryEvents(parsed.plan));
  },
);
