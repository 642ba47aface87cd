/**
 * Checks that owe nothing to what they check: with one decision of the product's made wrong, a rehearsal is red; with the
 * code as it is, the same plan and world are not. Each mutant has modules of its own.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { partOf } from "../../part.ts";

interface Modules {
  readonly "plan/prices.ts": typeof import("../../../src/core/plan/prices.ts");
  readonly "plan/tags.ts": typeof import("../../../src/core/plan/tags.ts");
  readonly "cost/lease-bill.ts": typeof import("../../../src/core/cost/lease-bill.ts");
  readonly "feasibility/feasibility.ts": typeof import("../../../src/core/feasibility/feasibility.ts");
  readonly "capacity/locked-minutes.ts": typeof import("../../../src/core/capacity/locked-minutes.ts");
  readonly "capacity/sizing.ts": typeof import("../../../src/core/capacity/sizing.ts");
  readonly "release/shift.ts": typeof import("../../../src/core/release/shift.ts");
  readonly "release/way-back.ts": typeof import("../../../src/core/release/way-back.ts");
}
type ShiftQuestion = Parameters<Modules["release/shift.ts"]["nextShift"]>[0];
type WayBackQuestion = Parameters<Modules["release/way-back.ts"]["nextWayBack"]>[0];

const mocked = new Set<string>();

/** A mutant: some functions of a module in `core` are others. */
const mutant =
  <P extends keyof Modules>(path: P, others: (real: Modules[P]) => Partial<Modules[P]>) =>
  (): void => {
    const file = `../../../src/core/${path}`;
    mocked.add(file);
    vi.doMock(file, async (load: () => Promise<Modules[P]>) => {
      const real = await load();
      return { ...real, ...others(real) };
    });
  };

afterEach(() => {
  for (const file of mocked) vi.doUnmock(file);
  mocked.clear();
  vi.resetModules();
});

/** A plan and a world in which a decision matters. */
interface Case {
  readonly world?: Readonly<Record<string, unknown>>;
  readonly plan?: (sample: Plan) => Plan;
}

/** What is wrong in a rehearsal of it. */
async function wrong({ world, plan }: Case, mutate?: () => void): Promise<string[]> {
  vi.resetModules();
  mutate?.();
  const { plan: sample, rehearsed } = await import("./rehearsed.ts");
  const { WorldSpec } = await import("#twin/world");
  const spec = WorldSpec.parse({ description: "Made for a mutant.", ...world });
  const { violations } = await rehearsed({ plan: plan?.(sample) ?? sample, world: spec });
  return violations.map(({ invariant, what }) => `${invariant}: ${what}`);
}

const budget = (own: Partial<Plan["budget"]>) => (plan: Plan) => ({
  ...plan,
  budget: { ...plan.budget, ...own },
});

const type = "ml.c6i.2xlarge";
/** Fleets of another size and make, at a price of the team's own: as planned 9.7 hours, $8.7. */
const small = (plan: Plan): Plan => ({
  ...budget({ usdPerRelease: 7 })(plan),
  endpoint: { ...plan.endpoint, instances: 5, instanceType: type },
  releaseTypes: { minor: { inference: { instanceType: type, requestsPerSecondPerInstance: 12 } } },
  requirements: { ...plan.requirements, peakRequestsPerSecond: 40 },
  prices: { [type]: 0.9 },
});

/** Traffic doubles while a quarter of it is the candidate's; auto scaling has no room for it. */
const growing = {
  quotaInstances: 99,
  traffic: { changes: [{ atMinute: 35, factor: 2 }] },
  scaling: { maxPercent: 100 },
};
/** The load is what the candidate was sized for only once all of it is the candidate's. */
const risen = {
  quotaInstances: 99,
  traffic: {
    changes: [
      { atMinute: 0, factor: 0.5 },
      { atMinute: 70, factor: 2 },
    ],
  },
  candidate: { errorFactor: 40, onlyAbovePercent: 50 },
  provisioning: { modelLoadSeconds: 0 },
};
const hurried = budget({ maxLockedMinutes: 5 });

/** Twelve tasks more than there are, at a dollar an hour of each, through a freeze of two hours and a half. */
const heldLeaning = (plan: Plan): Plan => ({
  ...budget({ usdPerRelease: 60 })(plan),
  alongside: [{ ecs: { cluster: "prod", service: "tokenizer" }, minimum: 24, usdPerUnitHour: 1 }],
  freezes: {
    ...plan.freezes,
    windows: [{ from: "2026-01-05T08:20:00Z", to: "2026-01-05T11:00:00Z", reason: "sale" }],
  },
});
const leasesForNothing = mutant("cost/lease-bill.ts", () => ({ leaseBillUsd: () => 0 }));

const alwaysFits = mutant("feasibility/feasibility.ts", ({ feasibilityOf }) => ({
  feasibilityOf: (question) => ({ ...feasibilityOf(question), fits: true, lacks: [] }),
}));
const halfPrice = mutant("plan/prices.ts", ({ costOf }) => ({
  costOf: (hours, prices) => {
    const { usd, unpriced } = costOf(hours, prices);
    return { usd: usd / 2, unpriced };
  },
}));
const untagged = mutant("plan/tags.ts", () => ({ tagsOf: () => [] }));
const freeOfCharge = mutant("plan/prices.ts", () => ({ costOf: () => ({ usd: 0, unpriced: [] }) }));
const raisesAlways = mutant("capacity/locked-minutes.ts", () => ({ raiseFits: () => true }));
const halfTheFleet = mutant("capacity/sizing.ts", ({ instancesFor, instancesForShare, launchedFor }) => ({
  instancesFor: (...of) => Math.ceil(instancesFor(...of) / 2),
  instancesForShare: (...of) => Math.ceil(instancesForShare(...of) / 2),
  launchedFor: (...of) => Math.ceil(launchedFor(...of) / 2),
}));
const oneLess = mutant("capacity/sizing.ts", ({ instancesFor, instancesForShare, launchedFor }) => ({
  instancesFor: (...of) => Math.max(0, instancesFor(...of) - 1),
  instancesForShare: (...of) => Math.max(0, instancesForShare(...of) - 1),
  launchedFor: (...of) => Math.max(0, launchedFor(...of) - 1),
}));
const shiftsAtOnce = mutant("release/shift.ts", ({ nextShift }) => ({
  nextShift: (question: ShiftQuestion) => {
    const action = nextShift(question);
    const { needs, percent } = question;
    const weights = { [needs.stable.variant]: 100 - percent, [needs.candidate.variant]: percent };
    return action.do === "raise" || (action.do === "wait" && question.endpoint.status === "InService")
      ? { do: "shift", weights, reason: "at once" }
      : action;
  },
}));
const givesAllBackAtOnce = mutant("release/way-back.ts", ({ nextWayBack }) => ({
  nextWayBack: (question) => {
    const action = nextWayBack(question);
    return action.do === "shift" ? { ...action, percent: 0 } : action;
  },
}));
const lowersStable = mutant("release/way-back.ts", ({ nextWayBack }) => ({
  nextWayBack: (question: WayBackQuestion) => {
    const { endpoint, needs } = question;
    const action = nextWayBack(question);
    const stable = endpoint.variants.find(({ name }) => name === needs.stable.variant);
    return action.do === "shift" && stable?.desiredInstances === needs.stable.instances
      ? { do: "refill", instances: needs.stable.instances - 1, reason: "less will do" }
      : action;
  },
}));

const cases: readonly (readonly [
  where: string,
  Case,
  readonly (readonly [mutant: string, () => void, RegExp])[],
])[] = [
  [
    "a budget that does not cover the release",
    { plan: small },
    [
      ["costOf is half", halfPrice, /^within-means: to raise \d+ ml\.c6i\.2xlarge costs/],
      ["costOf is nothing", freeOfCharge, /^within-means: to raise \d+ ml\.c6i\.2xlarge costs/],
      ["feasibilityOf always fits", alwaysFits, /^within-means: to raise \d+ ml\.c6i\.2xlarge costs/],
    ],
  ],
  [
    "a release on a usual day",
    {},
    [["tagsOf is nothing", untagged, /^attributable: \S+ was created with the tags of nobody/]],
  ],
  [
    "a load that outgrows the candidate, and no locked minutes for it",
    { world: growing, plan: hurried },
    [
      ["raiseFits always", raisesAlways, /^way-back: .* locks the endpoint for 10 minutes as planned/],
      ["instancesFor is half", halfTheFleet, /^capacity-before-traffic: v\d was given/],
      ["instancesFor is one less", oneLess, /^capacity-before-traffic: v\d was given/],
      ["nextShift looks at no capacity", shiftsAtOnce, /^capacity-before-traffic: v\d was given/],
    ],
  ],
  [
    "a candidate that fails with all traffic, which stable is too small for",
    { world: risen, plan: ({ endpoint, ...plan }) => ({ ...plan, endpoint: { ...endpoint, instances: 4 } }) },
    [
      [
        "nextWayBack gives all back at once",
        givesAllBackAtOnce,
        /^capacity-before-traffic: v6 was given 100 %/,
      ],
    ],
  ],
  [
    "a freeze half-way, while what is leased is to be paid for",
    { plan: heldLeaning },
    [["the bill leaves leases out", leasesForNothing, /^within-means: a stage of \d+ % costs/]],
  ],
  [
    "a candidate that fails",
    { world: { candidate: { errorFactor: 8 } } },
    [["nextWayBack lowers stable", lowersStable, /^way-back: v6 was lowered from 8 to 7 instances/]],
  ],
];

describe.each(partOf(cases, 3))("%s", (_where, how, mutants) => {
  it("breaks nothing as the code is", async () => {
    expect(await wrong(how)).toEqual([]);
  });

  it.each(mutants)("is seen where %s", async (_mutant, mutate, violation) => {
    expect(await wrong(how, mutate)).toContainEqual(expect.stringMatching(violation));
  });
});
