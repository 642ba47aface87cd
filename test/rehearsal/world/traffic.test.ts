import { describe, expect, it } from "vitest";
import { rate, readTrace, settled, WorldSpec } from "#twin/world";
import { accountOf } from "../../../src/rehearsal/account-of-plan.ts";
import { minuteMs, plan, type SpecInput, startMs } from "./example.ts";

function rateOf(traffic: SpecInput["traffic"]) {
  const spec = WorldSpec.parse({ description: "test", traffic });
  return rate(settled(spec, accountOf(plan)).traffic, { startMs, peakRequestsPerSecond: 60 });
}

const minutes = (count: number) => Array.from({ length: count }, (_, minute) => startMs + minute * minuteMs);

describe("Traffic", () => {
  it("scales the recording so that its highest minute is the plan's peak", () => {
    const at = rateOf({});

    const highest = Math.max(...minutes(58).map(at));

    expect(highest).toBeCloseTo(60, 9);
  });

  it("takes the world's share of the peak", () => {
    const at = rateOf({ peakPercent: 50 });

    expect(Math.max(...minutes(58).map(at))).toBeCloseTo(30, 9);
  });

  it("holds the 58 whole minutes of the recording and repeats them, before the start too", () => {
    const at = rateOf({});

    expect(readTrace("azure-llm-2023-chat")).toHaveLength(58);
    expect(minutes(58).map((ms) => at(ms + 58 * minuteMs))).toEqual(minutes(58).map(at));
    expect(minutes(58).map((ms) => at(ms - 58 * minuteMs))).toEqual(minutes(58).map(at));
  });

  it("multiplies by the latest change in force, in whatever order they are written", () => {
    const plain = rateOf({});
    const at = rateOf({
      changes: [
        { atMinute: 20, factor: 1 },
        { atMinute: 10, factor: 2 },
      ],
    });

    const [before, during, after] = [9, 10, 20].map((minute) => startMs + minute * minuteMs) as [
      number,
      number,
      number,
    ];

    expect(at(before)).toBe(plain(before));
    expect(at(during)).toBe(2 * plain(during));
    expect(at(after)).toBe(plain(after));
  });

  it("leaves the time before the start alone when traffic ends as the release begins", () => {
    const at = rateOf({ changes: [{ atMinute: 0, factor: 0 }] });

    expect(at(startMs)).toBe(0);
    expect(at(startMs - minuteMs)).toBeGreaterThan(0);
  });
});
