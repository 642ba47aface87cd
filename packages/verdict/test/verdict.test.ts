/** What a person is told: four verdicts, who is responsible, and why. */
import { describe, expect, test } from "vitest";
import {
  judge,
  type Look,
  type Observation,
  observe,
  startStage,
  startVerdict,
  type VerdictSettings,
  verdictOf,
} from "../src/index.ts";
import { begun, ceiling, counts, errors, means, minuteAt, START, settingsOf, values } from "./releases.ts";

const latency = { shape: "mean", name: "latency", weight: 1, tolerance: 0 } as const;
const LATER = { at: minuteAt(5), stageEndsAt: minuteAt(15) };
const ENDED = { at: minuteAt(15), stageEndsAt: minuteAt(15) };

function minutes(n: number, each: (minute: number) => Observation | Observation[]): Observation[] {
  return Array.from({ length: n }, (_, minute) => each(minute)).flat();
}

function verdictAfter(settings: VerdictSettings, observations: readonly Observation[], look: Look = LATER) {
  return judge(begun(settings), settings, { ...look, observations }).verdict;
}

describe("fail", () => {
  test("names the KPI, both sides' counts and the odds, once a candidate fails five times as often", () => {
    const settings = settingsOf([errors, { ...errors, name: "refunds", verb: "goes wrong" }]);

    const verdict = verdictAfter(
      settings,
      minutes(8, (m) => [counts(m, [15, 600, 27, 5400]), counts(m, [3, 600, 27, 5400], "refunds")]),
    );

    expect(verdict.verdict).toBe("fail");
    expect(verdict.kpis).toEqual(["errors"]);
    expect(verdict.evidence.logE).toBeGreaterThan(verdict.evidence.logThreshold);
    expect(verdict.sentence).toMatch(
      /^errors: candidate fails 5\.0× as often as stable, 120 of 4,800 against 216 of 43,200; the chance of such evidence from a healthy model is below 1 in 1,000,000$/,
    );
  });

  test("comes of a latency mean that is 60 % up", () => {
    const verdict = verdictAfter(
      settingsOf([latency]),
      minutes(8, (m) => means(m, 720, 450)),
    );

    expect(verdict.verdict).toBe("fail");
    expect(verdict.sentence).toContain("candidate takes 1.6× as long as stable, 720 against 450 on average");
  });

  test("comes of a ceiling that the candidate alone exceeds, labelled as a threshold", () => {
    const verdict = verdictAfter(
      settingsOf([ceiling]),
      minutes(3, (m) => values(m, 1600, 900)),
    );

    expect(verdict).toMatchObject({ verdict: "fail", kpis: ["ceiling"] });
    expect(verdict.sentence).toContain("above 1,500 in 2 of 3 minutes while stable was not (a threshold");
  });

  test("finds a late fault although forty good minutes came before it", () => {
    const settings = settingsOf([errors]);
    let state = observe(
      begun(settings, 0.05),
      settings,
      minutes(40, (m) => counts(m, [2, 500, 38, 9500])),
    );
    state = startStage(state, settings, { stage: 1, at: minuteAt(40), trafficShare: 0.25 });

    const { verdict } = judge(state, settings, {
      at: minuteAt(42),
      stageEndsAt: minuteAt(60),
      observations: minutes(2, (m) => counts(40 + m, [30, 2500, 30, 7500])),
    });

    expect(verdict.verdict).toBe("fail");
    expect(verdict.sentence).toContain("60 of 5,000 against 60 of 15,000");
  });
});

describe("a ceiling that stable exceeds too", () => {
  test("holds the stage and never fails it", () => {
    const both = minutes(5, (m) => values(m, 1600, 1700));

    const during = verdictAfter(settingsOf([ceiling]), both);
    const after = verdictAfter(settingsOf([ceiling]), both, ENDED);

    expect(during).toMatchObject({ verdict: "undecided", held: true, kpis: ["ceiling"] });
    expect(after).toMatchObject({ verdict: "inconclusive", held: true });
    expect(after.sentence).toContain("both are above 1,500; the stage is held");
  });

  test("bars a pass that the evidence would give", () => {
    const settings = settingsOf([errors, ceiling]);
    const safe = minutes(20, (m) => counts(m, [10, 5000, 10, 5000]));

    const verdict = verdictAfter(settings, [...safe, ...minutes(20, (m) => values(m, 1600, 1700))]);

    expect(verdict).toMatchObject({ verdict: "undecided", held: true });
  });

  test("lets go once the newest intervals are below it", () => {
    const readings = [...minutes(5, (m) => values(m, 1600, 1700)), ...[5, 6].map((m) => values(m, 900, 900))];

    expect(verdictAfter(settingsOf([ceiling]), readings)).toMatchObject({
      verdict: "undecided",
      held: false,
    });
  });
});

describe("a ceiling that the candidate exceeds while stable is not seen", () => {
  const alone = (from: number, to: number) =>
    minutes(to, (m) => (m < from ? values(m, 900, null) : values(m, 1600, null)));

  test("holds the stage: not seen is not fine", () => {
    const verdict = verdictAfter(settingsOf([ceiling]), alone(0, 8), ENDED);

    expect(verdict).toMatchObject({ verdict: "inconclusive", held: true, kpis: ["ceiling"] });
    expect(verdict.sentence).toBe(
      "ceiling: candidate is above 1,500, and stable is not seen, or carries too little to say; the stage is held, for 15 minutes of this at most",
    );
  });

  test("fails it when it goes on for a quarter of an hour, and says that stable was not seen", () => {
    // The second of the minutes above is where two of three are first above: minute 5.
    expect(verdictAfter(settingsOf([ceiling]), alone(4, 20))).toMatchObject({ held: true });

    const verdict = verdictAfter(settingsOf([ceiling]), alone(4, 21));

    expect(verdict).toMatchObject({ verdict: "fail", held: false, kpis: ["ceiling"] });
    expect(verdict.sentence).toBe(
      "ceiling: candidate was above 1,500 for 15 minutes in which stable was not seen, or carried too little to say (a threshold, with no error guarantee)",
    );
  });

  test("lasts as long for intervals of ten seconds", () => {
    const settings = settingsOf([{ ...ceiling, breaching: 12, outOf: 18 }], { intervalSeconds: 10 });
    const readings = (n: number) =>
      Array.from({ length: n }, (_, i) => ({
        ...values(0, 1600, null),
        at: minuteAt(0) + 10 * i,
        seconds: 10,
      }));
    const found = (n: number) => verdictAfter(settings, readings(n));

    expect(found(101)).toMatchObject({ held: true });
    expect(found(102)).toMatchObject({ verdict: "fail" });
    expect(JSON.stringify(observe(begun(settings), settings, readings(500))).length).toBeLessThan(8000);
  });

  test("begins anew after a pause", () => {
    const pause = [...alone(0, 10), values(10, 900, null), values(11, 900, null)];
    const again = minutes(9, (m) => values(12 + m, 1600, null));

    expect(verdictAfter(settingsOf([ceiling]), [...pause, ...again])).toMatchObject({ held: true });
  });

  test("holds it on where stable exceeds it too in the minutes in which it is seen", () => {
    const now = minutes(40, (m) => values(m, 1600, m % 4 === 0 ? 1700 : null));

    const verdict = verdictAfter(settingsOf([ceiling]), now);

    expect(verdict).toMatchObject({ verdict: "undecided", held: true });
    expect(verdict.sentence).toContain("both are above 1,500");
  });

  test("fails it at once where enough minutes of stable were seen, and were fine", () => {
    const seen = [values(0, 1600, 900), values(1, 1600, null), values(2, 1600, 900)];

    expect(verdictAfter(settingsOf([ceiling]), seen)).toMatchObject({ verdict: "fail" });
  });

  test("counts in the newest minutes that were seen: one that was not is not one below", () => {
    const half = minutes(12, (m) => (m % 2 === 0 ? values(m, 1600, 1700) : values(m, null, 1700)));
    const thin = minutes(12, (m) => (m % 6 === 0 ? values(m, 1600, 900) : values(m, null, 900)));
    const old = [values(0, 1600, 900), values(22, 1600, 900), values(23, 900, 900)];

    expect(verdictAfter(settingsOf([ceiling]), half)).toMatchObject({ held: true });
    expect(verdictAfter(settingsOf([ceiling]), thin)).toMatchObject({ verdict: "fail" });
    expect(verdictAfter(settingsOf([ceiling]), old)).toMatchObject({ verdict: "undecided", held: false });
  });

  test("is judged by what comes late of stable", () => {
    const late = [...alone(0, 3), ...minutes(3, (m) => values(m, 1600, 900))];

    expect(verdictAfter(settingsOf([ceiling]), late)).toMatchObject({ verdict: "fail" });
  });
});

describe("pass", () => {
  test("comes early once every KPI is shown to be safe", () => {
    const verdict = verdictAfter(
      settingsOf([errors]),
      minutes(5, (m) => counts(m, [40, 5000, 40, 5000])),
    );

    expect(verdict).toMatchObject({ verdict: "pass", kpis: ["errors"] });
    expect(verdict.sentence).toContain(
      "surely less than 2.0×; the chance of such evidence from a worse model is below 1 in 20",
    );
  });

  test("waits for the minimum number of requests", () => {
    const settings = settingsOf([errors], { minimumRequests: 1_000_000 });
    const good = minutes(5, (m) => counts(m, [40, 5000, 40, 5000]));

    expect(verdictAfter(settings, good).verdict).toBe("undecided");
    expect(verdictAfter(settings, good, ENDED).verdict).toBe("no-data");
  });

  test("is not inherited: the next stage shows its safety anew", () => {
    const settings = settingsOf([errors]);
    const passed = observe(
      begun(settings),
      settings,
      minutes(5, (m) => counts(m, [40, 5000, 40, 5000])),
    );

    const next = startStage(passed, settings, { stage: 1, at: minuteAt(5), trafficShare: 0.25 });

    expect(verdictOf(next, settings, LATER).verdict).toBe("undecided");
  });
});

describe("a mean latency that is known precisely", () => {
  const settings = settingsOf([latency]);
  const noise = {
    latency: { source: "split", intervals: 1440, requestCv: 0.2, minuteVariance: 0, autocorrelation: 0 },
  } as const;
  const verdictOn = (times: number, count: number, look = LATER) => {
    const mark = { stage: 0, at: START, trafficShare: 0.1 };
    const state = startStage(startVerdict(settings, { noise }), settings, mark);
    const observations = minutes(15, (m) => means(m, 450 * times * (1 + (m % 3) / 1000), 450, count));
    return judge(state, settings, { ...look, observations }).verdict;
  };

  test.each([100, 1000, 10_000, 1_000_000])(
    "by %d requests a minute shows what is slower, and that what is as fast is safe",
    (count) => {
      expect(verdictOn(1.2, count)).toMatchObject({ verdict: "fail", kpis: ["latency"] });
      expect(verdictOn(1, count, ENDED)).toMatchObject({ verdict: "pass", kpis: ["latency"] });
    },
  );

  test("is no more than one minute's word, however far that one is out", () => {
    const mark = { stage: 0, at: START, trafficShare: 0.1 };
    const state = startStage(startVerdict(settings, { noise }), settings, mark);
    const observations = minutes(15, (m) => means(m, m === 7 ? 4500 : 450, 450, 10_000));

    expect(judge(state, settings, { ...LATER, observations }).verdict.verdict).not.toBe("fail");
  });
});

describe("a bake that ends", () => {
  test("with neither harm nor safety shown is inconclusive", () => {
    const verdict = verdictAfter(
      settingsOf([errors]),
      minutes(15, (m) => counts(m, [m % 3 === 0 ? 1 : 0, 60, 3, 540])),
      ENDED,
    );

    expect(verdict).toMatchObject({ verdict: "inconclusive", held: false, kpis: ["errors"] });
    expect(verdict.sentence).toContain("the bake ended with neither harm nor safety shown");
  });

  test("without any data is no-data, and names the KPI that saw none", () => {
    const settings = settingsOf([errors, latency]);

    expect(verdictAfter(settings, [], ENDED)).toMatchObject({
      verdict: "no-data",
      kpis: ["errors", "latency"],
    });
    expect(
      verdictAfter(
        settings,
        minutes(15, (m) => counts(m, [1, 60, 3, 540])),
        ENDED,
      ),
    ).toMatchObject({
      verdict: "no-data",
      kpis: ["latency"],
    });
  });

  describe("with all traffic on the candidate", () => {
    const alone = minutes(15, (m) => ({ ...counts(m, [3, 600, 0, 0]), stable: null }));

    test("passes by its ceilings: there is no stable left to compare with", () => {
      const settings = settingsOf([errors, ceiling], { stages: 1 });
      const observations = [...alone, ...minutes(15, (m) => values(m, 900, null))];

      const { verdict } = judge(begun(settings, 1), settings, { ...ENDED, observations });

      expect(verdict).toMatchObject({ verdict: "pass", kpis: ["ceiling"], requests: { candidate: 9000 } });
      expect(verdict.sentence).toBe(
        "all traffic is the candidate's, no stable traffic is left to compare with; every guardrail is clear (thresholds, with no error guarantee)",
      );
      const early = judge(begun(settings, 1), settings, { ...LATER, observations }).verdict;
      expect(early.verdict).toBe("undecided");
    });

    test("passes without any ceiling, and says that nothing judged it", () => {
      const settings = settingsOf([errors], { stages: 1 });

      const { verdict } = judge(begun(settings, 1), settings, { ...ENDED, observations: alone });

      expect(verdict).toMatchObject({ verdict: "pass", kpis: [] });
      expect(verdict.sentence).toContain(
        "no stable traffic is left to compare with, and there is no guardrail",
      );
    });
  });

  describe("of which a KPI's intervals were left out, since the sides were loaded unlike", () => {
    const settings = settingsOf([errors, latency]);
    const look = { ...ENDED, notCompared: ["latency"] };
    const good = minutes(15, (m) => counts(m, [40, 5000, 40, 5000]));
    const few = minutes(15, (m) => counts(m, [m % 3 === 0 ? 1 : 0, 60, 3, 540]));

    test("is neither without data nor inconclusive for that, and says so", () => {
      const passed = verdictAfter(settings, good, look);
      expect(passed).toMatchObject({ verdict: "pass", kpis: ["errors"] });
      expect(passed.sentence).toMatch(
        /^errors: .* worse model is below 1 in 20; latency: not compared, since each of the candidate's instances carries far more than stable's$/,
      );
      const one = minutes(15, (m) => (m === 3 ? means(m, 470, 450, 3) : []));
      expect(verdictAfter(settings, [...good, ...one], look)).toMatchObject({ verdict: "pass" });
      expect(verdictAfter(settings, few, look)).toMatchObject({ verdict: "inconclusive", kpis: ["errors"] });
      expect(verdictAfter(settings, [], look)).toMatchObject({ verdict: "no-data", kpis: ["errors"] });
      expect(verdictAfter(settings, few, { ...LATER, notCompared: ["latency"] }).verdict).toBe("undecided");
    });

    test("passes by its ceilings where that is all that compares", () => {
      const own = settingsOf([latency, ceiling]);
      const clear = minutes(15, (m) => values(m, 900, 900));

      expect(verdictAfter(own, clear, look)).toMatchObject({ verdict: "pass", kpis: ["ceiling"] });
      expect(verdictAfter(own, clear, ENDED)).toMatchObject({ verdict: "no-data", kpis: ["latency"] });
    });

    test("fails all the same by what was compared before", () => {
      const slow = minutes(8, (m) => [counts(m, [3, 600, 27, 5400]), means(m, 720, 450)]);

      expect(verdictAfter(settings, slow, { ...LATER, notCompared: ["latency"] })).toMatchObject({
        verdict: "fail",
        kpis: ["latency"],
      });
    });
  });

  test("with clear guardrails and nothing else to judge passes", () => {
    const verdict = verdictAfter(
      settingsOf([ceiling]),
      minutes(15, (m) => values(m, 900, 900)),
      ENDED,
    );

    expect(verdict).toMatchObject({ verdict: "pass", kpis: ["ceiling"] });
  });
});
