/** Releases in place, whole: what no other strategy fits into is promoted or goes back, and nothing promised is broken. */
import { describe, expect, test } from "vitest";
import { WorldSpec } from "#twin/world";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { StrategyName } from "../../src/core/plan/strategies.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { inPlace } from "../core/example.ts";
import { partOf } from "../part.ts";
import { type Rehearsing, rehearsing } from "./explore/rehearsing.ts";

const long = { timeout: 600_000 };
const event = { model: inPlace.model, version: 7 };
const under = (strategy: StrategyName): Plan => ({ ...inPlace, rollout: { ...inPlace.rollout, strategy } });
/** A third of the peak comes, and the quota has room for no fleet twice. */
const low = (own: Readonly<Record<string, unknown>> = {}) =>
  WorldSpec.parse({ description: "Low.", quotaInstances: 16, traffic: { peakPercent: 35 }, ...own });

const released = (how: Rehearsing) => rehearsing({ plan: inPlace, event, ...how });

test.each(["upfront", "sequential", "look-ahead", "auto"] as const)(
  "%s has no room for it",
  long,
  async (strategy) => {
    const { record, violations } = await released({ plan: under(strategy), world: low() });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("refused");
  },
);

const seeds = Array.from({ length: 20 }, (_, nth) => nth + 1);

describe.each([
  ["promotes a good model", low(), "promoted"],
  ["takes back a bad one", low({ candidate: { errorFactor: 6 } }), "rolled-back"],
] as const)("in place it %s", long, (_, world, outcome) => {
  test.each(partOf(seeds, 5))("seed %i", async (seed) => {
    const { record, violations } = await released({ world, seed });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe(outcome);
  });
});

test.each([
  ["capacity comes slowly", { provisioning: { secondsP50: 700, secondsP95: 1100 } }],
  [
    "containers serve before their model is loaded",
    { provisioning: { healthCheck: "shallow", modelLoadSeconds: 120 } },
  ],
  ["metrics are sparse", { metrics: { missingPercent: 20, lagSeconds: 150, enhancedSeconds: null } }],
  ["both fleets are shocked", { shocks: [{ atMinute: 50, minutes: 10, errorFactor: 8, latencyFactor: 2 }] }],
  ["others use the quota as well", { quotaInstances: 20, others: [{ name: "other", instances: 4 }] }],
  [
    "the load outgrows what stable kept",
    { traffic: { peakPercent: 35, changes: [{ atMinute: 48, factor: 2.6 }] } },
  ],
  [
    "it does so for a while",
    {
      traffic: {
        peakPercent: 35,
        changes: [
          { atMinute: 48, factor: 3 },
          { atMinute: 130, factor: 1 },
        ],
      },
    },
  ],
  ["there is little capacity", { provisioning: { poolInstances: 9 } }],
  ["there is none to grow with", { provisioning: { poolInstances: 3 } }],
  ["traffic vanishes", { traffic: { peakPercent: 35, changes: [{ atMinute: 45, factor: 0 }] } }],
] as const)("breaks no promise where %s", long, async (_, own) => {
  for (const seed of [1, 2]) {
    const { record, violations } = await released({ world: low(own), seed });

    expect(violations).toEqual([]);
    expect(["promoted", "rolled-back", "failed"]).toContain(record.outcome);
  }
});

test.each(["healthy", "bad-errors", "growing-fleet", "traffic-spike", "no-quota"])(
  "in %s, with a load above its consent, nothing is changed",
  long,
  async (world) => {
    const { record, violations } = await released({ world });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("refused");
  },
);

test(
  "its own scaling may take what is promoted down between its being adopted and the close",
  long,
  async () => {
    const { traffic, ...growing } = loadWorld("growing-fleet");
    const world = WorldSpec.parse({ ...growing, traffic: { ...traffic, peakPercent: 35 } });
    const { record, violations } = await released({ world, seed: 12 });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
  },
);

/** Where a release stops, or loses an answer, with stable shrunk. */
test.each([
  "stop=entry:PrewarmInference@2",
  "crash-after-call=call:PrewarmInference/sagemaker.UpdateEndpointWeightsAndCapacities#1@1",
  "response-lost=call:PrewarmInference/sagemaker.UpdateEndpointWeightsAndCapacities#1@1",
  "stop=entry:BakeOn[0]@1",
  "stop=entry:ScaleDown@4",
  "crash-after-call=call:ScaleDown/sagemaker.UpdateEndpointWeightsAndCapacities#1@1",
  "response-lost=call:ScaleDown/sagemaker.UpdateEndpointWeightsAndCapacities#1@1",
])("all of it comes back, or grows back, after %s", long, async (fault) => {
  const { violations } = await released({ world: low(), faults: [fault] });

  expect(violations).toEqual([]);
});

test(
  "where somebody raises stable's minimum as the candidate joins there is no room for it, and all is back",
  long,
  async () => {
    const fault = "somebody-raises-stables-minimum=call:PrewarmInference/sagemaker.UpdateEndpoint#10@1";
    const { record, violations } = await released({ world: low(), seed: 16, faults: [fault] });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
  },
);

/** Twelve and the five of the candidate fit into 24, while nine are built anew beside five. */
describe.each([
  [
    "somebody-sets-weights-0-100=entry:ShiftTraffic[0]@4",
    /^the endpoint is left as it is: someone else changed/,
  ],
  ["somebody-deletes-stables-model=entry:WaitForWarmth@2", /Could not find model .*night-reader-v6/],
  ["denied=call:RollBack[0]/sagemaker.UpdateEndpoint#12@1", /AccessDenied/],
])("after %s", long, (fault, why) => {
  test.each([24, 16])(
    "stable gets back what it gave up, as far as a quota of %i goes",
    async (quotaInstances) => {
      const { record, violations } = await released({
        world: low({ candidate: { errorFactor: 6 }, quotaInstances }),
        seed: 3,
        faults: [fault],
      });

      expect(record.faults).toEqual([fault]);
      expect(violations).toEqual([]);
      expect(record.reason).toMatch(why);
    },
  );
});

test.each([
  // They kept the count that stable was shrunk to.
  [
    "somebody-moves-the-endpoint=call:ShiftTraffic[0]/sagemaker.UpdateEndpointWeightsAndCapacities#15@1",
    "failed",
  ],
  // They suspend what the next call suspends as well.
  [
    "somebody-suspends-stables-scaling=call:PrewarmInference/application-autoscaling.RegisterScalableTarget#7@1",
    "rolled-back",
  ],
])("no promise is broken by %s", long, async (fault, outcome) => {
  const world = low({ candidate: { errorFactor: 6 }, quotaInstances: 24 });
  const { record, violations } = await released({ world, seed: 5, faults: [fault] });

  expect(record.faults).toEqual([fault]);
  expect(violations).toEqual([]);
  expect(record.outcome).toBe(outcome);
});
