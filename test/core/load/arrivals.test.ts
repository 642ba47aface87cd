/** An open loop: moments that depend on a seed and a rate, and on nothing else. */
import { describe, expect, it } from "vitest";
import { arrivals, chanceOf, ramped } from "../../../src/core/load/arrivals.ts";

describe("arrivals", () => {
  it("are the same for the same seed, and others for another", () => {
    const of = (seed: string) => [...arrivals(ramped(20, 2, 10), chanceOf(seed))];

    expect(of("release 0")).toEqual(of("release 0"));
    expect(of("release 0")).not.toEqual(of("release 1"));
  });

  it("come by chance at their rate: means and variances of seconds agree", () => {
    const counts = Array.from({ length: 4000 }, () => 0);
    for (const at of arrivals({ rateAt: () => 30, most: 30, seconds: 4000 }, chanceOf("steady")))
      counts[Math.floor(at)] = (counts[Math.floor(at)] ?? 0) + 1;
    const mean = counts.reduce((sum, each) => sum + each, 0) / 4000;
    const variance = counts.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 4000;

    expect(mean).toBeGreaterThan(29.6);
    expect(mean).toBeLessThan(30.4);
    expect(variance / mean).toBeGreaterThan(0.9);
    expect(variance / mean).toBeLessThan(1.1);
  });

  it("grow evenly to their rate, in order, and end in time", () => {
    const all = [...arrivals(ramped(200, 8, 50), chanceOf("ramp"))];
    const within = (from: number, to: number) => all.filter((at) => at >= from && at < to).length;

    expect(all).toEqual([...all].sort((a, b) => a - b));
    expect(all.at(-1)).toBeLessThan(50);
    expect(within(0, 4)).toBeGreaterThan(140);
    expect(within(0, 4)).toBeLessThan(260);
    expect(within(8, 50)).toBeGreaterThan(8000);
    expect(within(8, 50)).toBeLessThan(8800);
  });

  it("are none at no rate", () => {
    expect([...arrivals(ramped(0, 8, 50), chanceOf("none"))]).toEqual([]);
  });
});
