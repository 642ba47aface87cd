/** What serves is watched while its candidate is tested: whether it turned worse than it was before. */
import { describe, expect, test } from "vitest";
import type { Observation } from "#verdict";
import { turnedKpis } from "../../../src/core/kpis/turned.ts";
import { plan } from "../example.ts";

const since = 1_780_000_020;
const earlierSeconds = 600;

/** Minutes before the test and in it, of which so many requests in a thousand fail, at a mean latency. */
function minutes(
  of: (at: number) => { perThousand?: number; meanMs?: number; p99Ms?: number },
): Observation[] {
  return Array.from({ length: 16 }, (_, nth) => since - earlierSeconds + nth * 60).flatMap((at) => {
    const { perThousand = 5, meanMs = 450, p99Ms = 800 } = of(at);
    const seen = { at, seconds: 60, candidate: null };
    return [
      { ...seen, kpi: "errors", stable: { requests: 2400, bad: Math.round(2.4 * perThousand) } },
      { ...seen, kpi: "latency", stable: { mean: meanMs, count: 2400 } },
      { ...seen, kpi: "latency-ceiling", stable: { value: p99Ms } },
    ];
  });
}

const turned = (observed: Observation[]) =>
  turnedKpis(plan, observed, {
    sinceSeconds: since,
    earlierSeconds,
    nowSeconds: since + 480,
    instances: 8,
    noise: {},
  });
const inTest = (at: number) => at >= since;

describe("what serves", () => {
  test("has not turned while it is as it was", () => {
    expect(turned(minutes(() => ({})))).toEqual([]);
  });

  test("has not turned where it was as bad before", () => {
    expect(turned(minutes(() => ({ perThousand: 80 })))).toEqual([]);
  });

  test.each([
    ["errors", { perThousand: 80 }],
    ["latency", { meanMs: 2000 }],
  ])("has turned where its %s are worse since the test began", (kpi, worse) => {
    expect(turned(minutes((at) => (inTest(at) ? worse : {})))).toEqual([kpi]);
  });

  test("is not asked for its ceilings, nor for minutes that nobody can compare", () => {
    expect(turned(minutes((at) => (inTest(at) ? { p99Ms: 9000 } : {})))).toEqual([]);
    const alone = minutes((at) => (inTest(at) ? { perThousand: 80 } : {})).filter(({ at }) => inTest(at));
    expect(turned(alone)).toEqual([]);
  });
});
