/** What a plan may expect before anything moves: the limit no test beats, and what this engine should take. */
import { describe, expect, test } from "vitest";
import golden from "../../../test/data/verdict/eprocess-golden.json" with { type: "json" };
import {
  type ExpectedStage,
  type ExpectedTraffic,
  expectationsOf,
  expectedMinutes,
  limitMinutes,
  measureCountNoise,
  stagedLimitMinutes,
} from "../src/index.ts";
import { ceiling, errors, settingsOf } from "./releases.ts";

const latency = { shape: "mean", name: "latency", weight: 1, tolerance: 0 } as const;
const stageOf = (trafficShare: number, bakeMinutes = 15): ExpectedStage => ({
  stage: 0,
  trafficShare,
  bakeMinutes,
});
const TRAFFIC: ExpectedTraffic = { requestsPerMinute: 600, badRate: 0.005 };

test.each(golden.waldBound)(
  "gives the golden limit at $N a minute, $w, $p0 to $p1",
  ({ N, w, p0, p1, alpha, minutes }) => {
    const traffic = { requestsPerMinute: N, share: w, stableRate: p0, candidateRate: p1 };

    expect(Math.abs(limitMinutes(traffic, alpha) - minutes)).toBeLessThan(1e-6);
    expect(
      stagedLimitMinutes(
        Array.from({ length: 60 }, () => -Math.log(alpha) / minutes),
        alpha,
      ),
    ).toBeCloseTo(minutes, 6);
  },
);

describe("expected minutes", () => {
  const settings = settingsOf([errors]);

  test("lie above the limit, by about as much as the engine is known to take", () => {
    const { regressions, safety } = expectedMinutes(settings, errors, {
      stage: stageOf(0.1),
      traffic: TRAFFIC,
    });

    for (const { limit, engine } of regressions) {
      expect(engine).toBeGreaterThan(limit);
      expect(engine).toBeLessThan(2 * limit + 1);
    }
    expect(regressions.map(({ ratio }) => ratio)).toEqual([2, 3, 10]);
    expect(safety.engine).toBeGreaterThan(safety.limit);
  });

  test("grow with noise, with tolerance, with few instances and with the KPIs that share alpha", () => {
    const engine = (settings_ = settings, kpi = errors, stage = stageOf(0.1), traffic = TRAFFIC) =>
      expectedMinutes(settings_, kpi, { stage, traffic }).regressions[1]?.engine ?? 0;
    const noisy = measureCountNoise(
      Array.from({ length: 600 }, (_, i) => ({ at: 60 * i, requests: 600, bad: i % 5 === 0 ? 15 : 0 })),
      60,
    );

    expect(engine(settings, errors, stageOf(0.1), { ...TRAFFIC, countNoise: noisy })).toBeGreaterThan(
      engine(),
    );
    expect(engine(settings, { ...errors, tolerance: 0.5 })).toBeGreaterThan(engine());
    expect(engine(settings, errors, { ...stageOf(0.1), candidateInstances: 5 })).toBeGreaterThan(engine());
    expect(engine(settingsOf([errors, latency]))).toBeGreaterThan(engine());
  });

  test("are infinite for what lies within the tolerance", () => {
    const tolerant = { ...errors, tolerance: 1.5 };

    const { regressions } = expectedMinutes(settingsOf([tolerant]), tolerant, {
      stage: stageOf(0.1),
      traffic: TRAFFIC,
    });

    expect(regressions[0]).toEqual({
      ratio: 2,
      limit: Number.POSITIVE_INFINITY,
      engine: Number.POSITIVE_INFINITY,
    });
  });

  test("of a latency mean fall with the effect", () => {
    const { regressions, safety } = expectedMinutes(settingsOf([latency]), latency, {
      stage: stageOf(0.1),
      traffic: TRAFFIC,
    });

    const [double = Number.NaN, treble = Number.NaN] = regressions.map(({ engine }) => engine);
    expect(double).toBeGreaterThan(treble);
    expect(Number.isFinite(safety.engine)).toBe(true);
  });
});

describe("a plan's expectations", () => {
  test("warn where a bake is too short to see anything, and say how long it would take", () => {
    const settings = settingsOf([errors, ceiling]);

    const [first, second] = expectationsOf(
      settings,
      [stageOf(0.01, 2), { ...stageOf(0.25, 240), stage: 1 }],
      () => TRAFFIC,
    );

    expect(first?.warning).toMatch(
      /^stage 1 \(1 %\), errors: a bake of 2 minutes is too short to see anything: a model 10 times as bad takes about \d+ minutes to find$/,
    );
    expect(second?.warning).toBeNull();
  });

  test("say that nothing is left to compare with at full share", () => {
    const [only] = expectationsOf(settingsOf([errors]), [stageOf(1)], () => TRAFFIC);

    expect(only?.warning).toContain("no stable traffic is left to compare with");
  });
});
