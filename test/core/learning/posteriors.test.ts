/** What holds of every posterior, whatever was seen: order, evidence, bounds, and how many start together. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chanceOf } from "../../../src/core/learning/chance.ts";
import { rememberedSince, weightAt } from "../../../src/core/learning/forgetting.ts";
import type { KnownLaunch } from "../../../src/core/learning/launch.ts";
import { logLikelihoods, shareBy } from "../../../src/core/learning/log-normal.ts";
import { nextWhere, posteriorOf } from "../../../src/core/learning/posterior.ts";
import { provisioningBelief, slowestSeconds } from "../../../src/core/learning/provisioning.ts";
import { learntOf, priorBelief, type QuantitySeen } from "../../../src/core/learning/quantity.ts";
import { changedAt } from "../../../src/core/learning/regime.ts";
import { holds } from "../../property.ts";

const type = "ml.g5.xlarge";
const startMs = Date.UTC(2026, 0, 5);
const iso = (ms: number) => new Date(ms).toISOString();
const launchOf = (
  day: number,
  seconds: number,
  { instances = { [type]: 8 } as Record<string, number>, came = true } = {},
): KnownLaunch => {
  const askedMs = startMs + day * 86_400_000;
  return {
    of: "endpoint",
    instances,
    askedAt: iso(askedMs),
    missingAt: iso(askedMs + 1000 * (120 + seconds)),
    ...(came && { thereAt: iso(askedMs + 1000 * (140 + seconds)) }),
  };
};
const seconds = fc.integer({ min: 1, max: 20_000 });
const launches = fc.array(
  fc
    .record({
      seconds,
      came: fc.boolean(),
      instances: fc.constantFrom<Record<string, number>[]>(
        { [type]: 8 },
        { [type]: 1 },
        { "ml.g5.2xlarge": 4 },
        { "ml.p4d.24xlarge": 2 },
        { [type]: 3, "ml.c5.xlarge": 3 },
      ),
    })
    .map(({ seconds: took, ...rest }) => ({ took, ...rest })),
  { maxLength: 8 },
);
const made = (all: readonly { took: number; came: boolean; instances: Record<string, number> }[]) =>
  all.map(({ took, ...rest }, day) => launchOf(day, took, rest));
const p95 = (known: readonly KnownLaunch[], instances = 8, instanceType = type) =>
  slowestSeconds([{ instanceType, instances }], { quantile: 0.95, launches: known });
const few = { numRuns: 25 };

describe("provisioning", () => {
  test("goes by what was seen, in whatever order it is handed in", () => {
    holds(
      fc.property(launches, fc.integer(), (all, salt) => {
        const known = made(all);
        const shuffled = known.toSorted((one, other) =>
          `${Date.parse(one.askedAt) % (salt * 7 + 13)}` < `${Date.parse(other.askedAt) % (salt * 7 + 13)}`
            ? -1
            : 1,
        );

        expect(p95(known.toReversed())).toBeCloseTo(p95(known), 6);
        expect(p95(shuffled)).toBeCloseTo(p95(known), 6);
      }),
      few,
    );
  });

  test("takes the longer the more start together, and the surer it is to be, whatever was seen", () => {
    holds(
      fc.property(launches, fc.integer({ min: 1, max: 200 }), (all, instances) => {
        const known = made(all);

        expect(p95(known, instances + 1)).toBeGreaterThanOrEqual(p95(known, instances));
      }),
      few,
    );
  });

  test("that never came in time is no reason to wait less than without it, nor than if it had come then", () => {
    holds(
      fc.property(launches, fc.integer({ min: 600, max: 20_000 }), (all, took) => {
        const others = made(all);
        const [came, never] = [true, false].map((each) => launchOf(20, took, { came: each }));
        if (came === undefined || never === undefined) throw new Error("two are made");

        expect(p95([...others, never])).toBeGreaterThanOrEqual(0.999 * p95([...others, came]));
      }),
      few,
    );
  });

  test("is the surer the more of the same is seen", () => {
    const width = (times: number) => {
      const known = Array.from({ length: times }, (_, day) =>
        launchOf(day, 500, { instances: { [type]: 1 } }),
      );
      const { belief, spans } = provisioningBelief(type, known);
      const { low, high } = posteriorOf(belief, spans);
      return high / low;
    };
    const widths = [0, 1, 2, 4, 8, 16].map(width);

    expect(widths).toEqual(widths.toSorted((one, other) => other - one));
    expect(widths.at(-1)).toBeLessThan(1.25);
  });

  test("is finite whatever was seen, of types that nobody has heard of too", () => {
    const absurd = [launchOf(0, -10_000), launchOf(1, 1e9, { instances: { [type]: 1000 } })];
    for (const known of [[], absurd.slice(0, 1), absurd.slice(1), absurd])
      for (const unknown of [type, "ml.zz9.plural", "zz"]) {
        const found = p95(known, 8, unknown);
        expect(found).toBeGreaterThan(1);
        expect(found).toBeLessThan(86_401);
      }
  });

  test("of a type says something of its family, less of another one, and nothing of what was believed of none", () => {
    const slow = [launchOf(0, 1500), launchOf(1, 1600), launchOf(2, 1500)];
    const [own, family, other, nothing] = [
      p95(slow),
      p95(slow, 8, "ml.g5.48xlarge"),
      p95(slow, 8, "ml.p4d.24xlarge"),
      p95([]),
    ];

    expect(family).toBeGreaterThan(1.5 * nothing);
    expect(other).toBeGreaterThan(1.2 * nothing);
    const medianOf = (instanceType: string) => {
      const { belief, spans } = provisioningBelief(instanceType, slow);
      return posteriorOf(belief, spans);
    };
    expect(medianOf(type).high / medianOf(type).low).toBeLessThan(
      medianOf("ml.g5.48xlarge").high / medianOf("ml.g5.48xlarge").low,
    );
    expect(medianOf("ml.g5.48xlarge").median).toBeGreaterThan(medianOf("ml.p4d.24xlarge").median);
    expect(own).toBeGreaterThan(1500);
  });

  test("forgets: what counts less says less", () => {
    const weighed = (weight: number) =>
      slowestSeconds([{ instanceType: type, instances: 8 }], {
        quantile: 0.5,
        launches: Array.from({ length: 4 }, (_, day) => ({ ...launchOf(day, 1500), weight })),
      });

    const nothing = slowestSeconds([{ instanceType: type, instances: 8 }], { quantile: 0.5, launches: [] });
    expect(weighed(1)).toBeGreaterThan(0.9 * 1500);
    expect(weighed(0.1)).toBeLessThan(weighed(1));
    expect(weighed(0.01)).toBeLessThan(weighed(0.1));
    expect(weighed(0.001) / nothing).toBeLessThan(1.1);
    expect(weightAt(startMs - 90 * 86_400_000, startMs)).toBeCloseTo(0.5, 10);
    expect(weightAt(startMs + 5, startMs)).toBe(1);
    expect(weightAt(rememberedSince(startMs), startMs)).toBe(0);
  });

  test("begins anew at a change that is seen, and at no chance", () => {
    const before = Array.from({ length: 8 }, (_, day) => launchOf(day, 480 + 20 * (day % 3)));
    const after = Array.from({ length: 3 }, (_, day) => launchOf(20 + day, 1900));
    const changed = provisioningBelief(type, [...before, ...after]);

    expect(changed.changedAt).toBe(after[0]?.askedAt);
    expect(changed.spans).toHaveLength(3);
    expect(provisioningBelief(type, before).changedAt).toBeUndefined();
    expect(provisioningBelief(type, [...before, launchOf(30, 1900)]).changedAt).toBeUndefined();
    expect(p95([...before, ...after])).toBeGreaterThan(0.9 * p95(after));
  });
});

const prior = { centre: 10, deviation: 0.35, spread: 0.1, spreadDeviation: 0.4 };
const seenAs = (moreThan: number, atMost: number, day = 0): QuantitySeen => ({
  instances: 1,
  moreThan,
  atMost,
  at: iso(startMs + day * 86_400_000),
});
const next = (seen: readonly QuantitySeen[], share = 0.5) =>
  Math.exp(nextWhere(learntOf(prior, seen).belief, share));

describe("a quantity", () => {
  test("of which nothing is known is as it was believed", () => {
    expect(next([])).toBeCloseTo(10, 1);
    expect(posteriorOf(learntOf(prior, []).belief, [])).toMatchObject({ records: 0, n: 0, bounds: 0 });
  });

  test("of which one is known lies between that and what was believed, and nearer to it the more are known", () => {
    const found = [0, 1, 3, 9].map((count) =>
      next(Array.from({ length: count }, (_, day) => seenAs(5.9, 6.1, day))),
    );

    expect(found).toEqual(found.toSorted((one, other) => other - one));
    expect(found.at(-1)).toBeCloseTo(6, 0);
  });

  test("that is more than something is not less for it, and a bound far below says nothing", () => {
    holds(
      fc.property(fc.array(fc.double({ min: 2, max: 40, noNaN: true }), { maxLength: 5 }), (all) => {
        const known = all.map((value, day) => seenAs(0.98 * value, 1.02 * value, day));
        const bound = (value: number) => seenAs(value, Number.POSITIVE_INFINITY, 9);

        expect(next([...known, bound(12)])).toBeGreaterThanOrEqual(0.999 * next(known));
        expect(next([...known, bound(1e-6)])).toBeCloseTo(next(known), 6);
      }),
      few,
    );
  });

  test("is finite whatever was seen", () => {
    for (const seen of [seenAs(0, 1e-9), seenAs(1e12, 1e13), seenAs(5, 5), seenAs(7, 6)]) {
      const { median, low, high, p05, p95: most } = posteriorOf(learntOf(prior, [seen]).belief, [seen]);
      expect([low, median, high, p05, most].every((each) => Number.isFinite(each) && each > 0)).toBe(true);
    }
  });

  test("is foretold as Student's t does where nearly nothing was believed beforehand", () => {
    // Eight exact values, ln x of mean 2 and standard deviation s; a prior that is as good as flat in both.
    const values = [1.7, 1.8, 1.9, 2, 2, 2.1, 2.2, 2.3];
    const mean = values.reduce((sum, each) => sum + each, 0) / 8;
    const deviation = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 7);
    const flat = { centre: Math.exp(2), deviation: 0.3, spread: 0.25, spreadDeviation: 0.6 };
    const seen = values.map((each, day) => seenAs(Math.exp(each - 0.002), Math.exp(each + 0.002), day));
    // t(0.95; 7) = 1.895
    const student = mean + 1.895 * deviation * Math.sqrt(1 + 1 / 8);

    expect(nextWhere(learntOf(flat, seen).belief, 0.95)).toBeGreaterThan(student - 0.05);
    expect(nextWhere(learntOf(flat, seen).belief, 0.95)).toBeLessThan(student + 0.05);
  });

  test("begins anew at a change", () => {
    const before = Array.from({ length: 6 }, (_, day) => seenAs(9.8, 10.2, day));
    const after = Array.from({ length: 3 }, (_, day) => seenAs(4.9, 5.1, 10 + day));
    const { changedAt: at, seen } = learntOf(prior, [...after, ...before]);

    expect(at).toBe(after[0]?.at);
    expect(seen).toEqual(after);
  });
});

test("a change takes two of its kind, and as many times the evidence as there are places for it", () => {
  const belief = priorBelief(prior);
  const logs = [10, 10, 10, 5].map((value) =>
    logLikelihoods(belief, { instances: 1, moreThan: 0.98 * value, atMost: 1.02 * value }),
  );

  expect(changedAt(belief, logs)).toBe(0);
  expect(changedAt(belief, [...logs, ...logs.slice(-1), ...logs.slice(-1)])).toBe(3);
  expect(changedAt(belief, [])).toBe(0);
  expect(changedAt(belief, logs.slice(0, 1))).toBe(0);
});

test("the largest of many is no less than that of few", () => {
  const belief = priorBelief(prior);

  expect(shareBy(belief, Math.log(12), { instances: 4, together: 4 })).toBeLessThan(
    shareBy(belief, Math.log(12), { instances: 2, together: 2 }),
  );
});

describe("a chance", () => {
  const trials = (good: number, bad: number, weight = 1) => [
    ...Array.from({ length: good }, () => ({ isGood: true, weight })),
    ...Array.from({ length: bad }, () => ({ isGood: false, weight })),
  ];

  test("of which nothing is known may be anything", () => {
    const { n, low, median, high } = chanceOf([]);

    expect(n).toBe(0);
    expect(low).toBeLessThan(0.01);
    expect(median).toBeCloseTo(0.5, 2);
    expect(high).toBeGreaterThan(0.99);
  });

  test("lies where Jeffreys' interval has it", () => {
    // Beta(9½, 1½): 2.5 % and 97.5 %, as R's qbeta has it.
    const { low, high } = chanceOf(trials(9, 1));

    expect(low).toBeCloseTo(0.6193, 2);
    expect(high).toBeCloseTo(0.989, 2);
  });

  test("is the surer the more is known, in whatever order", () => {
    holds(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), (good, bad) => {
        const [one, two] = [chanceOf(trials(good, bad)), chanceOf(trials(2 * good, 2 * bad))];

        expect(two.high - two.low).toBeLessThanOrEqual(one.high - one.low + 1e-9);
        expect(chanceOf(trials(good, bad).toReversed())).toEqual(one);
      }),
    );
  });
});
