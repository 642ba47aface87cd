/** A shift that settles, and a fault that comes in the middle of a stage. */
import { describe, expect, test } from "vitest";
import { judge, startStage, startVerdict } from "../src/index.ts";
import { calm, counts, errors, minuteAt, START, settingsOf } from "./releases.ts";

const settings = settingsOf([{ ...errors, hostSpread: 0 }]);

/** The first minute after which a candidate at a quarter of 600 requests a minute, 2 % of them bad, is rolled back. */
function failsAfter(minutes: number, times: (nth: number) => number, settleMinutes: number): number | null {
  let state = startStage(startVerdict(settings, calm(settings)), settings, {
    stage: 0,
    at: START,
    trafficShare: 0.25,
    settledAt: minuteAt(settleMinutes),
  });
  for (let nth = 0; nth < minutes; nth++) {
    const look = judge(state, settings, {
      at: minuteAt(nth + 1),
      stageEndsAt: minuteAt(minutes),
      observations: [counts(nth, [Math.round(3 * times(nth)), 150, 9, 450])],
    });
    if (look.verdict.verdict === "fail") return nth + 1;
    state = look.state;
  }
  return null;
}

test("a share that is changed within its stage settles anew, and nothing else of the stage changes", () => {
  const mark = { stage: 0, at: START, trafficShare: 0.5, settledAt: minuteAt(2) };
  const state = startStage(startVerdict(settings, calm(settings)), settings, mark);

  expect(startStage(state, settings, mark)).toBe(state);
  expect(startStage(state, settings, { ...mark, settledAt: minuteAt(1) })).toBe(state);
  const again = { ...mark, at: minuteAt(20), trafficShare: 0.25, settledAt: minuteAt(22) };
  expect(startStage(state, settings, again)).toEqual({
    ...state,
    stages: [{ ...mark, settledAt: minuteAt(22), settlesFrom: minuteAt(20) }],
  });
});

test("what is published late of the minutes before the share was changed counts in full: they had settled", () => {
  const mark = { stage: 0, at: START, trafficShare: 0.5, settledAt: minuteAt(2) };
  const begun = startStage(startVerdict(settings, calm(settings)), settings, mark);
  const again = startStage(begun, settings, { ...mark, at: minuteAt(20), settledAt: minuteAt(40) });
  const threeTimes = (from: number) =>
    Array.from({ length: 10 }, (_, nth) => counts(from + nth, [18, 300, 6, 300]));
  const verdictOf = (from: number) =>
    judge(again, settings, { at: minuteAt(31), stageEndsAt: minuteAt(60), observations: threeTimes(from) })
      .verdict.verdict;

  expect(verdictOf(10)).toBe("fail");
  expect(verdictOf(20)).not.toBe("fail");
});

describe("while a shift settles", () => {
  test("a cold start that fails three times as often is no fault, neither then nor later", () => {
    expect(failsAfter(60, (nth) => (nth < 5 ? 3 : 1), 5)).toBeNull();
    expect(failsAfter(60, (nth) => (nth < 5 ? 3 : 1), 0)).toBeLessThan(6);
  });

  test("ten times as often is found within four minutes", () => {
    expect(failsAfter(15, () => 10, 5)).toBeLessThan(5);
  });

  test("three times as often is found soon once it has settled", () => {
    const settled = failsAfter(60, () => 3, 5) ?? Number.NaN;

    expect(settled).toBeGreaterThan(5);
    expect(settled).toBeLessThan(12);
  });
});

test("a fault two hours into a stage is found about as soon as one at its start", () => {
  const [start, late] = [0, 120].map((onset) => {
    const at = failsAfter(onset + 60, (nth) => (nth < onset ? 1 : 3), 0) ?? Number.NaN;
    return at - onset;
  });

  expect(start).toBeLessThan(7);
  expect(late).toBeLessThan(7);
});
