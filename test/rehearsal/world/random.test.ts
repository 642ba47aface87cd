import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { streams } from "#twin/world";
import { holds } from "../../property.ts";

function moments(draw: (index: number) => number, n = 4000): { mean: number; variance: number } {
  const values = Array.from({ length: n }, (_, index) => draw(index));
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, variance };
}

describe("Randomness by name", () => {
  it("gives the same draws for the same seed, stream and index, however many others were drawn before", () => {
    const fresh = streams(7);
    const used = streams(7);
    for (let i = 0; i < 100; i++) used("other", i).uniform();

    const first = fresh("arrivals", 42);
    const second = used("arrivals", 42);

    expect([first.uniform(), first.normal(), first.poisson(30)]).toEqual([
      second.uniform(),
      second.normal(),
      second.poisson(30),
    ]);
  });

  it("gives other draws for another seed, another stream and another index", () => {
    const draws = [
      streams(7)("a", 1).uniform(),
      streams(8)("a", 1).uniform(),
      streams(7)("b", 1).uniform(),
      streams(7)("a", 2).uniform(),
      streams(7)("a", 2 ** 33).uniform(),
    ];

    expect(new Set(draws).size).toBe(draws.length);
  });

  it.each([0.5, 4, 9.9, 10.1, 40, 600])("draws Poisson counts with mean and variance %d", (mean) => {
    const at = streams(3);

    const found = moments((index) => at(`poisson ${mean}`, index).poisson(mean));

    // Standard errors over 4,000 draws: √(mean/n) and about variance·√(2/n); five of them are allowed.
    expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(mean / 4000));
    expect(Math.abs(found.variance - mean)).toBeLessThan(5 * (mean + Math.sqrt(mean)) * Math.sqrt(2 / 4000));
  });

  it.each([
    [5, 0.1],
    [600, 0.005],
    [600, 0.25],
    [600, 0.75],
    [40, 0.98],
  ])("draws binomial counts of %d tries at %d with the right mean and variance", (n, p) => {
    const at = streams(3);

    const found = moments((index) => at(`binomial ${n} ${p}`, index).binomial(n, p));

    const variance = n * p * (1 - p);
    expect(Math.abs(found.mean - n * p)).toBeLessThan(5 * Math.sqrt(variance / 4000));
    expect(Math.abs(found.variance - variance)).toBeLessThan(5 * (variance + 1) * Math.sqrt(2 / 4000));
  });

  it("never draws a binomial count outside 0 and n", () => {
    holds(
      fc.property(fc.integer(), fc.nat(3000), fc.double({ min: 0, max: 1, noNaN: true }), (seed, n, p) => {
        const count = streams(seed)("any", 0).binomial(n, p);

        expect(Number.isInteger(count) && count >= 0 && count <= n).toBe(true);
      }),
    );
  });

  it("draws from the standard normal distribution", () => {
    const at = streams(3);

    const found = moments((index) => at("normal", index).normal());

    expect(Math.abs(found.mean)).toBeLessThan(0.08);
    expect(Math.abs(found.variance - 1)).toBeLessThan(0.12);
  });
});
