/** How observations become state: each interval once, in any order, and nothing from what is missing. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Observation,
  observe,
  startStage,
  startVerdict,
  type VerdictSettings,
  type VerdictState,
  verdictOf,
} from "../src/index.ts";
import {
  begun,
  calm,
  ceiling,
  counts,
  errors,
  means,
  minuteAt,
  START,
  settingsOf,
  values,
} from "./releases.ts";

const latency = { shape: "mean", name: "latency", weight: 1, tolerance: 0 } as const;
const settings = settingsOf([errors, latency, ceiling]);

/** Four stages of ten minutes at 1, 5, 25 and 50 %. */
function fourStages(): VerdictState {
  let state = startVerdict(settings, calm(settings));
  for (const [stage, trafficShare] of [0.01, 0.05, 0.25, 0.5].entries())
    state = startStage(state, settings, { stage, at: minuteAt(10 * stage), trafficShare });
  return state;
}

const count = fc.nat({ max: 40 });
const minute: fc.Arbitrary<Observation[]> = fc
  .record({
    at: fc.integer({ min: 20, max: 39 }),
    xc: count,
    xb: count,
    slow: fc.integer({ min: 100, max: 900 }),
  })
  .map(({ at, xc, xb, slow }) => [
    counts(at, [xc, 600, xb, 600]),
    means(at, slow, 450),
    values(at, slow * 3, 450),
  ]);
/** Each minute says one thing, however often it is said. */
const minutes = fc.uniqueArray(minute, { minLength: 1, maxLength: 20, selector: (all) => all[0]?.at });
const anyOrder = minutes.chain((all) => {
  const once = all.flat();
  return fc.tuple(fc.constant(once), fc.shuffledSubarray([...once, ...once], { minLength: 2 * once.length }));
});

describe("an interval", () => {
  test("counts once and in any order: late, repeated and shuffled minutes give the same tallies to the byte", () => {
    fc.assert(
      fc.property(anyOrder, ([once, shuffled]) => {
        const inOrder = observe(
          fourStages(),
          settings,
          once.toSorted((a, b) => a.at - b.at),
        );
        const inPieces = shuffled.reduce((state, each) => observe(state, settings, [each]), fourStages());
        expect(tallied(inPieces)).toBe(tallied(inOrder));
      }),
      { numRuns: 200 },
    );
  });

  test("without data on a side is no evidence, and counts when its data come", () => {
    const state = begun(settings);
    const whole = counts(3, [4, 60, 2, 540]);

    const half = observe(state, settings, [
      { ...whole, stable: null },
      { ...counts(4, [9, 60, 0, 540]), candidate: null },
    ]);
    const later = observe(half, settings, [whole]);

    expect(half).toEqual(state);
    expect(later).toEqual(observe(state, settings, [whole]));
  });

  test("that began before the release is not counted", () => {
    const state = begun(settings);

    const seen = observe(state, settings, [counts(-1, [50, 60, 2, 540])]);

    expect(seen).toEqual(state);
  });

  test("that comes more than an hour late is not counted", () => {
    const state = observe(begun(settings), settings, [counts(100, [0, 60, 2, 540])]);

    const seen = observe(state, settings, [counts(39, [50, 60, 2, 540])]);
    const heard = observe(state, settings, [counts(40, [50, 60, 2, 540])]);

    expect(seen).toEqual(state);
    expect(heard).not.toEqual(state);
  });

  test("of a KPI that the plan does not have is an error naming it", () => {
    expect(() => observe(begun(settings), settings, [counts(0, [0, 1, 0, 1], "eror")])).toThrow(
      /settings', found eror/,
    );
  });

  test("of another length than the settings' is an error naming both", () => {
    expect(() => observe(begun(settings), settings, [{ ...counts(0, [0, 1, 0, 1]), seconds: 10 }])).toThrow(
      /expected 60, found 10/,
    );
  });
});

describe("evidence", () => {
  test("is the same whether malformed samples are there or not", () => {
    const malformed = [NaN, -1, Number.POSITIVE_INFINITY].map((bad, i) => counts(i, [bad, 60, 2, 540]));

    expect(observe(begun(settings), settings, malformed)).toEqual(begun(settings));
  });

  test("never goes below the stake held back", () => {
    fc.assert(
      fc.property(fc.array(minute, { maxLength: 30 }), (all) => {
        const state = observe(begun(settings, 0.5), settings, all.flat().map(inFirstStage));
        const { evidence } = verdictOf(state, settings, { at: START, stageEndsAt: START + 600 });
        expect(Math.exp(evidence.logE)).toBeGreaterThanOrEqual(0.93 * 0.22 - 1e-7);
      }),
    );
  });

  test("of a healthy model, cut off at 1/alpha, is 0.93 on average: luck gains nothing, seven percent are kept", () => {
    const share = 0.3;
    let mean = 0;
    // All outcomes of one minute with 12 bad events, each with its chance under equal bad rates.
    for (
      let bad = 0, chance = (1 - share) ** 12;
      bad <= 12;
      chance *= ((12 - bad) / (bad + 1)) * (share / (1 - share)), bad++
    ) {
      const state = observe(begun(settingsOf([errors])), settingsOf([errors]), [
        counts(0, [bad, 300, 12 - bad, 700]),
      ]);
      const { logE } = verdictOf(state, settingsOf([errors]), { at: 0, stageEndsAt: 1 }).evidence;
      mean += chance * Math.min(100, Math.exp(logE));
    }
    expect(mean).toBeCloseTo(0.93, 6);
  });
});

describe("the state", () => {
  test("stays a few kilobytes with ten KPIs, twenty stages and holes in the data", () => {
    const ten = Array.from({ length: 10 }, (_, i) => ({ ...errors, name: `kpi-${i}` }));
    const wide: VerdictSettings = settingsOf(ten, { stages: 20 });
    let state = startVerdict(wide, calm(wide));
    for (let stage = 0; stage < 20; stage++) {
      state = startStage(state, settings, {
        stage,
        at: minuteAt(30 * stage),
        trafficShare: 0.05 * (stage + 1),
      });
      for (let i = 0; i < 30; i += 1 + (i % 3))
        state = observe(
          state,
          wide,
          ten.map(({ name }) => counts(30 * stage + i, [i % 4, 987, 3, 12_345], name)),
        );
    }
    expect(JSON.stringify(state).length).toBeLessThan(14_000);
  });

  test("survives a trip through JSON", () => {
    const state = observe(fourStages(), settings, [counts(21, [4, 60, 2, 540]), values(21, 1600, null)]);

    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  test("is unchanged by starting the present stage again, and refuses to skip one", () => {
    const state = begun(settings);

    expect(startStage(state, settings, { stage: 0, at: START + 600 })).toEqual(state);
    expect(() => startStage(state, settings, { stage: 2, at: START })).toThrow(/expected 1 of 4, found 2/);
  });
});

/** Evidence depends on what was known when an interval came: on stakes and on stable's pace; nothing else does. */
function tallied(state: VerdictState): string {
  const inArrivalOrder = ["logBoost", "logStakes", "harm", "safe", "pace"];
  return JSON.stringify(state, (key, value) => (inArrivalOrder.includes(key) ? 0 : value));
}

function inFirstStage(observation: Observation): Observation {
  return { ...observation, at: observation.at - 20 * 60 };
}

test("a rate of slow answers that follows what instances carry is no noise, on either side", () => {
  const slow = { ...errors, name: "slow", verb: "is slow", followsLoad: true } as const;
  const spread = (kpi: typeof errors | typeof slow) => {
    const own = settingsOf([kpi]);
    /** Both sides are slow four times as often in the second half, as where there is more to do. */
    const observations = Array.from({ length: 40 }, (_, minute) => {
      const rate = minute < 20 ? 0.005 : 0.02;
      return counts(minute, [Math.round(600 * rate), 600, Math.round(5400 * rate), 5400], kpi.name);
    });
    const { kpis } = observe(begun(own), own, observations);
    const [state] = Object.values(kpis);
    return state?.kind === "count" ? state.pace.squares : Number.NaN;
  };

  expect(spread(slow)).toBe(0);
  expect(spread(errors)).toBeGreaterThan(0);
});
