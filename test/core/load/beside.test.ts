/** What serves, beside a test under load: how often it is asked, and when it counts as harmed. */
import { describe, expect, it } from "vitest";
import { chanceOf } from "../../../src/core/load/arrivals.ts";
import {
  addedBeside,
  besidePerSecond,
  isBesideHarmed,
  lateTurn,
  nothingBeside,
  slowFrom,
  slowTurn,
} from "../../../src/core/load/beside.ts";
import { countingLatencies } from "../../../src/core/load/latencies.ts";
import { plan } from "../example.ts";

/** One in a hundred late and five failed are what the sample allows. */
const asking = (peakRequestsPerSecond: number) =>
  besidePerSecond({ ...plan, requirements: { ...plan.requirements, peakRequestsPerSecond } });

describe("what serves, beside a test", () => {
  it("is sent a twentieth of the peak and five a second at most, however small it is", () => {
    expect([2, 20, 60, 100, 4_000].map(asking)).toEqual([0.1, 1, 3, 5, 5]);
  });

  it("is harmed once far more are bad than may be, and not by the few that are", () => {
    const before = { requests: 90, bad: 2 };

    expect(isBesideHarmed(plan, before, { requests: 30, bad: 2 })).toBe(false);
    expect(isBesideHarmed(plan, before, { requests: 30, bad: 14 })).toBe(true);
    expect(isBesideHarmed(plan, before, nothingBeside)).toBe(false);
  });

  it("is measured by what it was before the load came, be that as bad as it may", () => {
    const now = { requests: 60, bad: 20 };

    expect(isBesideHarmed(plan, { requests: 90, bad: 1 }, now)).toBe(true);
    expect(isBesideHarmed(plan, { requests: 90, bad: 30 }, now)).toBe(false);
    expect(isBesideHarmed(plan, { requests: 90, bad: 90 }, { requests: 60, bad: 60 })).toBe(true);
  });

  it("is called harmed by chance in few of a thousand rounds, looked at after each request", () => {
    const chance = chanceOf("rounds of what serves");
    const before = { requests: 90, bad: 5 };
    const rounds = Array.from({ length: 1_000 }, () => {
      let seen = nothingBeside;
      for (let nth = 0; nth < 120; nth++) {
        seen = addedBeside(seen, { requests: 1, bad: chance() < 0.1 ? 1 : 0, latencies: [] });
        if (isBesideHarmed(plan, before, seen)) return true;
      }
      return false;
    });

    expect(rounds.filter(Boolean).length).toBeLessThanOrEqual(4);
  });
});

describe("what serves that has turned late", () => {
  const before = { requests: 120, bad: 0 };
  const turnOf = (...late: readonly boolean[]) => {
    const turn = lateTurn(plan, before);
    for (const each of late) turn.add(each);
    return turn;
  };
  const times = (count: number, isLate: boolean) => Array.from({ length: count }, () => isLate);

  it("is seen by three in a row, however many were in time before", () => {
    for (const inTime of [0, 10, 1_000]) {
      expect(turnOf(...times(inTime, false), ...times(2, true)).isSeen(0)).toBe(false);
      expect(turnOf(...times(inTime, false), ...times(3, true)).isSeen(0)).toBe(true);
    }
  });

  it("is seen by those that are overdue, and forgotten once they were in time", () => {
    const turn = turnOf(true);

    expect(turn.isSeen(1)).toBe(false);
    expect(turn.isSeen(2)).toBe(true);
    for (const isLate of times(10, false)) turn.add(isLate);
    expect(turn.isSeen(2)).toBe(false);
    expect(turn.isSeen(3)).toBe(true);
  });

  it("is none where it was so before, and takes the more the more were late then", () => {
    const needed = (bad: number) => {
      const turn = lateTurn(plan, { requests: 100, bad });
      let late = 0;
      for (; !turn.isSeen(0) && late < 1_000; late++) turn.add(true);
      return late;
    };
    const all = [0, 5, 10, 20, 40, 100].map(needed);

    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(all.at(-1)).toBeGreaterThan(8);
    expect(needed(0)).toBe(3);
  });

  it("is seen by chance after thousands of requests of which as many are late as may be", () => {
    const chance = chanceOf("requests until a turn");
    const untilSeen = Array.from({ length: 60 }, () => {
      const turn = lateTurn(plan, nothingBeside);
      let nth = 0;
      for (; !turn.isSeen(0) && nth < 20_000; nth++) turn.add(chance() < 0.02);
      return nth;
    });

    expect(untilSeen.reduce((sum, each) => sum + each, 0) / untilSeen.length).toBeGreaterThan(1_000);
  });
});

describe("what serves that has turned slower, and is in time as yet", () => {
  const seen = (...milliseconds: readonly number[]) => {
    const latencies = countingLatencies();
    for (const each of milliseconds) latencies.add(each);
    return { requests: milliseconds.length, bad: 0, latencies: latencies.all() };
  };
  const evenly = (from: number, to: number, count = 100) =>
    Array.from({ length: count }, (_, nth) => from + ((to - from) * (nth + 0.5)) / count);

  it("is so from half of the room that it had, or from what one in ten exceeds anyhow", () => {
    // Half of what is left of 1.5 s.
    expect(slowFrom(plan, seen(...evenly(90, 110)))).toBeCloseTo(100 + (1_500 - 110) / 2, -1);
    expect(slowFrom(plan, seen(...evenly(200, 1_400)))).toBeCloseTo(1_280, -2);
  });

  it("is not known of a few answers", () => {
    expect(slowFrom(plan, seen(...evenly(90, 110, 29)))).toBeUndefined();
    expect(slowFrom(plan, seen(...evenly(90, 110, 30)))).toBeDefined();
  });

  it("is seen by a few in a row, whether answered or waiting, the more the more were so before", () => {
    const needed = (slowMs: number) => {
      const before = seen(...evenly(200, 1_200));
      const [answered, waiting] = [slowTurn(before, slowMs), slowTurn(before, slowMs)];
      let slow = 0;
      for (; !answered.isSeen(0); slow++) answered.add(true);
      expect([waiting.isSeen(slow - 1), waiting.isSeen(slow)]).toEqual([false, true]);
      return slow;
    };

    expect([1_190, 1_100, 900].map(needed)).toEqual([3, 5, 11]);
  });

  it("is seen by chance after thousands of requests", () => {
    const chance = chanceOf("requests until a warning");
    const before = seen(...evenly(200, 1_200));
    const untilSeen = Array.from({ length: 60 }, () => {
      const turn = slowTurn(before, 1_100);
      let nth = 0;
      for (; !turn.isSeen(0) && nth < 50_000; nth++) turn.add(chance() < 0.1);
      return nth;
    });

    expect(untilSeen.reduce((sum, each) => sum + each, 0) / untilSeen.length).toBeGreaterThan(3_000);
  });
});
