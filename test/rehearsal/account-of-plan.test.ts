/** The account that a plan is rehearsed in: its figures, and that it is an account in which the plan's endpoint is well. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createWorld, latencyQuantile, type Sample, type World, WorldSpec } from "#twin/world";
import { parsePlan } from "../../src/core/plan/file.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { publishedUsdPerHour } from "../../src/core/plan/published-prices.ts";
import { accountOf } from "../../src/rehearsal/account-of-plan.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { plan as sample } from "../core/example.ts";
import { holds } from "../property.ts";

const startMs = Date.UTC(2026, 0, 5, 8);
const worldOf = (plan: Plan, spec: WorldSpec, event?: unknown): World =>
  createWorld({ seed: 1, startMs, spec, account: accountOf(plan, event) });

function planFrom(path: string): Plan {
  const parsed = parsePlan(readFileSync(path, "utf8"), path);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
  return parsed.plan;
}

describe("the sample plan's account", () => {
  it("has the figures that its plan gives", () => {
    expect(accountOf(sample)).toEqual({
      model: "chat-assistant",
      metadata: { "slipway:release-type": "minor" },
      versions: [],
      endpoint: { name: "chat-assistant", instanceType: "ml.g5.xlarge", instances: 8 },
      types: {
        "ml.g5.xlarge": { requestsPerSecond: 12, needed: 8 },
        "ml.g5.2xlarge": { requestsPerSecond: 16, needed: 6 },
      },
      candidateTypes: ["ml.g5.xlarge"],
      peakRequestsPerSecond: 60,
      utilisationPercent: 70,
      latencyMsP99: 1500,
      errorRatePercent: 5,
      endpointNeeds: { "ml.g5.xlarge": 24 },
      trainingNeeds: { "ml.g5.12xlarge": 2 },
      bakeMinutes: 60,
      listPrices: publishedUsdPerHour,
    });
  });

  it("serves as it does for everybody: 450 ms and half a percent of failures", () => {
    expect(worldOf(sample, loadWorld("healthy")).spec.service).toEqual({
      latencyMs: 450,
      latencyCv: 0.5,
      errorPercent: 0.5,
      faultPercent: 0.5,
      clientErrorPercent: 0,
      hostSpread: 0,
    });
  });

  it("needs what the asked type of release needs: both fleets, and the larger one again beside them", () => {
    const event = { model: "chat-assistant", version: 7, releaseType: "major" };

    expect(accountOf(sample, event).endpointNeeds).toEqual({ "ml.g5.xlarge": 16, "ml.g5.2xlarge": 12 });
  });
});

describe("a version that an event asks for", () => {
  const versionsIn = (event: unknown) =>
    [...worldOf(sample, loadWorld("healthy"), event).state.modelPackages.values()].map(
      (each) => each.version,
    );

  it("is in the registry, beside the one that serves and the next", () => {
    expect(versionsIn({ model: "chat-assistant", version: 42 })).toEqual([6, 7, 42]);
    expect(versionsIn({ model: "chat-assistant", version: 3 })).toEqual([3, 6, 7]);
    expect(versionsIn({ model: "chat-assistant", version: 7 })).toEqual([6, 7]);
    expect(versionsIn(undefined)).toEqual([6, 7]);
  });

  it("comes after the world's own", () => {
    const spec = WorldSpec.parse({ description: "test", registry: { serving: 41, versions: [50] } });
    const { state } = worldOf(sample, spec, { model: "chat-assistant", version: 43 });

    expect([...state.modelPackages.values()].map(({ version }) => version)).toEqual([41, 42, 43, 50]);
    expect(state.endpoints.get("chat-assistant")?.variants[0]).toMatchObject({
      name: "v41",
      modelName: "chat-assistant-v41",
    });
    expect([...state.scalableTargets.keys()]).toEqual(["endpoint/chat-assistant/variant/v41"]);
  });
});

/** Plans of any size that makes sense to somebody: of each thing only what the account is made from. */
const plans = fc
  .record({
    instances: fc.integer({ min: 1, max: 80 }),
    requestsPerSecondPerInstance: fc.double({ min: 0.05, max: 400, noNaN: true }),
    candidateRequestsPerSecond: fc.double({ min: 0.05, max: 400, noNaN: true }),
    otherType: fc.boolean(),
    latencyMsP99: fc.double({ min: 2, max: 480_000, noNaN: true }),
    errorRatePercent: fc.constantFrom(0, 0.01, 0.5, 1, 5, 50),
    peakShare: fc.double({ min: 0.01, max: 4, noNaN: true }),
    utilisationPercent: fc.integer({ min: 10, max: 95 }),
  })
  .map((drawn): Plan => {
    const { instances, requestsPerSecondPerInstance, latencyMsP99, errorRatePercent } = drawn;
    const { utilisationPercent, peakShare } = drawn;
    const peakRequestsPerSecond = Math.max(0.001, instances * requestsPerSecondPerInstance * peakShare);
    const other = {
      instanceType: "ml.c5.4xlarge",
      requestsPerSecondPerInstance: drawn.candidateRequestsPerSecond,
    };
    const own = { instanceType: "ml.c5.2xlarge", requestsPerSecondPerInstance };
    return Plan.parse({
      ...sample,
      endpoint: { name: "any", instances, ...own },
      requirements: { latencyMsP99, errorRatePercent, peakRequestsPerSecond, utilisationPercent },
      releaseTypes: { minor: { inference: drawn.otherType ? other : own } },
    });
  });

/** The peak all the time, and nothing scales in: the fleet is the plan's. */
const steady = WorldSpec.parse({
  ...loadWorld("healthy"),
  traffic: { recording: { everySeconds: 60, requests: [1] }, peakPercent: 100 },
  scaling: { minPercent: 100, maxPercent: 100 },
});

test("any valid plan's own fleet serves its peak within what the plan requires, while nothing happens", () => {
  holds(
    fc.property(plans, (plan) => {
      const world = worldOf(plan, steady);
      world.advanceTo(startMs + 40 * 60_000);
      const samples = [...world.state.metrics.series.values()].flatMap((series) => series.samples);
      const requests = sumOf(samples, (each) => each.requests);
      const failed = sumOf(samples, (each) => each.errors5xx);
      const { errorRatePercent, latencyMsP99 } = plan.requirements;
      const allowed = (requests * errorRatePercent) / 100;

      expect(failed).toBeLessThanOrEqual(allowed + 4 * Math.sqrt(allowed));
      expect(sumOf(samples, (each) => each.answered)).toBe(requests);
      const { latencyCv } = world.spec.service;
      const minutes = [...Map.groupBy(samples, ({ atMs }) => Math.floor(atMs / 60_000)).values()];
      const slow = minutes.filter((minute) => p99Of(minute, latencyCv) > latencyMsP99);
      expect(slow.length).toBeLessThanOrEqual(2);
    }),
    { numRuns: 150 },
  );
});

const sumOf = (samples: readonly Sample[], of: (sample: Sample) => number): number =>
  samples.reduce((sum, each) => sum + of(each), 0);

/** Of the distribution that all answers of the time were drawn from. */
function p99Of(samples: readonly Sample[], cv: number): number {
  const parts = samples
    .filter(({ answered }) => answered > 0)
    .map(({ answered, latencyMs }) => ({ count: answered, mean: latencyMs }));
  if (parts.length === 0) return 0;
  return latencyQuantile({ kind: "latency", parts, cv, luck: { z: 0, low: 0.5, high: 1 - 1e-12 } }, 0.99);
}

test("the quota of no-quota is short for every release of any plan, and holds what is there", () => {
  holds(
    fc.property(plans, (plan) => {
      const world = worldOf(plan, loadWorld("no-quota"));
      const needs = Object.entries(world.account.endpointNeeds);

      expect(needs.some(([type, need]) => world.quota("endpoint", type) < need)).toBe(true);
      expect(world.quota("endpoint", plan.endpoint.instanceType)).toBeGreaterThanOrEqual(
        plan.endpoint.instances,
      );
    }),
  );
});

test("quotas of other worlds have room for what any plan's release needs, and for its pools", () => {
  holds(
    fc.property(plans, fc.constantFrom("healthy", "traffic-spike", "growing-fleet"), (plan, name) => {
      const world = worldOf(plan, loadWorld(name));

      for (const [type, need] of Object.entries(world.account.endpointNeeds))
        expect(world.quota("endpoint", type)).toBeGreaterThanOrEqual(need);
    }),
  );
  const pool = { ...sample.milestones.training?.pool, instances: 50 };
  const training = { ...sample.milestones.training, pool };
  const { quotas } = worldOf(
    Plan.parse({ ...sample, milestones: { ...sample.milestones, training } }),
    loadWorld("healthy"),
  );

  expect(quotas.filter(({ use }) => use !== "endpoint").map(({ instances }) => instances)).toEqual([
    100, 100,
  ]);
});

test("a small fleet has room to grow beside a release, as a large one has", () => {
  const quotaOf = (plan: Plan) =>
    worldOf(plan, loadWorld("healthy")).quota("endpoint", plan.endpoint.instanceType);

  expect(quotaOf(planFrom("test/data/plans/one-instance-llm.yml"))).toBe(11);
  expect(quotaOf(sample)).toBe(32);
  expect(quotaOf(planFrom("test/data/plans/large-and-fast.yml"))).toBe(160);
});

describe("moments by the bakes", () => {
  it("fall where they fell for the sample, and with the bakes of another plan", () => {
    const minutesOf = (plan: Plan) => ({
      shock: worldOf(plan, loadWorld("shared-shock")).spec.shocks[0]?.atMinute,
      outage: worldOf(plan, loadWorld("lost-metrics")).spec.metrics.outages[0]?.atMinute,
      growth: worldOf(plan, loadWorld("growing-fleet")).spec.traffic.changes[0]?.atMinute,
      spike: worldOf(plan, loadWorld("traffic-spike")).spec.traffic.changes[0]?.atMinute,
    });

    expect(minutesOf(sample)).toEqual({ shock: 30, outage: 33, growth: 40, spike: 70 });
    expect(minutesOf(planFrom("test/data/plans/one-instance-llm.yml"))).toEqual({
      shock: 120,
      outage: 141,
      growth: 191,
      spike: 401,
    });
  });
});

describe("a world's own figures", () => {
  const serviceIn = (service: object) =>
    worldOf(sample, WorldSpec.parse({ description: "test", service })).spec.service;

  it("stand as they are: milliseconds, or a share of what the plan requires", () => {
    expect(serviceIn({ latencyMs: 700 }).latencyMs).toBe(700);
    expect(serviceIn({ latencyPercent: 80 }).latencyMs).toBe(1200);
    expect(serviceIn({ errorPercent: 3 })).toMatchObject({ errorPercent: 3, faultPercent: 3 });
  });

  it("give a fault something to multiply where the plan allows no failure", () => {
    const strict = Plan.parse({ ...sample, requirements: { ...sample.requirements, errorRatePercent: 0 } });
    const { service } = worldOf(strict, loadWorld("bad-errors")).spec;

    expect(service).toMatchObject({ errorPercent: 0, faultPercent: 0.1 });
  });
});
