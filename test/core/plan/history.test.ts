/** The longest release that a plan allows must fit into one execution's history. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parsePlan } from "../../../src/core/plan/file.ts";
import {
  allowedBakeMinutes,
  expectedHistoryEvents,
  historyLimitEvents,
  historyParts,
  type Timing,
} from "../../../src/core/plan/history.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { rehearse } from "../../../src/rehearsal/engine/worker-thread.ts";
import { WorldSpec } from "../../../src/rehearsal/world/spec.ts";
import { loadWorld } from "../../../src/rehearsal/worlds/load.ts";

const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

function samplePlan(): Plan {
  const parsed = parsePlan(textOf("plans/chat-assistant.yml"), "plans/chat-assistant.yml");
  if (!parsed.ok) throw new Error("the sample plan is broken");
  return parsed.plan;
}

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

  expect(added({ stages: longer })).toBe(9);
  expect(added({ stages: longer, intervalSeconds: 10 }) - added({ intervalSeconds: 10 })).toBe(6 * 9);
});

test("a stage adds its shift, its intervals, and the looks until its last minutes are published", () => {
  expect(added({ stages: [{ bakeMinutes: 15 }, { bakeMinutes: 15 }, { bakeMinutes: 15 }] })).toBe(
    (5 + 15 + 3) * 9,
  );
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

describe("beside what rehearsals took", { timeout: 60_000 }, () => {
  const sample = samplePlan();
  const patient = {
    ...sample,
    rollout: { ...sample.rollout, onNoData: { waitMinutes: 600, then: "roll-back" as const } },
  };
  const quick = { ...sample, rollout: { ...sample.rollout, intervalSeconds: 10 as const } };
  const enhanced = WorldSpec.parse({ ...loadWorld("healthy"), metrics: { enhancedSeconds: 10 } });

  async function taken(plan: Plan, world: WorldSpec): Promise<number> {
    const event: unknown = JSON.parse(textOf("events/registry-approved.json"));
    const { executions } = await rehearse({ plan, world, event, seed: 1 });
    return executions[0]?.historyEvents ?? 0;
  }

  test.each([
    ["the sample plan", sample, loadWorld("healthy")],
    ["one that judges every ten seconds", quick, enhanced],
  ])("%s is reckoned within a sixth, without the waits that it did not need", async (_, plan, world) => {
    const { fixed, shifts, bakes } = historyParts(plan);
    const reckoned = fixed + shifts + bakes;
    const events = await taken(plan, world);

    expect(events).toBeLessThan(reckoned);
    expect(events).toBeGreaterThan((reckoned * 5) / 6);
    expect(reckoned).toBeLessThan(expectedHistoryEvents(plan));
  });

  test("the wait of one stage for data is reckoned to a tenth, be it an hour or ten", async () => {
    const { stages } = sample.rollout;
    const more = (historyParts(patient).beyondBakes - historyParts(sample).beyondBakes) / stages.length;

    const took =
      (await taken(patient, loadWorld("no-traffic"))) - (await taken(sample, loadWorld("no-traffic")));
    expect(Math.abs(took - more)).toBeLessThan(more / 10);
  });

  test("a release without capacity writes no more than that", async () => {
    expect(await taken(sample, loadWorld("no-capacity"))).toBeLessThan(expectedHistoryEvents(sample));
  });
});
