/** The rivals are what their papers say: mixtures whose evidence has a mean of one where nothing is wrong. */
import { describe, expect, test } from "vitest";
import { cellsOf } from "../../bench/cells.ts";
import { logBetaMixture, logNormalMixture, rivals } from "../../bench/engines/rivals.ts";
import { boundFor, measureVersus, summaryOf } from "../../bench/versus.ts";

/** Of an even grid. */
function integral(from: number, to: number, of: (x: number) => number): number {
  const steps = 20_000;
  const width = (to - from) / steps;
  return Array.from({ length: steps }, (_, i) => of(from + (i + 0.5) * width) * width).reduce(
    (a, b) => a + b,
    0,
  );
}

test("a beta mixture is the likelihood mixed over its prior, and its evidence has a mean of one", () => {
  const [w, kappa, n] = [0.3, 10, 12];
  const [a, b] = [kappa * w, kappa * (1 - w)];
  const whole = integral(0, 1, (p) => p ** (a - 1) * (1 - p) ** (b - 1));
  const mixed = (k: number) =>
    integral(0, 1, (p) => (p / w) ** k * ((1 - p) / (1 - w)) ** (n - k) * p ** (a - 1) * (1 - p) ** (b - 1)) /
    whole;
  const choose = (k: number): number => (k === 0 ? 1 : (choose(k - 1) * (n - k + 1)) / k);

  for (const k of [0, 3, 9]) expect(logBetaMixture(k, n, w, kappa)).toBeCloseTo(Math.log(mixed(k)), 4);
  const mean = Array.from(
    { length: n + 1 },
    (_, k) => choose(k) * w ** k * (1 - w) ** (n - k) * Math.exp(logBetaMixture(k, n, w, kappa)),
  ).reduce((sum, each) => sum + each, 0);
  expect(mean).toBeCloseTo(1, 8);
});

test("a normal mixture is the likelihood mixed over its prior", () => {
  const [v, tau2, difference] = [0.0004, 0.0025, 0.05];
  const normal = (x: number, variance: number) => Math.exp(-(x ** 2) / (2 * variance)) / Math.sqrt(variance);
  const mixed =
    integral(-0.5, 0.5, (theta) => normal(difference - theta, v) * normal(theta, tau2)) /
    (Math.sqrt(2 * Math.PI) * normal(difference, v));

  expect(logNormalMixture(difference, v, tau2)).toBeCloseTo(Math.log(mixed), 6);
});

describe("each rival", () => {
  const [cell] = cellsOf(["count"]);
  if (cell === undefined) throw new Error("expected a cell");
  const seen = (candidateBad: number, stableBad: number, missing = false) => ({
    candidateRequests: 300,
    stableRequests: 300,
    candidateBad,
    stableBad,
    missing,
  });

  test.each(rivals().map((rival) => [rival.name, rival] as const))(
    "%s gathers evidence of harm alone, and begins anew with each release",
    (_, rival) => {
      const told = (...minutes: ReturnType<typeof seen>[]) => {
        rival.start({ ...cell, shares: [0.5], requestsPerMinute: 600, stableRate: 0.01 });
        return minutes.map((minute) => rival.minute(minute)).at(-1) ?? 0;
      };
      const worse = told(seen(9, 3), seen(9, 3));

      expect(worse).toBeGreaterThan(told(seen(9, 3)));
      expect(told(seen(3, 9), seen(3, 9))).toBe(0);
      expect(told(seen(9, 3), seen(9, 3), seen(300, 0, true))).toBe(worse);
      expect(told(seen(9, 3), seen(9, 3))).toBe(worse);
    },
  );
});

test("equal false rollbacks are as many of the peaks as the shipped verdict had", () => {
  const peaks = [1, 5, 3, 4, 2];

  for (const reaching of [0, 1, 2, 5]) {
    const bound = boundFor(peaks, reaching);
    expect(peaks.filter((peak) => peak >= bound)).toHaveLength(reaching);
  }
});

test("a cell has each rival's minutes at both bounds, and a summary their ratios to the shipped verdict's", () => {
  const cell = cellsOf(["count"]).find(({ ratio, shares: [share] }) => ratio === 5 && share === 0.1);
  if (cell === undefined) throw new Error("expected such a cell");

  const result = measureVersus(cell, { healthy: 40, faulty: 20 });

  expect(result.rivals.map(({ name }) => name)).toEqual(rivals().map(({ name }) => name));
  expect(result.meanMinutes).toBeGreaterThan(0.5 * result.limitMinutes);
  for (const [i, { name, promised, equal }] of summaryOf([result]).entries()) {
    const own = result.rivals[i];
    expect([name, promised, equal]).toEqual([
      own?.name,
      expect.closeTo((own?.meanMinutes ?? 0) / result.meanMinutes, 8),
      expect.closeTo((own?.equalMinutes ?? 0) / result.meanMinutes, 8),
    ]);
  }
});
