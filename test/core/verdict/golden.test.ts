/** The harm e-process against values computed from its formula by other means. */
import { expect, test } from "vitest";
import {
  type CountNoise,
  deflationOf,
  NO_COUNT_NOISE,
  noiseFrom,
} from "../../../src/core/verdict/evidence/count-noise.ts";
import { HARM_RATIOS, HARM_WEIGHTS } from "../../../src/core/verdict/evidence/error-ratio.ts";
import { countEvidence } from "../../../src/core/verdict/evidence/interval.ts";
import { logEvidence, type StageSums } from "../../../src/core/verdict/evidence/spending.ts";
import golden from "../../data/verdict/eprocess-golden.json" with { type: "json" };

interface GoldenCase {
  readonly name: string;
  readonly delta: number;
  readonly minutes: readonly {
    readonly nc: number;
    readonly nb: number;
    readonly xc: number;
    readonly xb: number;
  }[];
  readonly logE: readonly number[];
  readonly spending?: readonly number[];
  readonly dispersion?: { readonly phi: number; readonly meanBadPerMinute: number; readonly rho: number };
}

const cases: readonly GoldenCase[] = golden.cases;

function noiseIn({ dispersion }: GoldenCase): CountNoise {
  if (dispersion === undefined) return NO_COUNT_NOISE;
  const { phi, meanBadPerMinute, rho } = dispersion;
  return noiseFrom({ source: "split", seconds: 60, intervals: 1440, phi, meanBad: meanBadPerMinute, rho });
}

/** ln E after each minute, a stage beginning wherever something is spent. */
function replay(one: GoldenCase): number[] {
  const spent = one.spending ?? [1];
  const spending = spent.filter((part) => part > 0);
  const open: StageSums[] = [];
  return one.minutes.map(({ nc, nb, xc, xb }, minute) => {
    if ((spent[minute] ?? 0) > 0) open.push({ stage: open.length, harm: HARM_RATIOS.map(() => 0) });
    const evidence = countEvidence(
      { candidate: { requests: nc, bad: xc }, stable: { requests: nb, bad: xb } },
      {
        kpi: { name: "errors", weight: 1, tolerance: one.delta },
        acceptable: 1 + one.delta,
        noise: noiseIn(one),
        seconds: 60,
      },
    );
    const last = open.at(-1);
    if (last !== undefined && evidence !== null)
      open[open.length - 1] = { ...last, harm: last.harm.map((sum, i) => sum + (evidence.harm[i] ?? 0)) };
    return logEvidence({ folded: null, open }, spending, HARM_WEIGHTS);
  });
}

test.each(cases)("gives the golden evidence of $name", (one) => {
  const logE = replay(one);
  expect(logE).toHaveLength(one.logE.length);
  for (const [minute, expected] of one.logE.entries())
    expect(Math.abs((logE[minute] ?? NaN) - expected)).toBeLessThan(1e-6);
});

test("deflates by the golden factors", () => {
  const one = cases.find(({ dispersion }) => dispersion !== undefined);
  if (one === undefined) throw new Error("expected a golden case with dispersion");
  const noise = noiseIn(one);
  expect(noise.cv2).toBeCloseTo(0.053333333333, 9);
  expect(noise.rhoExcess).toBeCloseTo(0.5625, 9);
  expect(deflationOf(noise, { share: 0.01, bad: 22, seconds: 60 })).toBeCloseTo(1.169714285714, 9);
  expect(deflationOf(noise, { share: 0.5, bad: 95, seconds: 60 })).toBeCloseTo(14.571428571429, 9);
});
