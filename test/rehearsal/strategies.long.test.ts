/** Capacity that comes as the stages do: what is promised whatever the strategy. */
import { describe, expect, test } from "vitest";
import { WorldSpec } from "#twin/world";
import type { Plan } from "../../src/core/plan/plan.ts";
import { lookingAhead, plan as sample } from "../core/example.ts";
import { partOf } from "../part.ts";
import { type Rehearsing, rehearsing } from "./explore/rehearsing.ts";

const under = (plan: Plan, strategy: Plan["rollout"]["strategy"]): Plan => ({
  ...plan,
  rollout: { ...plan.rollout, strategy },
});

/** With the variants whose count a call of ours has set. */
async function released(how: Rehearsing & { readonly plan: Plan }) {
  const resized: string[] = [];
  const watching = () => ({
    name: "counts",
    effected: ({ call }: { readonly call: { readonly input: unknown } }) => {
      const { DesiredWeightsAndCapacities: wanted = [] } = call.input as Resizing;
      for (const { VariantName, DesiredInstanceCount } of wanted)
        if (DesiredInstanceCount !== undefined) resized.push(VariantName);
    },
    findings: () => undefined,
  });
  const event = { model: how.plan.model, version: 7 };
  return { ...(await rehearsing({ event, observers: [watching], ...how })), resized };
}

interface Resizing {
  readonly DesiredWeightsAndCapacities?: readonly {
    readonly VariantName: string;
    readonly DesiredInstanceCount?: number;
  }[];
}

const worlds = [
  "bad-errors",
  "cold-start",
  "growing-fleet",
  "late-fault",
  "lone-host",
  "shared-shock",
  "slow-provisioning",
  "sparse-metrics",
  "traffic-spike",
];
const long = { timeout: 300_000 };

describe.each(["sequential", "look-ahead"] as const)("%s", long, (strategy) => {
  test.each(partOf(worlds, 3))("breaks no promise in %s", async (world) => {
    for (const plan of [sample, lookingAhead]) {
      const { record, violations } = await released({ plan: under(plan, strategy), world, seed: 3 });

      expect(violations).toEqual([]);
      expect(["promoted", "rolled-back"]).toContain(record.outcome);
    }
  });

  test("raises a good model twice, and promotes it", async () => {
    const { record, violations, resized } = await released({ plan: under(lookingAhead, strategy), seed: 2 });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(resized).toEqual(["v7", "v7"]);
  });
});

// Bad enough to look worse when the raise is due, and not to be found out by then.
test.each(partOf([2, 3, 5]))(
  "a candidate that looks worse, seed %i, is given no more capacity for a share that it will not have",
  long,
  async (seed) => {
    const worse = WorldSpec.parse({ description: "Worse.", candidate: { errorFactor: 1.7 } });
    const { record, resized } = await released({ plan: lookingAhead, world: worse, seed });

    expect(record.outcome).toBe("rolled-back");
    expect(resized).toEqual([]);
  },
);

test(
  "a quota that has room to join with, but not to go back with all of it, is too small",
  long,
  async () => {
    // Sixteen serve what eight could: joining with four takes 36, going back from eight takes 40.
    const plan = { ...under(sample, "sequential"), endpoint: { ...sample.endpoint, instances: 16 } };
    const world = (quotaInstances: number) => WorldSpec.parse({ description: "A quota.", quotaInstances });

    const refused = await released({ plan, world: world(39) });
    expect(refused.violations).toEqual([]);
    expect(refused.record.outcome).toBe("refused");
    const fits = await released({ plan, world: world(40) });
    expect(fits.violations).toEqual([]);
    expect(fits.record.outcome).toBe("promoted");
  },
);

test(
  "looking ahead is paid for where all at once would not be: what stood before a raise was smaller",
  long,
  async () => {
    const plan = under(sample, "look-ahead");
    const tight = { ...plan, budget: { ...plan.budget, usdPerRelease: 19 } };
    for (const seed of partOf([1, 2, 3])) {
      const { record, violations } = await released({ plan: tight, seed });

      expect(violations).toEqual([]);
      expect(record.outcome).toBe("promoted");
    }
  },
);
