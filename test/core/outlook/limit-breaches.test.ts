/** What of a plan is beyond the limits: each at its place, and never less of it by tighter ones. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Mistake } from "../../../src/core/input/bad-input.ts";
import { limitBreaches, openingBreaches } from "../../../src/core/outlook/limit-breaches.ts";
import { fleetBreaches } from "../../../src/core/outlook/limit-fleets.ts";
import { CapacityLimits } from "../../../src/core/plan/capacity-limits.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { holds } from "../../property.ts";
import { fraud, inPlace, leaning, onCluster, plan, planWith, staged, withFallback } from "../example.ts";

type Written = Pick<Partial<CapacityLimits>, "allowed" | "ceilings" | "freezes">;
const limitsOf = (written: Written): CapacityLimits =>
  CapacityLimits.parse({ owner: "infra", contact: "#infra", freezes: [], ...written });
const ceiling = (ceilings: CapacityLimits["ceilings"]) => limitsOf({ ceilings });
const placesOf = (found: readonly Mistake[]) => found.map(({ where }) => where);
const production = { milestone: "production", releaseType: "minor", region: "eu-west-1" } as const;
const training = { milestone: "training", releaseType: "minor", region: "eu-west-1" } as const;

test("a type is told at each place that names it, with what is allowed and whom to ask", () => {
  const found = limitBreaches(plan, limitsOf({ allowed: { instanceTypes: ["ml.g5.xlarge"] } }));

  expect(found).toEqual([
    {
      where: "releaseTypes.major.inference.instanceType",
      expected: "ml.g5.xlarge, by the limits of infra (ask #infra)",
      found: '"ml.g5.2xlarge"',
    },
    expect.objectContaining({ where: "milestones.training.pool.instanceType", found: '"ml.g5.12xlarge"' }),
  ]);
  expect(
    placesOf(limitBreaches(withFallback, limitsOf({ allowed: { instanceTypes: ["ml.g5.xlarge"] } }))),
  ).toContain("releaseTypes.minor.inference.fallback[1].instanceType");
  expect(placesOf(limitBreaches(onCluster, limitsOf({ allowed: { instanceTypes: [] } })))).toContain(
    "milestones.training.cluster.instanceType",
  );
  expect(placesOf(limitBreaches(staged, limitsOf({ allowed: { instanceTypes: [] } })))).toContain(
    "milestones.staging.release.endpoint.instanceType",
  );
});

test("a region is told where it is known", () => {
  const limits = limitsOf({ allowed: { regions: ["eu-central-1"] } });

  expect(limitBreaches(plan, limits)).toEqual([]);
  expect(limitBreaches(plan, limits, { region: "eu-central-1" })).toEqual([]);
  expect(limitBreaches(plan, limits, { region: "us-east-1" })).toEqual([
    {
      where: "the deployment's region",
      expected: "eu-central-1, by the limits of infra (ask #infra)",
      found: "us-east-1",
    },
  ]);
});

describe("instances of an endpoint", () => {
  it("are counted at the peak of each release: both fleets, and both again as they are replaced", () => {
    expect(limitBreaches(plan, ceiling({ instancesPerEndpoint: 28 }))).toEqual([]);
    expect(limitBreaches(plan, ceiling({ instancesPerEndpoint: 27 }))).toEqual([
      {
        where: "releaseTypes.major.inference",
        expected: "27 instances at most at one time, by the limits of infra (ask #infra)",
        found: "28 at the peak of a major release",
      },
    ]);
  });

  it("are counted at rest, in staging, of each other type, and where a minimum may be set to more", () => {
    expect(placesOf(limitBreaches(plan, ceiling({ instancesPerEndpoint: 7 })))).toContain(
      "endpoint.instances",
    );
    expect(placesOf(limitBreaches(staged, ceiling({ instancesPerEndpoint: 1 })))).toEqual(
      expect.arrayContaining(["milestones.staging.release.endpoint.instances", "milestones.staging.release"]),
    );
    expect(placesOf(limitBreaches(withFallback, ceiling({ instancesPerEndpoint: 8 })))).toContain(
      "releaseTypes.minor.inference.fallback[1]",
    );
    const scaling = { minInstances: 2, maxInstances: 30 } as Plan["scaling"];
    const within = { minInstances: 2, maxInstances: 29 };
    const adjusted = { ...plan, scaling, proposals: { adjust: "automatic", within } } as Plan;
    expect(placesOf(limitBreaches(adjusted, ceiling({ instancesPerEndpoint: 28 })))).toEqual([
      "scaling.maxInstances",
      "proposals.within.maxInstances",
    ]);
  });

  it("are fewer in place, where no surge is had", () => {
    const tight = ceiling({ instancesPerEndpoint: 24 });

    expect(limitBreaches(inPlace, tight)).toEqual([]);
  });
});

describe("money", () => {
  it("an hour is what is there at one time beside the steady fleet", () => {
    const [found] = limitBreaches(fraud, ceiling({ surgeUsdPerHour: 1 }));

    expect(found).toMatchObject({
      where: "releaseTypes.minor.inference",
      expected: "$1.00 an hour at most beside the steady fleet, by the limits of infra (ask #infra)",
      found: expect.stringMatching(/^\$\d+\.\d\d at the peak of a minor release$/),
    });
    expect(placesOf(limitBreaches(plan, ceiling({ surgeUsdPerHour: 14 })))).toContain(
      "milestones.training.pool",
    );
  });

  it("of a release is its budget's, of a hold what the whole of it costs", () => {
    expect(limitBreaches(plan, ceiling({ surgeUsdPerRelease: 120 }))).toEqual([]);
    expect(placesOf(limitBreaches(plan, ceiling({ surgeUsdPerRelease: 40 })))).toEqual([
      "milestones.training.pool",
      "budget.usdPerRelease",
    ]);
  });

  it("of a month has to be in the plan", () => {
    const limits = ceiling({ usdPerMonth: 500 });

    expect(limitBreaches(plan, limits)).toEqual([
      {
        where: "budget.usdPerMonth",
        expected: "500 at most, by the limits of infra (ask #infra)",
        found: "nothing",
      },
    ]);
    expect(limitBreaches(planWith({ budget: { usdPerMonth: 501 } }), limits)).toHaveLength(1);
    expect(limitBreaches(planWith({ budget: { usdPerMonth: 500 } }), limits)).toEqual([]);
  });

  it("is not counted as nothing where no price is known, be it by the plan's consent", () => {
    const type = "ml.zz9.xlarge";
    const unpriced = { ...planWith({ budget: { unpriced: [type] } }) };
    const strange = { ...unpriced, endpoint: { ...plan.endpoint, instanceType: type } };

    expect(limitBreaches(strange, ceiling({ instancesPerEndpoint: 100 }))).toEqual([]);
    expect(limitBreaches(strange, ceiling({ surgeUsdPerRelease: 1000 }))).toEqual([
      {
        where: "endpoint.instanceType",
        expected: "a type whose price is known, as money is counted by the limits of infra (ask #infra)",
        found: '"ml.zz9.xlarge"',
      },
    ]);
  });
});

test("a date in a freeze is told, and one beside it is not", () => {
  const freeze = { from: "2026-12-23T00:00:00Z", to: "2026-12-27T00:00:00Z", reason: "holidays" };
  const on = (at: string): Plan => ({
    ...plan,
    milestones: {
      ...plan.milestones,
      production: { when: { at, timeZone: "Europe/Amsterdam", start: "on-date" } },
    },
  });
  const found = (at: string) => limitBreaches(on(at), limitsOf({ freezes: [freeze] }));

  expect(found("2026-12-23T01:30:00")).toEqual([
    {
      where: "milestones.production.when.at",
      expected:
        "no date from 2026-12-23T00:00:00Z until 2026-12-27T00:00:00Z (holidays), by the limits of infra (ask #infra)",
      found: '"2026-12-23T01:30:00"',
    },
  ]);
  expect(found("2026-12-23T00:30:00")).toEqual([]);
  expect(found("2026-12-27T01:00:00")).toEqual([]);
});

describe("a release that opens", () => {
  it("is held to what it takes itself", () => {
    const limits = limitsOf({ allowed: { instanceTypes: ["ml.g5.xlarge"] } });

    expect(openingBreaches(plan, limits, production)).toEqual([]);
    expect(placesOf(openingBreaches(plan, limits, { ...production, releaseType: "major" }))).toEqual([
      "releaseTypes.major.inference.instanceType",
    ]);
    expect(placesOf(openingBreaches(plan, limits, training))).toEqual([
      "milestones.training.pool.instanceType",
    ]);
    expect(placesOf(openingBreaches(leaning, limits, production))).toEqual([]);
  });

  it("is held to money, instances and the region", () => {
    const all = limitsOf({
      allowed: { regions: [] },
      ceilings: { instancesPerEndpoint: 1, surgeUsdPerHour: 1, surgeUsdPerRelease: 1, usdPerMonth: 1 },
    });

    expect(placesOf(openingBreaches(plan, all, production))).toEqual([
      "the deployment's region",
      "endpoint.instances",
      "releaseTypes.minor.inference",
      "releaseTypes.minor.inference",
      "budget.usdPerRelease",
      "budget.usdPerMonth",
    ]);
    expect(placesOf(openingBreaches(plan, all, training))).toEqual([
      "the deployment's region",
      "milestones.training.pool",
      "milestones.training.pool",
    ]);
  });

  it("is held to its fleets as they are to be", () => {
    const fleets = { peak: { "ml.g5.xlarge": 30 }, steady: { "ml.g5.xlarge": 10 } };

    expect(fleetBreaches(plan, ceiling({ instancesPerEndpoint: 30, surgeUsdPerHour: 28.2 }), fleets)).toEqual(
      [],
    );
    expect(fleetBreaches(plan, ceiling({ instancesPerEndpoint: 29, surgeUsdPerHour: 28 }), fleets)).toEqual([
      "the release needs 30 instances at its peak, the limits of infra (ask #infra) allow 29",
      "the release raises up to $28.17 an hour, the limits of infra (ask #infra) allow $28.00",
    ]);
  });
});

const plans = [plan, fraud, inPlace, leaning, onCluster, staged, withFallback];
const types = ["ml.g5.*", "ml.c6i.*", "ml.g5.xlarge", "ml.*.xlarge", "ml.p4d.24xlarge"];
const regions = ["eu-west-1", "us-east-1"];
const freezes = [{ from: "2026-12-23T00:00:00Z", to: "2026-12-27T00:00:00Z", reason: "holidays" }];
const drawn = fc.record(
  {
    instancesPerEndpoint: fc.integer({ min: 0, max: 60 }),
    surgeUsdPerHour: fc.double({ min: 0, max: 60, noNaN: true }),
    surgeUsdPerRelease: fc.double({ min: 0, max: 300, noNaN: true }),
    usdPerMonth: fc.double({ min: 0, max: 300, noNaN: true }),
  },
  { requiredKeys: [] },
);
const allowed = fc.record(
  { instanceTypes: fc.subarray(types), regions: fc.subarray(regions) },
  { requiredKeys: [] },
);

test("a tighter limit never admits more, of a plan or of a release that opens", () => {
  const tighter = fc.record({
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    also: drawn,
    drop: fc.nat(),
  });
  const property = fc.property(
    ...[fc.constantFrom(...plans), drawn, allowed, tighter, fc.constantFrom(...regions)],
    (of, ceilings, allows, { share, also, drop }, region) => {
      const loose = limitsOf({ ceilings, allowed: allows, freezes });
      const less = Object.fromEntries(
        Object.entries(ceilings).map(([key, most]) => [key, Math.floor((most as number) * share)]),
      );
      const without = (list: readonly string[] | undefined) =>
        list?.filter((_, nth) => nth !== drop % Math.max(1, list.length));
      const tight = limitsOf({
        freezes,
        ceilings: { ...also, ...less },
        allowed: { instanceTypes: without(allows.instanceTypes), regions: without(allows.regions) },
      });
      for (const look of [
        (limits: CapacityLimits) => limitBreaches(of, limits, { region }),
        (limits: CapacityLimits) => openingBreaches(of, limits, { ...production, region }),
        (limits: CapacityLimits) => openingBreaches(of, limits, { ...training, region }),
      ]) {
        const before = new Set(placesOf(look(loose)));
        const after = new Set(placesOf(look(tight)));
        expect([...before].filter((place) => !after.has(place))).toEqual([]);
      }
    },
  );

  holds(property, { numRuns: 300 });
});
