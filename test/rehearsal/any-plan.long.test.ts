/** Plans that have nothing in common with the sample, each in every world that ships: what must come of any good plan. */
import { beforeAll, describe, expect, test } from "vitest";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import { worldNames } from "../../src/rehearsal/worlds/load.ts";
import { say } from "../cli/spoken.ts";
import { partOf } from "../part.ts";

const ends = {
  healthy: "promoted",
  "bad-errors": "rolled-back",
  "late-fault": "rolled-back",
  "slow-model": "rolled-back",
  "shared-shock": "promoted",
  "slow-provisioning": "promoted",
  "lost-metrics": "rolled-back",
  "no-traffic": "rolled-back",
  "no-capacity": "rolled-back",
  "short-pool": "rolled-back",
  "no-quota": "refused",
} as const;

const plans = ["three-small-instances", "one-instance-llm", "large-and-fast"];

describe.each(partOf(plans))("%s", (plan) => {
  let all: readonly RehearsalFacts[] = [];
  const inWorld = (name: string) => all.find(({ world }) => world.name === name);
  beforeAll(async () => {
    const { out } = await say("rehearse", `test/data/plans/${plan}.yml`, "--world", "all", "--json");
    ({ worlds: all } = JSON.parse(out) as { worlds: readonly RehearsalFacts[] });
  }, 1_800_000);

  test.each(Object.entries(ends))("%s: %s", (world, outcome) => {
    expect(inWorld(world)?.outcome).toBe(outcome);
  });

  test("breaks no promise anywhere, and fails nowhere", () => {
    expect(all.map(({ world }) => world.name)).toEqual(worldNames());
    expect(all.flatMap(({ world, violations }) => violations.map(({ what }) => [world.name, what]))).toEqual(
      [],
    );
    expect(all.filter(({ outcome }) => outcome === "failed").map(({ world }) => world.name)).toEqual([]);
  });

  test("is at rest within what it requires, and loses nothing to a healthy candidate", () => {
    expect(inWorld("healthy")).toMatchObject({ candidateFailedRequests: 0 });
  });
});
