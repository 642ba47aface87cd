/** What all variants lean on: its queue grows by what comes beyond what it serves, users' and tests' requests alike. */
import { describe, expect, it } from "vitest";
import { createProbing, waitForShared } from "#twin/world";

const endpoint = { name: "e", variants: [{ name: "v6" }, { name: "v7" }] };

/** The wait after each of so many ticks of ten seconds; a hundred requests a second are the peak. */
function waits(
  sharedPercent: number | undefined,
  ticks: readonly { arrived: number; sent: number }[],
): number[] {
  const { probes, takeProbes } = createProbing();
  const state = { sharedWaitMs: 0 };
  const world = { spec: { sharedPercent }, account: { peakRequestsPerSecond: 100 }, state, probes };
  return ticks.map(({ arrived, sent }) => {
    probes("e/v7").requests += sent;
    waitForShared(world as never, endpoint as never, { arrived, tickMs: 10_000 });
    takeProbes("e/v7");
    return state.sharedWaitMs;
  });
}

describe("what all variants lean on", () => {
  it("makes nobody wait up to what it serves, nor where a world has none", () => {
    expect(
      waits(150, [
        { arrived: 1_500, sent: 0 },
        { arrived: 700, sent: 800 },
      ]),
    ).toEqual([0, 0]);
    expect(waits(undefined, [{ arrived: 9_000, sent: 9_000 }])).toEqual([0]);
  });

  it("makes all wait for what came beyond it, whoever sent that, until it is worked off", () => {
    const [first = 0, second = 0, third = 0, last] = waits(150, [
      { arrived: 1_000, sent: 800 },
      { arrived: 1_000, sent: 800 },
      { arrived: 1_350, sent: 0 },
      { arrived: 300, sent: 0 },
    ]);

    expect(first).toBeCloseTo(2_000);
    expect(second).toBeCloseTo(4_000);
    expect(third).toBeCloseTo(3_000);
    expect(last).toBe(0);
  });

  it("leaves nothing behind of variants that nobody has sent anything to", () => {
    const { probes, takeProbes } = createProbing();
    const state = { sharedWaitMs: 0 };
    const world = { spec: { sharedPercent: 150 }, account: { peakRequestsPerSecond: 100 }, state, probes };
    waitForShared(world as never, endpoint as never, { arrived: 10, tickMs: 10_000 });

    expect(takeProbes("e/v6")).toBeUndefined();
  });

  it("makes nobody wait longer than half a minute", () => {
    expect(
      waits(
        100,
        Array.from({ length: 9 }, () => ({ arrived: 5_000, sent: 0 })),
      ).at(-1),
    ).toBe(30_000);
  });
});
