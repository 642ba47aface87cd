/** What is kept of the noise that a verdict went by: between which figures the truth lies, and nothing of what was assumed. */
import { describe, expect, test } from "vitest";
import { streams } from "#twin/world";
import { type Measured, measurePast, remembered, type StablePast, startVerdict } from "#verdict";
import { verdictSettings } from "../../../src/core/kpis/metrics.ts";
import { NoiseSeen, noiseSeen } from "../../../src/core/release/noise-seen.ts";
import { plan } from "../example.ts";

const settings = verdictSettings(plan);
const judgementOf = (measured?: Measured) => ({
  reason: "",
  decision: "continue",
  state: remembered(startVerdict(settings, measured)),
});

interface Truth {
  /** Standard deviation of the logarithm of a minute's rate, of each half by itself. */
  readonly logSd: number;
  /** From minute to minute. */
  readonly rho?: number;
  readonly hostLogSd?: number;
}

/** Bad ones are drawn beside each instance's usual number, of requests that are as many each minute. */
function pastOf(
  seed: number,
  { logSd, rho = 0, hostLogSd = 0 }: Truth,
  of: "errors" | "latency",
): StablePast {
  const { uniform, normal } = streams(seed)("noise", 0);
  const poisson = (mean: number): number => {
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let [count, product] = [0, uniform()];
    for (const least = Math.exp(-mean); product > least; count++) product *= uniform();
    return count;
  };
  const hosts = Array.from({ length: 8 }, () => Math.exp(hostLogSd * normal()));
  const wander = [0, 0].map(() => logSd * normal());
  const inHalf = hosts.map((_, nth) => nth % 2 === 0);
  const intervals = Array.from({ length: 1440 }, (_, minute) => {
    for (const [half, before] of wander.entries())
      wander[half] = rho * before + Math.sqrt(1 - rho * rho) * logSd * normal();
    const instances = hosts.map((host, nth) => {
      const noise = Math.exp(wander[nth % 2] ?? 0);
      if (of === "errors") return { requests: 1000, bad: poisson(10 * host * noise) };
      return { mean: 100 * noise * Math.exp(0.002 * normal()), count: 1000 };
    });
    const all = instances as { requests: number; bad: number; mean: number; count: number }[];
    const sum = (key: "requests" | "bad" | "count") =>
      all.reduce((total, each) => total + (each[key] ?? 0), 0);
    const stable =
      of === "errors"
        ? { requests: sum("requests"), bad: sum("bad") }
        : { mean: all.reduce((total, each) => total + each.mean, 0) / all.length, count: sum("count") };
    return { at: 60 * minute, stable, instances };
  });
  return { seconds: 60, inHalf, intervals } as StablePast;
}

function seenOf(kpi: "errors" | "latency", truth: Truth, seed = 1): NoiseSeen {
  const measured = measurePast(settings, { [kpi]: pastOf(seed, truth, kpi) });
  const found = noiseSeen(judgementOf(measured)).find((one) => one.kpi === kpi);
  return found ?? expect.fail(`nothing is known of ${kpi}`);
}
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe("what a verdict went by", () => {
  test("of no past is nothing, and so is what is no judgement", () => {
    expect(noiseSeen(judgementOf())).toEqual([]);
    for (const strange of [undefined, null, "", {}, { state: {} }, { state: { schema: 99, kpis: {} } }])
      expect(noiseSeen(strange)).toEqual([]);
  });

  test.each([0.15, 0.4, 0.8])("of counts has a half's noise of %d within its bounds", (logSd) => {
    const found = seeds.map((seed) => seenOf("errors", { logSd }, seed).logSd);
    const holding = found.filter(({ moreThan, atMost }) => moreThan < logSd && logSd < atMost);

    expect(holding.length).toBeGreaterThanOrEqual(6);
    for (const { moreThan, atMost } of found) expect(atMost / moreThan).toBeLessThan(2);
  });

  test.each([0.03, 0.2])(
    "of means has a half's noise of %d that minutes share about within its bounds",
    (logSd) => {
      for (const seed of seeds) {
        const { moreThan, atMost } = seenOf("latency", { logSd, rho: 0.8 }, seed).logSd;
        expect(moreThan).toBeLessThan(1.1 * logSd);
        expect(atMost).toBeGreaterThan(0.9 * logSd);
      }
    },
  );

  test("says how much of it lasts, and nothing of that where there is none", () => {
    expect(seenOf("latency", { logSd: 0.1, rho: 0.8 }).persistence).toBeGreaterThan(7);
    expect(seenOf("latency", { logSd: 0.1, rho: 0.5 }).persistence).toBeLessThan(6);
    expect(seenOf("latency", { logSd: 0.001 })).not.toHaveProperty("persistence");
    expect(seenOf("errors", { logSd: 0.3, rho: 0.8 }).persistence).toBeGreaterThan(2);
    expect(seenOf("errors", { logSd: 0 })).not.toHaveProperty("persistence");
    expect(seenOf("errors", { logSd: 0 }).logSd.moreThan).toBe(0);
  });

  test("has how far instances differ between half of what the verdict takes and that", () => {
    const found = seeds.map((seed) => seenOf("errors", { logSd: 0.1, hostLogSd: 0.3 }, seed).hostLogSd);
    const holding = found.filter((one) => one !== undefined && one.moreThan < 0.3 && 0.3 < one.atMost);

    expect(holding.length).toBeGreaterThanOrEqual(5);
    const { moreThan = 1, atMost = 1 } = seenOf("errors", { logSd: 0 }).hostLogSd ?? {};
    expect(moreThan).toBeLessThan(0.02);
    expect(atMost).toBeLessThan(0.05);
    expect(seenOf("latency", { logSd: 0.1 })).not.toHaveProperty("hostLogSd");
  });

  test("is kept of so many KPIs, in a form that is read again", () => {
    const measured = measurePast(settings, { errors: pastOf(1, { logSd: 0.2 }, "errors") });
    const { state } = judgementOf(measured);
    const kpis = Object.fromEntries(Array.from({ length: 20 }, (_, nth) => [`k${nth}`, state.kpis.errors]));
    const found = noiseSeen({ state: { ...state, kpis } });

    expect(found).toHaveLength(12);
    expect(NoiseSeen.array().parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });
});
