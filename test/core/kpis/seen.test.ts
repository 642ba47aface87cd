/** How much of a stage was seen: each interval once, of the candidate, and of both. */
import { describe, expect, test } from "vitest";
import type { Observation } from "#verdict";
import {
  endedBefore,
  loadSeen,
  publishedUntil,
  stageSeenAfter,
  unseenSeconds,
} from "../../../src/core/kpis/seen.ts";
import { plan } from "../example.ts";

const minute = 1_780_000_020;
const stage = { stage: 1, at: minute, intervalSeconds: 60 };

function at(nth: number, candidate: number | null, stable: number | null): Observation {
  const counted = (requests: number | null) => (requests === null ? null : { requests, bad: 0 });
  return {
    kpi: "errors",
    at: minute + nth * 60,
    seconds: 60,
    candidate: counted(candidate),
    stable: counted(stable),
  };
}

describe("of a stage", () => {
  test("intervals with requests are counted, once however often they are read, with their requests", () => {
    const first = stageSeenAfter(undefined, stage, [at(0, 10, 100), at(1, 20, null), at(2, 0, 100)]);
    const then = stageSeenAfter(first, stage, [at(1, 20, 50), at(0, 10, 100), at(3, 5, 7)]);

    expect(first).toMatchObject({
      candidate: { intervals: 2, requests: 30 },
      both: { intervals: 1, requests: 100 },
    });
    expect(then).toMatchObject({
      candidate: { intervals: 3, requests: 35 },
      both: { intervals: 3, requests: 157 },
    });
  });

  test("nothing before its share took effect counts, nor what a stage before it showed", () => {
    const before = stageSeenAfter(undefined, stage, [at(-1, 10, 10), at(0, 10, 10)]);

    expect(before.candidate.intervals).toBe(1);
    expect(stageSeenAfter(before, { ...stage, stage: 2, at: minute + 600 }, []).candidate.intervals).toBe(0);
  });

  test("several KPIs of one interval see it once", () => {
    const mean = { ...at(0, 1, 1), kpi: "mean", candidate: { mean: 450, count: 9 } };
    const ceiling = { ...at(1, 1, 1), kpi: "ceiling", candidate: { value: 1 }, stable: { value: 1 } };

    expect(stageSeenAfter(undefined, stage, [at(0, 10, 10), mean, ceiling]).candidate).toMatchObject({
      intervals: 1,
      requests: 10,
    });
  });
});

test("published is what the candidate shows, or what stable shows two minutes later", () => {
  expect(publishedUntil([at(0, 1, 1), at(1, null, 1)], 120)).toBe(minute + 60);
  expect(publishedUntil([at(0, 1, 1), at(4, null, 1)], 120)).toBe(minute + 180);
  expect(publishedUntil([], 120)).toBe(0);
});

test("unseen is the time since the candidate's newest interval, or since the stage began", () => {
  const span = { nowSeconds: minute + 600, sinceSeconds: minute };

  expect(unseenSeconds([at(0, 1, 1), at(5, null, 1)], span)).toBe(540);
  expect(unseenSeconds([], span)).toBe(600);
});

test("the load is the highest of both sides together, and the one of before where nothing new was seen", () => {
  expect(loadSeen(plan, [at(0, 60, 540), at(1, 120, 600), at(2, null, 300)], 4)).toEqual({
    loadRequestsPerSecond: 12,
  });
  expect(loadSeen(plan, [at(0, null, null)], 4)).toEqual({ loadRequestsPerSecond: 4 });
  expect(loadSeen(plan, [], undefined)).toEqual({});
});

test("what a custom KPI counts is no load: its total may be tokens", () => {
  const tokens = { ...at(0, 90_000, 810_000), kpi: "tokens" };

  expect(loadSeen(plan, [at(0, 60, 540), tokens], undefined)).toEqual({ loadRequestsPerSecond: 10 });
});

describe("the share before", () => {
  const serves = { candidate: 20, stable: 60 };
  const stages = [
    { stage: 0, at: minute },
    { stage: 1, at: minute + 900 },
  ];
  const before = { lookedAt: minute + 1200, serves };

  test("is read once more from the look on that came before the shift, be it of the same stage or of the next", () => {
    const found = endedBefore({ stages }, before, minute + 1201);

    expect(found).toEqual({ fromSeconds: minute + 900, untilSeconds: minute + 1200, serves });
    expect(endedBefore({ stages }, before, minute + 1200)).toBeUndefined();
  });

  test("is not where nothing was looked at", () => {
    expect(endedBefore({ stages }, undefined, minute + 1201)).toBeUndefined();
    expect(endedBefore({ stages: [] }, before, minute + 1201)).toBeUndefined();
  });
});
