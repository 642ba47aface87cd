/** The peers against the vectors of their own projects: only then is a comparison with them worth anything. */
import { describe, expect, test } from "vitest";
import argoVectors from "../../../../test/data/verdict/peers/argo-vectors.json" with { type: "json" };
import flaggerVectors from "../../../../test/data/verdict/peers/flagger-vectors.json" with { type: "json" };
import kayentaVectors from "../../../../test/data/verdict/peers/kayenta-vectors.json" with { type: "json" };
import * as argo from "../../bench/peers/argo.ts";
import {
  type AlarmSettings,
  type AlarmState,
  alarmState,
  type MissingData,
} from "../../bench/peers/cloudwatch-alarm.ts";
import {
  cohenD,
  commonLanguageEffect,
  meanRatio,
  percentile,
  summaryOf,
} from "../../bench/peers/effect-size.ts";
import { type Canary, checkPasses, tick } from "../../bench/peers/flagger.ts";
import {
  type ClassifierSettings,
  classify,
  classifyByMeans,
  JUDGE_SETTINGS,
  mayBeHigh,
  type ScoredMetric,
  score,
} from "../../bench/peers/kayenta.ts";
import {
  ascending,
  normalQuantile,
  shiftInterval,
  standardisedRankSum,
} from "../../bench/peers/mann-whitney.ts";
import {
  kSigmaOutliers,
  quartileOutliers,
  without,
  withoutNaN,
  withZeroForNaN,
} from "../../bench/peers/outliers.ts";
import { Chance } from "../../bench/simulation/chance.ts";

describe("Kayenta's classifier", () => {
  interface ClassifierVector {
    readonly name: string;
    readonly classifier: string;
    readonly params: {
      readonly tolerance?: number;
      readonly confLevel?: number;
      readonly effectSizeThresholds?: readonly number[];
      readonly criticalThresholds?: readonly number[];
      readonly effectSizeMeasure?: string;
    };
    readonly direction: string;
    readonly nanStrategy: string;
    readonly isCriticalMetric: boolean;
    readonly experiment: readonly number[];
    readonly control: readonly number[];
    readonly expected: {
      readonly classification?: string;
      readonly critical?: boolean;
      readonly deviation?: number | string;
      readonly reasonNotEmpty?: boolean;
    };
  }

  const pair = (sizes: readonly number[] | undefined): readonly [number, number] => [
    sizes?.[0] ?? 1,
    sizes?.[1] ?? 1,
  ];
  const settingsOf = ({ params, ...vector }: ClassifierVector): ClassifierSettings => ({
    tolerance: params.tolerance ?? 0.25,
    confidence: params.confLevel ?? 0.95,
    direction:
      vector.direction === "increase" || vector.direction === "decrease" ? vector.direction : "either",
    nan: vector.nanStrategy === "replace" ? "replace" : "remove",
    critical: vector.isCriticalMetric,
    effectSizes: pair(params.effectSizeThresholds),
    criticalSizes: pair(params.criticalThresholds),
    effect: params.effectSizeMeasure === "cles" ? "cles" : "meanRatio",
  });
  const all: readonly ClassifierVector[] = kayentaVectors.classifier;
  const byMeans = all.filter(({ classifier }) => classifier === "MeanInequalityClassifier");
  const tested = all.filter((vector) => !byMeans.includes(vector));

  test.each(tested)("$name", (vector) => {
    const { classification, critical, deviation, reasonNotEmpty } = vector.expected;

    const found = classify(vector, settingsOf(vector));

    expect(found).toMatchObject({
      ...(classification === undefined ? {} : { classification }),
      ...(critical === undefined ? {} : { critical }),
      ...(deviation === undefined ? {} : { deviation: deviation === "NaN" ? NaN : deviation }),
      ...(reasonNotEmpty === true ? { reason: expect.stringMatching(/./) } : {}),
    });
  });

  test.each(byMeans)("$name", (vector) => {
    expect(classifyByMeans(vector)).toBe(vector.expected.classification);
  });

  test("is never High where its one-step gate says it cannot be", () => {
    const chance = new Chance(11);
    let high = 0;
    for (let i = 0; i < 400; i++) {
      const n = 5 + Math.floor(chance.uniform() * 40);
      const ratio = 1 + chance.uniform();
      const series = {
        experiment: Array.from({ length: n }, () => chance.poisson(6 * ratio) / 6),
        control: Array.from({ length: n }, () => chance.poisson(30) / 30),
      };
      const { classification } = classify(series);
      if (classification === "High") {
        high++;
        expect(mayBeHigh(series)).toBe(true);
      }
    }
    expect(high).toBeGreaterThan(50);
  });
});

describe("Kayenta's Mann-Whitney test", () => {
  const vectorOf = (name: string) => {
    const vector = kayentaVectors.mannWhitney.find((each) => each.name === name);
    if (vector === undefined) throw new Error(`expected a vector named ${name}`);
    return vector;
  };
  const near = (found: number, expected: number, tolerance: number) =>
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance);

  test("standardises the rank sum at a shift", () => {
    const { x, y, expected } = vectorOf("Wilcoxon Diff Function");
    const sorted = { x: ascending(x ?? []), y: ascending(y ?? []) };

    const values = Array.isArray(expected) ? expected : [];

    expect(values.length).toBe(2);
    for (const { mu, quantile, value, abstol } of values)
      near(standardisedRankSum(sorted, mu) - quantile, value, abstol);
  });

  test("knows the normal quantile", () => {
    near(normalQuantile(0.01), -2.326348, 1e-6);
    near(normalQuantile(0.3), -0.524400512708, 1e-8);
  });

  test.each(kayentaVectors.mannWhitney.filter(({ name }) => name.startsWith("Mann-Whitney Confidence")))(
    "$name",
    ({ experiment, control, confidenceLevel, expected }) => {
      if (Array.isArray(expected) || expected.ci === undefined) throw new Error("expected an interval");

      const { lower, upper, estimate } = shiftInterval(experiment ?? [], control ?? [], confidenceLevel ?? 0);

      near(lower, expected.ci[0] ?? NaN, expected.abstol_ci ?? expected.abstol ?? 0);
      near(upper, expected.ci[1] ?? NaN, expected.abstol_ci ?? expected.abstol ?? 0);
      near(estimate, expected.estimate, expected.abstol_estimate ?? expected.abstol ?? 0);
    },
  );

  test("agrees with R in every step between", () => {
    const { x, y, confidenceLevel, expected } = vectorOf("Mann-Whitney Intermediate Values / Variables");
    if (Array.isArray(expected) || expected.rEst === undefined) throw new Error("expected R's values");
    const sorted = { x: ascending(x ?? []), y: ascending(y ?? []) };
    const least = (sorted.x[0] ?? NaN) - (sorted.y.at(-1) ?? NaN);
    const most = (sorted.x.at(-1) ?? NaN) - (sorted.y[0] ?? NaN);
    const zLower = -normalQuantile((1 - (confidenceLevel ?? 0)) / 2);

    const { lower, upper, estimate } = shiftInterval(x ?? [], y ?? [], confidenceLevel ?? 0);

    near(least, expected.rMumin, 1e-6);
    near(most, expected.rMumax, 1e-6);
    near(zLower, expected.rZqLower, 1e-6);
    near(standardisedRankSum(sorted, least) - zLower, expected.rFlower1, 1e-6);
    near(standardisedRankSum(sorted, most) - zLower, expected.rFupper1, 1e-6);
    near(standardisedRankSum(sorted, least) + zLower, expected.rFlower2, 1e-6);
    near(standardisedRankSum(sorted, most) + zLower, expected.rFupper2, 1e-6);
    near(lower, expected.rCil, 1e-6);
    near(upper, expected.rCiu, 1e-6);
    near(estimate, expected.rEst, 1e-6);
  });
});

describe("Kayenta's statistics", () => {
  test.each(kayentaVectors.effectSizes)("$name", ({ fn, experiment, control, expected, abstol }) => {
    const found =
      fn === "cohenD"
        ? cohenD(experiment, control)
        : fn === "cles"
          ? commonLanguageEffect(control, experiment)
          : meanRatio(control, experiment);

    if (expected === "NaN") expect(found).toBeNaN();
    else expect(Math.abs(found - Number(expected))).toBeLessThanOrEqual(Math.max(abstol, 1e-12));
  });

  interface StatisticVector {
    readonly name: string;
    readonly data: readonly number[];
    readonly expected: readonly {
      readonly fn: string;
      readonly value: number | readonly number[];
      readonly p?: number;
      readonly abstol?: number;
    }[];
  }
  const statistics: readonly StatisticVector[] = kayentaVectors.statistics;
  test.each(statistics)("$name", ({ data, expected }) => {
    const { min, max, mean, std, count } = summaryOf(data);
    const byName: Record<string, number> = { min, max, mean, std, count };
    for (const each of expected) {
      if (typeof each.value !== "number") {
        expect([min, max, mean, std, count]).toEqual(each.value);
        continue;
      }
      const found = each.fn === "percentile" ? percentile(data, each.p ?? NaN) : (byName[each.fn] ?? NaN);
      expect(Math.abs(found - each.value)).toBeLessThanOrEqual(Math.max(each.abstol ?? 0, 1e-9));
    }
  });

  test.each(kayentaVectors.detectors)("$name", ({ detector, args, data, expected }) => {
    const factor = Number(/[\d.]+$/.exec(args)?.[0]);
    const found =
      detector === "KSigmaDetector" ? kSigmaOutliers(data, factor) : quartileOutliers(data, factor);

    expect(found).toEqual(expected);
  });

  test.each(kayentaVectors.transforms)("$name", (vector) => {
    const data = vector.data.map((each) => each ?? NaN);
    const factor = Number(/[\d.]+$/.exec(vector.args ?? "")?.[0]);

    const found =
      vector.detector === "KSigmaDetector"
        ? without(data, kSigmaOutliers(data, factor))
        : vector.detector === "IQRDetector"
          ? without(data, quartileOutliers(data, factor))
          : vector.name.startsWith("Replace")
            ? withZeroForNaN(data)
            : withoutNaN(data);

    expect(found).toEqual(vector.expected);
  });

  const classifications = ["Pass", "High", "Low", "Nodata", "NodataFailMetric"] as const;
  test.each(kayentaVectors.scorer)("$name", ({ metrics, groupWeights, expectedSummaryScore }) => {
    const scored = metrics.map((metric): ScoredMetric => {
      const classification = classifications.find((each) => each === metric.classification);
      if (classification === undefined) throw new Error(`unknown classification ${metric.classification}`);
      return { ...metric, classification };
    });
    const weights = Object.fromEntries(
      Object.entries(groupWeights).map(([name, weight]) => [name, Number(weight)]),
    );

    expect(score(scored, weights)).toBeCloseTo(expectedSummaryScore, 2);
  });

  test("are used at the judge's own settings", () => {
    expect(JUDGE_SETTINGS).toMatchObject({ tolerance: 0.25, confidence: 0.98, effectSizes: [1, 1] });
  });
});

describe("Argo Rollouts", () => {
  const phases = ["Pending", "Running", "Successful", "Failed", "Inconclusive", "Error"] as const;
  const phaseOf = (name: string | null): argo.Phase | null => phases.find((each) => each === name) ?? null;

  test.each(argoVectors.assessMetricStatus.map((vector, i) => ({ ...vector, i })))(
    "$test, case $i: $expected",
    ({ metric, result, lastMeasurementPhase, terminating, expected }) => {
      const lastPhase = phaseOf(lastMeasurementPhase);

      expect(argo.metricPhase(metric, { ...result, lastPhase }, terminating)).toBe(expected);
    },
  );

  const conditionOf = (condition: boolean | string | null): argo.Condition =>
    condition === "invalid"
      ? "error"
      : condition === "true"
        ? true
        : typeof condition === "string"
          ? "error"
          : condition;
  test.each(argoVectors.evaluateResult)("$test", ({ successCondition, failureCondition, expected }) => {
    expect(argo.measurementPhase(conditionOf(successCondition), conditionOf(failureCondition))).toBe(
      expected,
    );
  });

  test.each(argoVectors.assessRunStatus)(
    "a run of $metricPhases is $expected",
    ({ metricPhases, expected }) => {
      const found = metricPhases.map(phaseOf).filter((each) => each !== null);

      expect(argo.runPhase(found)).toBe(expected);
    },
  );
});

describe("Flagger", () => {
  const analysis = { threshold: 10, stepWeight: 10, maxWeight: 50 };
  const progressing: Canary = { phase: "Progressing", canaryWeight: 20, failedChecks: 0 };
  /** What the metrics server of Flagger's own tests answers to every query. */
  const MOCK = 100;
  const vectorOf = (name: string) => {
    const vector = flaggerVectors.vectors.find((each) => each.test === name);
    if (vector === undefined) throw new Error(`expected a vector named ${name}`);
    return vector;
  };

  test.each(["TestScheduler_DeploymentRollback", "failed canary rollback with count metrics"])(
    "%s: the next tick rolls back once enough checks have failed",
    (name) => {
      const { failedChecksBefore = NaN, threshold = 10, expectedPhase, expected } = vectorOf(name);

      const after = tick(
        { ...progressing, failedChecks: failedChecksBefore },
        { ...analysis, threshold },
        () => true,
      );

      expect(after.phase).toBe(expectedPhase ?? "Failed");
      if (typeof expected === "object") expect(after.canaryWeight).toBe(expected.canaryWeight);
    },
  );

  test("a failing value is the metric's of the vector", () => {
    const { metric } = vectorOf("TestScheduler_DeploymentRollback");

    expect(
      checkPasses(Number(metric?.value), { min: metric?.range?.[0] ?? NaN, max: metric?.range?.[1] ?? NaN }),
    ).toBe(false);
  });

  test.each(["runMetricChecks/builtinMetric", "runMetricChecks/undefined metric"])("%s", (name) => {
    const { metric, expected } = vectorOf(name);
    const value = metric?.undefined === true ? null : MOCK;

    const passes = checkPasses(value, { min: metric?.range?.[0] ?? 0, max: metric?.range?.[1] ?? MOCK });

    expect(passes).toBe(expected);
  });

  test("TestScheduler_DeploymentPromotion: goes through the vector's phases", () => {
    const { weights, expectedPhases = [] } = vectorOf("TestScheduler_DeploymentPromotion");
    let canary: Canary = { ...progressing, canaryWeight: weights?.[1] ?? NaN };

    const seen = new Set([canary.phase]);
    for (let i = 0; i < 5; i++) {
      canary = tick(canary, analysis, () => true);
      seen.add(canary.phase);
    }

    expect([...seen]).toEqual(expectedPhases);
  });

  test("failed checks add up and are not reset by passed ones", () => {
    let canary: Canary = { ...progressing, canaryWeight: 50 };
    const outcomes = [false, true, false];
    canary = tick(canary, { ...analysis, maxWeight: 100 }, () => outcomes[0] ?? true);
    canary = tick(canary, { ...analysis, maxWeight: 100 }, () => outcomes[1] ?? true);
    canary = tick(canary, { ...analysis, maxWeight: 100 }, () => outcomes[2] ?? true);

    expect(canary.failedChecks).toBe(2);
  });
});

describe("a CloudWatch alarm", () => {
  const settings = { threshold: 1, evaluationPeriods: 3, datapointsToAlarm: 3 } as const;
  const treatments: readonly MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];
  /** 0 within, X beyond the threshold, - missing: newest last. */
  const pointsOf = (row: string) => [...row].map((each) => (each === "-" ? null : each === "X" ? 2 : 0));
  const statesOf = (row: string, datapointsToAlarm: number) =>
    treatments.map((missingData): AlarmState => {
      const alarm: AlarmSettings = { ...settings, datapointsToAlarm, missingData };
      return alarmState(pointsOf(row), alarm, "INSUFFICIENT_DATA");
    });
  const RETAINED = "INSUFFICIENT_DATA";

  // Tables of "Configuring how CloudWatch alarms treat missing data", CloudWatch user guide.
  test.each([
    ["0-X-X", ["OK", "OK", "OK", "OK"]],
    ["----0", ["OK", "OK", "OK", "OK"]],
    ["-----", ["INSUFFICIENT_DATA", RETAINED, "ALARM", "OK"]],
    ["0XX-X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["--X--", ["ALARM", RETAINED, "ALARM", "OK"]],
  ] as const)("3 of 3: %s", (row, expected) => {
    expect(statesOf(row, 3)).toEqual(expected);
  });

  test.each([
    ["0-X-X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["00X0X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["0-X--", ["OK", "OK", "ALARM", "OK"]],
    ["----0", ["OK", "OK", "ALARM", "OK"]],
    ["----X", ["ALARM", RETAINED, "ALARM", "OK"]],
  ] as const)("2 of 3: %s", (row, expected) => {
    expect(statesOf(row, 2)).toEqual(expected);
  });
});
