/** What stable's past tells about its noise, and what the noise does to the evidence. */
import { describe, expect, test } from "vitest";
import { Chance } from "../../../bench/verdict/simulation/chance.ts";
import { Fleet } from "../../../bench/verdict/simulation/fleet.ts";
import { NO_COUNT_NOISE } from "../../../src/core/verdict/evidence/count-noise.ts";
import { deflationOf } from "../../../src/core/verdict/evidence/deflation.ts";
import { acceptableRatio } from "../../../src/core/verdict/evidence/tolerance.ts";
import {
  type CountHistory,
  measureCountNoise,
  measureHostLogSd,
  measureLatencyNoise,
} from "../../../src/core/verdict/index.ts";

interface Past {
  readonly minutes: number;
  readonly bad: number;
  readonly cv2: number;
  readonly rho: number;
}

/** Stable's past in two halves of equal traffic, each with its own noise. */
function past({ minutes, bad, cv2, rho }: Past, seed = 1): CountHistory[] {
  const chance = new Chance(seed);
  const halves = [new Fleet(chance, { cv2, rho }), new Fleet(chance, { cv2, rho })];
  return Array.from({ length: minutes }, (_, minute) => {
    const [one = 0, other = 0] = halves.map((fleet) => chance.poisson((bad / 2) * fleet.next()));
    return { at: 60 * minute, requests: 6000, bad: one + other, half: { requests: 3000, bad: one } };
  });
}

const unsplit = (history: readonly CountHistory[]) =>
  history.map(({ at, requests, bad }) => ({ at, requests, bad }));
const SOME = { share: 0.25, candidateBad: 8, stableBad: 22, seconds: 60 };

describe("noise of counts", () => {
  test("is next to nothing where there is counting alone", () => {
    const noise = measureCountNoise(past({ minutes: 1440, bad: 30, cv2: 0, rho: 0 }), 60);

    expect(noise.source).toBe("split");
    expect(deflationOf(noise, SOME)).toBeLessThan(1.35);
  });

  test("is hardly ever seen in counting alone: what seems to last without varying is chance", () => {
    const days = Array.from({ length: 100 }, (_, day) =>
      past({ minutes: 1440, bad: 3, cv2: 0, rho: 0 }, day),
    );
    const half = { share: 0.5, candidateBad: 4.5, stableBad: 1.5, seconds: 60 };
    const factors = days.map((day) => deflationOf(measureCountNoise(day, 60), half));

    expect(factors.reduce((sum, f) => sum + f, 0) / factors.length).toBeLessThan(1.06);
    expect(factors.filter((f) => f > 1.2).length).toBeLessThan(6);
  });

  test("is found in halves: its size, and how long it lasts", () => {
    const noise = measureCountNoise(past({ minutes: 1440, bad: 30, cv2: 0.2, rho: 0.6 }), 60);

    // ½·cv²·M = 3; in the long run (1+ρ)/(1−ρ) = 4 times that.
    expect(noise.excess).toBeGreaterThan(2.2);
    expect(noise.excess).toBeLessThan(4);
    expect(noise.longRun).toBeGreaterThan(8);
    expect(noise.longRun).toBeLessThan(18);
  });

  test("is read from successive minutes where halves are unknown, and errs on the slow side", () => {
    const history = past({ minutes: 1440, bad: 30, cv2: 0, rho: 0 }).map((each, minute) => {
      const busy = minute % 120 < 60 ? 1.5 : 0.5;
      return { ...each, bad: Math.round(each.bad * busy) };
    });

    const noise = measureCountNoise(unsplit(history), 60);

    expect(noise.source).toBe("successive");
    expect(deflationOf(noise, SOME)).toBeGreaterThan(
      2 * deflationOf(measureCountNoise(past({ minutes: 1440, bad: 30, cv2: 0, rho: 0 }), 60), SOME),
    );
  });

  test("is assumed, and says so, where there is no past to speak of", () => {
    const noise = measureCountNoise(past({ minutes: 10, bad: 30, cv2: 0, rho: 0 }), 60);

    expect(noise.source).toBe("assumed");
    expect(deflationOf(noise, SOME)).toBeGreaterThan(2);
  });

  test("does not pair minutes with a hole between them", () => {
    const history = past({ minutes: 1440, bad: 30, cv2: 0.2, rho: 0.85 }).filter(
      ({ at }) => (at / 60) % 20 === 0,
    );

    const noise = measureCountNoise(history, 60);

    expect(noise.longRun - noise.excess).toBeLessThan(0.5);
  });

  test("deflates more with an hour of past than with a day", () => {
    const hour = measureCountNoise(past({ minutes: 60, bad: 30, cv2: 0, rho: 0 }), 60);
    const day = measureCountNoise(past({ minutes: 1440, bad: 30, cv2: 0, rho: 0 }), 60);

    expect(deflationOf(hour, SOME)).toBeGreaterThan(deflationOf(day, SOME) + 0.2);
  });

  test("scales with a shock, and an interval of ten seconds counts a sixth of a minute's", () => {
    const noise = measureCountNoise(past({ minutes: 1440, bad: 30, cv2: 0.2, rho: 0 }), 60);

    expect(deflationOf(noise, { ...SOME, candidateBad: 150, stableBad: 450 })).toBeGreaterThan(
      15 * (deflationOf(noise, SOME) - 1),
    );
    expect(deflationOf(noise, { ...SOME, candidateBad: 25, stableBad: 75, seconds: 10 })).toBe(
      deflationOf(noise, { ...SOME, candidateBad: 150, stableBad: 450 }),
    );
  });

  test("is the same in whatever order the past is read", () => {
    const history = past({ minutes: 300, bad: 30, cv2: 0.2, rho: 0.6 });

    const backwards = measureCountNoise(history.toReversed(), 60);

    expect(backwards.longRun).toBeCloseTo(measureCountNoise(history, 60).longRun, 5);
  });

  test("leaves evidence whole where there is none", () => {
    expect(deflationOf(NO_COUNT_NOISE, SOME)).toBe(1);
  });
});

describe("noise of mean latency", () => {
  const chance = new Chance(3);
  const minutes = Array.from({ length: 600 }, (_, minute) => {
    const [one, other] = [450 * Math.exp(0.1 * chance.normal()), 450 * Math.exp(0.1 * chance.normal())];
    const half = { count: 10_000 };
    return {
      at: 60 * minute,
      mean: (one + other) / 2,
      count: 20_000,
      halves: [
        { mean: one, ...half },
        { mean: other, ...half },
      ] as const,
    };
  });

  test("is found in halves", () => {
    const noise = measureLatencyNoise(minutes);

    expect(noise.source).toBe("split");
    expect(noise.minuteVariance).toBeGreaterThan(0.008);
    expect(noise.minuteVariance).toBeLessThan(0.012);
    expect(noise.autocorrelation).toBeLessThan(0.15);
  });

  test("is read from successive minutes, or assumed, where it must be", () => {
    const whole = minutes.map(({ at, mean, count }) => ({ at, mean, count }));

    expect(measureLatencyNoise(whole).source).toBe("successive");
    expect(measureLatencyNoise(whole.slice(0, 5)).source).toBe("assumed");
  });
});

describe("the tolerance", () => {
  test("widens with few candidate instances, never beyond what was measured", () => {
    expect(acceptableRatio(0, {})).toBe(1);
    expect(acceptableRatio(0, { candidateInstances: 13 })).toBeCloseTo(1.516, 3);
    expect(acceptableRatio(0, { candidateInstances: 5 })).toBeCloseTo(1.956, 3);
    expect(acceptableRatio(0, { candidateInstances: 1 })).toBe(2);
    expect(acceptableRatio(3, { candidateInstances: 1 })).toBe(4);
  });

  test("does not widen where stable's hosts were measured to be alike", () => {
    const alike = Array.from({ length: 8 }, (_, i) => ({ requests: 100_000, bad: 500 + (i % 3) }));
    const unlike = Array.from({ length: 8 }, (_, i) => ({ requests: 100_000, bad: 200 + 200 * (i % 3) }));

    expect(measureHostLogSd(alike)).toBe(0);
    expect(measureHostLogSd(unlike)).toBeGreaterThan(0.3);
    expect(measureHostLogSd(unlike.slice(0, 2))).toBeNull();
    expect(acceptableRatio(0, { candidateInstances: 2, hostLogSd: 0 })).toBe(1);
  });
});
