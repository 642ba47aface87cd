/** Only the comparable is compared: what the candidate carries more per instance than stable does is not the model's. */
import { describe, expect, test } from "vitest";
import type { Observation, Sample } from "#verdict";
import {
  comparable,
  notCompared,
  type Serves,
  unlikeAfter,
  unlikeIntervals,
} from "../../../src/core/kpis/comparable.ts";
import { Kpis } from "../../../src/core/plan/kpis.ts";
import { planWith } from "../example.ts";

const minute = 1_780_000_020;
const kpis = Kpis.parse([
  { kind: "availability", name: "errors" },
  { kind: "latency-mean", name: "mean" },
  { kind: "latency-threshold", name: "slow", thresholdMs: 800 },
  {
    kind: "custom",
    name: "refusals",
    bad: { namespace: "Chat", metric: "Refused" },
    total: { namespace: "Chat", metric: "Answered" },
  },
  {
    kind: "guardrail",
    name: "ceiling",
    of: "latency-p99-ms",
    ceiling: 1500,
    minutes: { breaching: 3, outOf: 5 },
  },
]);

const own = planWith({ kpis });

/** One interval, with so many requests per second on either side, as all KPIs see it. */
function interval(candidate: number, stable: number, at = minute, seconds = 60): Observation[] {
  const sides = (of: (perSecond: number) => Sample) => ({ candidate: of(candidate), stable: of(stable) });
  const counted = sides((perSecond) => ({ requests: perSecond * seconds, bad: 0 }));
  const mean = sides((perSecond) => ({ mean: 450, count: perSecond * seconds }));
  const value = sides(() => ({ value: 900 }));
  return kpis.map(({ name, kind }) => {
    const seen = kind === "guardrail" ? value : kind === "latency-mean" ? mean : counted;
    return { kpi: name, at, seconds, ...seen };
  });
}

/** Names of what is still judged of some intervals. */
function judged(observations: Observation[], serves: Serves, shortUntil = 0): string[] {
  const unlike = unlikeIntervals(observations, serves);
  return comparable(own, observations, { unlike, serves, shortUntil }).map(({ kpi }) => kpi);
}
const all = kpis.map(({ name }) => name);
const eightEach: Serves = { candidate: 8 * 8.4, stable: 8 * 8.4 };

describe("an interval", () => {
  test("in which each side's instances carry about as much is compared by everything", () => {
    expect(judged(interval(20, 20), eightEach)).toEqual(all);
    expect(judged(interval(30, 20), eightEach)).toEqual(all);
  });

  test("in which the candidate's carry more than one and a half times stable's is not compared by latency", () => {
    expect(judged(interval(31, 20), eightEach)).toEqual(["errors", "refusals", "ceiling"]);
    expect(judged(interval(38, 2), eightEach)).toEqual(["errors", "refusals", "ceiling"]);
  });

  test("in which they carry less is compared: who is slower all the same is slower", () => {
    expect(judged(interval(2, 38), eightEach)).toEqual(all);
  });

  test("goes by what an instance serves, not by its number", () => {
    // Three instances that serve twice what one of stable's does, beside six of stable's.
    expect(judged(interval(20, 20), { candidate: 3 * 16, stable: 6 * 8 })).toEqual(all);
    expect(judged(interval(20, 20), { candidate: 3 * 8, stable: 6 * 8 })).not.toContain("mean");
  });

  test("in which they carry somewhat more is compared without what that may come to, as in a queue", () => {
    const meanOf = (candidate: number, stable: number) => {
      const observations = interval(candidate, stable);
      const unlike = unlikeIntervals(observations, eightEach);
      const [mean] = comparable(own, observations, { unlike, serves: eightEach, shortUntil: 0 }).filter(
        ({ kpi }) => kpi === "mean",
      );
      return mean?.candidate;
    };

    // Eight instances that serve 12 requests per second each are half full at 48 of them, and 60 % at 57.6.
    expect(meanOf(57.6, 48)).toMatchObject({ mean: expect.closeTo((450 * 0.4) / 0.5, 6) });
    expect(meanOf(48, 48)).toMatchObject({ mean: 450 });
    expect(meanOf(40, 48)).toMatchObject({ mean: 450 });
    // Beyond what they serve at all there is a bound to it.
    expect(meanOf(150, 120)).toMatchObject({ mean: 450 });
    expect(meanOf(90, 84)).toMatchObject({ mean: expect.closeTo((450 * (1 - 0.9375)) / (1 - 0.875), 6) });
  });

  test("in which they carry far more is the candidate's alone to a ceiling of latency: stable counts as unseen", () => {
    const ceilingOf = (candidate: number, stable: number) => {
      const observations = interval(candidate, stable);
      const unlike = unlikeIntervals(observations, eightEach);
      return comparable(own, observations, { unlike, serves: eightEach, shortUntil: 0 }).find(
        ({ kpi }) => kpi === "ceiling",
      );
    };

    expect(ceilingOf(38, 2)).toMatchObject({ candidate: { value: 900 }, stable: null });
    expect(ceilingOf(20, 20)).toMatchObject({ candidate: { value: 900 }, stable: { value: 900 } });
  });

  test("of ten seconds is no other than one of sixty", () => {
    expect(judged(interval(31, 20, minute, 10), eightEach)).not.toContain("mean");
    expect(judged(interval(30, 20, minute, 10), eightEach)).toContain("mean");
  });

  test("of a fleet of which nothing is known to be warm is not compared by latency", () => {
    expect(judged(interval(20, 20), { candidate: 0, stable: 67 })).not.toContain("mean");
  });

  test("in which stable answered nothing is left to what asks for both", () => {
    expect(judged(interval(20, 0), eightEach)).toEqual(all);
  });

  test("while the candidate is short of instances is not compared by errors either, where the sides are unlike", () => {
    expect(judged(interval(76, 4), eightEach, minute)).toEqual(["refusals", "ceiling"]);
    expect(judged(interval(76, 4), eightEach, minute - 60)).toContain("errors");
    expect(judged(interval(70, 70), eightEach, minute)).toEqual(all);
  });
});

describe("a stage", () => {
  const found = (...ats: number[]) => new Map(ats.map((at) => [at, 19]));

  test("is not compared by latency where most of the intervals that were seen were unlike", () => {
    const three = unlikeAfter(undefined, 3, found(minute, minute + 60, minute + 120));

    expect(three).toMatchObject({ stage: 3, intervals: 3, times: 19 });
    expect(notCompared({ kpis }, three, 5)).toEqual(["mean", "slow"]);
    expect(notCompared({ kpis }, three, 6)).toEqual([]);
    expect(notCompared({ kpis }, unlikeAfter(undefined, 3, new Map()), 0)).toEqual([]);
  });

  test("counts an interval once, however often it is read, and begins anew with the next one", () => {
    const once = unlikeAfter(undefined, 3, found(minute, minute + 60));

    expect(unlikeAfter(once, 3, found(minute, minute + 60, minute + 120)).intervals).toBe(3);
    expect(unlikeAfter(once, 4, found(minute + 180)).intervals).toBe(1);
  });
});

test("a candidate without a warm instance carries far more, by a number that a document can hold", () => {
  const unlike = unlikeIntervals(interval(20, 20), { candidate: 0, stable: 67 });

  expect([...unlike.values()]).toEqual([1000]);
});
