/** What serves is watched while its candidate is tested: whether it turned worse than it was before. */
import { describe, expect, test } from "vitest";
import type { Observation } from "#verdict";
import { turnedKpis } from "../../../src/core/kpis/turned.ts";
import { plan } from "../example.ts";

const since = 1_780_000_020;
const earlierSeconds = 600;

/** Minutes before the test and in it, of which so many requests in a thousand fail, at a mean latency. */
function minutes(
  of: (at: number) => { perThousand?: number; meanMs?: number; p99Ms?: number; requests?: number },
): Observation[] {
  return Array.from({ length: 16 }, (_, nth) => since - earlierSeconds + nth * 60).flatMap((at) => {
    const { perThousand = 5, meanMs = 450, p99Ms = 800, requests = 2400 } = of(at);
    const seen = { at, seconds: 60, candidate: null };
    return [
      { ...seen, kpi: "errors", stable: { requests, bad: Math.round((requests / 1000) * perThousand) } },
      { ...seen, kpi: "latency", stable: { mean: meanMs, count: requests } },
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

  // Of 8 instances that serve 12 requests a second each, 67 of them at 70 %.
  test.each<[string, object, string[]]>([
    ["slower at thrice the load", { requests: 3600, meanMs: 2000 }, []],
    ["slower by a fifth at a quarter more", { requests: 1500, meanMs: 540 }, []],
    ["slower by far at a quarter more", { requests: 1500, meanMs: 2000 }, ["latency"]],
    [
      "failing at thrice the load, within what it is planned for",
      { requests: 3600, perThousand: 80 },
      ["errors"],
    ],
    ["failing beyond what it is planned for", { requests: 4800, perThousand: 80 }, []],
    ["slower at less than before", { requests: 600, meanMs: 2000 }, ["latency"]],
  ])("that is %s, which its users' own load accounts for or not", (_, now, kpis) => {
    expect(turned(minutes((at) => (inTest(at) ? now : { requests: 1200 })))).toEqual(kpis);
  });

  test("is not asked for its ceilings, nor for minutes that nobody can compare", () => {
    expect(turned(minutes((at) => (inTest(at) ? { p99Ms: 9000 } : {})))).toEqual([]);
    const alone = minutes((at) => (inTest(at) ? { perThousand: 80 } : {})).filter(({ at }) => inTest(at));
    expect(turned(alone)).toEqual([]);
  });
});
