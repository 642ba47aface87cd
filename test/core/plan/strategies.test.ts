/** What every strategy owes those who ask it: room for each share before it is given, and all of the load in the end. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  joinsFor,
  joinsWhole,
  raisesFor,
  type Sizing,
  sizedShares,
  strategies,
  strategyNames,
} from "../../../src/core/plan/strategies.ts";
import { holds } from "../../property.ts";

const rollouts = fc
  .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 6 })
  .chain((shares) =>
    fc.record({
      stages: fc
        .array(fc.integer({ min: 1, max: 200 }), { minLength: shares.length, maxLength: shares.length })
        .map((bakes) =>
          shares
            .toSorted((a, b) => a - b)
            .map((trafficPercent, i) => ({ trafficPercent, bakeMinutes: bakes[i] ?? 1 })),
        ),
      maxRaises: fc.integer({ min: 0, max: 7 }),
      raiseMinutes: fc.integer({ min: 0, max: 30 }),
    }),
  );

test("every name has a row, and every row a name", () => {
  expect(Object.keys(strategies).sort()).toEqual([...strategyNames].sort());
});

describe.each(strategyNames)("%s", (strategy) => {
  test("has room for each share before it is given, never gives room up, and ends with all of the load", () => {
    holds(
      fc.property(rollouts, (rollout) => {
        const sizing = { strategy, ...rollout };
        const shares = sizedShares(sizing);
        let before = joinsFor(sizing);
        for (const { percent, sizedFor, isRaised } of shares) {
          expect(sizedFor).toBeGreaterThanOrEqual(percent);
          expect(isRaised).toBe(sizedFor > before);
          expect(sizedFor).toBeGreaterThanOrEqual(before);
          expect(raisesFor(sizing, percent)).toBe(sizedFor);
          before = sizedFor;
        }
        expect(shares.map(({ percent }) => percent)).toEqual([
          ...new Set([...rollout.stages.map(({ trafficPercent }) => trafficPercent), 100]),
        ]);
        expect(shares.at(-1)).toMatchObject({ percent: 100, sizedFor: 100 });
      }),
    );
  });

  test("is raised no more often than there are locked minutes for", () => {
    holds(
      fc.property(rollouts, (rollout) => {
        const raises = sizedShares({ strategy, ...rollout }).filter(({ isRaised }) => isRaised);
        expect(raises.length).toBeLessThanOrEqual(rollout.maxRaises);
      }),
    );
  });
});

test("upfront joins whole, and plans no raise", () => {
  holds(
    fc.property(rollouts, (rollout) => {
      const sizing: Sizing = { strategy: "upfront", ...rollout };
      expect(joinsWhole(sizing)).toBe(true);
      expect(sizedShares(sizing).filter(({ isRaised }) => isRaised)).toEqual([]);
    }),
  );
});

/** Of sizes in turn, percent × minutes of what stands: bakes, and raises, be they waited for or made while the share before bakes. */
function costOf(
  sizes: readonly number[],
  { stages, raiseMinutes }: Pick<Sizing, "stages" | "raiseMinutes">,
  isAhead: boolean,
): number {
  return sizes.reduce((sum, size, i) => {
    const before = sizes[i - 1] ?? size;
    const early = isAhead ? Math.min(raiseMinutes, stages[i - 1]?.bakeMinutes ?? 0) : 0;
    const raising = size > before ? (size - before) * early + size * (raiseMinutes - early) : 0;
    return sum + size * (stages[i]?.bakeMinutes ?? 0) + raising;
  }, 0);
}

describe.each([
  ["sequential", false],
  ["look-ahead", true],
] as const)("%s", (strategy, isAhead) => {
  test("costs the least of all that could be done with so many raises", () => {
    holds(
      fc.property(rollouts, (rollout) => {
        const percents = sizedShares({ strategy: "upfront", ...rollout }).map(({ percent }) => percent);
        // Each way to cut the shares into runs, by the bits of a number: a bit says that the run goes on.
        const all = Array.from({ length: 2 ** (percents.length - 1) }, (_, cut) => {
          const sizes: number[] = [];
          for (let i = percents.length - 1; i >= 0; i -= 1)
            sizes[i] =
              (cut >> i) & 1 && sizes[i + 1] !== undefined ? (sizes[i + 1] ?? 0) : (percents[i] ?? 0);
          return sizes;
        }).filter((sizes) => new Set(sizes).size - 1 <= rollout.maxRaises);
        const found = sizedShares({ strategy, ...rollout }).map(({ sizedFor }) => sizedFor);
        expect(costOf(found, rollout, isAhead)).toBeCloseTo(
          Math.min(...all.map((sizes) => costOf(sizes, rollout, isAhead))),
          6,
        );
      }),
    );
  });
});

test("looking ahead raises more often, since what is raised while a stage bakes is not waited for", () => {
  const stages = [5, 25, 50, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 12 }));
  const sizesOf = (strategy: Sizing["strategy"]) =>
    sizedShares({ strategy, stages, maxRaises: 9, raiseMinutes: 15 }).map(({ sizedFor }) => sizedFor);

  expect(sizesOf("sequential")).toEqual([25, 25, 100, 100]);
  expect(sizesOf("look-ahead")).toEqual([25, 25, 50, 100]);
});

describe("sequential", () => {
  const stages = [5, 25, 50, 95].map((trafficPercent) => ({
    trafficPercent,
    bakeMinutes: trafficPercent === 50 ? 90 : 60,
  }));
  const sizesWith = (maxRaises: number, raiseMinutes = 12) =>
    sizedShares({ strategy: "sequential", stages, maxRaises, raiseMinutes }).map(({ sizedFor }) => sizedFor);

  test("is whole from the start where nothing may be locked, and raises where that spares most", () => {
    expect(sizesWith(0)).toEqual([100, 100, 100, 100, 100]);
    expect(sizesWith(1)).toEqual([50, 50, 50, 100, 100]);
    expect(sizesWith(2)).toEqual([25, 25, 50, 100, 100]);
    expect(sizesWith(9)).toEqual([5, 25, 50, 100, 100]);
  });

  test("does not raise for what a raise takes longer than", () => {
    expect(sizesWith(9, 500)).toEqual([100, 100, 100, 100, 100]);
  });
});
