/** How a stage's stake is divided: by what its traffic can show, for any stage, noise and tolerance. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ASSUMED_COUNT_NOISE, NO_COUNT_NOISE } from "../src/evidence/count-noise.ts";
import { HARM_RATIOS } from "../src/evidence/error-ratio.ts";
import { harmWeights } from "../src/evidence/harm-weights.ts";

const noiseOf = (meanBad: number) => ({ ...NO_COUNT_NOISE, meanBad });
const flat = HARM_RATIOS.map(() => 1 / HARM_RATIOS.length);

/** The ratio that most is staked on. */
function favourite(share: number, meanBad: number, acceptable = 1): number {
  const weights = harmWeights({ share, acceptable }, noiseOf(meanBad));
  return HARM_RATIOS[weights.indexOf(Math.max(...weights))] ?? 0;
}

describe("weights of the alternatives", () => {
  test("add up to one, and leave none without", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        (share, meanBad, excess, acceptable) => {
          const noise = { ...noiseOf(meanBad), excess, longRun: 4 * excess };
          const weights = harmWeights({ share, acceptable }, noise);
          expect(weights).toHaveLength(HARM_RATIOS.length);
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
          for (const weight of weights) expect(weight).toBeGreaterThan(0.004);
        },
      ),
      // Where next to nothing is seen, information and its noise can both come out as no number.
      { examples: [[0.9999999999999999, 5e-324, 0, 1.000000000000003]] },
    );
  });

  test("favour what is far worse where little can be seen, and little worse where much can", () => {
    expect(favourite(0.01, 3)).toBe(20);
    expect(favourite(0.5, 3)).toBe(3);
    expect(favourite(0.5, 60)).toBe(1.5);
    expect(favourite(0.5, 600)).toBe(1.25);
  });

  test("favour worse models where noise hides the others", () => {
    const noise = { ...noiseOf(6), excess: 1, longRun: 4 };
    const [calm, noisy] = [noiseOf(6), noise].map((each) =>
      harmWeights({ share: 0.5, acceptable: 1 }, each).slice(4),
    );
    const sum = (weights: readonly number[] = []) => weights.reduce((all, weight) => all + weight, 0);

    expect(sum(noisy)).toBeGreaterThan(sum(calm));
  });

  test("do not depend on the length of the history's intervals", () => {
    const tens = { ...noiseOf(1), seconds: 10 };

    const [fine, coarse] = [tens, noiseOf(6)].map((noise) =>
      harmWeights({ share: 0.1, acceptable: 1 }, noise),
    );

    for (const [i, weight] of (fine ?? []).entries()) expect(weight).toBeCloseTo(coarse?.[i] ?? 0, 12);
  });

  test("are all alike where stable's bad events are not known, or nothing is left to compare with", () => {
    expect(harmWeights({ share: 0.1, acceptable: 1 }, ASSUMED_COUNT_NOISE)).toEqual(flat);
    expect(harmWeights({ share: undefined, acceptable: 1 }, noiseOf(6))).toEqual(flat);
    expect(harmWeights({ share: 1, acceptable: 1 }, noiseOf(6))).toEqual(flat);
    expect(harmWeights({ share: 0.1, acceptable: 1 }, noiseOf(0))).toEqual(flat);
  });
});
