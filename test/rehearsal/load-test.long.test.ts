/**
 * Instances that serve 40 % less than the plan says: without a test under load the release is promoted and saturates at the
 * next peak; with one it goes back before any traffic has moved, and a fleet that serves what is said never does.
 */
import { describe, expect, it } from "vitest";
import { readPlan } from "../../src/cli/inputs.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { loadTested } from "../core/example.ts";
import { partOf } from "../part.ts";
import { outcomesOf, rehearsing, plan as untested } from "./explore/rehearsing.ts";

const seeds = partOf([1, 2, 3, 4]);
const { name } = loadTested.endpoint;

describe("instances that serve 40 % less", () => {
  it("are promoted by a release without a test, and turn requests away at the peak", async () => {
    const { record, violations } = await rehearsing({ plan: untested, world: "undersized" });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(Object.keys(record.after.endpoints[name]?.variants ?? {})).toEqual(["v7"]);
    const peak = record.timeline.filter(({ trafficPercent, variants }) => {
      const { latencyMs = 0 } = variants["v7"] ?? {};
      return trafficPercent === 100 && latencyMs > 3 * 450;
    });
    expect(peak.length).toBeGreaterThan(2);
  });

  it.each(seeds)("are found before traffic moves, seed %i", async (seed) => {
    const { record, violations } = await rehearsing({ plan: loadTested, world: "undersized", seed });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
    expect(record.reason).toMatch(/^not enough under load; at [\d.]+ requests\/s: /);
    expect(record.timeline.every(({ trafficPercent }) => trafficPercent === 0)).toBe(true);
    expect(record.after.endpoints[name]?.configName).toBe("chat-assistant-config-v6");
  });
});

describe("one instance that serves two requests a second", () => {
  const small = readPlan("test/data/plans/one-instance-llm.yml");
  const tested: Plan = {
    ...small,
    model: loadTested.model,
    ...(loadTested.loadTest && { loadTest: loadTested.loadTest }),
  };

  it.each(seeds)(
    "is not made late by what is sent to it meanwhile, nor goes back for that, seed %i",
    async (seed) => {
      const { record, violations } = await rehearsing({ plan: tested, world: "healthy", seed });

      expect(violations).toEqual([]);
      expect(record.outcome).toBe("promoted");
    },
  );
});

/** As few requests and bakes as tell. */
const raised: Plan = {
  ...loadTested,
  rollout: {
    ...loadTested.rollout,
    stages: [5, 95].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 5 })),
  },
  loadTest: loadTested.loadTest && {
    ...loadTested.loadTest,
    onNotEnough: "raise",
    holdMinutes: 0,
    maxRequests: 9_000,
  },
};

/** The most instances of the candidate that were ready at a time. */
const mostReady = ({ timeline }: RunRecord): number =>
  Math.max(...timeline.map(({ variants }) => variants["v7"]?.ready ?? 0));

/** Stable is alone again, with its own scaling, which may have followed its load since. */
function expectBack({ before, after }: RunRecord): void {
  const { configName, variants = {} } = after.endpoints[name] ?? {};
  expect(configName).toBe(before.endpoints[name]?.configName);
  expect(Object.keys(variants)).toEqual(["v6"]);
  expect(variants["v6"]?.instances).toBeLessThanOrEqual(8);
  expect({ ...after, endpoints: {} }).toEqual({ ...before, endpoints: {} });
}

describe("a table that both fleets lean on and that is not enough for users and a test together", () => {
  /** While the candidate is there: how stable scales itself afterwards is no part of a test. */
  const harmed = ({ timeline }: RunRecord): number =>
    timeline.filter(({ variants: { v6, v7 } }) => v7 !== undefined && (v6?.latencyMs ?? 0) > 450 * 1.5)
      .length;

  it.each(seeds)(
    "is not taken for too few instances, and users wait for few minutes, seed %i",
    async (seed) => {
      const { record, violations } = await rehearsing({ plan: loadTested, world: "shared-table", seed });

      expect(violations).toEqual([]);
      expect(record.outcome).toBe("rolled-back");
      expect(record.reason).toMatch(
        /what serves(, \d+ were late|, whose answers were as ever| turned worse meanwhile: something that both lean on)/,
      );
      expect(record.timeline.every(({ trafficPercent }) => trafficPercent === 0)).toBe(true);
      expect(harmed(record)).toBeLessThanOrEqual(1);
    },
  );

  it("is none to a release without a test", async () => {
    const { record } = await rehearsing({ plan: untested, world: "shared-table" });

    expect(record.outcome).toBe("promoted");
    expect(harmed(record)).toBe(0);
  });
});

describe("instances that serve 40 % less, raised where they are not enough", () => {
  // Users' own peak comes while it is tested for the second time, and what serves is slower by that.
  it.each(partOf([1, 2, 4, 6]))("are promoted with as many as the load takes, seed %i", async (seed) => {
    const { record, violations } = await rehearsing({ plan: raised, world: "undersized", seed });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    // 60 requests a second of 7.2 an instance, at 70 %, are 11.9.
    expect(mostReady(record)).toBeGreaterThanOrEqual(12);
    const [first] = record.timeline.filter(({ trafficPercent }) => trafficPercent > 0);
    expect(first?.variants["v7"]?.ready).toBeGreaterThanOrEqual(12);
  });

  it("go back before any traffic moves where the quota has no room for them", async () => {
    const world = { ...loadWorld("undersized"), quotaPercent: 110 };
    const { record, violations } = await rehearsing({ plan: raised, world });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
    expect(record.reason).toMatch(/^not enough under load; .*; it is not raised, since the release needs /);
    expect(record.timeline.every(({ trafficPercent }) => trafficPercent === 0)).toBe(true);
    expectBack(record);
  });

  // The test lasts from minute 13 on, the raise and the second test for a quarter of an hour after it.
  it.each(partOf([14, 17, 20, 23, 26, 31], 2))(
    "leave nothing raised where the execution is stopped after %i minutes",
    async (minutes) => {
      const { record, violations } = await rehearsing({
        plan: raised,
        world: "undersized",
        stopAfterSeconds: [minutes * 60],
      });

      expect(violations).toEqual([]);
      expect(outcomesOf(record)[0]).toMatch(/ aborted$/);
      expectBack(record);
    },
  );
});

/** So few requests that nothing is shown by them. */
const open: Plan = {
  ...loadTested,
  loadTest: loadTested.loadTest && { ...loadTested.loadTest, maxRequests: 2_000 },
};

describe("a test that comes to no answer", () => {
  it("is no reason to go back, unless the plan says so", async () => {
    const { record, violations } = await rehearsing({ plan: open });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
  });

  it("sends the release back before traffic moves where the plan refuses that", async () => {
    const plan: Plan = { ...open, loadTest: open.loadTest && { ...open.loadTest, onOpen: "refuse" } };
    const { record, violations } = await rehearsing({ plan });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
    expect(record.reason).toMatch(/ended at its 2000 requests .*; loadTest\.onOpen refuses /);
    expect(record.timeline.every(({ trafficPercent }) => trafficPercent === 0)).toBe(true);
    expectBack(record);
  });
});

describe("requests that come as a trace has them", () => {
  const arrivals = { trace: "s3://chat-payloads/when.csv" };
  const traced: Plan = {
    ...loadTested,
    loadTest: loadTested.loadTest && { ...loadTested.loadTest, arrivals },
  };

  it.each([
    ["healthy", "promoted"],
    ["undersized", "rolled-back"],
  ])("say the same of what is enough and what is not: %s", async (world, outcome) => {
    const { record, violations } = await rehearsing({ plan: traced, world });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe(outcome);
  });
});

it.each(seeds)("a healthy candidate is never refused, seed %i", async (seed) => {
  const { record, violations } = await rehearsing({ plan: loadTested, seed });

  expect(violations).toEqual([]);
  expect(record.outcome).toBe("promoted");
});
