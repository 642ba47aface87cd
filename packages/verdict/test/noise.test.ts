/** What stable's past tells about its noise, and what the noise does to the evidence. */
import { describe, expect, test } from "vitest";
import { Chance } from "../bench/simulation/chance.ts";
import { Fleet } from "../bench/simulation/fleet.ts";
import { NO_COUNT_NOISE } from "../src/evidence/count-noise.ts";
import { deflationOf as deflated, type NoisyInterval } from "../src/evidence/deflation.ts";
import { logNormalRatios } from "../src/evidence/log-mean.ts";
import { NO_PACE, paceAfter } from "../src/evidence/pace.ts";
import { acceptableRatio } from "../src/evidence/tolerance.ts";
import {
  type CountNoise,
  type CountPast,
  judge,
  type LatencyPast,
  measureCountNoise,
  measureHostLogSd,
  measureLatencyNoise,
  startStage,
  startVerdict,
} from "../src/index.ts";
import type { Pace } from "../src/kept.ts";
import { counts, errors, minuteAt, START, settingsOf } from "./releases.ts";

interface Past {
  readonly minutes: number;
  readonly bad: number;
  readonly cv2: number;
  readonly rho: number;
}

/** Stable's past in two halves of equal traffic, each with its own noise. */
function past({ minutes, bad, cv2, rho }: Past, seed = 1): CountPast[] {
  const chance = new Chance(seed);
  const halves = [new Fleet(chance, { cv2, rho }), new Fleet(chance, { cv2, rho })];
  return Array.from({ length: minutes }, (_, minute) => {
    const [one = 0, other = 0] = halves.map((fleet) => chance.poisson((bad / 2) * fleet.next()));
    return { at: 60 * minute, requests: 6000, bad: one + other, half: { requests: 3000, bad: one } };
  });
}

const unsplit = (history: readonly CountPast[]) =>
  history.map(({ at, requests, bad }) => ({ at, requests, bad }));
const SOME = { share: 0.25, bad: 30, requests: 6000, seconds: 60 };
const deflationOf = (noise: CountNoise, interval: NoisyInterval, pace = NO_PACE) =>
  deflated(noise, pace, interval);

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
    const half = { share: 0.5, bad: 6, requests: 6000, seconds: 60 };
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

  test("scales with a shock that stable has seen, and an interval of ten seconds counts a sixth of a minute's", () => {
    const noise = measureCountNoise(past({ minutes: 1440, bad: 30, cv2: 0.2, rho: 0 }), 60);
    const shocked = { ...NO_PACE, recent: [{ requests: 4500, bad: 450 }] };
    const shock = { ...SOME, bad: 600 };

    expect(deflationOf(noise, shock, shocked)).toBeGreaterThan(15 * (deflationOf(noise, SOME) - 1));
    expect(deflationOf(noise, { ...SOME, bad: 100, requests: 1000, seconds: 10 }, shocked)).toBeCloseTo(
      deflationOf(noise, shock, shocked),
      6,
    );
  });

  test("scales less with what begins in the interval itself, over which no noise has built up", () => {
    const noise = measureCountNoise(past({ minutes: 1440, bad: 30, cv2: 0.2, rho: 0.6 }), 60);
    const shock = { ...SOME, bad: 600 };
    const before = { recent: [{ requests: 4500, bad: 22 }], total: { requests: 6000, bad: 30 } };
    const sudden = deflationOf(noise, shock, { ...NO_PACE, ...before });
    const lasting = deflationOf(noise, shock, { ...NO_PACE, recent: [{ requests: 4500, bad: 450 }] });
    const single = deflationOf({ ...noise, longRun: noise.excess }, shock, { ...NO_PACE, ...before });

    expect(sudden).toBeLessThan(lasting / 2);
    expect(sudden).toBeGreaterThan(15 * noise.excess);
    expect(sudden).toBeLessThan(1.5 * single);
  });

  test("hides no fault that comes in one minute of ten, where a day has shown none", () => {
    const settings = settingsOf([{ ...errors, hostSpread: 0 }]);
    const noise = measureCountNoise(past({ minutes: 1440, bad: 6, cv2: 0, rho: 0 }), 60);
    const mark = { stage: 0, at: START, trafficShare: 0.5 };
    let state = startStage(startVerdict(settings, { noise: { errors: noise } }), settings, mark);
    const found = Array.from({ length: 30 }, (_, nth) => nth).find((nth) => {
      const seen = counts(nth, [nth % 10 === 5 ? 60 : 3, 3000, 3, 3000]);
      const look = judge(state, settings, {
        at: minuteAt(nth + 1),
        stageEndsAt: minuteAt(60),
        observations: [seen],
      });
      state = look.state;
      return look.verdict.verdict === "fail";
    });

    expect(found).toBe(5);
  });

  test("does not scale with what the candidate alone adds", () => {
    const noise = measureCountNoise(past({ minutes: 1440, bad: 30, cv2: 0.2, rho: 0 }), 60);
    const calm = { ...NO_PACE, recent: [{ requests: 4500, bad: 22 }] };

    expect(deflationOf(noise, { ...SOME, bad: 600 }, calm)).toBeLessThan(
      2.5 * deflationOf(noise, SOME, calm),
    );
  });

  test("an incident or three of the past hide no fault, and ten bursts on each half are noise", () => {
    const calm = past({ minutes: 1440, bad: 30, cv2: 0, rho: 0 });
    const burst = (minutes: readonly number[]) =>
      calm.map((row, minute) => {
        const one = minutes.some((from) => minute >= from && minute < from + 5);
        const more = one ? 15 * 30 : 0;
        const half = { requests: 3000, bad: (row.half?.bad ?? 0) + (minute % 2 === 0 ? more : 0) };
        return { ...row, bad: row.bad + more, half };
      });
    const bursts = Array.from({ length: 24 }, (_, nth) => 60 * nth + 10);

    expect(deflationOf(measureCountNoise(burst([300]), 60), SOME)).toBeLessThan(1.5);
    expect(deflationOf(measureCountNoise(burst(bursts), 60), SOME)).toBeGreaterThan(10);
  });

  test("an incident of both halves hides no fault where halves are not known", () => {
    const calm = unsplit(past({ minutes: 1440, bad: 30, cv2: 0, rho: 0 }));
    const incident = calm.map((row, minute) =>
      minute >= 1400 && minute < 1420 ? { ...row, bad: row.bad * 80 } : row,
    );
    const noise = measureCountNoise(incident, 60);

    expect(noise.source).toBe("successive");
    expect(noise.rate).toBeCloseTo(0.005, 3);
    expect(deflationOf(noise, SOME)).toBeLessThan(1.6);
  });

  test("divides further where the past replayed has peaks that counting alone does not have", () => {
    const chance = new Chance(6);
    const jobs = Array.from({ length: 1440 }, (_, minute) => {
      const failing = minute % 60 < 2 ? Math.floor(chance.uniform() * 2) : -1;
      const [one = 0, other = 0] = [0, 1].map((half) => chance.poisson(15 * (half === failing ? 10 : 1)));
      return { at: 60 * minute, requests: 6000, bad: one + other, half: { requests: 3000, bad: one } };
    });
    const calm = Array.from({ length: 10 }, (_, seed) =>
      past({ minutes: 1440, bad: 30, cv2: 0, rho: 0 }, seed),
    );

    expect(calm.map((day) => measureCountNoise(day, 60).heaviness).filter((each) => each > 1.05)).toEqual([]);
    expect(measureCountNoise(jobs, 60).heaviness).toBeGreaterThan(1.5);
  });

  test("that comes in clusters hides at no share, that of fleets which waver does at small ones", () => {
    const chance = new Chance(4);
    const clustered = Array.from({ length: 1440 }, (_, minute) => {
      const ones = Array.from({ length: 8 }, () => 4 * chance.poisson(1));
      const sum = (some: readonly number[]) => some.reduce((all, each) => all + each, 0);
      const half = { requests: 3000, bad: sum(ones.slice(0, 4)) };
      const hosts = ones.slice(0, 4).map((bad) => ({ requests: 750, bad }));
      return { at: 60 * minute, requests: 6000, bad: sum(ones), half, ones: hosts };
    });
    const clusters = measureCountNoise(clustered, 60);
    const wavering = measureCountNoise(past({ minutes: 1440, bad: 30, cv2: 0.2, rho: 0 }), 60);
    const little = { ...SOME, share: 0.01 };

    expect(clusters.cluster).toBeGreaterThan(2.4);
    expect(deflationOf(clusters, little)).toBeGreaterThan(3.5);
    expect(wavering.cluster).toBe(0);
    expect(deflationOf(wavering, little)).toBeLessThan(deflationOf(clusters, little) / 2);
  });

  test("that is new with the release is seen in stable's own minutes, and old noise is not taken for new", () => {
    const calm = measureCountNoise(past({ minutes: 1440, bad: 30, cv2: 0, rho: 0 }), 60);
    const paceOf = (cv2: number, noise: CountNoise): Pace => {
      const chance = new Chance(8);
      const fleet = new Fleet(chance, { cv2, rho: 0.6 });
      let pace = NO_PACE;
      for (let minute = 0; minute < 30; minute++)
        pace = paceAfter(pace, noise, {
          candidate: { requests: 1500, bad: 7 },
          stable: { requests: 4500, bad: chance.poisson(22 * fleet.next()) },
        });
      return pace;
    };
    const known = measureCountNoise(past({ minutes: 1440, bad: 30, cv2: 0.2, rho: 0.6 }), 60);

    expect(deflationOf(calm, SOME, paceOf(0, calm))).toBeLessThan(1.4);
    expect(deflationOf(calm, SOME, paceOf(0.2, calm))).toBeGreaterThan(2);
    expect(deflationOf(known, SOME, paceOf(0.2, known))).toBeLessThan(1.2 * deflationOf(known, SOME));
  });

  test("refuses a past with rows that are no numbers, and names the row", () => {
    const history = past({ minutes: 60, bad: 30, cv2: 0, rho: 0 });

    expect(() => measureCountNoise([...history, { at: 3600, requests: 600, bad: Number.NaN }], 60)).toThrow(
      /history at 3600: expected numbers/,
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
  const hosts = 4;
  /** A day of halves whose minutes wander by a tenth, of four instances each, with so many requests in each half. */
  function day({ rho = 0, cv = 0, count = 10_000, wander = 0.1 }, seed = 3): LatencyPast[] {
    const chance = new Chance(seed);
    const logs = [0, 0];
    return Array.from({ length: 1440 }, (_, minute) => {
      for (const half of [0, 1])
        logs[half] = rho * (logs[half] ?? 0) + Math.sqrt(1 - rho * rho) * wander * chance.normal();
      const own = (half: number) =>
        Array.from({ length: hosts }, () => ({
          count: count / hosts,
          mean: 450 * Math.exp(logs[half] ?? 0) * (1 + (cv * chance.normal()) / Math.sqrt(count / hosts)),
        }));
      const [ones, others] = [own(0), own(1)];
      const mean = (some: readonly { mean: number }[]) =>
        some.reduce((sum, one) => sum + one.mean, 0) / some.length;
      const halves = [
        { count, mean: mean(ones) },
        { count, mean: mean(others) },
      ] as const;
      return { at: 60 * minute, count: 2 * count, mean: mean(halves), halves, ones };
    });
  }
  const without = (history: readonly LatencyPast[]) => history.map(({ ones, ...row }) => row);

  test("that does not last is taken for the requests' own, so that small shares count for less", () => {
    const noise = measureLatencyNoise(without(day({ cv: 2 })));

    expect(noise.source).toBe("split");
    expect(noise.requestCv).toBeGreaterThan(7);
    expect(noise.minuteVariance).toBeLessThan(0.002);
  });

  test("that lasts is found in halves, with how it adds up", () => {
    const lasting = measureLatencyNoise(without(day({ rho: 0.9, cv: 1, count: 300 })));
    const brief = measureLatencyNoise(without(day({ rho: 0, cv: 1, count: 300 })));

    expect(lasting.minuteVariance).toBeGreaterThan(0.006);
    expect(lasting.minuteVariance).toBeLessThan(0.014);
    expect(lasting.autocorrelation).toBeGreaterThan(0.75);
    expect(lasting.requestCv).toBeLessThan(1.4);
    expect(brief.autocorrelation * brief.minuteVariance).toBeLessThan(0.002);
  });

  test.each([0.5, 1, 3])("has the spread of requests in it that there is: a CV of %d", (cv) => {
    const { requestCv, minuteVariance } = measureLatencyNoise(day({ cv, count: 400, wander: 0 }));

    expect(requestCv).toBeGreaterThan(0.9 * cv);
    expect(requestCv).toBeLessThan(1.1 * cv);
    expect(minuteVariance).toBeLessThan((0.1 * cv * cv) / 400);
  });

  test("is read from successive minutes, or assumed, where it must be", () => {
    const whole = day({}).map(({ at, mean, count }) => ({ at, mean, count }));

    expect(measureLatencyNoise(whole).source).toBe("successive");
    expect(measureLatencyNoise(whole.slice(0, 5)).source).toBe("assumed");
  });

  test("lets no interval say more than three standard deviations do for what lies that far apart", () => {
    const shifts = [0.1, 0.3, 0.5, -0.1, -0.5];
    const said = (difference: number) =>
      logNormalRatios({ difference, variance: 0.01 }, { nullMean: 0, shifts });
    const most = [2.5, 4.5, 4.5, 2.5, 4.5].map((nats) => expect.closeTo(nats, 9));

    expect(said(0.3).slice(0, 3)).toEqual([...most.slice(0, 2), expect.closeTo(2.5, 9)]);
    expect(said(30).slice(0, 3)).toEqual(most.slice(0, 3));
    expect(said(-30).slice(3)).toEqual(most.slice(3));
    expect(said(-30)[0]).toBeCloseTo(-3.5, 9);
    expect(logNormalRatios({ difference: 0.2, variance: 0.01 }, { nullMean: 0, shifts: [0.1] })).toEqual([
      expect.closeTo(1.5, 9),
    ]);
  });
});

describe("the tolerance", () => {
  test("widens with few instances on either side", () => {
    expect(acceptableRatio(0, {})).toBe(1);
    expect(acceptableRatio(0, { candidateInstances: 8, stableInstances: 8 })).toBeCloseTo(1.191, 3);
    expect(acceptableRatio(0, { candidateInstances: 1, stableInstances: 8 })).toBeCloseTo(1.448, 3);
    expect(acceptableRatio(0.3, { candidateInstances: 8, stableInstances: 8 })).toBe(1.3);
    expect(acceptableRatio(0, { candidateInstances: 8, stableInstances: 8, hostSpread: 0 })).toBe(1);
    expect(acceptableRatio(0, { candidateInstances: 1, stableInstances: 1, hostSpread: 3 })).toBe(2);
  });

  test("does not widen where stable's hosts were measured to be alike", () => {
    const alike = Array.from({ length: 8 }, (_, i) => ({ requests: 100_000, bad: 500 + (i % 3) }));
    const unlike = Array.from({ length: 8 }, (_, i) => ({ requests: 100_000, bad: 200 + 200 * (i % 3) }));

    expect(measureHostLogSd(alike)).toBe(0);
    expect(measureHostLogSd(unlike)).toBeGreaterThan(0.3);
    expect(measureHostLogSd(unlike.slice(0, 2))).toBeNull();
    expect(acceptableRatio(0, { candidateInstances: 2, stableInstances: 2, hostLogSd: 0 })).toBe(1);
  });
});
