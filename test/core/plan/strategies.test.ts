/** What every strategy owes those who ask it: room for each share before it is given, and all of the load in the end. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  joinsWhole,
  sizedShares,
  strategies,
  strategyNames,
  strategyOf,
} from "../../../src/core/plan/strategies.ts";
import { holds } from "../../property.ts";

const rollouts = fc
  .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 })
  .map((shares) => shares.toSorted((a, b) => a - b).map((trafficPercent) => ({ trafficPercent })));

test("every name has a row, and every row a name", () => {
  expect(Object.keys(strategies).sort()).toEqual([...strategyNames].sort());
});

describe.each(strategyNames)("%s", (strategy) => {
  test("has room for each share before it is given, never gives room up, and ends with all of the load", () => {
    holds(
      fc.property(rollouts, (stages) => {
        const row = strategyOf({ strategy });
        const shares = sizedShares({ strategy, stages });
        let before = row.joinsFor(stages);
        expect(before).toBeGreaterThan(0);
        for (const { percent, sizedFor, isRaised } of shares) {
          const ready = row.readyFor(stages, percent);
          expect(ready).toBeGreaterThanOrEqual(percent);
          expect(row.raisesFor(stages, percent)).toBeGreaterThanOrEqual(ready);
          expect(sizedFor).toBeGreaterThanOrEqual(ready);
          expect(isRaised).toBe(sizedFor > before);
          expect(sizedFor).toBeGreaterThanOrEqual(before);
          before = sizedFor;
        }
        expect(shares.map(({ percent }) => percent)).toEqual([
          ...new Set([...stages.map(({ trafficPercent }) => trafficPercent), 100]),
        ]);
        expect(shares.at(-1)).toMatchObject({ percent: 100, sizedFor: 100 });
      }),
    );
  });
});

test("upfront joins whole, and plans no raise", () => {
  holds(
    fc.property(rollouts, (stages) => {
      const rollout = { strategy: "upfront", stages } as const;
      expect(joinsWhole(rollout)).toBe(true);
      expect(sizedShares(rollout).filter(({ isRaised }) => isRaised)).toEqual([]);
    }),
  );
});
