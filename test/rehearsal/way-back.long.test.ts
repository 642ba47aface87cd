/** Ways back that the account hardly has room for: they end, within their deadline and budget, and leave nothing for good. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { WorldSpec } from "#twin/world";
import { fraud } from "../core/example.ts";
import { type Rehearsing, rehearsing } from "./explore/rehearsing.ts";

function world(name: string, changes: Readonly<Record<string, unknown>> = {}): WorldSpec {
  const spec = parse(readFileSync(`test/data/worlds/${name}.yml`, "utf8")) as object;
  return WorldSpec.parse({ ...spec, ...changes });
}

async function played(spec: WorldSpec, seed: number, hours?: number, under: Partial<Rehearsing> = {}) {
  const { record, violations } = await rehearsing({
    world: spec,
    seed,
    ...under,
    ...(hours === undefined ? {} : { settleSeconds: hours * 3600 }),
  });
  return {
    violations,
    outcome: record.outcome,
    reason: record.reason,
    outcomes: record.executions.map(({ outcome }) => outcome),
    moves: record.awsCalls["sagemaker:UpdateEndpoint"] ?? 0,
    minutes: record.virtualSeconds / 60,
    events: record.executions.map(({ historyEvents }) => historyEvents),
  };
}

const long = { timeout: 300_000 };

describe("fleets that have grown into the quota", long, () => {
  test.each([1, 2])("a thousandfold load, seed %i: the candidate makes room, and leaves", async (seed) => {
    expect(await played(world("load-1000x"), seed)).toMatchObject({
      outcome: "rolled-back",
      violations: [],
    });
  });

  test.each([1, 2])(
    "a quota of exactly the peak, seed %i: the candidate does not outgrow it",
    async (seed) => {
      const run = await played(world("quota-24-spike"), seed);

      expect(["promoted", "rolled-back"]).toContain(run.outcome);
      expect(run.violations).toEqual([]);
    },
  );
});

test("a thousandfold load under another plan: the candidate makes room, and leaves", long, async () => {
  const event = { model: fraud.model, version: 7 };

  expect(await played(world("load-1000x"), 1, undefined, { plan: fraud, event })).toMatchObject({
    outcome: "rolled-back",
    violations: [],
  });
});

describe("a pool without capacity for stable's new fleet", long, () => {
  test("is tried at most so often, and left to the sweep", async () => {
    const run = await played(world("pool-way-back"), 3);

    expect(run).toMatchObject({ outcome: "failed", violations: [] });
    expect(run.reason).toContain("the endpoint was moved back 4 times, and there was no capacity for it");
    // The join, four moves in vain, and one of each compensation.
    expect(run.moves).toBeLessThanOrEqual(1 + 4 + run.outcomes.length - 1);
  });

  test("is left once the load has gone down and the pool has room again", async () => {
    const traffic = { changes: [...[{ atMinute: 30, factor: 2 }], { atMinute: 300, factor: 0.5 }] };

    const run = await played(world("pool-way-back", { traffic }), 3, 4);

    expect(run).toMatchObject({ violations: [] });
    expect(run.outcomes.at(0)).toBe("failed");
    expect(run.outcomes.at(-1)).toBe("rolled-back");
  });
});

test(
  "an endpoint that moves for 23 hours on the way back takes few events, and the release ends",
  long,
  async () => {
    const provisioning = { poolInstances: 16, giveUpSeconds: 23 * 3600 };
    const traffic = { changes: [...[{ atMinute: 30, factor: 2 }], { atMinute: 120, factor: 0.5 }] };

    const run = await played(world("pool-way-back", { provisioning, traffic }), 3, 4);

    expect(run).toMatchObject({ outcomes: ["failed", "rolled-back"], violations: [] });
    expect(run.minutes).toBeGreaterThan(23 * 60);
    expect(Math.max(...run.events)).toBeLessThan(5000);
  },
);
