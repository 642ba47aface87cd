/**
 * A spike as soon as a release is over: without its rehearsal the release is promoted, and what it promoted saturates; with it the
 * shortfall is found before any traffic has moved, and a fleet that holds such a spike is promoted.
 */
import { describe, expect, it } from "vitest";
import { WorldSpec } from "#twin/world";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { fraud, loadTested } from "../core/example.ts";
import { partOf } from "../part.ts";
import { rehearsing } from "./explore/rehearsing.ts";

const { loadTest: steady } = loadTested;
if (steady === undefined) throw new Error("expected a plan with a test under load");
/** As few requests as tell. */
const loadTest = { ...steady, holdMinutes: 0, maxRequests: 26_000, spike: { times: 2, minutes: 1 } };
const world = "late-spike";

/** Minutes in which what serves all of the traffic takes longer on average than one in a hundred may. */
const saturated = ({ timeline }: RunRecord, { requirements }: Plan): number =>
  timeline.filter(
    ({ trafficPercent, variants }) =>
      trafficPercent === 100 &&
      Object.values(variants).some(({ latencyMs }) => latencyMs > requirements.latencyMsP99),
  ).length;

/** The largest share of a minute's requests that failed, with all of the traffic. */
const mostFailed = ({ timeline }: RunRecord): number =>
  Math.max(
    ...timeline
      .filter(({ trafficPercent }) => trafficPercent === 100)
      .flatMap(({ variants }) => Object.values(variants))
      .map(({ errors, requests }) => (requests === 0 ? 0 : errors / requests)),
  );

describe("the sample's fleet", () => {
  const spiked = { ...loadTested, loadTest };

  it("is promoted without a rehearsal of the spike, and saturates in it", async () => {
    const { loadTest: _, ...untested } = loadTested;
    const { record, violations } = await rehearsing({ plan: untested, world });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(saturated(record, untested)).toBeGreaterThan(5);
  });

  it.each(partOf([1, 2, 3, 4]))("is refused by it before any traffic has moved, seed %i", async (seed) => {
    const { record, violations } = await rehearsing({ plan: spiked, world, seed });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
    expect(record.reason).toMatch(
      /^not enough under load; in a spike, at 120 requests\/s: .* such a spike takes (1[0-9]|2[0-4]) instances instead of 8; /,
    );
    expect(record.timeline.every(({ trafficPercent }) => trafficPercent === 0)).toBe(true);
  });
});

describe("a fleet with room for the spike", () => {
  const { requirements, endpoint, budget } = loadTested;
  const plan = {
    ...loadTested,
    loadTest,
    requirements: { ...requirements, utilisationPercent: 35 },
    endpoint: { ...endpoint, instances: 15 },
    budget: { ...budget, usdPerRelease: 400 },
  };

  it.each(partOf([1, 2, 3]))("is promoted, and keeps to the requirements in it, seed %i", async (seed) => {
    const { record, violations } = await rehearsing({ plan, world, seed });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(saturated(record, plan)).toBe(0);
  });
});

describe("three small instances that answer at once", () => {
  const event = { model: "fraud-scoring", version: 7 };
  const soon = WorldSpec.parse({ ...loadWorld(world), service: { latencyPercent: 10 } });

  const stages = [10, 50, 95].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 20 }));
  const plan: Plan = {
    ...fraud,
    rollout: { ...fraud.rollout, stages, onInconclusive: { action: "proceed" } },
  };

  it("are promoted without a rehearsal of the spike, and turn requests away in it", async () => {
    const { record, violations } = await rehearsing({ plan, event, world: soon });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(mostFailed(record)).toBeGreaterThan((5 * plan.requirements.errorRatePercent) / 100);
  });

  // What fails is close to what is allowed: in seed 1 the peak is undecided for as long as it is looked at.
  it.each(partOf([1, 2, 3, 4, 5], 2))("are refused by it, seed %i", async (seed) => {
    const { record, violations } = await rehearsing({
      plan: { ...plan, loadTest },
      event,
      world: soon,
      seed,
    });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
    expect(record.reason).toMatch(/^not enough under load; in a spike, at 80 requests\/s: /);
  });
});
