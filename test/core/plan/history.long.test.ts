/** What a plan is reckoned to write into its execution's history, beside what rehearsals of it wrote. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { WorldSpec } from "#twin/world";
import { expectedHistoryEvents, historyParts } from "../../../src/core/plan/execution-events.ts";
import { parsePlan } from "../../../src/core/plan/file.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { rehearse } from "../../../src/rehearsal/release/thread.ts";
import { loadWorld } from "../../../src/rehearsal/worlds/load.ts";

const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

function samplePlan(): Plan {
  const parsed = parsePlan(textOf("plans/chat-assistant.yml"), "plans/chat-assistant.yml");
  if (!parsed.ok) throw new Error("the sample plan is broken");
  return parsed.plan;
}

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
